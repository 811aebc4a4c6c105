/** Who may do what at the API, and pods in a namespace to their node. */
import type { Change } from '../diff';
import type { Manifest } from '../../constructs/manifests';
import { at, list, type Json } from '../objects';
import type { Rule } from '../rule';
import { fieldsFromTo, fromTo, listed, value } from '../words';

const POD_SECURITY = 'pod-security.kubernetes.io/';
const ROLES = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'];

const words = (of: unknown) => (Array.isArray(of) ? of.map(value) : []);

/** `get and list pods`. */
function allowed(rule: Json): string {
  const what = [...words(rule.resources), ...words(rule.nonResourceURLs)];
  const names = words(rule.resourceNames);
  return `${listed(words(rule.verbs))} ${listed(what)}${names.length > 0 ? ` (${listed(names)})` : ''}`;
}

/** Of a role what it allows, of a binding who gets which role. */
function rights(object: Manifest | undefined): string {
  const role = at(object, 'roleRef');
  if (role === undefined) return list(at(object, 'rules')).map(allowed).join(', ') || 'nothing';
  const subjects = list(at(object, 'subjects')).map(({ kind, name }) => `${value(kind)} ${value(name)}`);
  return `${listed(subjects) || 'nobody'} what ${value(at(role, 'kind'))} ${value(at(role, 'name'))} allows`;
}

const ofChange = ({ before, after }: Change) => rights(after ?? before);

export const RIGHTS: readonly Rule[] = [
  {
    class: 'exposure',
    kinds: ['Namespace'],
    fields: ['metadata.labels.*'],
    when: `${POD_SECURITY}…`,
    holds: ({ path }) => path.at(-1)?.startsWith(POD_SECURITY) === true,
    says: (differences) => `pods in it may do something else: ${differences.map((one) => `${one.path.at(-1)} ${fromTo(one)}`).join(', ')}`,
  },
  {
    class: 'exposure',
    kinds: ['ServiceAccount', ...ROLES],
    fields: ['automountServiceAccountToken', 'imagePullSecrets.**', 'secrets.**', 'rules.**', 'roleRef.**', 'subjects.**'],
    says: (differences) => `gives other rights: ${fieldsFromTo(differences)}`,
  },
  {
    class: 'exposure',
    kinds: ROLES,
    fields: [],
    of: ['came'],
    says: (_differences, change) => `is new: it allows ${ofChange(change)}`,
  },
  {
    class: 'exposure',
    kinds: ROLES,
    fields: [],
    of: ['went'],
    says: (_differences, change) => `is no longer in the manifests: where it is removed, it no longer allows ${ofChange(change)}`,
  },
];
