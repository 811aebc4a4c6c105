/** Which pods go to the node of which others, as the scheduler reads it. */
import type { PodTemplate } from './pods';

interface Term {
  readonly topologyKey: string;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: object;
  readonly labelSelector: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
  };
}

interface Affinity {
  readonly podAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly Term[] };
}

export function requiredTerms({ spec }: PodTemplate): readonly Term[] {
  const { podAffinity } = (spec.affinity ?? {}) as Affinity;
  return podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

function selects({ matchLabels = {}, matchExpressions = [] }: Term['labelSelector'], labels: Readonly<Record<string, string>>): boolean {
  const holds = ({ key, operator, values = [] }: (typeof matchExpressions)[number]) => {
    if (operator === 'In') return values.includes(labels[key] ?? '');
    if (operator === 'DoesNotExist') return labels[key] === undefined;
    throw new Error(`the suite does not know the operator ${operator}`);
  };
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(holds);
}

/** Whether a pod must go to the node of that other one of its namespace, which has to match each of its terms; or is itself the first. */
export function follows(pod: PodTemplate, { metadata: { labels } }: PodTemplate): boolean {
  const terms = requiredTerms(pod);
  const ofNode = ({ topologyKey, namespaces, namespaceSelector }: Term) =>
    topologyKey === 'kubernetes.io/hostname' && namespaces === undefined && namespaceSelector === undefined;
  return terms.length > 0 && terms.every((term) => ofNode(term) && selects(term.labelSelector, labels));
}
