/** What asks for more or less of nodes and of storage. */
import { inPods } from '../objects';
import type { Rule } from '../rule';
import { field, fieldsFromTo } from '../words';

const RESOURCES = inPods(
  'containers.*.resources.**',
  'initContainers.*.resources.**',
  'volumes.*.ephemeral.volumeClaimTemplate.spec.resources.**',
  'volumes.*.emptyDir.**',
);

/** Without the steps that say nothing to people: `gunicorn.limits.memory`. */
const short = (path: readonly string[]) =>
  field(path)
    .split('.')
    .filter((step) => !SILENT.includes(step))
    .join('.');
const SILENT = ['containers', 'initContainers', 'volumes', 'volumeClaimTemplates', 'ephemeral', 'volumeClaimTemplate', 'resources', 'spec'];

export const CAPACITY: readonly Rule[] = [
  {
    class: 'capacity',
    kinds: [],
    fields: [
      ...RESOURCES,
      'spec.resources.**',
      'spec.replicas',
      'spec.minReplicas',
      'spec.maxReplicas',
      'spec.instances',
      'spec.storage.**',
      'spec.walStorage.**',
      'spec.volumeClaimTemplates.*.spec.resources.**',
    ],
    says: (differences) => fieldsFromTo(differences, short),
  },
  {
    class: 'capacity',
    kinds: ['Deployment', 'StatefulSet', 'DaemonSet', 'HorizontalPodAutoscaler', 'PersistentVolumeClaim', 'Cluster', 'Pooler'],
    fields: [],
    of: ['came'],
    says: () => 'is new',
  },
  {
    class: 'capacity',
    kinds: ['HorizontalPodAutoscaler', 'DaemonSet'],
    fields: [],
    of: ['went'],
    says: (_differences, { kind }) =>
      kind === 'DaemonSet'
        ? 'is no longer in the manifests'
        : 'is no longer in the manifests: the number of pods stays what the manifests say, or one',
  },
];
