/** Lists of groups of Gunicorn's pods, in which every setting of one occurs. */
import { DIGEST, type Input, type Table } from './types';

type Groups = NonNullable<NonNullable<Input['gunicorn']>['groups']>;

/** A volume that one node mounts allows one pod of each. */
const single = ({ django }: Input) => django.media?.accessMode === 'ReadWriteOnce';

const devices = (above: Input): Groups => [
  {
    name: 'inference',
    paths: ['/predict/', '/embed'],
    image: `registry.example.com/team/shop-cuda@${DIGEST}`,
    replicas: 1,
    queue: 6,
    maxRequests: 100,
    gpu: { count: 1, resource: 'nvidia.com/gpu.shared', products: ['NVIDIA-L4'], memory: '20Gi', runtimeClass: 'nvidia', spare: false },
    resources: { requests: { memory: '2Gi' }, limits: { memory: '8Gi' } },
    nodeSelector: { pool: 'gpu' },
    nodeAffinity: {
      required: [
        { key: 'example.com/team', operator: 'In', values: ['shop'] },
        { key: 'example.com/spot', operator: 'DoesNotExist' },
        { key: 'example.com/cores', operator: 'Gt', values: ['7'] },
      ],
      preferred: [
        { key: 'example.com/team', operator: 'NotIn', values: ['lab'], weight: 10 },
        { key: 'example.com/fast', operator: 'Exists', weight: 20 },
        { key: 'example.com/cores', operator: 'Lt', values: ['64'] },
      ],
    },
  },
  {
    name: 'batch',
    paths: ['/predict/batch/'],
    replicas: single(above) ? 1 : { min: 2, max: 3 },
    gpu: { count: 1, memory: 24_000_000_000, spare: true },
    resources: {
      requests: { cpu: '75m', memory: 50_000_000, 'ephemeral-storage': '60Mi' },
      limits: { cpu: '2500m', memory: 2_000_000_000, 'ephemeral-storage': '2Gi' },
    },
  },
];

const pages = (above: Input): Groups => [
  {
    name: 'reports',
    paths: ['/reports/pdf'],
    replicas: single(above) ? 1 : { min: 2, max: 3, cpu: 80 },
    workers: 1,
    ...(above.django.interface === 'asgi' ? { pool: 2 } : { threads: 2 }),
    gracefulTimeout: '2m',
    nodeAffinity: {
      required: [
        { key: 'example.com/team', operator: 'NotIn', values: ['lab'] },
        { key: 'pool', operator: 'Exists' },
        { key: 'example.com/cores', operator: 'Lt', values: ['64'] },
      ],
      preferred: [
        { key: 'example.com/team', operator: 'In', values: ['shop'] },
        { key: 'example.com/spot', operator: 'DoesNotExist' },
        { key: 'example.com/cores', operator: 'Gt', values: ['7'] },
      ],
    },
    tolerations: [
      { operator: 'Exists' },
      { key: 'dedicated', value: 'web', effect: 'NoSchedule' },
      { key: 'dedicated', operator: 'Equal', value: 'pdf', effect: 'PreferNoSchedule' },
      { key: 'spot', effect: 'NoExecute' },
    ],
  },
  {
    name: 'slow',
    paths: ['/slow/'],
    ...(single(above) ? { replicas: 1 } : {}),
    workers: 1,
    timeout: '3m',
    resources: {
      requests: { cpu: 0.05, 'ephemeral-storage': 50_000_000 },
      limits: { cpu: 3, 'ephemeral-storage': 1_500_000_000 },
    },
  },
];

export const GROUPS_OF_PODS: Table<'gunicorn.groups'>['gunicorn.groups'] = [undefined, devices, pages];
