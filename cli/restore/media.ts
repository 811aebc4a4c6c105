/** `--media`: uploaded files, beside what there is. */
import { App } from 'cdk8s';
import type { Config } from '../../config/resolve';
import { mediaOf } from '../../constructs/media';
import { RestoreMedia, type RestoreMediaProps } from '../../constructs/restore/restore-media';
import { CommandError, EXIT, tell } from '../command';
import { withContent } from './content';
import { JobRun } from '../job';
import { Kubectl } from '../kubectl';
import { sending } from './sending';
import { backupSource, type RestoreOptions } from './source';

const JOB = 'restore-media';

/**
 * Which files, and where to.
 * @throws CommandError where an option is none or has nothing to do with files, or the environment has no volume for them
 */
function mediaProps(config: Config, { at, from, file, undo, beside }: RestoreOptions): RestoreMediaProps {
  const others = Object.entries({ file, undo, beside }).flatMap(([name, value]) => (value === undefined ? [] : `--${name}`));
  if (others.length > 0) throw new CommandError(`${['--media', ...others].join(' and ')} exclude each other`, EXIT.usage);
  const media = mediaOf(config);
  if (!media) throw new CommandError('--media needs `django.media` in the file of the environment: it says where uploaded files are');
  return { config, media, source: backupSource(config, at, from) };
}

/**
 * Puts back the uploaded files of a backup that are missing. What is there stays, and the site serves meanwhile.
 * @throws CommandError when options are wrong, nothing can be restored, or the Job fails
 */
export async function restoreMedia(config: Config, options: RestoreOptions): Promise<void> {
  const props = mediaProps(config, options);
  const app = new App();
  new RestoreMedia(app, JOB, props);
  const input = app.synthYaml();
  if (options.dryRun) {
    tell(input);
    return;
  }
  const kubectl = new Kubectl(config.namespace);
  const remove = () => kubectl.run(['delete', '--ignore-not-found', '--cascade=foreground', '--filename', '-'], { input });
  await kubectl.run(['get', 'persistentvolumeclaim', props.media.claim]);
  await withContent(props, { leave: 'database.dump' }, async (content) => {
    await remove();
    await kubectl.run(['apply', '--filename', '-'], { input });
    await new JobRun(kubectl, `${config.release}-${JOB}`, tell).follow([JOB], sending(kubectl, JOB, content));
  });
  await remove();
}
