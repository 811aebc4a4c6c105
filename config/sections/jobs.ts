import { objectName } from '../names';
import { byteCount, duration, oneOf, section, wholeNumber, type Meta } from '../types';
import { resources } from './resources';
import { schedule } from './schedule';

/** The Job that migrates the database, once per release. */
export const migrate = section({
  deadline: duration('10m', '7d')
    .prefault('1h')
    .meta({
      description: 'Time for the whole Job: pulling the image, waiting, a backup, and the migrations.',
    } satisfies Meta),
  wait: duration('10s', '1h')
    .prefault('5m')
    .meta({
      description: 'Time that it waits for the database, and for locks: that of another migration, and those of tables.',
    } satisfies Meta),
  lockTimeout: duration('1s', '30s')
    .prefault('5s')
    .meta({
      description: 'Time that one statement waits for the lock of a table, while requests that need the table queue behind it.',
    } satisfies Meta),
  statementTimeout: duration('1m', '7d')
    .optional()
    .meta({ description: 'Time that one statement of a migration takes at most.', derivedDefault: '`migrate.deadline`' } satisfies Meta),
  missingMigrations: oneOf('fail', 'warn')
    .default('fail')
    .meta({
      description: "What a change of the project's own models without a migration file leads to.",
    } satisfies Meta),
  risks: oneOf('warn', 'fail')
    .default('warn')
    .meta({
      description:
        'What a pending migration leads to that would lock large tables, break the code that still runs, or cannot be taken back.',
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
  ...schedule('0 3 * * *', 'When a dump is made.', '2h', 'Time for one dump, verified, and for the uploaded files beside it.'),
  keep: section({
    daily: keep(7, 'Days of which the newest dump is kept.'),
    weekly: keep(4, 'Weeks of which the newest dump is kept.'),
    monthly: keep(6, 'Months of which the newest dump is kept.'),
  }).prefault({}),
  jobs: wholeNumber(1, 32)
    .default(1)
    .meta({
      description: 'Tables that are dumped at once, on a connection each; from 2 on a dump is a folder with a file for each table.',
    } satisfies Meta),
  compression: oneOf('gzip', 'lz4', 'zstd', 'none')
    .default('gzip')
    .meta({
      description: 'How a dump is compressed; `zstd` makes it smaller in less time, `lz4` larger in the least, from Postgres 16 on.',
    } satisfies Meta),
  storage: byteCount()
    .optional()
    .meta({
      description: 'Size of the volume claim for dumps, and for a copy of all uploaded files with what changes of them.',
      derivedDefault: '`10Gi`, and `django.media.storage` on top',
    } satisfies Meta),
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
  ...schedule('0 5 * * 0', 'When the newest dump is restored, into a server that ends with the drill.', '4h', 'Time for one drill.'),
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
