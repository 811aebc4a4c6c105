/** What rules ask of objects. */
import type { Manifest } from '../constructs/manifests';
import { COMPONENT_LABEL } from '../constructs/component';
import { isGroup } from '../constructs/finish';
import type { Change } from './diff';

export type Json = Readonly<Record<string, unknown>>;

/** The value at a path of keys; undefined where there is none. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isGroup(inner) ? inner[key] : undefined), value);

export const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isGroup) : []);

/** The component that an object belongs to. */
export const componentOf = (change: Change): string | undefined => (change.after ?? change.before)?.metadata.labels?.[COMPONENT_LABEL];

/** Where the template of pods stands in each kind that has one. */
export const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** Paths below the specification of pods, of each kind that has pods. */
export const inPods = (...fields: readonly string[]): string[] =>
  ['spec.template.spec', 'spec.jobTemplate.spec.template.spec'].flatMap((pod) => fields.map((field) => `${pod}.${field}`));

export const podOf = (object: Manifest | undefined): Json | undefined => {
  const template = object && at(object, ...(TEMPLATES[object.kind] ?? ['none']), 'spec');
  return isGroup(template) ? template : undefined;
};

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

const count = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);

/** Pods of a workload at the same time, by its own number or by the bounds of its autoscaler; of a DaemonSet one, as nodes are not known. */
export function replicasOf(object: Manifest, all: readonly Manifest[]): Bounds {
  const scaler = all.find(
    ({ kind, metadata, spec }) =>
      kind === 'HorizontalPodAutoscaler' &&
      metadata.namespace === object.metadata.namespace &&
      at(spec, 'scaleTargetRef', 'kind') === object.kind &&
      at(spec, 'scaleTargetRef', 'name') === object.metadata.name,
  );
  if (scaler) return { min: count(at(scaler, 'spec', 'minReplicas'), 1), max: count(at(scaler, 'spec', 'maxReplicas'), 1) };
  const replicas = count(at(object, 'spec', 'replicas'), 1);
  return { min: replicas, max: replicas };
}

/** A number of pods, or a share of them, as the API takes it. */
function share(value: unknown, of: number, round: (value: number) => number, otherwise: number): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? otherwise : round((of * Number(percent)) / 100);
}

/** Pods beyond the number wanted, and below it, while a Deployment replaces its pods; its API's own defaults are 25 %. */
export function rollingOf(object: Manifest, replicas: number): { readonly surge: number; readonly unavailable: number } {
  if (at(object, 'spec', 'strategy', 'type') === 'Recreate') return { surge: 0, unavailable: replicas };
  const rolling = at(object, 'spec', 'strategy', 'rollingUpdate');
  const surge = share(at(rolling, 'maxSurge'), replicas, Math.ceil, Math.ceil(replicas / 4));
  return { surge, unavailable: Math.min(replicas, share(at(rolling, 'maxUnavailable'), replicas, Math.floor, Math.floor(replicas / 4))) };
}
