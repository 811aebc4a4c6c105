/** Values of Secrets, made once. */
import type { Environment } from '../../config/load';
import { tell } from '../command';
import type { Asking } from '../kubectl';
import { fillSecrets, holdsSecret, ownSecrets } from '../secrets';

/**
 * Fills the Secrets of an environment, unless the cluster has some from another folder: new passwords in the place of those that are in use
 * would lock the application out of its database.
 */
export async function fillOnce(kubectl: Asking, environment: Environment, root: string): Promise<void> {
  const absent = ownSecrets(environment.config).filter((contract) => !holdsSecret(root, environment.name, contract));
  const names = absent.map(({ name }) => name);
  const found = names.length === 0 ? '' : await kubectl.run(['get', 'secret', ...names, '--ignore-not-found', '--output', 'name']);
  const elsewhere = found.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/^secret\//, '')]));
  if (elsewhere.length === 0) await fillSecrets(environment, root, { brief: true });
  else tell(`left  ${elsewhere.join(', ')}: the cluster has them, and secrets/${environment.name}/ does not`);
}
