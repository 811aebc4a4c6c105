/** The project's own manage.py in a pod of Gunicorn, with the environment of the web process. */
import { runtimePath } from '../constructs/runtime-files';
import { environmentNamed, ROOT } from './command';
import { placeIn, runIn, type ExecOptions } from './exec';
import { Kubectl, type Acting } from './kubectl';

export const manage = (...words: readonly string[]) => ['python3', runtimePath('manage.py'), ...words];

/**
 * `npm run shell <environment>`: Django's shell.
 * @param words of its own command line
 * @returns its exit code
 * @throws CommandError when no pod of Gunicorn is ready
 */
export async function shell(
  name: string | undefined,
  words: readonly string[] = [],
  options: ExecOptions = {},
  root = ROOT,
  asked?: Acting,
): Promise<number> {
  const { config } = environmentNamed(name, root);
  const kubectl = asked ?? new Kubectl(config.namespace);
  return runIn(kubectl, await placeIn(kubectl, config, 'gunicorn'), manage('shell', ...words), options);
}
