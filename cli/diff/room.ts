/** Whether the pods of a release find room on the nodes of the cluster, by what both have been promised. */
import { isDevice } from '../../config/quantity';
import { amounts, format, podRequests, staying, sum, type Amounts } from '../../diff/capacity';
import { at, rollingOf, type Json } from '../../diff/objects';
import type { Manifest } from '../../constructs/manifests';
import { CommandError } from '../command';
import type { Asking } from '../kubectl';
import { takes } from './takes';

interface Node {
  readonly name: string;
  readonly node: Json;
  free: Amounts;
}

const subtract = (one: Amounts, other: Amounts): Amounts =>
  Object.fromEntries(Object.entries(one).map(([name, count]) => [name, count - (other[name] ?? 0)]));

/** Each pod is one of those that a node has room for. */
const asPod = (requests: Amounts): Amounts => ({ ...requests, pods: 1 });

const fits = (free: Amounts, requests: Amounts) => Object.entries(requests).every(([name, count]) => count <= (free[name] ?? 0));

async function nodes(kubectl: Asking, namespace: string): Promise<Node[]> {
  const [all, pods] = await Promise.all([
    kubectl.json<{ items: Json[] }>('get', 'nodes'),
    kubectl.json<{ items: Json[] }>('get', 'pods', '--all-namespaces', '--field-selector', 'status.phase!=Succeeded,status.phase!=Failed'),
  ]);
  return all.items.map((node) => {
    const name = at(node, 'metadata', 'name') as string;
    const here = pods.items.filter((pod) => at(pod, 'spec', 'nodeName') === name && at(pod, 'metadata', 'namespace') !== namespace);
    const taken = sum(here.map((pod) => asPod(podRequests(pod.spec as Json))));
    return { name, node, free: subtract(amounts((at(node, 'status', 'allocatable') as Json | undefined) ?? {}), taken) };
  });
}

interface Placed {
  readonly name: string;
  readonly pod: Json;
  readonly requests: Amounts;
}

/** GPUs and the like. */
const devices = ({ requests }: Placed) =>
  Object.entries(requests).reduce((total, [name, count]) => (isDevice(name) ? total + count : total), 0);

/** One for each pod, those with the largest requests first, and one more where a Deployment starts new ones before it stops old ones. */
function wanted(all: readonly Manifest[]): Placed[] {
  const each = staying(all).flatMap(({ object, pod, requests, replicas: { min } }) => {
    const surge = object.kind === 'Deployment' ? rollingOf(object, min).surge : 0;
    return Array.from({ length: min + surge }, () => ({ name: `${object.kind} ${object.metadata.name}`, pod, requests: asPod(requests) }));
  });
  return each.sort((a, b) => devices(b) - devices(a) || (b.requests.memory ?? 0) - (a.requests.memory ?? 0));
}

const spelled = (requests: Amounts) =>
  Object.entries(requests)
    .filter(([name, count]) => name !== 'pods' && count > 0)
    .map(([name, count]) => `${name} ${format(name, count)}`)
    .join(', ');

/** A sentence: whether all pods of the release, with those of a rollout, fit the nodes beside the pods of others. */
export async function room(kubectl: Asking, namespace: string, after: readonly Manifest[]): Promise<string> {
  let there: Node[];
  try {
    there = await nodes(kubectl, namespace);
  } catch (error) {
    if (error instanceof CommandError) return `Whether its pods find room is not known: ${error.message}`;
    throw error;
  }
  const homeless = wanted(after).filter(({ pod, requests }) => {
    const home = there.find(({ node, free }) => takes(node, pod) && fits(free, requests));
    if (home) home.free = subtract(home.free, requests);
    return !home;
  });
  if (homeless.length === 0) return 'Its pods find room on the nodes as they are, those of a rollout too.';
  const lines = [...new Set(homeless.map(({ name }) => name))].map((name) => {
    const those = homeless.filter((one) => one.name === name);
    return `${those.length} of ${name} (each asks for ${spelled(those[0]?.requests ?? {})})`;
  });
  return `No node has room for ${lines.join('; ')}: they would wait until there is, or end a rollout before it is done.`;
}
