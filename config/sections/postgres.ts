import { z } from 'zod';
import { LONGEST_ADMINISTRATOR } from '../database-roles';
import { image, objectName } from '../names';
import { byteCount, duration, listOf, must, oneOf, section, text, wholeNumber, yesOrNo, type Meta } from '../types';
import { cloudNativePg } from './cloudnative-pg';
import { external } from './external';
import { issuer } from './issuer';
import { metrics } from './metrics';
import { pooler } from './pooler';
import { resources } from './resources';

const MAJORS = [14, 15, 16, 17, 18] as const;

const identifier = (longest: number, what: string) =>
  text(`at most ${longest} lower-case letters, digits and "_", beginning with a letter`, new RegExp(`^[a-z][a-z0-9_]{0,${longest - 1}}$`))
    .optional()
    .meta({ description: what, derivedDefault: 'the release, with "_" for "-"' } satisfies Meta);

const locale = section({
  provider: oneOf('libc', 'icu', 'builtin').meta({
    description: 'Who sorts and compares: the C library, ICU (from 15 on), or Postgres itself (from 17 on).',
  } satisfies Meta),
  name: text('a locale such as en_US.utf8, de-DE or C.UTF-8', /^[A-Za-z][A-Za-z0-9_.@-]*$/).meta({
    description: "Locale as that provider names it; the official image's C library knows `C`, `C.UTF-8` and `en_US.utf8`.",
  } satisfies Meta),
});

const tls = section({
  enabled: yesOrNo()
    .default(true)
    .meta({
      description: 'All connections to the database are encrypted, and clients check its certificate (`verify-full`).',
    } satisfies Meta),
  issuer: issuer.optional().meta({
    description: 'Issuer of cert-manager with an authority of its own; without it `npm run secrets` makes authority and certificate.',
  }),
})
  .superRefine(({ enabled, issuer: by }, context) => {
    if (by !== undefined && !enabled) {
      context.addIssue({ code: 'custom', path: ['issuer'], message: 'has nothing to do beside enabled: false' });
    }
  })
  .prefault({});

const counters = metrics({
  image: 'quay.io/prometheuscommunity/postgres-exporter:v0.19.1',
  runs: 'Image of the exporter, which runs in a pod of its own and connects in a role that reads statistics alone.',
  port: 9187,
  resources: {
    requests: { cpu: '10m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '200m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  },
});

/** A list of its own for each major: what a name and a value must be, the rules say. */
const parameters = z
  .record(
    z.string(),
    z
      .union([z.string(), z.number(), z.boolean()], must('a text, a number, true or false'))
      .transform((value) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)))
      .refine((value) => !/[\n\r\0]/.test(value), must('one line')),
    must('a group of parameters'),
  )
  .default({})
  .meta({
    description: 'Parameters of the server by name, as `postgresql.conf` has them; they win over those that follow from `resources`.',
    expected: 'parameters such as `{ work_mem: 64MB }`',
  } satisfies Meta);

/** The database. */
export const postgres = section({
  kind: oneOf('cluster', 'cloudnative-pg', 'external')
    .default('cluster')
    .meta({
      description: 'Who runs it: this release, in the `cluster`; the operator CloudNativePG, several of them; or somebody else.',
    } satisfies Meta),
  cloudNativePg: cloudNativePg.optional().meta({ description: 'The `Cluster` that the operator CloudNativePG runs.' }),
  external: external.optional().meta({ description: 'The server that somebody else runs.' }),
  version: z
    .literal(MAJORS, { error: `must be one of ${MAJORS.join(', ')}` })
    .default(18)
    .meta({
      description: 'Major version of the server; a volume of one major cannot be opened by another.',
      expected: `one of ${MAJORS.join(', ')}`,
    } satisfies Meta),
  image: image()
    .optional()
    .meta({
      description: 'Official image of that major on Debian, or one that keeps to its contract.',
      derivedDefault: '`docker.io/library/postgres:<version>`',
    } satisfies Meta),
  database: identifier(63, 'Name of the database (`POSTGRES_DB`).'),
  user: identifier(
    LONGEST_ADMINISTRATOR,
    "Name of the server's administrator; those of the roles that the components connect as begin with it, such as `<user>_app`.",
  ),
  extensions: listOf(text('the name of an extension such as pg_trgm or uuid-ossp', /^[a-z][a-z0-9_-]{0,62}$/), 'names of extensions')
    .default([])
    .meta({
      description: 'Extensions that the database gets before it is migrated; one that is no longer named stays.',
    } satisfies Meta),
  storage: byteCount()
    .optional()
    .meta({
      description: 'Size of the volume; a bigger one makes it grow if its StorageClass allows that, a smaller one is refused by the API.',
      derivedDefault: '**required** unless `kind` is external',
    } satisfies Meta),
  storageClass: objectName()
    .optional()
    .meta({ description: 'StorageClass of the volume.', derivedDefault: "the cluster's own" } satisfies Meta),
  maxConnections: wholeNumber(10, 10_000)
    .default(100)
    .meta({
      description:
        '`max_connections`: at least every thread of every Gunicorn worker and pod, with those of a release, or what the pooler opens, and the jobs.',
    } satisfies Meta),
  slowStatements: duration('1s', '1h')
    .optional()
    .meta({
      description: 'Statements that take so long or longer are logged, with the values in them.',
      derivedDefault: 'none',
    } satisfies Meta),
  parameters,
  locale: locale.optional().meta({
    description:
      'Locale of a database that is made; one that is there keeps its own. Without it: that of the image, en_US.utf8 of the C library.',
  }),
  tls: tls.meta({ description: 'TLS between the database and its clients.' }),
  pooler: pooler
    .optional()
    .meta({ description: 'PgBouncer between Gunicorn and the database, which lends a connection for each transaction.' }),
  metrics: counters.optional().meta({ description: 'Counters of the database for Prometheus.' }),
  drain: oneOf('allow', 'refuse')
    .default('allow')
    .meta({
      description:
        'What a drain of its node does: `allow` stops Postgres, which starts elsewhere within a minute or so; `refuse` makes every drain ' +
        'wait until somebody deletes the pod.',
    } satisfies Meta),
  resources: resources('the container', {
    requests: { cpu: '250m', memory: '1Gi', 'ephemeral-storage': '256Mi' },
    limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi' },
  }),
});
