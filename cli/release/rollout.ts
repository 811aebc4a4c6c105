/** The manifests of a release, from the first that is applied to the last that is removed. */
import { COMPONENT_LABEL, KEPT } from '../../constructs/component';
import type { Manifest } from '../../constructs/manifests';
import { tell } from '../command';
import { JobRun } from '../job';
import type { Asking } from '../kubectl';
import type { Lock } from './lock';
import { keepReplicas } from './replicas';

/** What outlives a release. */
const BASE = ['Namespace', 'PersistentVolumeClaim'];
/** For a workload to be there as a whole. A Deployment gives up by itself, and earlier. */
const PATIENCE = '15m';
/** What the migration's containers do, in their order. */
const CONTAINERS = ['roles', 'pending', 'backup', 'migrate'];
const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';

const keeps = ({ metadata }: Manifest) => metadata.annotations?.[SYNC_OPTIONS] === KEPT[SYNC_OPTIONS];

/** As kubectl takes it: with the group, so that no other kind of that name is meant; without the version, as an object is of all of them. */
function address({ apiVersion, kind, metadata }: Manifest): string {
  const [group = '', version] = apiVersion.split('/');
  return `${version === undefined ? kind : `${kind}.${group}`}/${metadata.name}`;
}

/** What a later release may remove: all but what keeps data, or what that needs to run. */
export const removable = (manifests: readonly Manifest[]) =>
  manifests.filter((object) => !BASE.includes(object.kind) && !keeps(object)).map(address);

/** The Job that migrates. */
export const migrationOf = (manifests: readonly Manifest[]) =>
  manifests.find(({ kind, metadata }) => kind === 'Job' && metadata.labels?.[COMPONENT_LABEL] === 'migrate');

export class Rollout {
  public constructor(
    private readonly kubectl: Asking,
    private readonly manifests: readonly Manifest[],
    private readonly lock: Lock,
  ) {}

  /**
   * Applies all of it, and waits until it serves.
   * @param secrets file of its Secrets, applied where it is given
   * @returns when its migrations were applied
   * @throws CommandError when the API server refuses something, the migration fails, or pods do not become ready
   */
  public async run(secrets?: string): Promise<string> {
    await this.apply(this.manifests.filter(({ kind }) => BASE.includes(kind)));
    if (secrets !== undefined) await this.kubectl.run(['apply', '--filename', secrets], { tell });
    await this.anew();
    await keepReplicas(this.kubectl, this.manifests);
    await this.apply(this.manifests.filter(({ kind }) => !BASE.includes(kind)));
    const migrated = await new JobRun(this.kubectl, migrationOf(this.manifests)?.metadata.name ?? '', tell).follow(CONTAINERS);
    for (const kind of ['StatefulSet', 'Deployment']) {
      for (const object of this.manifests.filter((one) => one.kind === kind)) {
        await this.kubectl.run(['rollout', 'status', address(object), `--timeout=${PATIENCE}`], { tell });
      }
    }
    return migrated;
  }

  /** Removes what earlier releases have applied and this one has not: its pods do not need it, and no other pods are left. */
  public async remove(earlier: readonly string[]): Promise<void> {
    this.lock.check();
    const own = new Set(this.manifests.map(address));
    const gone = [...new Set(earlier)].filter((object) => !own.has(object));
    if (gone.length > 0) await this.kubectl.run(['delete', '--ignore-not-found', ...gone], { tell });
  }

  private async apply(objects: readonly Manifest[]): Promise<void> {
    this.lock.check();
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await this.kubectl.run(['apply', '--filename', '-'], { input, tell });
  }

  /** A migration that has ended under the same name runs again, as the database may have gone back since. */
  private async anew(): Promise<void> {
    const name = migrationOf(this.manifests)?.metadata.name ?? '';
    const { items } = await this.kubectl.json<{ items: Ended[] }>('get', 'jobs', '--field-selector', `metadata.name=${name}`);
    const ended = items.some(({ status }) => status.conditions?.some(({ type }) => ['Complete', 'Failed'].includes(type)));
    if (ended) await this.kubectl.run(['delete', 'job', name]);
  }
}

interface Ended {
  readonly status: { readonly conditions?: readonly { readonly type: string }[] };
}
