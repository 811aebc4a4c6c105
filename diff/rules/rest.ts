/** What no other rule takes. */
import type { Rule } from '../rule';
import { fieldsFromTo, listed } from '../words';

export const COSMETIC: readonly Rule[] = [
  {
    class: 'cosmetic',
    kinds: [],
    fields: ['metadata.labels.**', 'metadata.annotations.**'],
    otherwise: true,
    when: 'annotations: not those of Argo CD',
    holds: ({ path }) => !path[2]?.startsWith('argocd.'),
    says: (differences) => listed(differences.map(({ path }) => path.slice(1).join('.'))),
  },
];

export const IN_PLACE: readonly Rule[] = [
  {
    class: 'in-place',
    kinds: [],
    fields: [],
    of: ['came'],
    otherwise: true,
    says: () => 'is new',
  },
  {
    class: 'in-place',
    kinds: [],
    fields: [],
    of: ['went'],
    otherwise: true,
    says: () => 'is no longer in the manifests: it stays where nothing prunes',
  },
  {
    class: 'in-place',
    kinds: ['ConfigMap'],
    fields: [],
    otherwise: true,
    when: 'a new name for new content',
    holds: (_difference, { before, after }) => before?.metadata.name !== after?.metadata.name,
    says: (differences, { before, after }) => {
      const files = differences.flatMap(({ path }) => (path[0] === 'metadata' ? [] : [path[1] ?? '']));
      return `${after?.metadata.name ?? ''} stands beside ${before?.metadata.name ?? ''}${files.length > 0 ? `, with another ${listed(files)}` : ''}`;
    },
  },
  {
    class: 'in-place',
    kinds: [],
    fields: [],
    when: 'any other field',
    otherwise: true,
    says: (differences) => fieldsFromTo(differences),
  },
];
