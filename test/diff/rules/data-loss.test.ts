import { backup, claims, lead, object, pod } from './objects';

lead('data-loss', [
  [
    'a CronJob of backups is suspended',
    backup({ spec: { suspend: false } }),
    { spec: { suspend: true } },
    /^is suspended: no copy is made any more/,
  ],
  ['templates of claims are smaller', object('StatefulSet', claims('2Gi')), claims('1Gi'), /^a volume cannot shrink \(2Gi → 1Gi\)/],
  [
    'storage is no longer asked for',
    object('PersistentVolumeClaim', { spec: { resources: { requests: { storage: '1Gi' } } } }),
    { spec: { resources: { requests: { storage: null } } } },
    /^a volume cannot shrink \(- 1Gi\)/,
  ],
  [
    'a cluster has less room',
    object('Cluster', { spec: { storage: { size: '20Gi' } } }),
    { spec: { storage: { size: '19Gi' } } },
    /^a volume cannot shrink/,
  ],
  [
    'a StatefulSet mounts another claim',
    object('StatefulSet', pod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'one' } }] })),
    pod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'two' } }] }),
    /^its pods see another volume \(data: one → two\)/,
  ],
  [
    'a CronJob has none in the place of a claim',
    object('CronJob', { spec: { jobTemplate: pod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'one' } }] }) } }),
    { spec: { jobTemplate: pod({ volumes: [{ name: 'data', persistentVolumeClaim: null, emptyDir: {} }] }) } },
    /^its pods see another volume \(data: - one\)/,
  ],
  [
    'Postgres becomes another major',
    object('StatefulSet', pod({ containers: [{ name: 'postgres', image: 'docker.io/library/postgres:17.6' }] })),
    pod({ containers: [{ name: 'postgres', image: 'docker.io/library/postgres:18.6' }] }),
    /^another major of Postgres \(17 → 18\)/,
  ],
  [
    'a cluster gets another major',
    object('Cluster', { spec: { imageName: 'r.example.com:5000/postgresql:17-standard@sha256:18' } }),
    { spec: { imageName: 'r.example.com:5000/postgresql:18-standard' } },
    /^another major of Postgres \(17 → 18\)/,
  ],
  [
    'claims go with their StatefulSet',
    object('StatefulSet', { spec: { replicas: 1 } }),
    { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } } },
    /\(whenDeleted: Delete\)$/,
  ],
  [
    'Argo CD may prune a claim',
    object('PersistentVolumeClaim', {
      metadata: { name: 'it', annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' } },
    }),
    { metadata: { annotations: { 'argocd.argoproj.io/sync-options': 'Delete=false' } } },
    /^Argo CD may prune it from now on, and with it what is on its volume$/,
  ],
  [
    'a cluster archives no more',
    object('Cluster', { spec: { plugins: [{ name: 'barman' }] } }),
    { spec: { plugins: null } },
    /^its archive is no longer written/,
  ],
  [
    'an archive is kept for less time',
    object('ObjectStore', { spec: { retentionPolicy: '30d' } }),
    { spec: { retentionPolicy: '7d' } },
    /^recoveries reach back another time: 30d → 7d$/,
  ],
]);
