/** The manifests of a release, from the first that is applied to the last that is removed. */
import type { Environment } from '../../config/load';
import { COMPONENT_LABEL, KEPT } from '../../constructs/component';
import type { Manifest } from '../../constructs/manifests';
import { rollingOf } from '../../diff/objects';
import type { Asking } from '../kubectl';
import { Screen } from '../screen';
import type { Lock } from './lock';
import { anew, followed } from './migration';
import { keepReplicas } from './replicas';
import { Watch } from './watch';

/** What outlives a release. */
const BASE = ['Namespace', 'PersistentVolumeClaim'];
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

/** One that still sees to a number of pods would take back what a release gives in its place. */
const isAutoscaler = (object: string) => object.startsWith('HorizontalPodAutoscaler.');

/** Gunicorn, and its groups. */
const servesDjango = ({ kind, metadata }: Manifest) =>
  kind === 'Deployment' && /^gunicorn(?:-|$)/.test(metadata.labels?.[COMPONENT_LABEL] ?? '');

/** Pods of the application that stop before new ones start, as they have no second GPU or volume: these must not wait for the migration then. */
export const migratesFirst = (object: Manifest) => servesDjango(object) && rollingOf(object, 1).surge === 0;

/** What is applied at a time, in order; between the last two the migration comes to its end. */
export function steps(manifests: readonly Manifest[]) {
  const base = manifests.filter(({ kind }) => BASE.includes(kind));
  const last = manifests.filter(migratesFirst);
  return { base, stack: manifests.filter((object) => !base.includes(object) && !last.includes(object)), last };
}

export class Rollout {
  private readonly screen = new Screen();

  public constructor(
    private readonly kubectl: Asking,
    private readonly environment: Pick<Environment, 'name' | 'config'>,
    private readonly manifests: readonly Manifest[],
    private readonly lock: Lock,
    /** Addresses of what earlier releases have applied. */
    private readonly earlier: readonly string[],
  ) {}

  /**
   * Applies all of it, waits until it serves, and removes what earlier releases have applied and this one has not: its pods do not need
   * it, and no other pods are left.
   * @param secrets file of its Secrets, applied where it is given
   * @returns when its migrations were applied
   * @throws CommandError when the API server refuses something, the migration fails, or pods do not become ready
   */
  public async run(secrets?: string): Promise<string> {
    const { base, stack, last } = steps(this.manifests);
    await this.apply(base);
    if (secrets !== undefined) await this.kubectl.run(['apply', '--filename', secrets], { tell: this.changed });
    await anew(this.kubectl, this.manifests);
    await keepReplicas(this.kubectl, this.manifests);
    const own = new Set(this.manifests.map(address));
    const gone = [...new Set(this.earlier)].filter((object) => !own.has(object));
    await this.remove(gone.filter(isAutoscaler));
    const migrated = await new Watch(this.kubectl, this.environment, this.manifests, this.screen).during(async (signal) => {
      await this.apply(stack);
      const when = await followed(this.kubectl, this.manifests, this.screen.say, signal);
      if (last.length > 0) await this.apply(last);
      return when;
    });
    await this.remove(gone.filter((object) => !isAutoscaler(object)));
    return migrated;
  }

  private async remove(objects: readonly string[]): Promise<void> {
    this.lock.check();
    if (objects.length > 0) await this.kubectl.run(['delete', '--ignore-not-found', ...objects], { tell: this.screen.say });
  }

  /** Says what kubectl has changed. */
  private readonly changed = (line: string): void => {
    if (!line.endsWith(' unchanged')) this.screen.say(line);
  };

  private async apply(objects: readonly Manifest[]): Promise<void> {
    this.lock.check();
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await this.kubectl.run(['apply', '--filename', '-'], { input, tell: this.changed });
  }
}
