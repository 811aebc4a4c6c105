/** What the options of the command ask for. */
import type { Config } from '../../config/resolve';
import type { RestoreProps } from '../../constructs/restore/database-job';
import type { BackupSource } from '../../constructs/restore/job';
import { CommandError, EXIT } from '../command';
import { examine } from './file';
import { asideName, isAside, restoredName } from './names';

export interface RestoreOptions {
  /** Time that the backup must not be younger than, in ISO 8601 with a zone. */
  readonly at?: string;
  /** Where backups are, if not in the volume of the release. */
  readonly from?: 'off-site';
  /** File that pg_dump has written. */
  readonly file?: string;
  /** Database that an earlier restore has put aside. */
  readonly undo?: string;
  /** Puts back uploaded files, and leaves the database alone.
   * @default false */
  readonly media?: boolean;
  /** Leaves the database beside the live one.
   * @default false */
  readonly beside?: boolean;
  /** Shows the manifests, and does nothing.
   * @default false */
  readonly dryRun?: boolean;
}

const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/;

/** As the names of backups have it. */
function backupTime(at: string): string {
  const time = TIME.test(at) ? new Date(at.replace(' ', 'T')) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw new CommandError(
      `--at must be a time with its zone, such as 2026-11-23T14:30Z or 2026-11-23T14:30+01:00, got "${at}"`,
      EXIT.usage,
    );
  }
  return `${time.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`;
}

/** Options of the command that ask for the same backup. */
export function optionsOf({ kind, time }: BackupSource): string[] {
  const at = time?.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  return [...(kind === 'copy' ? ['--from off-site'] : []), ...(at === undefined ? [] : [`--at ${at}`])];
}

/**
 * Which backup.
 * @throws CommandError where an option is none, or there are no copies
 */
export function backupSource(config: Config, at: RestoreOptions['at'], from: RestoreOptions['from']): BackupSource {
  if (from !== undefined && !config.offsite) {
    throw new CommandError('--from off-site needs the section `offsite` in the file of the environment: it says where the copies are');
  }
  return { kind: from === undefined ? 'backup' : 'copy', ...(at === undefined ? {} : { time: backupTime(at) }) };
}

/**
 * Where the database comes from, and what it and the live one are called.
 * @throws CommandError where an option is none, or options exclude each other
 */
export async function restoreProps(config: Config, { at, from, file, undo, beside }: RestoreOptions, now: Date): Promise<RestoreProps> {
  const { database, version } = config.postgres;
  const given = Object.entries({ at, file, undo }).flatMap(([name, value]) => (value === undefined ? [] : `--${name}`));
  if (from !== undefined && given.some((name) => name !== '--at')) given.push('--from');
  if (beside && undo !== undefined) given.push('--beside');
  if (given.length > 1) throw new CommandError(`${given.join(' and ')} exclude each other`, EXIT.usage);
  const names = { config, restored: restoredName(database), aside: asideName(database, now) };
  if (undo !== undefined) {
    if (isAside(database, undo)) return { ...names, restored: undo, source: { kind: 'kept' } };
    const example = asideName(database, now);
    throw new CommandError(`--undo must be a database that a restore has put aside, such as ${example}, got "${undo}"`, EXIT.usage);
  }
  if (file !== undefined) return { ...names, source: await examine(file, version) };
  return { ...names, source: backupSource(config, at, from) };
}
