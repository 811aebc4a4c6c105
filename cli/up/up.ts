/** `npm run up <environment>`: from the project to a site that serves. */
import { withImage } from '../../config/resolve';
import { manifestsOf } from '../../constructs/compose';
import { environmentNamed, ROOT, tell } from '../command';
import { Kubectl, type Asking } from '../kubectl';
import { refuseArgo, releaseOf } from '../release/release';
import { address, isDevelopment } from './address';
import { attach } from './attach';
import { Build, type BuildOptions } from './build';
import { plan } from './plan';
import { fillOnce } from './secrets';

export interface UpOptions extends BuildOptions {
  /** Returns when it serves, in development too.
   * @default false */
  readonly detach?: boolean;
  /** Says what would be done, and does nothing.
   * @default false */
  readonly dryRun?: boolean;
}

/**
 * Builds the image where that is asked for, fills the Secrets once, releases, and says where the site is. In development it then shows
 * what all pods say, until it is interrupted.
 * @throws CommandError when options are wrong, the image cannot be built, Argo CD releases, somebody else does, or the release fails
 */
export async function up(name: string | undefined, options: UpOptions = {}, root = ROOT, asked?: Asking): Promise<void> {
  const environment = environmentNamed(name, root);
  const { config } = environment;
  refuseArgo(environment, 'Commit dist/: docs/how-to/argo-cd.md');
  const kubectl = asked ?? new Kubectl(config.namespace);
  const build = await Build.wanted(options, environment, root, kubectl);
  const now = manifestsOf(environment, root);
  if (options.dryRun) {
    tell(plan(environment, now, build));
    return;
  }
  const image = build && (await build.run());
  const released = image === undefined ? environment : { ...environment, config: withImage(config, image) };
  await fillOnce(kubectl, environment, root);
  const again = `npm run up ${environment.name}${build ? ' -- --build' : ''}`;
  await releaseOf(kubectl, released, manifestsOf(released, root), { root, again });
  const attaches = isDevelopment(config) && !options.detach;
  for (const line of await address(kubectl, config, attaches)) tell(line);
  if (attaches) await attach(kubectl, environment);
}
