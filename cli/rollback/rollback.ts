/** `npm run rollback <environment>`: back to a release that served, where the database lets it. */
import type { Config } from '../../config/resolve';
import { CommandError, environmentNamed, EXIT, ROOT, tell } from '../command';
import { Kubectl, type Asking } from '../kubectl';
import { History } from '../release/history';
import { locked, refuseArgo, released } from '../release/release';
import type { Lock } from '../release/lock';
import { reversal, type Judged } from './reversal';
import { wayBack, type Way } from './target';

export const MIGRATIONS = ['keep', 'reverse'] as const;

export interface RollbackOptions {
  /** Number of a release.
   * @default - the newest that was deployed before what runs */
  readonly to?: string;
  /** What happens to migrations that were applied since: nothing, whatever they are; or they are undone, after a backup.
   * @default - none that has to be undone may be there */
  readonly migrations?: (typeof MIGRATIONS)[number];
  /** Judges, and changes nothing.
   * @default false */
  readonly dryRun?: boolean;
}

function wantedNumber(to: string | undefined): number | undefined {
  if (to !== undefined && !/^[1-9]\d*$/.test(to)) throw new CommandError(`--to must be the number of a release, got "${to}"`, EXIT.usage);
  return to === undefined ? undefined : Number(to);
}

const lines = ({ name, why }: Judged) => [`  ${name}`, ...why.map((one) => `    ${one}`)];

/** Why it cannot be gone back, and what can be done; nothing where it can. */
export function objection(judged: readonly Judged[], command: string, migrations: RollbackOptions['migrations']): string | undefined {
  const of = (verdict: Judged['verdict']) => judged.filter((one) => one.verdict === verdict);
  const [oneWay, back] = [of('one way'), of('goes back')];
  const keep = `If its code runs with the database as it is: ${command} --migrations keep`;
  if (oneWay.length > 0) {
    return [
      'it would go back over migrations that cannot be undone:',
      ...oneWay.flatMap(lines),
      'Mend it and release again; or, with what was written since lost, restore the backup of before: docs/how-to/release.md.',
      keep,
    ].join('\n');
  }
  if (back.length === 0 || migrations === 'reverse') return undefined;
  const loses = judged.flatMap((one) => one.loses);
  return [
    'its code does not run with migrations that were applied since:',
    ...back.flatMap(lines),
    `This undoes all that were applied since, after a backup${loses.length > 0 ? `, and loses ${loses.join(', ')}` : ''}:`,
    `${command} --migrations reverse`,
    keep,
  ].join('\n');
}

/** Sees to the database: nothing is to be undone when this returns. */
async function database(kubectl: Asking, { release }: Config, way: Way, command: string, options: RollbackOptions): Promise<void> {
  if (options.migrations === 'keep') return;
  const manifests = await new History(kubectl, release).manifests(way.newest);
  const since = way.to.migrated;
  const judged = await reversal(kubectl, release, manifests, { since, reverse: false });
  const why = objection(judged, command, options.migrations);
  if (why !== undefined) throw new CommandError(`release ${way.to.number} cannot come back: ${why}`);
  if (options.dryRun || !judged.some(({ verdict }) => verdict === 'goes back')) return;
  tell(`undoing; until release ${way.to.number} serves, pages of release ${way.from.number} that need what is undone fail`);
  await reversal(kubectl, release, manifests, { since, reverse: true });
}

/**
 * Applies the manifests of an earlier release, once the database is one that its code runs with.
 * @throws CommandError when there is none, Argo CD releases, somebody else does, a migration stands in the way, or the release fails
 */
export async function rollback(name: string | undefined, options: RollbackOptions = {}, root = ROOT, asked?: Asking): Promise<void> {
  const environment = environmentNamed(name, root);
  const { config } = environment;
  const number = wantedNumber(options.to);
  refuseArgo(environment, 'Revert the commit: docs/how-to/argo-cd.md');
  const kubectl = asked ?? new Kubectl(config.namespace);
  const history = new History(kubectl, config.release);
  await locked(kubectl, config, [], async (lock: Lock) => {
    const way = wayBack(await history.entries(), number);
    const { to } = way;
    const command = `npm run rollback ${environment.name} -- --to ${to.number}`;
    tell(`from release ${way.from.number} back to ${to.number}: ${to.image}, of ${to.when}`);
    await database(kubectl, config, way, command, options);
    if (options.dryRun) {
      tell(
        `release ${to.number} can come back: ${command}${options.migrations === undefined ? '' : ` --migrations ${options.migrations}`}`,
      );
      return;
    }
    // Volumes outlive releases, and never get smaller.
    const manifests = (await history.manifests(to)).filter(({ kind }) => kind !== 'PersistentVolumeClaim');
    const what = { image: to.image, revision: to.revision, of: to.of ?? to.number };
    const done = await released(kubectl, lock, { environment, manifests, what, next: `npm run rollback ${environment.name} tries again` });
    tell(`release ${done.number} serves, as ${what.of} did`);
  });
}
