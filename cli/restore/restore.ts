import type { RestoreProps } from '../../constructs/restore/database-job';
import { CommandError, environmentNamed, ROOT, tell } from '../command';
import { Unanswered } from '../patience';
import { withContent } from './content';
import { restoreMedia } from './media';
import { manifests, Run } from './run';
import { restoreProps, type RestoreOptions } from './source';

/** Says how a restore that has failed leaves the database. */
const leaves =
  (run: Run, { config, restored }: RestoreProps, { undo }: RestoreOptions) =>
  (error: unknown): never => {
    if (!(error instanceof CommandError)) throw error;
    const leftover = undo === undefined ? `; if ${restored} is left, this drops it:\n${run.dropCommand()}` : '';
    throw new CommandError(`${error.message}\n${config.postgres.database} is as it was${leftover}`);
  };

/**
 * Restores the database of an environment beside the live one, and then puts it in its place; or puts back its uploaded files.
 * @throws CommandError when options are wrong, nothing can be restored, or a Job fails: the live database is then as it was
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
  const run = new Run(name, props);
  await run.begin();
  const asItWas = leaves(run, props, options);
  await withContent(props, { file: options.file, leave: 'media' }, (content) => run.prepare(content).catch(asItWas));
  if (options.beside) {
    tell(run.beside());
    return;
  }
  await run.swap().catch((error: unknown) => {
    if (error instanceof Unanswered) throw new CommandError(`${error.message}\n${run.unknown()}`);
    asItWas(error);
  });
  try {
    await run.serve();
  } finally {
    tell(run.next());
  }
}
