/** `npm run down <environment>`: the stack goes, and what it has kept stays. */
import { Chart } from 'cdk8s';
import type { Environment } from '../../config/load';
import { ConfigError } from '../../config/problems';
import { composeEnvironment } from '../../constructs/compose';
import { manifestsOf } from '../../constructs/manifests';
import { CommandError, environmentNamed, EXIT, ROOT, tell } from '../command';
import { hasTerminal } from '../exec';
import { Kubectl, type Asking } from '../kubectl';
import { History } from '../release/history';
import { locked, refuseArgo } from '../release/release';
import { address } from '../release/rollout';
import { ask } from './ask';

export interface DownOptions {
  /** Deletes the volumes too.
   * @default false */
  readonly volumes?: boolean;
  /** Namespace whose volumes are deleted, for whom nobody can ask.
   * @default - it is asked for */
  readonly yes?: string;
  /** Says what would go and what stays, and deletes nothing.
   * @default false */
  readonly dryRun?: boolean;
}

/** For the last pod to stop. */
const PATIENCE = '15m';

/** What can go: objects, as kubectl names them. */
interface Parts {
  /** Of the stack as its file now says. */
  readonly stack: readonly string[];
  /** What outlives that: volumes, and servers that an operator runs. */
  readonly volumes: readonly string[];
}

/** Without the namespace, which holds the Secrets too. */
function partsOf(environment: Environment, root: string): Parts {
  const { app, problems } = composeEnvironment(environment, root, '');
  if (problems.length > 0) throw new ConfigError(problems);
  const charts = app.node.children.filter((child) => Chart.isChart(child));
  const of = (id: string) =>
    charts
      .filter(({ node }) => node.id === id)
      .flatMap(manifestsOf)
      .filter(({ kind }) => kind !== 'Namespace');
  return { stack: of('stack').map(address), volumes: of('base').map(address) };
}

const list = (objects: readonly string[]) => objects.map((object) => `  ${object}`);

/** What is there afterwards, and what would remove it. */
function staying({ name, config }: Environment, volumes: readonly string[], deleted: boolean): string {
  const { namespace, postgres, offsite } = config;
  return [
    'What stays:',
    ...(deleted ? [] : [`  database, backups and uploads: ${volumes.join(', ')}; npm run down ${name} -- --volumes deletes them`]),
    ...(postgres.external ? [`  the database ${postgres.database} at ${postgres.external.host}, which somebody else runs`] : []),
    ...(offsite ? [`  copies of backups in the bucket ${offsite.bucket}`] : []),
    `  Secrets and the history of releases; kubectl delete namespace ${namespace} deletes them, and all else in there`,
  ].join('\n');
}

/** @throws CommandError unless somebody has named the namespace */
async function sure({ namespace }: Environment['config'], volumes: readonly string[], yes: string | undefined): Promise<void> {
  if (yes === undefined && !hasTerminal())
    throw new CommandError(`--volumes asks first, and there is no terminal to ask in: --yes ${namespace} says that it may`, EXIT.usage);
  const question = [`This deletes for good, with all that is in there:`, ...list(volumes), `Type ${namespace} to go on: `].join('\n');
  const said = yes ?? (await ask(question));
  if (said === namespace) return;
  if (yes !== undefined)
    throw new CommandError(`--yes must be the namespace whose volumes are deleted, ${namespace}, got "${yes}"`, EXIT.usage);
  throw new CommandError(`that is not ${namespace}: nothing was deleted`);
}

/**
 * Deletes the stack, with what earlier releases have left of it, and waits until its pods have stopped.
 * @throws CommandError when Argo CD applies it, somebody releases, or nobody is sure about the volumes
 */
export async function down(name: string | undefined, options: DownOptions = {}, root = ROOT, asked?: Asking): Promise<void> {
  const { volumes = false, yes, dryRun = false } = options;
  const environment = environmentNamed(name, root);
  const { config } = environment;
  if (yes !== undefined && !volumes) throw new CommandError('--yes is for --volumes: without that nothing is asked', EXIT.usage);
  refuseArgo(environment, 'Delete its Application: docs/how-to/argo-cd.md#what-is-never-removed');
  const parts = partsOf(environment, root);
  const kubectl = asked ?? new Kubectl(config.namespace);
  const history = new History(kubectl, config.release);
  const all = async () => {
    const earlier = (await history.entries()).flatMap(({ objects }) => objects);
    return [...new Set([...parts.stack, ...earlier, ...(volumes ? parts.volumes : [])])];
  };
  if (dryRun) {
    tell(['What goes:', ...list(await all()), staying(environment, parts.volumes, volumes)].join('\n'));
    return;
  }
  if (volumes) await sure(config, parts.volumes, yes);
  await locked(kubectl, config, [], async () => {
    const waiting = ['--cascade=foreground', `--timeout=${PATIENCE}`]; // for the pods, not for their Deployments alone
    await kubectl.run(['delete', '--ignore-not-found', ...waiting, ...(await all())], { tell });
  });
  tell(staying(environment, parts.volumes, volumes));
}
