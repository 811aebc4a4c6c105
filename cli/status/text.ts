/** A release on one screen. */
import { wrapped } from '../../diff/report/text';
import { listed } from '../../diff/words';
import type { Diagnosis } from './diagnose';
import type { ComponentStatus, PodStatus, Status } from './model';

export interface Screen {
  /** Columns. */
  readonly width: number;
  readonly colours: boolean;
  /** Milliseconds. */
  readonly now: number;
}

const COLOURS = { good: 32, bad: 31, quiet: 2, heading: 1 } as const;
/** Before what is not well, so that it is seen without colours too. */
const MARK = '! ';
const PLAIN = '  ';

type Paint = (as: keyof typeof COLOURS, line: string) => string;

const painter =
  (colours: boolean): Paint =>
  (as, line) =>
    colours ? `\u001b[${COLOURS[as]}m${line}\u001b[0m` : line;

/** `45s`, `12m`, `5h`, `3d` */
export function age(since: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** Words behind a label, in lines that are as wide as the screen. */
const labelled = (label: string, words: string, width: number): string[] =>
  wrapped(words, width - label.length, '').map((line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line);

const mended = (indent: string, mend: string | undefined, { width }: Screen): string[] =>
  mend === undefined ? [] : labelled(`${indent}mend: `, mend, width);

function rows(status: Status, screen: Screen, paint: Paint): string[] {
  const names = Object.keys(status.rows);
  const column = Math.max(...names.map((name) => name.length)) + 2;
  return Object.entries(status.rows).flatMap(([name, { says, well, mend }]) => {
    const bad = well === false;
    const lines = labelled(`${bad ? MARK : PLAIN}${name.padEnd(column)}`, says, screen.width);
    const as = bad ? 'bad' : well === null ? 'quiet' : undefined;
    return [
      ...lines.map((line) => (as ? paint(as, line) : line)),
      ...mended(' '.repeat(column + PLAIN.length), bad ? mend : undefined, screen),
    ];
  });
}

const devices = ({ devices: all }: PodStatus) =>
  Object.entries(all)
    .map(([name, count]) => `${count} ${name}`)
    .join(' ');

/** Columns of a pod, those first that are wanted most: as many are shown as there is room for. */
const cellsOf = (pod: PodStatus, now: number): string[] => [
  pod.name,
  pod.state,
  age(pod.since, now),
  pod.restarts === 0 ? '' : pod.restarts === 1 ? '1 restart' : `${pod.restarts} restarts`,
  devices(pod),
  pod.node ?? '',
];

/** Widths of the columns of all pods that fit. */
function columns(pods: readonly PodStatus[], { width, now }: Screen): number[] {
  const all = pods.map((pod) => cellsOf(pod, now));
  const widths = (all[0] ?? []).map((_cell, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  let left = width - 2 * PLAIN.length;
  return widths.map((one, column) => {
    const shown = column === 0 || (one > 0 && one + 2 <= left);
    left -= shown ? one + 2 : 0;
    return shown ? one : 0;
  });
}

/** Of whom it is said, where that is not one alone: of pods above, and of what else. */
function whose(objects: readonly string[], pods: readonly PodStatus[]): string {
  if (objects.length < 2) return '';
  const others = objects.filter((one) => !pods.some(({ name }) => one === `Pod ${name}`));
  const own = objects.length - others.length;
  return `${listed([...(own === 0 ? [] : own === 1 ? ['it'] : [`${own} of them`]), ...others])}: `;
}

function trouble({ objects, says, mend }: Diagnosis, pods: readonly PodStatus[], screen: Screen, paint: Paint): string[] {
  const who = whose(objects, pods);
  return [...labelled('    ', `${who}${says}`, screen.width).map((line) => paint('bad', line)), ...mended('    ', mend, screen)];
}

function component(
  one: ComponentStatus,
  widths: readonly number[],
  troubles: readonly Diagnosis[],
  screen: Screen,
  paint: Paint,
): string[] {
  const head = `${one.well ? PLAIN : MARK}${one.name}  ${one.ready} of ${one.wanted} ready`;
  const pods = one.pods.map((pod) => {
    const cells = cellsOf(pod, screen.now).flatMap((cell, column) => (widths[column] ? [cell.padEnd(widths[column])] : []));
    const line = `${PLAIN}${pod.ready ? PLAIN : MARK}${cells.join('  ')}`.trimEnd();
    return pod.ready ? line : paint('bad', line);
  });
  return [paint(one.well ? 'good' : 'bad', head), ...pods, ...troubles.flatMap((each) => trouble(each, one.pods, screen, paint))];
}

/** How it is, in a sentence. */
function heading({ namespace, environment, well, rows: all, components }: Status): string {
  if (components.length === 0) return `${namespace} has nothing of it: npm run release ${environment}`;
  const count = [...Object.values(all), ...components].filter((one) => one.well === false).length;
  return well ? `${namespace}: all is well` : `${namespace}: ${count === 1 ? 'one thing is' : `${count} things are`} not well`;
}

export function text(status: Status, screen: Screen): string {
  const paint = painter(screen.colours);
  const title = paint(status.well ? 'good' : 'bad', paint('heading', heading(status)));
  const { components } = status;
  if (components.length === 0) return title;
  const widths = columns(
    components.flatMap(({ pods }) => pods),
    screen,
  );
  const blocks = components.map((one) =>
    component(
      one,
      widths,
      status.diagnoses.filter(({ component: name }) => name === one.name),
      screen,
      paint,
    ),
  );
  return [title, '', ...rows(status, screen, paint), '', ...blocks.flat()].join('\n');
}

/** What of a text a terminal has rows for: more would push the beginning out of sight. One that does not say how high it is has 0. */
export function topOf(whole: string, rows: number): string {
  const lines = whole.split('\n');
  if (rows === 0 || lines.length < rows) return whole;
  const shown = lines.slice(0, Math.max(0, rows - 2));
  return [...shown, `… ${lines.length - shown.length} more lines: make the terminal higher`].join('\n');
}
