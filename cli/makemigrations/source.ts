/** The sources of the project, as they are in the working tree. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { zipSync } from 'fflate';
import type { Config } from '../../config/resolve';
import { CommandError, EXIT } from '../command';

/** Folders that hold no sources, where Git does not say which do. */
const OTHERS = /^(?:\..*|__pycache__|node_modules|venv|dist|lib)$/;
/** How far below the root the project is looked for. */
const DEPTH = 3;
/** A pod has little room. Bytes. */
const MOST = 100 * 1024 ** 2;

const folders = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !OTHERS.test(entry.name))
    .map(({ name }) => join(path, name));

const isProject = (path: string, project: string) => existsSync(join(path, 'manage.py')) && existsSync(join(path, project));

function projects(path: string, project: string, depth = DEPTH): string[] {
  if (isProject(path, project)) return [path];
  return depth === 0 ? [] : folders(path).flatMap((one) => projects(one, project, depth - 1));
}

/**
 * The folder of manage.py.
 * @throws CommandError when it is not there, or there are several
 */
export function sourceFolder({ django: { project } }: Config, root: string, given: string | undefined): string {
  const wanted = `a folder with manage.py and the package ${project} of django.project`;
  if (given !== undefined) {
    if (isProject(given, project)) return given;
    throw new CommandError(`--source must be ${wanted}, got "${given}"`, EXIT.usage);
  }
  const [first, ...more] = projects(root, project);
  if (first !== undefined && more.length === 0) return first;
  const found = first === undefined ? 'here is none' : `there are ${[first, ...more].map((one) => relative(root, one)).join(', ')}`;
  throw new CommandError(`which are the sources? They are ${wanted}, and ${found}: --source says where they are`, EXIT.usage);
}

/** Files that Git has or would take; where it takes none of these, all but those of folders for other things. */
function files(folder: string): string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { status, stdout } = spawnSync('git', list, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 });
  const listed = new Set(status === 0 ? stdout.split('\0').filter(Boolean) : []);
  if (listed.has('manage.py')) return [...listed];
  const below = (path: string): string[] => [
    ...readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [relative(folder, join(path, entry.name))] : [])),
    ...folders(path).flatMap(below),
  ];
  return below(folder);
}

/**
 * They as a ZIP archive, whether committed or not.
 * @throws CommandError when they are too many
 */
export function sources(folder: string): Uint8Array {
  const there = files(folder).filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile());
  const bytes = there.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  if (bytes > MOST)
    throw new CommandError(`${folder} has ${Math.round(bytes / 1024 ** 2)} MiB of files that Git does not ignore; 100 MiB can be sent`);
  return zipSync(Object.fromEntries(there.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))])));
}
