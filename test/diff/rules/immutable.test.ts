import { container, deployment, lead, object } from './objects';

lead('immutable', [
  [
    'a Deployment selects other pods',
    deployment({ spec: { selector: { matchLabels: { a: 'b' } } } }),
    { spec: { selector: { matchLabels: { a: 'c' } } } },
    /^spec\.selector cannot change: delete the Deployment/,
  ],
  [
    'a StatefulSet has another Service',
    object('StatefulSet', { spec: { serviceName: 'a' } }),
    { spec: { serviceName: 'b' } },
    /^spec\.serviceName cannot change: `kubectl delete statefulset it --cascade=orphan`/,
  ],
  [
    'a Job of the same name does something else',
    object('Job', container({})),
    container({ image: 'a/b:2' }),
    /^spec\.template cannot change: delete the Job/,
  ],
  [
    'a ConfigMap that is immutable has something else',
    object('ConfigMap', { data: { a: '1' }, immutable: true }),
    { data: { a: '2' } },
    /^data\.a cannot change/,
  ],
  [
    'a Service gets no address',
    object('Service', { spec: { type: 'ClusterIP' } }),
    { spec: { clusterIP: 'None' } },
    /^spec\.clusterIP cannot change: delete the Service/,
  ],
  [
    'a claim is for another class',
    object('PersistentVolumeClaim', { spec: { storageClassName: 'a' } }),
    { spec: { storageClassName: 'b' } },
    /^spec\.storageClassName cannot change: its data has to be copied/,
  ],
  ['a Secret has another type', object('Secret', { type: 'Opaque' }), { type: 'kubernetes.io/tls' }, /^type cannot change/],
]);
