import { cronLine, objectName, timeZone } from '../names';
import { byteCount, duration, oneOf, section, wholeNumber, type Meta } from '../types';
import { resources } from './resources';

/** The Job that migrates the database, once per release. */
export const migrate = section({
  deadline: duration('10m', '7d')
    .prefault('1h')
    .meta({
      description: 'Time for the whole Job: pulling the image, waiting, a backup, and the migrations.',
    } satisfies Meta),
  wait: duration('10s', '1h')
    .prefault('5m')
    .meta({ description: 'Time that it waits for the database, or for another migration.' } satisfies Meta),
  missingMigrations: oneOf('fail', 'warn')
    .default('fail')
    .meta({
      description: "What a change of the project's own models without a migration file leads to.",
    } satisfies Meta),
  resources: resources('each of its containers', {
    requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '128Mi' },
    limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' },
  }),
}).prefault({});

const keep = (number: number, what: string) =>
  wholeNumber(0, 1000)
    .default(number)
    .meta({ description: what } satisfies Meta);

/** The CronJob that dumps the database. */
export const backup = section({
  schedule: cronLine()
    .default('0 3 * * *')
    .meta({ description: 'When a dump is made.' } satisfies Meta),
  timeZone: timeZone()
    .default('Etc/UTC')
    .meta({ description: 'Time zone of the schedule.' } satisfies Meta),
  deadline: duration('1m', '7d')
    .prefault('2h')
    .meta({ description: 'Time for one dump, verified.' } satisfies Meta),
  keep: section({
    daily: keep(7, 'Days of which the newest dump is kept.'),
    weekly: keep(4, 'Weeks of which the newest dump is kept.'),
    monthly: keep(6, 'Months of which the newest dump is kept.'),
  }).prefault({}),
  compression: oneOf('gzip', 'lz4', 'zstd', 'none')
    .default('gzip')
    .meta({
      description: 'How a dump is compressed; `zstd` makes it smaller in less time, `lz4` larger in the least, from Postgres 16 on.',
    } satisfies Meta),
  storage: byteCount()
    .prefault('10Gi')
    .meta({ description: 'Size of the volume claim for dumps.' } satisfies Meta),
  storageClass: objectName()
    .optional()
    .meta({ description: 'StorageClass of that claim.', derivedDefault: "the cluster's own" } satisfies Meta),
  resources: resources('the container', {
    requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '128Mi' },
    limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '1Gi' },
  }),
}).prefault({});

/** The CronJob that restores the newest dump, to see that it can be done and how long it takes. */
export const drill = section({
  schedule: cronLine()
    .default('0 5 * * 0')
    .meta({ description: 'When the newest dump is restored, into a server that ends with the drill.' } satisfies Meta),
  timeZone: timeZone()
    .default('Etc/UTC')
    .meta({ description: 'Time zone of the schedule.' } satisfies Meta),
  deadline: duration('1m', '7d')
    .prefault('4h')
    .meta({ description: 'Time for one drill.' } satisfies Meta),
  storage: byteCount()
    .optional()
    .meta({ description: 'Size of the volume that a drill has for its time.', derivedDefault: '`postgres.storage`' } satisfies Meta),
  storageClass: objectName()
    .optional()
    .meta({ description: 'StorageClass of that volume.', derivedDefault: '`postgres.storageClass`' } satisfies Meta),
  resources: resources('the container', {
    requests: { cpu: '100m', memory: '512Mi', 'ephemeral-storage': '128Mi' },
    limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '1Gi' },
  }),
}).prefault({});
