/** The programs that run inside pods, from `runtime/`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where pods find them. */
export const RUNTIME_DIRECTORY = '/runtime';

/** The folder `runtime/` of this package, from wherever in it this module runs: source, compiled or bundled. */
function runtimeFolder(from = __dirname): string {
  const folder = join(from, 'runtime');
  if (existsSync(join(folder, 'gunicorn.conf.py'))) return folder;
  const parent = dirname(from);
  if (parent === from) throw new Error('the folder runtime/ of cdk8s-django is missing: install the package again');
  return runtimeFolder(parent);
}

/** Where a program is on this machine. */
export const runtimeProgram = (name: string) => join(runtimeFolder(), name);

/** Texts of these files, by name. */
export function runtimeFiles(...names: readonly string[]): Record<string, string> {
  const folder = runtimeFolder();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

export const runtimePath = (name: string) => `${RUNTIME_DIRECTORY}/${name}`;
