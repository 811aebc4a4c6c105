/** `npm run migrate <environment>`: the migration of the release, now. */
import { stringify } from 'yaml';
import { manifestsOf } from '../constructs/compose';
import { environmentNamed, ROOT, tell } from './command';
import { Kubectl, type Asking } from './kubectl';
import { anew, followed, migrationOf, mounted } from './release/migration';
import { locked, refuseArgo } from './release/release';

export interface MigrateOptions {
  /** Shows the manifests, and does nothing.
   * @default false */
  readonly dryRun?: boolean;
}

/**
 * Runs the migration Job that the file of the environment now asks for, and shows its log. Nothing else is applied.
 * @throws CommandError when Argo CD does that, somebody releases, or the migration fails; ConfigError when the environment has problems
 */
export async function migrate(
  name: string | undefined,
  { dryRun = false }: MigrateOptions = {},
  root = ROOT,
  asked?: Asking,
): Promise<void> {
  const environment = environmentNamed(name, root);
  const { config } = environment;
  refuseArgo(environment, 'A sync migrates: docs/how-to/argo-cd.md');
  const manifests = manifestsOf(environment, root);
  const items = [...mounted(manifests), migrationOf(manifests)];
  if (dryRun) {
    tell(items.map((object) => stringify(object)).join('---\n'));
    return;
  }
  const kubectl = asked ?? new Kubectl(config.namespace);
  await locked(kubectl, config, [], async () => {
    await anew(kubectl, manifests);
    await kubectl.run(['apply', '--filename', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), tell });
    await followed(kubectl, manifests);
  });
}
