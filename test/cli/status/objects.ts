/** Objects as the API server and its controllers write them. */
import type { Claim, Condition, ContainerStatus, CronJob, Event, Found, Job, Pod, Workload } from '../../../cli/status/objects';

export const NOW = Date.parse('2026-11-24T10:00:00Z');
export const IMAGE = 'registry.example.com/team/shop:1.4.1';

const labels = (component: string) => {
  const software: Readonly<Record<string, string>> = { gunicorn: 'django', migrate: 'django', nginx: 'nginx' };
  return {
    'app.kubernetes.io/name': software[component] ?? 'postgresql',
    'app.kubernetes.io/instance': 'shop',
    'app.kubernetes.io/component': component,
  };
};

type ContainerChanges = Partial<Omit<ContainerStatus, 'name'>>;

/** A container that serves, unless it is said otherwise. */
export const container = (name: string, changes: ContainerChanges = {}): ContainerStatus => ({
  name,
  image: IMAGE,
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: '2026-11-24T07:00:00Z' } },
  ...changes,
});

export const waiting = (reason: string, message?: string): ContainerChanges => ({
  ready: false,
  started: false,
  state: { waiting: { reason, message } },
});
export const terminated = (exitCode: number, more: object = {}): ContainerStatus['state'] => ({
  terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', finishedAt: '2026-11-24T09:55:00Z', ...more },
});

interface PodProps {
  readonly name?: string;
  readonly component?: string;
  readonly node?: string;
  readonly job?: string;
  readonly phase?: string;
  /** @default - one of the component, that serves */
  readonly containers?: readonly ContainerStatus[];
  readonly init?: readonly ContainerStatus[];
  readonly conditions?: readonly Condition[];
  readonly volumes?: Pod['spec']['volumes'];
  readonly gpus?: number;
  readonly created?: string;
  readonly deleted?: string;
}

/** A pod that serves, unless it is said otherwise. */
export function pod({ component = 'gunicorn', name = `shop-${component}-6d5f7c9b8-x2v4q`, node = 'node-a', ...props }: PodProps = {}): Pod {
  const { job, gpus = 0, init, volumes } = props;
  const containers = props.containers ?? [container(component)];
  const serves = containers.every(({ ready }) => ready) && (init ?? []).every(({ ready }) => ready);
  const limits: Record<string, string> = gpus > 0 ? { 'nvidia.com/gpu': `${gpus}` } : {};
  return {
    kind: 'Pod',
    metadata: {
      name,
      creationTimestamp: props.created ?? '2026-11-24T07:00:00Z',
      deletionTimestamp: props.deleted,
      labels: labels(component),
      ownerReferences: [job === undefined ? { kind: 'ReplicaSet', name: 'shop-gunicorn-6d5f7c9b8' } : { kind: 'Job', name: job }],
    },
    spec: {
      nodeName: node === '' ? undefined : node,
      containers: containers.map((one) => ({ name: one.name, image: one.image ?? IMAGE, resources: { limits } })),
      volumes,
    },
    status: {
      phase: props.phase ?? 'Running',
      conditions: [{ type: 'Ready', status: serves ? 'True' : 'False' }, ...(props.conditions ?? [])],
      initContainerStatuses: init,
      containerStatuses: containers,
    },
  };
}

/** One that the scheduler has no node for. */
export const homeless = (message: string, props: PodProps = {}) =>
  pod({
    node: '',
    phase: 'Pending',
    containers: [],
    conditions: [
      { type: 'Ready', status: 'False' },
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    ],
    ...props,
  });

export function event(
  { kind, metadata }: Pick<Found, 'kind' | 'metadata'>,
  reason: string,
  message: string,
  { type = 'Warning', at = '2026-11-24T09:59:00Z' } = {},
): Event {
  return {
    kind: 'Event',
    metadata: { name: `${metadata.name}.${reason}.${at}`, creationTimestamp: at },
    involvedObject: { kind, name: metadata.name },
    type,
    reason,
    message,
    lastTimestamp: at,
    eventTime: null,
  };
}

export const workload = (component: string, replicas: number, changes: object = {}, kind: Workload['kind'] = 'Deployment') =>
  ({
    kind,
    metadata: { name: `shop-${component}`, creationTimestamp: '2026-11-01T07:00:00Z', labels: labels(component) },
    spec: {
      replicas,
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { spec: { containers: [{ name: component, image: IMAGE }] } },
    },
    ...changes,
  }) as Workload;

export const job = (
  component: string,
  how: 'Complete' | 'Failed' | 'running',
  {
    name = `shop-${component}-5b1c09fe`,
    created = '2026-11-24T09:50:00Z',
    message,
  }: { name?: string; created?: string; message?: string } = {},
): Job => ({
  kind: 'Job',
  metadata: { name, creationTimestamp: created, labels: labels(component) },
  status: {
    active: how === 'running' ? 1 : 0,
    startTime: created,
    completionTime: how === 'Complete' ? '2026-11-24T09:51:00Z' : undefined,
    conditions: how === 'running' ? [] : [{ type: how, status: 'True', message }],
  },
});

export const cronJob = (component: string, status: CronJob['status'] = {}, spec: Partial<CronJob['spec']> = {}): CronJob => ({
  kind: 'CronJob',
  metadata: { name: `shop-${component}`, creationTimestamp: '2026-11-01T07:00:00Z', labels: labels(component) },
  spec: { schedule: '0 3 * * *', ...spec },
  status,
});

export const claim = (name: string, phase: string): Claim => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name, creationTimestamp: '2026-11-01T07:00:00Z' },
  status: { phase },
});
