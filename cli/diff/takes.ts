/** Whether a node takes a pod, by taints and labels. Source: Kubernetes, "Assigning Pods to Nodes", "Taints and Tolerations". */
import { at, list, type Json } from '../../diff/objects';

type Labels = Readonly<Record<string, string>>;

const REQUIRED = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'] as const;

/** By operator. */
const HOLDS: Readonly<Record<string, (label: string | undefined, values: readonly string[]) => boolean>> = {
  In: (label, values) => label !== undefined && values.includes(label),
  NotIn: (label, values) => label === undefined || !values.includes(label),
  Exists: (label) => label !== undefined,
  DoesNotExist: (label) => label === undefined,
  Gt: (label, [value]) => Number(label) > Number(value),
  Lt: (label, [value]) => Number(label) < Number(value),
};

const holds = (labels: Labels, { key, operator, values }: Json) =>
  HOLDS[operator as string]?.(labels[key as string], (values ?? []) as readonly string[]) ?? false;

function isTolerated(taint: Json, pod: Json): boolean {
  return list(pod.tolerations).some(
    ({ key, operator = 'Equal', value, effect }) =>
      (key === undefined || key === taint.key) &&
      (operator === 'Exists' || value === taint.value) &&
      (effect === undefined || effect === taint.effect),
  );
}

/** A taint that the pod does not tolerate keeps it away; labels, and one of the terms of its affinity, have to fit. */
export function takes(node: Json, pod: Json): boolean {
  const labels = (at(node, 'metadata', 'labels') ?? {}) as Labels;
  const taints = list(at(node, 'spec', 'taints')).filter(({ effect }) => effect !== 'PreferNoSchedule');
  const selected = Object.entries((pod.nodeSelector ?? {}) as Labels);
  const terms = list(at(pod, ...REQUIRED));
  return (
    at(node, 'spec', 'unschedulable') !== true &&
    taints.every((taint) => isTolerated(taint, pod)) &&
    selected.every(([key, value]) => labels[key] === value) &&
    (terms.length === 0 || terms.some(({ matchExpressions }) => list(matchExpressions).every((one) => holds(labels, one))))
  );
}
