/** Names and labels: the same for every object of a component. */
import type { GunicornName } from '../config/gunicorn';

/** A component of the stack: names its file, construct, objects, label and section of the configuration alike. */
type SingleName = 'gunicorn' | 'nginx' | 'postgres' | 'pooler' | 'monitor' | 'migrate' | 'backup' | 'drill' | 'offsite' | 'offsite-drill';

/** One of these, or a group of Gunicorn's pods. */
export type ComponentName = SingleName | GunicornName;

const SOFTWARE: Record<SingleName, string> = {
  gunicorn: 'django',
  nginx: 'nginx',
  postgres: 'postgresql',
  pooler: 'pgbouncer',
  monitor: 'postgres-exporter',
  migrate: 'django',
  backup: 'postgresql',
  drill: 'postgresql',
  offsite: 'rclone',
  'offsite-drill': 'postgresql',
};

/**
 * Argo CD applies waves in this order, each when the one before is healthy. A claim belongs to the wave of the first pod that
 * mounts it, as it may be bound only then. Source: Argo CD, user guide, "Sync Phases and Waves".
 */
const WAVE: Record<SingleName, number> = {
  postgres: -2,
  pooler: -1,
  migrate: -1,
  gunicorn: 0,
  nginx: 0,
  monitor: 1,
  backup: 1,
  drill: 1,
  offsite: 1,
  'offsite-drill': 1,
};
/** What pods need to start, before all of them. */
const FIRST_WAVE = -3;
/** What no pod waits for, and what is never healthy where the cluster lacks what handles it. */
const LAST_WAVE = 1;

/** Argo CD never removes such an object, neither when it is gone from Git nor with its Application, and is not out of sync for it. */
export const KEPT = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
} as const;
/** Argo CD removes such an object after all others, when the pods that use it have stopped. */
const LAST = { 'argocd.argoproj.io/sync-options': 'PruneLast=true' } as const;
/** Components that keep data, and so are kept with all that they need to run. */
const KEEPING: readonly ComponentName[] = ['postgres'];

/** A group is as Gunicorn is, but for its name. */
const singleOf = (name: ComponentName): SingleName => (isGroup(name) ? 'gunicorn' : name);
const isGroup = (name: ComponentName): name is Exclude<GunicornName, 'gunicorn'> => name.startsWith('gunicorn-');

/** Label of every object that belongs to a component. */
export const COMPONENT_LABEL = 'app.kubernetes.io/component';

export type Labels = Readonly<Record<string, string>>;

export interface ReleaseProps {
  readonly release: string;
  readonly namespace: string;
}

export interface MetadataOptions {
  /** Added to the component's name: `<release>-<component>-<suffix>`. */
  readonly suffix?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** A pod needs the object to start, so Argo CD applies it before all pods. */
  readonly first?: boolean;
  /** The object is named by its content: the next release has another one. */
  readonly replaced?: boolean;
  /** The cluster may lack what handles the object, so Argo CD applies it after all pods. */
  readonly last?: boolean;
}

/** What differs where an operator makes the objects of a component. */
export interface Operated {
  /** @default - `<release>-<component>` */
  readonly name?: string;
  /** Labels that it gives to pods. */
  readonly selectorLabels: Labels;
}

/** What the objects of one component have in common. */
export class Component {
  /** `<release>-<component>`, unless an operator names it. */
  public readonly name: string;
  /** Labels that never change in the life of a release: the selectors of Deployments cannot. */
  public readonly selectorLabels: Labels;
  /** Labels of objects and pods: those of the selector, and the version. */
  public readonly labels: Labels;

  public constructor(
    public readonly release: ReleaseProps,
    private readonly component: ComponentName,
    image: string,
    operated?: Operated,
  ) {
    const own = {
      'app.kubernetes.io/name': SOFTWARE[singleOf(component)],
      'app.kubernetes.io/instance': release.release,
      [COMPONENT_LABEL]: component,
    };
    this.name = operated?.name ?? `${release.release}-${component}`;
    this.selectorLabels = operated?.selectorLabels ?? own;
    this.labels = { ...own, ...releaseLabels(release), 'app.kubernetes.io/version': versionLabel(image) };
  }

  /** `<release>-<component>-<suffix>` */
  public suffixed(suffix: string): string {
    return `${this.name}-${suffix}`;
  }

  public metadata({ suffix, annotations = {}, first = false, replaced = false, last = false }: MetadataOptions = {}) {
    const wave = first ? FIRST_WAVE : last ? LAST_WAVE : WAVE[singleOf(this.component)];
    return {
      name: suffix === undefined ? this.name : this.suffixed(suffix),
      namespace: this.release.namespace,
      labels: { ...this.labels },
      annotations: {
        'argocd.argoproj.io/sync-wave': `${wave}`,
        ...(KEEPING.includes(this.component) ? KEPT : replaced ? LAST : {}),
        ...annotations,
      },
    };
  }
}

/** Labels of what belongs to the whole release. */
export function releaseLabels({ release }: ReleaseProps): Labels {
  return { 'app.kubernetes.io/instance': release, 'app.kubernetes.io/part-of': release, 'app.kubernetes.io/managed-by': 'cdk8s' };
}

/** An image's tag or digest as a label may hold it: at most 63 characters, beginning and ending with a letter or digit. */
export function versionLabel(image: string): string {
  const [reference = '', digest] = image.split('@sha256:');
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  return (tag ?? digest ?? '').slice(0, 63).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'unknown';
}
