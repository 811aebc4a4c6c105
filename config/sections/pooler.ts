import { image } from '../names';
import { section, wholeNumber, type Meta } from '../types';
import { resources } from './resources';

/** Between the application and the database. */
export const pooler = section({
  image: image()
    .default('ghcr.io/cloudnative-pg/pgbouncer:1.25.1')
    .meta({
      description: 'Image with `pgbouncer`, 1.18 or newer, and `sh` in the `PATH`; the default is kept by CloudNativePG.',
    } satisfies Meta),
  replicas: wholeNumber(1, 20)
    .default(2)
    .meta({ description: 'Pods.' } satisfies Meta),
  poolSize: wholeNumber(1, 1000)
    .default(10)
    .meta({
      description:
        'Connections to the database that each pod opens at the most; twice those of all pods count into `postgres.maxConnections`.',
    } satisfies Meta),
  resources: resources('the pooler', {
    requests: { cpu: '100m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '1', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  }),
});
