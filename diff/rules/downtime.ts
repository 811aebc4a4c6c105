/** What leaves a time in which nothing answers. */
import { COMPONENT_LABEL } from '../../constructs/component';
import type { Manifest } from '../../constructs/manifests';
import type { Change } from '../diff';
import { at, componentOf, replicasOf, rollingOf } from '../objects';
import type { Rule, Whole } from '../rule';
import { fieldsFromTo } from '../words';
import { asksMigration } from './migration';

const TEMPLATE = ['spec.template.**'];

/** Pods that are there while a Deployment replaces them, at the least. */
function left({ after }: Change, whole: Whole): { readonly replicas: number; readonly serving: number } {
  if (!after) return { replicas: 0, serving: 0 };
  const { min } = replicasOf(after, whole.after);
  return { replicas: min, serving: min - rollingOf(after, min).unavailable };
}

const isFront = ({ kind, metadata }: Manifest) => kind === 'Deployment' && metadata.labels?.[COMPONENT_LABEL] === 'nginx';

const gpus = ({ after }: Change) => JSON.stringify(at(after, 'spec', 'template', 'spec', 'containers') ?? '').includes('nvidia.com/');

function gap(change: Change, whole: Whole): string {
  const { replicas } = left(change, whole);
  const who = replicas === 1 ? 'its only pod stops' : `all ${replicas} pods stop`;
  const why = gpus(change) ? ' as there is no GPU to spare' : '';
  const until = asksMigration(change, whole) ? 'the migration is done and the new ones are ready' : 'the new ones are ready';
  return `${who} before new ones start${why}: no answer from then until ${until}`;
}

export const DOWNTIME: readonly Rule[] = [
  {
    class: 'downtime',
    kinds: ['Deployment'],
    fields: TEMPLATE,
    when: 'no pod is left while they are replaced: Recreate, or one replica without one to spare',
    holds: (_difference, change, whole) => {
      const { replicas, serving } = left(change, whole);
      return replicas > 0 && serving < 1;
    },
    says: (_differences, change, whole) => gap(change, whole),
  },
  {
    class: 'downtime',
    kinds: ['Deployment'],
    fields: [],
    of: ['came'],
    when: 'a group of Gunicorn, where Nginx is there already',
    holds: (_difference, change, { before }) => componentOf(change)?.startsWith('gunicorn-') === true && before.some(isFront),
    says: () => 'is new, and Nginx leads its paths there at once: no answer at these until its pods are ready',
  },
  {
    class: 'downtime',
    kinds: ['StatefulSet'],
    fields: TEMPLATE,
    when: 'of one replica',
    holds: (_difference, { after }, whole) => after !== undefined && replicasOf(after, whole.after).min === 1,
    says: () => 'its only pod is replaced: what needs it fails until it is back, within a minute where its node and image stay the same',
  },
  {
    class: 'downtime',
    kinds: ['Cluster'],
    fields: ['spec.imageName', 'spec.resources.**', 'spec.postgresql.**', 'spec.affinity.**'],
    says: (_differences, { after }) =>
      at(after, 'spec', 'instances') === 1
        ? 'the operator may restart its only server: what needs it fails until it is back'
        : 'the operator may restart each server, and leads writers to another one for that: sessions are cut once',
  },
  {
    class: 'downtime',
    kinds: ['Deployment', 'StatefulSet'],
    fields: ['spec.replicas'],
    when: '0',
    holds: ({ after }) => after === 0,
    says: () => 'no pod is left',
  },
  {
    class: 'downtime',
    kinds: ['Deployment', 'Service', 'Ingress', 'HTTPRoute', 'TLSRoute', 'Pooler'],
    fields: [],
    of: ['went'],
    says: () => 'is no longer in the manifests: where it is removed, nothing answers in its place',
  },
  {
    class: 'downtime',
    kinds: ['Service'],
    fields: ['spec.selector.**', 'spec.ports.*.port', 'spec.ports.*.targetPort', 'spec.publishNotReadyAddresses'],
    when: 'leads elsewhere',
    holds: (difference) => !(difference.path[1] === 'ports' && difference.before === undefined),
    says: (differences) => `leads elsewhere from one moment to the next: ${fieldsFromTo(differences)}`,
  },
];
