import { container, deployment, lead, object, pod, told } from './objects';

lead('capacity', [['a container may use more', deployment(), container({ resources: { limits: { memory: '1Gi' } } }), /^\+ app$/]]);

lead('in-place', [
  [
    'anything else',
    object('PodDisruptionBudget', { spec: { maxUnavailable: 1 } }),
    { spec: { maxUnavailable: 2 } },
    /^maxUnavailable: 1 → 2$/,
  ],
  [
    'a field outside of spec',
    object('StorageClass', { allowVolumeExpansion: true }),
    { allowVolumeExpansion: false },
    /^allowVolumeExpansion: true → false$/,
  ],
]);

lead('cosmetic', [['a label', object('Deployment', {}), { metadata: { labels: { a: 'b' } } }, /^labels\.a$/]]);

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
  [
    'a volume of a claim that comes beside the others',
    deployment(pod({ volumes: [{ name: 'tmp', emptyDir: {} }] })),
    pod({
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'data', persistentVolumeClaim: { claimName: 'one' } },
      ],
    }),
    ['restart'],
  ],
  [
    'a volume of a claim that goes with its name',
    deployment(pod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'one' } }] })),
    pod({ volumes: [] }),
    ['restart'],
  ],
  [
    'other lines of nginx.conf',
    object('ConfigMap', { data: { 'nginx.conf': 'server {\n  server_name a;\n}\n' } }),
    { data: { 'nginx.conf': '# server_name b;\nserver {\n  server_name a;\n  gzip on;\n}\n' } },
    ['in-place'],
  ],
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
