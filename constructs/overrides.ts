/** The last changes, on the objects as they will be written. */
import { ApiObject, type Chart } from 'cdk8s';
import type { Problem } from '../config/problems';
import { COMPONENT_LABEL } from './component';
import { contentHash, nameBeforeHash } from './content-name';
import { finish, isGroup, merge } from './finish';

export interface Override {
  readonly kind: string;
  readonly name: string;
  readonly merge: Readonly<Record<string, unknown>>;
}

const IDENTITY = ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace', 'spec.selector'];
/** Fields of a Job that cannot change. Source: Kubernetes, validation of updates of Jobs. */
const IMMUTABLE = [
  'template',
  'completions',
  'completionMode',
  'podFailurePolicy',
  'successPolicy',
  'backoffLimitPerIndex',
  'selector',
  'managedBy',
];
const at = (json: unknown, path: string) =>
  path.split('.').reduce<unknown>((value, key) => (isGroup(value) ? value[key] : undefined), json);

const POD_LABELS = ['spec.template.metadata.labels', 'spec.jobTemplate.spec.template.metadata.labels'];
const SELECTED_BY = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', COMPONENT_LABEL];

/** Whether pods keep the labels by which workloads, Services and network policies find them. */
function keepsItsPods(before: unknown, after: unknown): boolean {
  const label = (json: unknown, path: string, key: string) => {
    const labels = at(json, path);
    return isGroup(labels) ? labels[key] : undefined;
  };
  return POD_LABELS.every((path) => SELECTED_BY.every((key) => label(before, path, key) === label(after, path, key)));
}

function apply(objects: readonly ApiObject[], { kind, name, merge: patch }: Override, index: number): Problem[] {
  const refuse = (message: string): Problem[] => [{ path: ['overrides', index], message }];
  const ofKind = objects.filter((object) => object.kind === kind);
  const [object, second] = ofKind.filter((candidate) => candidate.name === name || nameBeforeHash(candidate.name) === name);
  if (object === undefined || second !== undefined) {
    const found = ofKind.map((candidate) => nameBeforeHash(candidate.name)).join(', ') || 'none';
    return refuse(
      `must match exactly one object: ${kind} ${name} matches ${second ? 'more than one' : 'none'}; of this kind there are ${found}`,
    );
  }
  if (kind === 'ConfigMap')
    return refuse('cannot change a ConfigMap, whose name follows its content: change the setting or file that it is made from');
  const before = object.toJson() as unknown;
  const after = merge(before, patch);
  const forbidden = IDENTITY.find((path) => contentHash(at(before, path) ?? null) !== contentHash(at(after, path) ?? null));
  if (forbidden !== undefined) return refuse(`cannot change ${forbidden}, by which the stack finds ${kind} ${name} again`);
  if (!keepsItsPods(before, after)) return refuse(`cannot change the labels of pods by which ${kind} ${name} finds them again`);
  finish(object, (json) => merge(json, patch));
  return [];
}

/**
 * Merges each override into its object, and then names Jobs by what of them cannot change. Returns what is wrong with
 * overrides: those that match no object, or more than one, or would change what the object is.
 */
export function applyOverrides(charts: readonly Chart[], overrides: readonly Override[]): Problem[] {
  const objects = charts.flatMap((chart) => chart.node.findAll().filter((node) => ApiObject.isApiObject(node)));
  const problems = overrides.flatMap((override, index) => apply(objects, override, index));
  for (const job of objects.filter(({ kind }) => kind === 'Job')) {
    finish(job, (json) =>
      merge(json, { metadata: { name: `${job.name}-${contentHash(IMMUTABLE.map((field) => at(json, `spec.${field}`) ?? null))}` } }),
    );
  }
  return problems;
}
