/** Pods of a release, by its components. */
import type { Config } from '../config/resolve';
import { COMPONENT_LABEL, Component } from '../constructs/component';
import { componentsOf } from '../constructs/components';
import { CommandError, EXIT } from './command';
import { IS_APPLIED } from './complaint';
import type { Asking } from './kubectl';

export interface ContainerStatus {
  readonly name: string;
  /** Of the one that runs or has run, which a restart replaces. */
  readonly containerID?: string;
  readonly state?: { readonly running?: object; readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** Labels of their pods, by name. */
function selectors(config: Config): Map<string, Readonly<Record<string, string>>> {
  const components = Object.values(componentsOf(config))
    .flat()
    .map((one) => (one instanceof Component ? one : one.component));
  return new Map(components.map(({ labels, selectorLabels }) => [labels[COMPONENT_LABEL] ?? '', selectorLabels]));
}

/** Whether the release has a component of that name. */
export const hasComponent = (config: Config, name: string) => selectors(config).has(name);

/**
 * Pods of a component, or of all of them, the oldest first.
 * @throws CommandError with the components there are, where that is none
 */
export async function podsOf(kubectl: Pick<Asking, 'json'>, config: Config, component?: string): Promise<Pod[]> {
  const wanted = selectors(config);
  const labels = component === undefined ? [...wanted.values()] : [wanted.get(component)];
  const are = labels.filter((one) => one !== undefined);
  if (are.length === 0)
    throw new CommandError(`there is no component "${component ?? ''}"; there are: ${[...wanted.keys()].join(', ')}`, EXIT.usage);
  const { items } = await kubectl.json<{ items: Pod[] }>('get', 'pods');
  const has = ({ metadata }: Pod) => are.some((one) => Object.entries(one).every(([name, value]) => metadata.labels?.[name] === value));
  return items.filter(has).sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp));
}

export const containersOf = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

const isReady = ({ metadata, status }: Pod) =>
  metadata.deletionTimestamp === undefined && status.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');

/** What keeps a pod from being ready, as far as it says. */
function obstacle(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'is going';
  const waiting = containersOf(pod).find(({ state }) => state?.waiting)?.state?.waiting;
  const unscheduled = pod.status.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return [pod.status.phase, unscheduled?.message ?? waiting?.reason, waiting?.message].filter(Boolean).join(': ');
}

/**
 * The newest pod of a component that is ready.
 * @throws CommandError with those there are, where none is
 */
export async function readyPod(kubectl: Pick<Asking, 'json'>, config: Config, component: string): Promise<Pod> {
  const pods = await podsOf(kubectl, config, component);
  const found = pods.filter(isReady).at(-1);
  if (found) return found;
  const there = pods.map((pod) => `\n  ${pod.metadata.name}: ${obstacle(pod)}`).join('');
  const list = there === '' ? `there are none: ${IS_APPLIED}` : `there are:${there}\nnpm run status says why, and what mends it`;
  throw new CommandError(`no pod of ${component} is ready in ${config.namespace}; ${list}`);
}
