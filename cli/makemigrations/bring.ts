/** Files that a pod has made, into the working tree. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { CommandError } from '../command';

/**
 * Writes those that are not there.
 * @param made their texts, by their paths in the folder
 * @returns paths of what is new
 * @throws CommandError when one is there with another content, or lies outside of the folder: nothing is written then
 */
export function bring(folder: string, made: Readonly<Record<string, string>>): string[] {
  const outside = Object.keys(made).filter((name) => isAbsolute(name) || normalize(name).startsWith('..'));
  if (outside.length > 0) throw new CommandError(`the pod has made files outside of ${folder}, and none is written: ${outside.join(', ')}`);
  const fresh = Object.entries(made).filter(([name]) => !existsSync(join(folder, name)));
  const others = Object.keys(made).filter(
    (name) => existsSync(join(folder, name)) && readFileSync(join(folder, name), 'utf8') !== made[name],
  );
  if (others.length > 0) {
    const list = others.map((name) => join(folder, name)).join(', ');
    throw new CommandError(`${list}: there with another content, and nothing was written. Rename or remove it, or make the change by hand`);
  }
  for (const [name, text] of fresh) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { flag: 'wx' });
  }
  return fresh.map(([name]) => join(folder, name));
}
