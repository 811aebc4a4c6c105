/** The manifests of a release, from the first that is applied to the last that is removed. */
import { KEPT } from '../../constructs/component';
import type { Manifest } from '../../constructs/manifests';
import { tell } from '../command';
import type { Asking } from '../kubectl';
import type { Lock } from './lock';
import { anew, followed } from './migration';
import { keepReplicas } from './replicas';

/** What outlives a release. */
const BASE = ['Namespace', 'PersistentVolumeClaim'];
/** For a workload to be there as a whole. A Deployment gives up by itself, and earlier. */
const PATIENCE = '15m';
const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';

const keeps = ({ metadata }: Manifest) => metadata.annotations?.[SYNC_OPTIONS] === KEPT[SYNC_OPTIONS];

/** As kubectl takes it: with the group, so that no other kind of that name is meant; without the version, as an object is of all of them. */
export function address({ apiVersion, kind, metadata }: Manifest): string {
  const [group = '', version] = apiVersion.split('/');
  return `${version === undefined ? kind : `${kind}.${group}`}/${metadata.name}`;
}

/** What a later release may remove: all but what keeps data, or what that needs to run. */
export const removable = (manifests: readonly Manifest[]) =>
  manifests.filter((object) => !BASE.includes(object.kind) && !keeps(object)).map(address);

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
    await anew(this.kubectl, this.manifests);
    await keepReplicas(this.kubectl, this.manifests);
    await this.apply(this.manifests.filter(({ kind }) => !BASE.includes(kind)));
    const migrated = await followed(this.kubectl, this.manifests);
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
}
