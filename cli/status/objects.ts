/** Objects of the API, as far as they are read. */

export interface Metadata {
  readonly name: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
}

interface Terminated {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
  readonly finishedAt?: string;
}

interface State {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: Terminated;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready: boolean;
  /** Its startup probe has succeeded. */
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state: State;
  readonly lastState?: State;
  /** Devices that it was given. Kubernetes 1.36 tells of them. */
  readonly allocatedResourcesStatus?: readonly {
    readonly name: string;
    readonly resources?: readonly { readonly resourceID: string; readonly health?: string }[];
  }[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

type Quantities = Readonly<Record<string, string>>;

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources?: { readonly limits?: Quantities };
}

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName?: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly ephemeral?: object;
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

export interface Pod {
  readonly kind: 'Pod';
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  readonly status: {
    readonly phase: string;
    readonly reason?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly metadata: Metadata;
  readonly spec: { readonly replicas?: number; readonly strategy?: object; readonly template: { readonly spec: PodSpec } };
  readonly status?: object;
}

export interface Job {
  readonly kind: 'Job';
  readonly metadata: Metadata;
  readonly status: {
    readonly active?: number;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

export interface CronJob {
  readonly kind: 'CronJob';
  readonly metadata: Metadata;
  readonly spec: { readonly schedule: string; readonly timeZone?: string; readonly suspend?: boolean };
  readonly status?: { readonly lastScheduleTime?: string; readonly lastSuccessfulTime?: string };
}

export interface Claim {
  readonly kind: 'PersistentVolumeClaim';
  readonly metadata: Metadata;
  readonly status?: { readonly phase?: string };
}

export interface Event {
  readonly kind: 'Event';
  readonly metadata: Metadata;
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly lastObservedTime?: string };
}

/** What one question to the API is answered with. */
export type Found = Pod | Workload | Job | CronJob | Claim | Event;

const time = ({ metadata, series, lastTimestamp, eventTime }: Event) =>
  series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp;

/** All of a kind. */
export const ofKind = <Kind extends Found['kind']>(objects: readonly Found[], ...kinds: readonly Kind[]) =>
  objects.filter((one): one is Extract<Found, { kind: Kind }> => kinds.some((kind) => kind === one.kind));

/** What was told of an object, the oldest first. */
export const eventsOf = (objects: readonly Found[], kind: string, name: string): Event[] =>
  ofKind(objects, 'Event')
    .filter(({ involvedObject }) => involvedObject.kind === kind && involvedObject.name === name)
    .sort((a, b) => time(a).localeCompare(time(b)));

export const condition = (of: { readonly conditions?: readonly Condition[] } | undefined, type: string) =>
  of?.conditions?.find((one) => one.type === type);

export const holds = (of: { readonly conditions?: readonly Condition[] } | undefined, type: string) =>
  condition(of, type)?.status === 'True';

/** Every container of a pod, in the order in which they start. */
export const containersOf = ({ status }: Pod): ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

export const ready = ({ status }: Pod) => holds(status, 'Ready');
/** Its containers have ended for good. */
export const ended = ({ status }: Pod) => ['Succeeded', 'Failed'].includes(status.phase);
export const jobOf = ({ metadata }: Pod) => metadata.ownerReferences?.find(({ kind }) => kind === 'Job')?.name;

export const newest = <T extends { readonly metadata: Metadata }>(objects: readonly T[]): T | undefined =>
  [...objects].sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp)).at(-1);
