/** The last migration: of the newest Job, or what the history of releases knows of it when that is gone. */
import type { Recorded } from '../../release/record';
import { isUnknown, type Unknown } from '../asking';
import type { Job } from '../objects';
import { minute, type Row } from '../row';
import type { Migration } from '../subject';

export function migrationRow({ state, line }: Migration, job: Job | undefined, releases: readonly Recorded[] | Unknown): Row {
  const { name } = job?.metadata ?? {};
  const begun = job?.status.startTime ?? job?.metadata.creationTimestamp ?? '';
  const migrated = job?.status.completionTime ?? (isUnknown(releases) ? undefined : releases.find((one) => one.migrated)?.migrated);
  const details = { state, job: name, migrated };
  if (state === 'failed') return { says: `failed, begun ${minute(begun)}: ${line}`, well: false, details };
  if (state === 'retrying') return { says: `runs since ${minute(begun)}, and a try has failed: ${line}`, well: false, details };
  if (state === 'running') return { says: `runs since ${minute(begun)}: ${name}`, well: true, details };
  if (migrated === undefined) return { says: 'none that is remembered', well: null, details };
  return { says: `done ${minute(migrated)}`, well: true, details };
}
