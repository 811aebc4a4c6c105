/** `npm run release <environment>`: what kubectl would do, in order, one at a time, waited for and remembered. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../config/load';
import type { Config } from '../../config/resolve';
import { manifestsOf } from '../../constructs/compose';
import type { Manifest } from '../../constructs/manifests';
import { CommandError, environmentNamed, ROOT, tell } from '../command';
import { revision } from '../git';
import { withCleanup } from '../interrupt';
import { Kubectl, type Asking } from '../kubectl';
import { secretsManifest } from '../secrets';
import { warnOfDns } from './dns';
import { History } from './history';
import { Lock, who } from './lock';
import type { Entry } from './record';
import { removable, Rollout } from './rollout';
import { table } from './table';

export interface ReleaseOptions {
  /** Shows the releases there were, and makes none.
   * @default false */
  readonly history?: boolean;
}

/** What a release begins with. */
export interface Wanted {
  readonly environment: Pick<Environment, 'name' | 'config'>;
  readonly manifests: readonly Manifest[];
  readonly what: Pick<Entry, 'image' | 'revision' | 'of'>;
  /** File of its Secrets. */
  readonly secrets?: string;
  /** What can be done when it fails. */
  readonly next: string;
}

async function user(kubectl: Asking): Promise<string | undefined> {
  try {
    return (await kubectl.json<{ status: { userInfo: { username: string } } }>('auth', 'whoami')).status.userInfo.username;
  } catch {
    return undefined; // The API server is older than 1.28.
  }
}

/**
 * One release, from its lock to what it removes; nothing of it is undone when it fails.
 * @throws CommandError when somebody else releases, or what says why it has failed
 */
export async function released(kubectl: Asking, lock: Lock, { environment, manifests, what, secrets, next }: Wanted): Promise<Entry> {
  const { config } = environment;
  const history = new History(kubectl, config.release);
  const earlier = (await history.entries()).flatMap(({ objects }) => objects);
  const entry = await history.begin({ ...what, who: who(), user: await user(kubectl), objects: removable(manifests) }, manifests);
  tell(`release ${entry.number} of ${config.namespace}: ${what.image}`);
  const rollout = new Rollout(kubectl, environment, manifests, lock, earlier);
  try {
    const migrated = await rollout.run(secrets);
    const done: Entry = { ...entry, status: 'deployed', migrated };
    await history.end(done);
    return done;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    await history.end({ ...entry, status: 'failed', reason: error.message });
    throw new CommandError(`release ${entry.number} has failed: ${error.message}\n${next}`);
  }
}

/** Holds the lock while something is done. The namespace, in which that is, comes first. */
export async function locked<T>(
  kubectl: Asking,
  config: Config,
  manifests: readonly Manifest[],
  act: (lock: Lock) => Promise<T>,
): Promise<T> {
  const namespace = manifests.find(({ kind }) => kind === 'Namespace');
  if (namespace) await kubectl.run(['apply', '--filename', '-'], { input: JSON.stringify(namespace) });
  const lock = await Lock.take(kubectl, config.release);
  return withCleanup(
    () => act(lock),
    () => lock.giveBack(),
  );
}

/** @throws CommandError where Argo CD applies the environment */
export function refuseArgo({ name, config }: Environment, instead: string): void {
  if (config.argocd)
    throw new CommandError(`${name} has the section argocd: Argo CD applies what is in Git, and would undo this. ${instead}`);
}

/**
 * Releases the manifests of an environment, with its Secrets where they are there.
 * @param again command that does the same
 * @throws CommandError when somebody else releases, or the release fails
 */
export async function releaseOf(
  kubectl: Asking,
  environment: Environment,
  manifests: readonly Manifest[],
  { root, again }: { readonly root: string; readonly again: string },
): Promise<void> {
  const { name, config } = environment;
  const file = join(root, secretsManifest(name));
  const secrets = existsSync(file) ? file : undefined;
  const what = { image: config.image, revision: revision(root) };
  const next = `Old pods serve on where they can. Mend it, and ${again}; or go back: npm run rollback ${name}`;
  await warnOfDns(kubectl, environment);
  const { number } = await locked(kubectl, config, manifests, (lock) =>
    released(kubectl, lock, { environment, manifests, what, secrets, next }),
  );
  tell(`release ${number} serves`);
}

/**
 * Applies an environment as its file now says, and waits until it serves.
 * @throws CommandError when Argo CD does that, somebody else releases, or the release fails; ConfigError when the environment has problems
 */
export async function release(
  name: string | undefined,
  { history = false }: ReleaseOptions = {},
  root = ROOT,
  asked?: Asking,
): Promise<void> {
  const environment = environmentNamed(name, root);
  const { config } = environment;
  const kubectl = asked ?? new Kubectl(config.namespace);
  if (history) {
    const entries = await new History(kubectl, config.release).entries();
    tell(
      entries.length === 0
        ? `${config.namespace} remembers no release: npm run release ${environment.name} makes the first`
        : table(entries),
    );
    return;
  }
  refuseArgo(environment, 'Commit dist/: docs/how-to/argo-cd.md');
  await releaseOf(kubectl, environment, manifestsOf(environment, root), { root, again: `npm run release ${environment.name}` });
}
