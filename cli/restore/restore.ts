import type { RestoreProps } from '../../constructs/restore/database-job';
import { CommandError, environmentNamed, ROOT, tell } from '../command';
import { Kubectl } from '../kubectl';
import { Application } from './application';
import type { Lock } from '../release/lock';
import { locked } from '../release/release';
import { withContent } from './content';
import { restoreMedia } from './media';
import { manifests, Run, Unclear } from './run';
import { restoreProps, type RestoreOptions } from './source';

/** Says how a restore that has failed leaves the database. */
const leaves =
  (run: Run, { config, restored }: RestoreProps, { undo }: RestoreOptions) =>
  (error: unknown): never => {
    if (!(error instanceof CommandError) || error instanceof Unclear) throw error;
    const leftover = undo === undefined ? `; if ${restored} is left, this drops it:\n${run.dropCommand()}` : '';
    throw new CommandError(`${error.message}\n${config.postgres.database} is as it was${leftover}`);
  };

async function restored(kubectl: Kubectl, lock: Lock, environment: string, props: RestoreProps, options: RestoreOptions): Promise<void> {
  const run = new Run(kubectl, await Application.find(kubectl, props.config), environment, props);
  const asItWas = leaves(run, props, options);
  await withContent(props, { file: options.file, leave: 'media' }, (content) => run.prepare(content).catch(asItWas));
  if (options.beside) {
    tell(run.beside());
    return;
  }
  lock.check();
  await run.swap().catch(asItWas);
  try {
    await run.serve();
  } finally {
    tell(run.next());
  }
}

/**
 * Restores the database of an environment beside the live one, and then puts it in its place; or puts back its uploaded files.
 * @throws CommandError when options are wrong, somebody releases or restores, nothing can be restored, or a Job fails: the live database
 * is then as it was
 */
export async function restore(wanted: string | undefined, options: RestoreOptions = {}, root = ROOT): Promise<void> {
  const { name, config } = environmentNamed(wanted, root);
  if (options.media) return restoreMedia(config, options);
  const props = await restoreProps(config, options, new Date());
  if (options.dryRun) {
    const { restore: first, swap } = manifests(props);
    tell(`${first}---\n${swap}`);
    return;
  }
  const kubectl = new Kubectl(config.namespace);
  await locked(kubectl, config, [], (lock) => restored(kubectl, lock, name, props, options));
}
