/** A backup of the volume, as a file of plain SQL on this machine. */
import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { BACKUP_DIRECTORY } from '../../constructs/dump';
import { TMP } from '../../constructs/pod';
import { CommandError, EXIT } from '../command';
import { withCleanup } from '../interrupt';
import type { Asking } from '../kubectl';
import { examine } from '../restore/file';

interface Mount {
  readonly name: string;
}

/** Of the pods of the CronJob. */
export interface Template {
  readonly metadata?: object;
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly volumeMounts?: readonly Mount[] }[];
    readonly volumes?: readonly Mount[];
  };
}

export interface Download {
  /** Name of the pod that it comes from. */
  readonly pod: string;
  readonly template: Template;
  /** Name of the backup. */
  readonly backup: string;
  /** File that it is written to. */
  readonly to: string;
  /** Of Postgres. */
  readonly major: number;
}

/** What of the template it needs: no Secret. */
const VOLUMES = ['backup', 'tmp'];
/** Longest time for a download. Seconds. */
const DEADLINE = 6 * 3600;
/** For the pod to start. */
const PATIENCE = '5m';

const partOf = (path: string) => `${path}.part`;

/** @throws CommandError unless that file can be made */
export function refuseFile(path: string): void {
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new CommandError(`--to must be a file in a folder that is there, and ${folder} is none`, EXIT.usage);
  if (existsSync(path)) throw new CommandError(`${path} is there, and is not written over: name another file, or move it away`, EXIT.usage);
  if (existsSync(partOf(path)))
    throw new CommandError(`${partOf(path)} is there, of a download that goes on or was interrupted: wait, or remove it`, EXIT.usage);
}

/** A pod that has the backups to read, and waits. */
function waiting({ pod: name, template: { metadata, spec } }: Download): object {
  const those = <T extends Mount>(list: readonly T[] = []) => list.filter((one) => VOLUMES.includes(one.name));
  const containers = spec.containers.map(({ volumeMounts, ...container }) => ({
    ...container,
    command: ['sleep', `${DEADLINE}`],
    args: [],
    env: [{ name: 'HOME', value: TMP }],
    volumeMounts: those(volumeMounts).map((mount) => ({ ...mount, readOnly: mount.name === 'backup' })),
  }));
  const own = { activeDeadlineSeconds: DEADLINE, terminationGracePeriodSeconds: 0, containers, volumes: those(spec.volumes) };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec: { ...spec, ...own } };
}

async function fetch(kubectl: Asking, { pod, backup, to, major }: Download): Promise<void> {
  const part = partOf(to);
  await kubectl.run(['wait', '--for=condition=Ready', `pod/${pod}`, `--timeout=${PATIENCE}`]);
  const file = createWriteStream(part, { flags: 'wx', mode: 0o600 });
  const written = once(file, 'finish');
  const dump = `${BACKUP_DIRECTORY}/${backup}/database.dump`;
  await Promise.all([written, kubectl.run(['exec', pod, '--container', 'backup', '--', 'pg_restore', '--file', '-', dump], { to: file })]);
  await examine(part, major);
  renameSync(part, to);
}

/**
 * Writes it to a file beside, which has its name only when all of it has come.
 * @throws CommandError when it cannot be read or written, or is not whole: there is no file then
 */
export async function download(kubectl: Asking, wanted: Download): Promise<void> {
  const { pod, to } = wanted;
  await kubectl.run(['create', '--filename', '-'], { input: JSON.stringify(waiting(wanted)) });
  await withCleanup(
    () => fetch(kubectl, wanted),
    () => kubectl.run(['delete', 'pod', pod, '--ignore-not-found', '--wait=false']).finally(() => rmSync(partOf(to), { force: true })),
  ).catch((error: unknown) => {
    throw error instanceof CommandError ? error : new CommandError(`${to} cannot be written: ${(error as Error).message}`);
  });
}
