/** Lists of groups of Gunicorn's pods, in which every setting of one occurs. */
import { DIGEST, type Input, type Table } from './types';

type Groups = NonNullable<NonNullable<Input['gunicorn']>['groups']>;

/** A volume that one node mounts allows one pod of each. */
const single = ({ django }: Input) => django.media?.accessMode === 'ReadWriteOnce';

const inference = (above: Input): Groups => [
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
  },
  {
    name: 'reports',
    paths: ['/reports/pdf'],
    replicas: single(above) ? 1 : { min: 1, max: 2, cpu: 80 },
    workers: 1,
    ...(above.django.interface === 'asgi' ? { pool: 2 } : { threads: 2 }),
    gracefulTimeout: '2m',
    tolerations: [{ key: 'spot' }],
  },
];

const slow = (above: Input): Groups => [{ name: 'slow', paths: ['/slow/'], replicas: single(above) ? 1 : 2, workers: 1, timeout: '3m' }];

export const GROUPS_OF_PODS: Table<'gunicorn.groups'>['gunicorn.groups'] = [undefined, inference, slow];
