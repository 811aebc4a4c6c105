/** What the API refuses to change. Source: what the real API server answers, which the cluster suite asks for each of them. */
import type { Fate, Rule } from '../rule';
import { at } from '../objects';
import type { Change, Difference } from '../diff';
import { listed } from '../words';

/** An object that another one of the same stable name replaces is not changed. */
const same = ({ before, after }: Change) => before?.metadata.name === after?.metadata.name;

const FREE_OF_STATEFUL_SETS = [
  'minReadySeconds',
  'ordinals',
  'persistentVolumeClaimRetentionPolicy',
  'replicas',
  'revisionHistoryLimit',
  'template',
  'updateStrategy',
];
const FREE_OF_JOBS = ['activeDeadlineSeconds', 'backoffLimit', 'parallelism', 'suspend', 'ttlSecondsAfterFinished'];

const fieldOf = ({ path }: Difference) => path[1] ?? '';

/** How to have it all the same, by kind. */
const MENDS: Readonly<Record<string, string>> = {
  Deployment: 'delete the Deployment, which stops its pods, and apply again',
  StatefulSet: '`kubectl delete statefulset NAME --cascade=orphan`, which leaves pods and volumes, and apply again',
  Job: 'delete the Job, and apply again',
  Service: 'delete the Service, and apply again: between the two it answers nobody',
  PersistentVolumeClaim: 'its data has to be copied to a new claim: deleting this one deletes them',
};

const says = (differences: readonly Difference[], { kind, name }: Change) =>
  `${listed(differences.map(({ path }) => path.slice(0, 2).join('.')))} cannot change: ${(MENDS[kind] ?? 'delete it, and apply again').replace('NAME', name)}`;

const rule = (kinds: readonly string[], fields: readonly string[], more: Partial<Rule> = {}): Rule => ({
  class: 'immutable',
  kinds,
  fields,
  of: ['changed'] satisfies Fate[],
  holds: (_difference, change) => same(change),
  says,
  ...more,
});

export const IMMUTABLE: readonly Rule[] = [
  rule(['Deployment', 'DaemonSet'], ['spec.selector.**']),
  rule(['StatefulSet'], ['spec.*.**'], {
    when: `none of ${listed(FREE_OF_STATEFUL_SETS)}`,
    holds: (difference, change) => same(change) && !FREE_OF_STATEFUL_SETS.includes(fieldOf(difference)),
  }),
  rule(['Job'], ['spec.*.**'], {
    when: `none of ${listed(FREE_OF_JOBS)}, of a Job of the same name`,
    holds: (difference, change) => same(change) && !FREE_OF_JOBS.includes(fieldOf(difference)),
  }),
  rule(['ConfigMap', 'Secret'], ['data.**', 'binaryData.**', 'immutable'], {
    when: 'of one with `immutable: true`',
    holds: (_difference, change) => same(change) && at(change.before, 'immutable') === true,
  }),
  rule(['Secret'], ['type']),
  rule(['Service'], ['spec.clusterIP', 'spec.clusterIPs.**'], { when: 'to or from another address, or None' }),
  rule(['PersistentVolumeClaim'], ['spec.*.**'], {
    when: 'not the storage that it asks for, nor volumeAttributesClassName',
    holds: ({ path }, change) => same(change) && !['resources', 'volumeAttributesClassName'].includes(path[1] ?? ''),
  }),
];
