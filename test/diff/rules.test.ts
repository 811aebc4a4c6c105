/** What single fields lead to, of kinds that people may have beside ours too. */
import type { Manifest } from '../../constructs/manifests';
import { merge } from '../../constructs/finish';
import type { ClassName } from '../../diff/classes';
import { consequences } from '../../diff/consequences';

const object = (kind: string, fields: object, labels: object = {}): Manifest =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'it', namespace: 'shop', labels }, ...fields }) as Manifest;

/** Each consequence of a change of one object, as `class: sentence`. */
const told = (before: Manifest, patch: object) =>
  consequences([before], [merge(before, patch) as Manifest]).map((one) => `${one.class}: ${one.says}`);

const pod = (spec: object) => ({ spec: { template: { spec } } });
const container = (fields: object) => pod({ containers: [{ name: 'app', image: 'a/b:1', ...fields }] });
const deployment = (fields: object = {}) =>
  object('Deployment', merge({ ...container({}), spec: { ...container({}).spec, replicas: 2 } }, fields) as object);
const claims = (size: string) => ({
  spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: size } } } }] },
});
const backup = (fields: object) => object('CronJob', fields, { 'app.kubernetes.io/component': 'backup' });

test.each<[ClassName, string, Manifest, object, RegExp]>([
  [
    'data-loss',
    'a CronJob of backups is suspended',
    backup({ spec: { suspend: false } }),
    { spec: { suspend: true } },
    /^is suspended: no copy is made any more/,
  ],
  [
    'data-loss',
    'templates of claims are smaller',
    object('StatefulSet', claims('2Gi')),
    claims('1Gi'),
    /^a volume cannot shrink \(2Gi → 1Gi\)/,
  ],
  [
    'data-loss',
    'storage is no longer asked for',
    object('PersistentVolumeClaim', { spec: { resources: { requests: { storage: '1Gi' } } } }),
    { spec: { resources: { requests: { storage: null } } } },
    /^a volume cannot shrink \(- 1Gi\)/,
  ],
  [
    'data-loss',
    'a cluster has less room',
    object('Cluster', { spec: { storage: { size: '20Gi' } } }),
    { spec: { storage: { size: '19Gi' } } },
    /^a volume cannot shrink/,
  ],
  [
    'data-loss',
    'Postgres becomes another major',
    object('StatefulSet', pod({ containers: [{ name: 'postgres', image: 'docker.io/library/postgres:17.6' }] })),
    pod({ containers: [{ name: 'postgres', image: 'docker.io/library/postgres:18.6' }] }),
    /^another major of Postgres \(17 → 18\)/,
  ],
  [
    'data-loss',
    'a cluster gets another major',
    object('Cluster', { spec: { imageName: 'r.example.com:5000/postgresql:17-standard@sha256:18' } }),
    { spec: { imageName: 'r.example.com:5000/postgresql:18-standard' } },
    /^another major of Postgres \(17 → 18\)/,
  ],
  [
    'data-loss',
    'claims go with their StatefulSet',
    object('StatefulSet', { spec: { replicas: 1 } }),
    { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } } },
    /\(whenDeleted: Delete\)$/,
  ],
  [
    'data-loss',
    'Argo CD may prune a claim',
    object('PersistentVolumeClaim', {
      metadata: { name: 'it', annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' } },
    }),
    { metadata: { annotations: { 'argocd.argoproj.io/sync-options': 'Delete=false' } } },
    /^Argo CD may prune it from now on, and with it what is on its volume$/,
  ],
  [
    'data-loss',
    'a cluster archives no more',
    object('Cluster', { spec: { plugins: [{ name: 'barman' }] } }),
    { spec: { plugins: null } },
    /^its archive is no longer written/,
  ],
  [
    'data-loss',
    'an archive is kept for less time',
    object('ObjectStore', { spec: { retentionPolicy: '30d' } }),
    { spec: { retentionPolicy: '7d' } },
    /^recoveries reach back another time: 30d → 7d$/,
  ],
  [
    'immutable',
    'a Deployment selects other pods',
    deployment({ spec: { selector: { matchLabels: { a: 'b' } } } }),
    { spec: { selector: { matchLabels: { a: 'c' } } } },
    /^spec\.selector cannot change: delete the Deployment/,
  ],
  [
    'immutable',
    'a StatefulSet has another Service',
    object('StatefulSet', { spec: { serviceName: 'a' } }),
    { spec: { serviceName: 'b' } },
    /^spec\.serviceName cannot change: `kubectl delete statefulset it --cascade=orphan`/,
  ],
  [
    'immutable',
    'a Job of the same name does something else',
    object('Job', container({})),
    container({ image: 'a/b:2' }),
    /^spec\.template cannot change: delete the Job/,
  ],
  [
    'immutable',
    'a ConfigMap that is immutable has something else',
    object('ConfigMap', { data: { a: '1' }, immutable: true }),
    { data: { a: '2' } },
    /^data\.a cannot change/,
  ],
  [
    'immutable',
    'a Service gets no address',
    object('Service', { spec: { type: 'ClusterIP' } }),
    { spec: { clusterIP: 'None' } },
    /^spec\.clusterIP cannot change: delete the Service/,
  ],
  [
    'immutable',
    'a claim is for another class',
    object('PersistentVolumeClaim', { spec: { storageClassName: 'a' } }),
    { spec: { storageClassName: 'b' } },
    /^spec\.storageClassName cannot change: its data has to be copied/,
  ],
  ['immutable', 'a Secret has another type', object('Secret', { type: 'Opaque' }), { type: 'kubernetes.io/tls' }, /^type cannot change/],
  [
    'downtime',
    'all pods are stopped first',
    deployment({ spec: { strategy: { type: 'Recreate' } } }),
    container({ image: 'a/b:2' }),
    /^all 2 pods stop before new ones start: no answer from then until the new ones are ready$/,
  ],
  ['downtime', 'no pod is wanted', deployment(), { spec: { replicas: 0 } }, /^no pod is left$/],
  [
    'downtime',
    'the only pod of a StatefulSet is replaced',
    object('StatefulSet', container({})),
    container({ image: 'a/b:2' }),
    /^its only pod is replaced/,
  ],
  [
    'downtime',
    'a Service leads elsewhere',
    object('Service', { spec: { selector: { a: 'b' } } }),
    { spec: { selector: { a: 'c' } } },
    /^leads elsewhere from one moment to the next: selector\.a: b → c$/,
  ],
  [
    'downtime',
    'the operator restarts its only server',
    object('Cluster', { spec: { instances: 1, resources: { limits: { memory: '1Gi' } } } }),
    { spec: { resources: { limits: { memory: '2Gi' } } } },
    /^the operator may restart its only server/,
  ],
  [
    'restart',
    'an annotation of pods',
    deployment(),
    { spec: { template: { metadata: { annotations: { a: 'b' } } } } },
    /^2 pods restart, each new one ready before an old one stops: \+ template\.metadata$/,
  ],
  [
    'restart',
    'pods of a StatefulSet',
    object('StatefulSet', merge(container({}), { spec: { replicas: 3 } }) as object),
    container({ image: 'a/b:2' }),
    /^3 pods restart, one by one, from the last: app image: a\/b:1 → 2$/,
  ],
  [
    'restart',
    'half of the pods may go',
    deployment({ spec: { replicas: 4, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '50%' } } } }),
    container({ image: 'a/b@sha256:1' }),
    /^4 pods restart, 2 at a time, stopped before the next one starts: app image: a\/b:1 → sha256:1$/,
  ],
  [
    'exposure',
    'pods read a key of a Secret',
    deployment(),
    pod({ volumes: [{ name: 's', secret: { secretName: 'keys' } }] }),
    /^its pods read keys of Secrets$/,
  ],
  [
    'exposure',
    'a variable comes from a Secret',
    deployment(),
    container({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'a' } } }] }),
    /^its pods read keys and a of Secrets$/,
  ],
  [
    'exposure',
    'pods share the network of their node',
    deployment(),
    pod({ hostNetwork: true }),
    /^its pods may do something else: hostNetwork: \+ true$/,
  ],
  [
    'exposure',
    'a container is privileged',
    deployment(),
    container({ securityContext: { privileged: true } }),
    /^its pods may do something else: \+ containers\.app\.securityContext$/,
  ],
  [
    'exposure',
    'a container beside the others is',
    deployment(),
    pod({ containers: [{ name: 'other', securityContext: { privileged: true } }] }),
    /^its pods may do something else: \+ containers\.other$/,
  ],
  [
    'exposure',
    'a namespace lets pods do more',
    object('Namespace', {}, { 'pod-security.kubernetes.io/enforce': 'restricted' }),
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
    /enforce restricted → baseline$/,
  ],
  [
    'exposure',
    'a role may do more',
    object('Role', { rules: [{ verbs: ['get'] }] }),
    { rules: [{ verbs: ['*'] }] },
    /^gives other rights: rules\.0\.verbs\.0: get → \*$/,
  ],
  [
    'exposure',
    'another host is routed',
    object('Ingress', { spec: { rules: [{ host: 'a.example.com' }] } }),
    { spec: { rules: [{ host: 'b.example.com' }] } },
    /^leads visitors: rules\.0\.host: a\.example\.com → b\.example\.com$/,
  ],
  ['capacity', 'a container may use more', deployment(), container({ resources: { limits: { memory: '1Gi' } } }), /^\+ app$/],
  [
    'in-place',
    'anything else',
    object('PodDisruptionBudget', { spec: { maxUnavailable: 1 } }),
    { spec: { maxUnavailable: 2 } },
    /^maxUnavailable: 1 → 2$/,
  ],
  [
    'in-place',
    'a field outside of spec',
    object('StorageClass', { allowVolumeExpansion: true }),
    { allowVolumeExpansion: false },
    /^allowVolumeExpansion: true → false$/,
  ],
  ['cosmetic', 'a label', object('Deployment', {}), { metadata: { labels: { a: 'b' } } }, /^labels\.a$/],
])('%s: %s', (name, _what, before, patch, says) => {
  const found = told(before, patch).filter((line) => line.startsWith(`${name}: `));
  expect(found.map((line) => line.slice(name.length + 2))).toEqual([expect.stringMatching(says)]);
});

