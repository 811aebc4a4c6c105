/** What a set of manifests asks of nodes and of storage. */
import type { Manifest } from '../constructs/manifests';
import { bytes, formatBytes, formatMillicpus, isDevice, millicpus } from '../config/quantity';
import { at, list, podOf, replicasOf, type Json } from './objects';

/** Amounts by the name of the resource: CPU in thousandths, the rest in bytes or pieces. */
export type Amounts = Readonly<Record<string, number>>;

/** Storage of claims, beside the resources of pods. */
const STORAGE = 'storage';

const amount = (resource: string, quantity: unknown): number => {
  const text = typeof quantity === 'number' || typeof quantity === 'string' ? `${quantity}` : '0';
  return (resource === 'cpu' ? millicpus(text) : bytes(text)) ?? 0;
};

/** Of quantities as the API has them. */
export const amounts = (quantities: Json): Amounts =>
  Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, amount(name, quantity)]));

/** As people write it: `1500m`, `2Gi`, `3`. */
export function format(resource: string, count: number): string {
  if (resource === 'cpu') return formatMillicpus(count);
  return isDevice(resource) || resource === 'pods' ? `${count}` : formatBytes(count);
}

export function sum(all: readonly Amounts[], join = (a: number, b: number) => a + b): Amounts {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  return Object.fromEntries(names.map((name) => [name, all.map((one) => one[name] ?? 0).reduce(join, 0)]));
}

const times = (amounts: Amounts, factor: number): Amounts =>
  Object.fromEntries(Object.entries(amounts).map(([name, count]) => [name, count * factor]));

/** What a container asks for; a limit alone is asked for too. Source: Kubernetes, "Resource Management for Pods and Containers". */
function requests(container: Json): Amounts {
  const { limits, requests: asked } = (container.resources as { limits?: Json; requests?: Json } | undefined) ?? {};
  return amounts({ ...limits, ...asked });
}

/** What a scheduler reserves for a pod: its containers together, or the largest of what runs before them. */
export function podRequests(pod: Json): Amounts {
  const [init, stay] = [list(pod.initContainers), list(pod.containers)];
  const beside = sum([...stay, ...init.filter((one) => one.restartPolicy === 'Always')].map(requests));
  return sum([beside, ...init.filter((one) => one.restartPolicy !== 'Always').map(requests)], (a, b) => Math.max(a, b));
}

const STAYING = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Pods that stay, with what each asks for, and how many of them there are at the least and at the most. */
export const staying = (all: readonly Manifest[]) =>
  all.flatMap((object) => {
    const pod = podOf(object);
    return pod && STAYING.includes(object.kind) ? [{ object, pod, requests: podRequests(pod), replicas: replicasOf(object, all) }] : [];
  });

function claims(all: readonly Manifest[]): Amounts[] {
  const asked = (claim: unknown, factor = 1): Amounts => ({
    [STORAGE]: factor * amount(STORAGE, at(claim, 'spec', 'resources', 'requests', 'storage')),
  });
  return all.flatMap((object) => {
    if (object.kind === 'PersistentVolumeClaim') return [asked(object)];
    if (object.kind !== 'StatefulSet') return [];
    const { max } = replicasOf(object, all);
    return list(at(object, 'spec', 'volumeClaimTemplates')).map((claim) => asked(claim, max));
  });
}

/** With the fewest replicas, and with the most. */
export interface Capacity {
  readonly min: Amounts;
  readonly max: Amounts;
}

/** All that pods which stay ask for, and claims; with the fewest replicas, and with the most. */
export function capacity(all: readonly Manifest[]): Capacity {
  const of = (bound: 'min' | 'max') =>
    sum([...staying(all).map(({ requests: each, replicas }) => times({ pods: 1, ...each }, replicas[bound])), ...claims(all)]);
  return { min: of('min'), max: of('max') };
}
