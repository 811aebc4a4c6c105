/** Runs a container: a process with its image as root, its mounts, and its user. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fchownSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Container } from './container';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** In a mount namespace of its own: what the table says, then the command as the user of the pod. */
const ENTER = 'mount --all --fstab "$0" && exec chroot "$@"';

export interface Place {
  /** Its own. */
  readonly folder: string;
  /** Folder of its image; more than one lie upon each other, the first on top. */
  readonly images: readonly string[];
  /** Text of `/etc/hosts`. */
  readonly hosts: string;
  /** Files that get what it says. */
  readonly output: string;
  readonly errors: string;
  /** What it mounts: where that lies, and where it is seen. */
  readonly mounts: readonly { readonly source: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

/** One line of the table that `mount` reads. */
const line = (source: string, target: string, type: string, options: string) =>
  [source, target, type, options].map((word) => word.replaceAll(' ', '\\040')).join(' ');

/** Writes what is to be mounted as a table, and makes the places; returns its path. */
function mountTable({ folder, images, hosts, mounts }: Place, readOnly: boolean): string {
  const path = (name: string) => join(folder, name);
  for (const name of ['root', 'work', 'upper/etc']) mkdirSync(path(name), { recursive: true });
  writeFileSync(path('upper/etc/hosts'), hosts);
  const layers = `lowerdir=${images.join(':')},upperdir=${path('upper')},workdir=${path('work')}`;
  const lines = [line('image', path('root'), 'overlay', `${readOnly ? 'ro' : 'rw'},${layers}`)];
  for (const name of ['/dev', '/proc']) lines.push(line(name, path(`root${name}`), 'none', 'bind'));
  for (const { source, mountPath, readOnly: fixed = false } of mounts) {
    const isFolder = statSync(source).isDirectory();
    const place = path(`upper${mountPath}`);
    mkdirSync(isFolder ? place : dirname(place), { recursive: true });
    if (!isFolder) writeFileSync(place, '');
    lines.push(line(source, path(`root${mountPath}`), 'none', `bind,${fixed ? 'ro' : 'rw'}`));
  }
  writeFileSync(path('mounts'), `${lines.join('\n')}\n`);
  return path('mounts');
}

/** Starts a container's command, with more arguments. */
export function run({ user, group, fsGroup, readOnly, command, env }: Container, place: Place, ...more: readonly string[]): ChildProcess {
  const open = (path: string) => {
    const file = openSync(path, 'a');
    fchownSync(file, user, group);
    return file;
  };
  const [output, errors] = [open(place.output), open(place.errors)];
  const enter = ['--mount', 'sh', '-c', ENTER, mountTable(place, readOnly)];
  const root = [`--userspec=${user}:${group}`, `--groups=${fsGroup}`, join(place.folder, 'root')];
  const child = spawn('unshare', [...enter, ...root, ...command, ...more], {
    // A group of processes of its own, by which what it starts can be ended too.
    detached: true,
    stdio: ['ignore', output, errors],
    env: { PATH, ...env },
  });
  for (const file of [output, errors]) closeSync(file);
  return child;
}
