/** `npm run backup <environment>`: what the CronJob does at night, now. */
import { CommandError, environmentNamed, ROOT, tell } from '../command';
import { JobRun } from '../job';
import { Kubectl, type Asking } from '../kubectl';
import { download, refuseFile, type Template } from './download';

export interface BackupOptions {
  /** File that the backup is written to as plain SQL, as pg_dump would.
   * @default - it stays in the volume of the backups alone */
  readonly to?: string;
  /** Shows the manifest of the Job, and does nothing.
   * @default false */
  readonly dryRun?: boolean;
}

interface CronJob {
  readonly spec: { readonly jobTemplate: { readonly metadata?: object; readonly spec: { readonly template: Template } } };
}

/** What the last line of a backup says to machines. */
interface Made {
  readonly backup: string;
  readonly bytes: number;
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** For people: 27586 is 26.9 KiB. */
export function size(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${UNITS[power] ?? ''}`;
}

const made = (line: string): Made | undefined => (line.startsWith('{"event":"backup_ok"') ? (JSON.parse(line) as Made) : undefined);

/**
 * Makes a backup that has been read back, and shows the log.
 * @throws CommandError when a file is not to be written, the CronJob is not there, or the backup fails
 */
export async function backup(
  name: string | undefined,
  { to, dryRun = false }: BackupOptions = {},
  root = ROOT,
  asked?: Asking,
): Promise<void> {
  const { config } = environmentNamed(name, root);
  const kubectl = asked ?? new Kubectl(config.namespace);
  if (to !== undefined) refuseFile(to);
  const cronJob = `${config.release}-backup`;
  const job = `${cronJob}-${new Date()
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z/g, '')
    .toLowerCase()}`;
  const create = ['create', 'job', job, `--from=cronjob/${cronJob}`];
  if (dryRun) {
    tell(await kubectl.run([...create, '--dry-run=client', '--output', 'yaml']));
    return;
  }
  await kubectl.run(create);
  let found: Made | undefined;
  const listen = (line: string) => {
    found = made(line) ?? found;
    tell(line);
  };
  await new JobRun(kubectl, job, listen).follow(['backup']);
  if (!found) throw new CommandError(`the Job ${job} did not say what it made: its log above may`);
  tell(`${found.backup} is there and has been read back: ${size(found.bytes)}`);
  if (to === undefined) return;
  const { spec } = await kubectl.json<CronJob>('get', 'cronjob', cronJob);
  const { template } = spec.jobTemplate.spec;
  await download(kubectl, { pod: job, template, backup: found.backup, to, major: config.postgres.version });
  tell(`${to} is that backup as plain SQL; npm run restore ${name ?? ''} -- --file ${to} takes it back`);
}