test.each([
  [
    'a bigger volume',
    object('PersistentVolumeClaim', { spec: { resources: { requests: { storage: '1Gi' } } } }),
    { spec: { resources: { requests: { storage: '2Gi' } } } },
    ['capacity'],
  ],
  [
    'another minor of Postgres',
    object('Cluster', { spec: { imageName: 'a/postgresql:17.5', instances: 3 } }),
    { spec: { imageName: 'a/postgresql:17.6' } },
    ['downtime'],
  ],
  [
    'an annotation that protects as well',
    object('Namespace', { metadata: { name: 'it', annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false' } } }),
    { metadata: { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm' } } },
    ['in-place'],
  ],
  [
    'a CronJob that is none of backups, suspended',
    object('CronJob', { spec: { suspend: false } }),
    { spec: { suspend: true } },
    ['in-place'],
  ],
  [
    'a Job of another name',
    object('Job', container({})),
    { metadata: { name: 'it-0123abcd' }, ...container({ image: 'a/b:2' }) },
    ['in-place'],
  ],
  ['a ConfigMap that may change', object('ConfigMap', { data: { a: '1' } }), { data: { a: '2' } }, ['in-place']],
  ['a StatefulSet of more pods', object('StatefulSet', { spec: { replicas: 1 } }), { spec: { replicas: 2 } }, ['capacity']],
  [
    'a Service with one more port',
    object('Service', { spec: { ports: [{ name: 'a', port: 1 }] } }),
    { spec: { ports: [{ name: 'b', port: 2 }] } },
    ['exposure'],
  ],
])('%s leads to nothing worse', (_what, before, patch, expected) => {
  expect([...new Set(told(before, patch).map((line) => line.split(':')[0]))]).toEqual(expected);
});
