import { z } from 'zod';
import { image, objectName } from '../names';
import { byteCount, duration, must, section, text, wholeNumber, type Meta } from '../types';
import { resources } from './resources';

const MAJORS = [14, 15, 16, 17, 18] as const;

const identifier = (what: string) =>
  text('at most 63 lower-case letters, digits and "_", beginning with a letter', /^[a-z][a-z0-9_]{0,62}$/)
    .optional()
    .meta({ description: what, derivedDefault: 'the release, with "_" for "-"' } satisfies Meta);

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
  version: z
    .literal(MAJORS, { error: `must be one of ${MAJORS.join(', ')}` })
    .default(18)
    .meta({
      description: 'Major version; a volume of one major cannot be opened by another.',
      expected: `one of ${MAJORS.join(', ')}`,
    } satisfies Meta),
  image: image()
    .optional()
    .meta({
      description: 'Official image of that major on Debian, or one that keeps to its contract.',
      derivedDefault: '`docker.io/library/postgres:<version>`',
    } satisfies Meta),
  database: identifier('Name of the database (`POSTGRES_DB`).'),
  user: identifier('Name of its owner (`POSTGRES_USER`).'),
  storage: byteCount().meta({
    description: 'Size of the volume; the API refuses another one for a database that is there.',
  } satisfies Meta),
  storageClass: objectName()
    .optional()
    .meta({ description: 'StorageClass of the volume.', derivedDefault: "the cluster's own" } satisfies Meta),
  maxConnections: wholeNumber(10, 10_000)
    .default(100)
    .meta({
      description: '`max_connections`: at least every thread of every Gunicorn worker and pod, with those of a release, and the jobs.',
    } satisfies Meta),
  slowStatements: duration('1s', '1h')
    .optional()
    .meta({
      description: 'Statements that take so long or longer are logged, with the values in them.',
      derivedDefault: 'none',
    } satisfies Meta),
  parameters,
  resources: resources('the container', {
    requests: { cpu: '250m', memory: '1Gi', 'ephemeral-storage': '256Mi' },
    limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi' },
  }),
});
