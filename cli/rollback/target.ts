import { CommandError, EXIT } from '../command';
import type { Recorded } from '../release/record';
import { table } from '../release/table';

/** What runs, and the release to go back to. */
export interface Way {
  readonly from: Recorded;
  /** The newest that brought something new: its image has the code of all migrations. */
  readonly newest: Recorded;
  readonly to: Recorded & { readonly migrated: string };
}

const isDeployed = (entry: Recorded): entry is Way['to'] => entry.status === 'deployed' && entry.migrated !== undefined;

/**
 * The newest release that served before what runs, or the one that is wanted.
 * @param entries the newest first
 * @throws CommandError when there is none, with those there are
 */
export function wayBack(entries: readonly Recorded[], wanted?: number): Way {
  const [from] = entries;
  if (!from) throw new CommandError('no release is remembered: only what npm run release has made can be gone back to');
  // Going back twice leads further back, and not to what was left the first time; when it has failed, to the same again.
  const before = from.of === undefined ? from.number : from.status === 'deployed' ? from.of : from.of + 1;
  const to = entries.filter(isDeployed).find(({ number }) => (wanted === undefined ? number < before : number === wanted));
  if (to && to !== from) return { from, to, newest: entries.find(({ of }) => of === undefined) ?? from };
  const problem =
    wanted === undefined
      ? `no release before ${before} is remembered that was deployed`
      : to === from
        ? `--to ${wanted}: is what runs`
        : `--to must be a release that was deployed, got ${wanted}`;
  throw new CommandError(`${problem}; there are:\n${table(entries)}`, wanted === undefined ? EXIT.wrong : EXIT.usage);
}
