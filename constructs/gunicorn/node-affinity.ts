/** Which nodes take the pods, by what the file says of their labels and by what the devices need. */
import type { GunicornPods } from '../../config/gunicorn';
import { type k8s } from '../../imports';
import { notEmpty } from '../empty';
import { gpuNodes } from './gpu';

type Requirement = GunicornPods['nodeAffinity']['required'][number];

const expression = ({ key, operator, values }: Requirement): k8s.NodeSelectorRequirement => ({ key, operator, values: notEmpty(values) });

export function nodeAffinity({ gpu, nodeAffinity: { required, preferred } }: GunicornPods): k8s.NodeAffinity | undefined {
  const matchExpressions = [...gpuNodes(gpu), ...required.map(expression)];
  if (matchExpressions.length + preferred.length === 0) return undefined;
  return {
    // One term: of several, a node needs to fulfil only one.
    ...(matchExpressions.length > 0 && { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } }),
    preferredDuringSchedulingIgnoredDuringExecution: notEmpty(
      preferred.map(({ weight, ...one }) => ({ weight, preference: { matchExpressions: [expression(one)] } })),
    ),
  };
}
