/** What becomes reachable, readable or allowed, or no longer is. */
import { edges } from '../edges';
import { inPods } from '../objects';
import type { Change, Difference } from '../diff';
import type { Rule } from '../rule';
import { fieldsFromTo, listed, value } from '../words';

const WITH_PODS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];
const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'];

/** What a pod reads Secrets by. */
const SECRET_FIELDS = inPods(
  'volumes.*.secret.secretName',
  'volumes.*.secret.items.*.key',
  'volumes.*.projected.sources.*.secret.name',
  'volumes.*.projected.sources.*.secret.items.*.key',
  'imagePullSecrets.*.name',
  ...CONTAINERS.flatMap((list) => [`${list}.*.env.*.valueFrom.secretKeyRef.*`, `${list}.*.envFrom.*.secretRef.name`]),
);

/** What lets a pod do more, or less, to its node, and to the API. */
const PRIVILEGE_FIELDS = inPods(
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'hostUsers',
  'serviceAccount',
  'serviceAccountName',
  'automountServiceAccountToken',
  'securityContext.**',
  'volumes.*.hostPath.**',
  ...CONTAINERS.flatMap((list) => [`${list}.*.securityContext.**`, `${list}.*.ports.*.hostPort`]),
);

const GRANTING = ['hostNetwork', 'hostPID', 'hostIPC', 'privileged', 'allowPrivilegeEscalation', 'automountServiceAccountToken'];
const grants = ({ path, after }: Difference) =>
  (after === true && GRANTING.includes(path.at(-1) ?? '')) ||
  path.includes('hostPath') ||
  path.at(-1) === 'hostPort' ||
  path.at(-2) === 'add';

const ROUTES = ['Ingress', 'HTTPRoute', 'TLSRoute', 'Gateway', 'BackendTLSPolicy'];

/** Edges that a policy allows now, and those that it no longer does. */
function edgesFromTo({ before, after }: Change): string {
  const [old, now] = [edges(before), edges(after)];
  const opened = now.filter((edge) => !old.includes(edge));
  const closed = old.filter((edge) => !now.includes(edge));
  const said = [opened.length > 0 ? `allows ${listed(opened)}` : '', closed.length > 0 ? `no longer allows ${listed(closed)}` : ''];
  return said.filter(Boolean).join('; ');
}

export const EXPOSURE: readonly Rule[] = [
  {
    class: 'exposure',
    kinds: ['NetworkPolicy'],
    fields: ['spec.**'],
    says: (_differences, change) => edgesFromTo(change) || 'says in another way, or of other pods, what it lets through',
  },
  {
    class: 'exposure',
    kinds: ['NetworkPolicy'],
    fields: [],
    of: ['came'],
    says: (_differences, change) => `is new: of its pods' packets it ${edgesFromTo(change) || 'allows none'}`,
  },
  {
    class: 'exposure',
    kinds: ['NetworkPolicy'],
    fields: [],
    of: ['went'],
    says: (_differences, change) =>
      `is no longer in the manifests: where it is removed, it ${edgesFromTo(change) || 'allows nothing any more'}, and pods that no other policy selects are open to all`,
  },
  {
    class: 'exposure',
    kinds: ['Service'],
    fields: [
      'spec.type',
      'spec.ports.**',
      'spec.loadBalancerClass',
      'spec.loadBalancerIP',
      'spec.loadBalancerSourceRanges.**',
      'spec.externalIPs.**',
      'spec.externalTrafficPolicy',
      'spec.externalName',
      'metadata.annotations.*',
    ],
    when: 'annotations: not those of Argo CD',
    holds: ({ path }) => !(path[1] === 'annotations' && path[2]?.startsWith('argocd.')),
    says: (differences) => `is reached in another way: ${fieldsFromTo(differences)}`,
  },
  {
    class: 'exposure',
    kinds: ['Service'],
    fields: ['spec.type'],
    of: ['came'],
    when: 'not ClusterIP',
    holds: ({ after }) => after !== 'ClusterIP',
    says: ([difference]) => `is reachable from outside the cluster (${value(difference?.after)})`,
  },
  {
    class: 'exposure',
    kinds: ROUTES,
    fields: ['spec.**', 'metadata.annotations.**'],
    of: ['came', 'changed'],
    says: (differences) => `leads visitors: ${fieldsFromTo(differences)}`,
  },
  {
    class: 'exposure',
    kinds: WITH_PODS,
    fields: SECRET_FIELDS,
    of: ['came', 'changed'],
    says: (differences) => {
      const secrets = (side: 'before' | 'after') => differences.filter((one) => one[side] !== undefined).map((one) => value(one[side]));
      const [old, now] = [secrets('before'), secrets('after')];
      const reads = now.filter((one) => !old.includes(one));
      const stops = old.filter((one) => !now.includes(one));
      if (reads.length === 0)
        return stops.length > 0 ? `its pods no longer read ${listed(stops)} of Secrets` : 'its pods read Secrets in another order';
      return `its pods read ${listed(reads)} of Secrets${stops.length > 0 ? `; no longer ${listed(stops)}` : ''}`;
    },
  },
  {
    class: 'exposure',
    kinds: WITH_PODS,
    fields: PRIVILEGE_FIELDS,
    says: (differences) => `its pods may do something else: ${fieldsFromTo(differences)}`,
  },
  {
    class: 'exposure',
    kinds: WITH_PODS,
    fields: PRIVILEGE_FIELDS,
    of: ['came'],
    when: `what others may not: ${listed(GRANTING)}, host paths and ports, added capabilities`,
    holds: grants,
    says: (differences) => `its pods may do what others may not: ${fieldsFromTo(differences)}`,
  },
];
