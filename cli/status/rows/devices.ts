/** GPUs and the like: which pods have them, which are free, and what a release needs of them. */
import { isDevice } from '../../../config/quantity';
import { amounts, podRequests } from '../../../diff/capacity';
import { at, rollingOf, type Json } from '../../../diff/objects';
import type { Manifest } from '../../../constructs/manifests';
import type { Asking } from '../../kubectl';
import { ifKnown, isUnknown, type Unknown } from '../asking';
import type { PodSpec, Workload } from '../objects';
import { notKnown, type Row } from '../row';

type Counts = Readonly<Record<string, number>>;

/** Of a pod. */
export const devicesOf = (spec: PodSpec): Counts =>
  Object.fromEntries(Object.entries(podRequests(spec as unknown as Json)).filter(([name, count]) => isDevice(name) && count > 0));

/** A node, with those that it has, those of them that have failed, and those that no pod has been promised. */
export interface Node {
  readonly name: string;
  readonly all: Counts;
  readonly unhealthy: Counts;
  readonly free: Counts;
}

const mapped = (counts: Counts, change: (count: number, resource: string) => number): Counts =>
  Object.fromEntries(Object.entries(counts).map(([resource, count]) => [resource, change(count, resource)]));

/** Asks for the devices of all nodes. It takes rights of the whole cluster. */
export function nodes(kubectl: Asking): Promise<Node[] | Unknown> {
  return ifKnown(async () => {
    const [found, pods] = await Promise.all([
      kubectl.json<{ items: Json[] }>('get', 'nodes'),
      kubectl.json<{ items: Json[] }>(
        'get',
        'pods',
        '--all-namespaces',
        '--field-selector',
        'status.phase!=Succeeded,status.phase!=Failed',
      ),
    ]);
    return found.items.map((node) => {
      const name = at(node, 'metadata', 'name') as string;
      const all = amounts((at(node, 'status', 'capacity') as Json | undefined) ?? {});
      const healthy = amounts((at(node, 'status', 'allocatable') as Json | undefined) ?? {});
      const here = pods.items.filter((pod) => at(pod, 'spec', 'nodeName') === name).map((pod) => devicesOf(pod.spec as PodSpec));
      const held = (resource: string) => here.reduce((sum, one) => sum + (one[resource] ?? 0), 0);
      const unhealthy = mapped(all, (count, resource) => count - (healthy[resource] ?? 0));
      // A pod keeps a device that has failed, which the scheduler counts no more.
      const free = mapped(healthy, (count, resource) => Math.max(0, count - held(resource)));
      return { name, all, unhealthy, free };
    });
  });
}

/** Workloads whose pods ask for some. */
export const withDevices = (workloads: readonly Workload[]) =>
  workloads.filter(({ spec }) => Object.keys(devicesOf(spec.template.spec)).length > 0);

const freeOf = (resource: string, all: readonly Node[]) => all.reduce((sum, { free }) => sum + (free[resource] ?? 0), 0);

function placed({ name, all, unhealthy, free }: Node, resource: string): string {
  const failed = unhealthy[resource] ?? 0;
  return `${free[resource] ?? 0} of ${all[resource] ?? 0} on ${name}${failed > 0 ? ` (${failed} unhealthy)` : ''}`;
}

/** Of each resource, how many pods have how many, and what is free where. */
export function devicesRow(
  workloads: readonly Workload[],
  pods: readonly { readonly spec: PodSpec }[],
  all: readonly Node[] | Unknown,
): Row {
  const resources = [...new Set(withDevices(workloads).flatMap(({ spec }) => Object.keys(devicesOf(spec.template.spec))))];
  const rows = resources.map((resource) => {
    const used = pods.reduce((sum, { spec }) => sum + (spec.nodeName === undefined ? 0 : (devicesOf(spec)[resource] ?? 0)), 0);
    const there = isUnknown(all) ? [] : all.filter((node) => (node.all[resource] ?? 0) > 0);
    const where = there.map((node) => placed(node, resource)).join(', ');
    const free = isUnknown(all) ? 'which are free is not known' : where === '' ? 'no node has one' : `free: ${where}`;
    return { says: `${used} ${resource} in use by its pods; ${free}`, details: { resource, used, nodes: there } };
  });
  return { says: rows.map(({ says }) => says).join('; '), well: true, details: { resources: rows.map(({ details }) => details) } };
}

/** What the next release does with the devices of a workload. */
function rollout(workload: Workload, all: readonly Node[] | Unknown): { readonly says: string; readonly details: object } {
  const { replicas = 1, template } = workload.spec;
  const { surge, unavailable } = rollingOf(workload as unknown as Manifest, replicas);
  const details = { workload: workload.metadata.name, surge, unavailable };
  if (surge === 0) {
    const gap = replicas <= unavailable ? ', and nothing answers meanwhile' : '';
    return {
      says: `a release stops ${unavailable === 1 ? 'one pod' : `${unavailable} pods`} before it starts the next: it needs no spare GPU${gap}`,
      details,
    };
  }
  const [[resource, each] = ['', 0]] = Object.entries(devicesOf(template.spec));
  const needs = `a release starts ${surge === 1 ? 'one pod' : `${surge} pods`} before it stops another: it needs ${surge * each} ${resource} to spare`;
  if (isUnknown(all)) return { says: needs, details };
  const free = freeOf(resource, all);
  return {
    says: `${needs}; ${free >= surge * each ? `${free} are free` : `it would wait, as ${free} are free`}`,
    details: { ...details, free },
  };
}

export function rolloutRow(workloads: readonly Workload[], all: readonly Node[] | Unknown): Row {
  const rows = withDevices(workloads).map((one) => rollout(one, all));
  if (rows.length === 0) return notKnown('no pod has a device');
  return {
    says: [...new Set(rows.map(({ says }) => says))].join('; '),
    well: true,
    details: { workloads: rows.map(({ details }) => details) },
  };
}
