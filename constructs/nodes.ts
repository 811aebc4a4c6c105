/** Which nodes take pods, by what the file says of them and by what the devices need. */
import type { GunicornPods } from '../config/gunicorn';
import { type k8s } from '../imports';
import { notEmpty, notEmptyGroup } from './empty';
import { gpuNodes, gpuTolerations } from './gunicorn/gpu';

type Requirement = GunicornPods['nodeAffinity']['required'][number];
type Preference = GunicornPods['nodeAffinity']['preferred'][number];

/** What all nodes of a pod must have, and what they may be tainted with. */
export interface Nodes {
  readonly labels: Readonly<Record<string, string>>;
  readonly required: readonly k8s.NodeSelectorRequirement[];
  readonly tolerations: readonly k8s.Toleration[];
}

const expression = ({ key, operator, values }: Requirement): k8s.NodeSelectorRequirement => ({ key, operator, values: notEmpty(values) });

export const nodesOf = ({ gpu, nodeSelector, nodeAffinity, tolerations }: GunicornPods): Nodes => ({
  labels: nodeSelector,
  required: [...gpuNodes(gpu), ...nodeAffinity.required.map(expression)],
  tolerations: [...gpuTolerations(gpu), ...tolerations],
});

const each = <T>(list: readonly T[]): T[] => [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];

/** Those that pods of every one of these may be on. */
export const common = (all: readonly Nodes[]): Nodes => ({
  labels: Object.assign({}, ...all.map(({ labels }) => labels)) as Nodes['labels'],
  required: each(all.flatMap(({ required }) => required)),
  tolerations: each(all.flatMap(({ tolerations }) => tolerations)),
});

/** What a pod that may be on them says. */
export const onNodes = ({ labels, tolerations }: Nodes): Pick<k8s.PodSpec, 'nodeSelector' | 'tolerations'> => ({
  nodeSelector: notEmptyGroup(labels),
  tolerations: notEmpty(tolerations),
});

/** `nodeAffinity` of such a pod, which likes some of them better. */
export function nodeAffinity({ required }: Pick<Nodes, 'required'>, preferred: readonly Preference[] = []): k8s.NodeAffinity | undefined {
  if (required.length + preferred.length === 0) return undefined;
  return {
    // One term: of several, a node needs to fulfil only one.
    ...(required.length > 0 && {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [...required] }] },
    }),
    preferredDuringSchedulingIgnoredDuringExecution: notEmpty(
      preferred.map(({ weight, ...one }) => ({ weight, preference: { matchExpressions: [expression(one)] } })),
    ),
  };
}
