import { CommandError, environmentNamed, ROOT, tell } from '../command';
import { contentOf } from './content';
import { restoreMedia } from './media';
import { manifests, Run } from './run';
import { restoreProps, type RestoreOptions } from './source';

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
  const content = await contentOf(props, { file: options.file, leave: 'media' });
  try {
    await run.prepare(content).finally(content?.discard);
    if (options.beside) {
      tell(run.beside());
      return;
    }
    await run.swap();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const leftover = options.undo === undefined ? `; if ${props.restored} is left, this drops it:\n${run.dropCommand()}` : '';
    throw new CommandError(`${error.message}\n${config.postgres.database} is as it was${leftover}`);
  }
  try {
    await run.serve();
  } finally {
    tell(run.next());
  }
}
