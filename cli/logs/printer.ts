/** Lines of several pods, each with the name of its pod before it. */

/** Of terminals; neither black nor white, which may be the background. */
const COLOURS = [36, 33, 32, 35, 34, 31, 96, 93, 92, 95, 94, 91];

/** Writes a line of the one with that name. */
export type Print = (name: string, text: string) => void;

/** Names stand one beneath another, and those of a pod have its colour. */
export function printer(write: (line: string) => void, coloured: boolean): Print {
  const colours = new Map<string, number>();
  let width = 0;
  return (name, text) => {
    const pod = name.split('/')[0] ?? '';
    if (!colours.has(pod)) colours.set(pod, COLOURS[colours.size % COLOURS.length] ?? 0);
    width = Math.max(width, name.length);
    const before = `${name.padEnd(width)} |`;
    write(`${coloured ? `\x1b[${colours.get(pod) ?? 0}m${before}\x1b[0m` : before} ${text}`);
  };
}
