import { z } from 'zod';
import { cronLine, image, objectName } from '../names';
import { must, section, text, wholeNumber, type Meta } from '../types';
import { address, bucket, folder } from './bucket';
import { resources } from './resources';

/** Clusters of CloudNativePG have such names, to which it adds. Source: its webhook, `validateName`. */
const clusterName = () =>
  text('at most 50 lower-case letters, digits and "-", beginning with a letter', /^(?=.{1,50}$)[a-z](?:[-a-z0-9]*[a-z0-9])?$/);

const TIME_EXPECTED = 'a time with its zone, such as 2026-11-23T13:00:00Z';

const archive = section({
  endpoint: address(),
  bucket: bucket(),
  prefix: folder(),
  schedule: cronLine()
    .default('0 1 * * 0')
    .meta({ description: 'When the whole server is copied, by the clock of the operator (UTC).' } satisfies Meta),
  days: wholeNumber(1, 3650, 'days')
    .default(30)
    .meta({ description: 'How far back the server can be recovered to.' } satisfies Meta),
  resources: resources('the container that archives, in the pod of each instance,', {
    requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
    limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '1Gi' },
  }),
});

const recovery = section({
  from: clusterName().meta({ description: 'Name of the `Cluster` whose archive a new one begins with.' } satisfies Meta),
  at: z.iso
    .datetime({ offset: true, ...must(TIME_EXPECTED) })
    .optional()
    .meta({ description: 'As it was then.', expected: TIME_EXPECTED, derivedDefault: 'as late as the archive goes' } satisfies Meta),
});

/** A `Cluster` of CloudNativePG, which its operator runs. */
export const cloudNativePg = section({
  cluster: clusterName()
    .optional()
    .meta({ description: 'Name of the `Cluster`; another one is another server.', derivedDefault: '`<release>-postgres`' } satisfies Meta),
  instances: wholeNumber(1, 20)
    .default(3)
    .meta({
      description: 'Servers, one of which writes; from 3 on no row is acknowledged before another one has it.',
    } satisfies Meta),
  image: image()
    .optional()
    .meta({
      description: 'Image of the servers, made for that operator.',
      derivedDefault: '`ghcr.io/cloudnative-pg/postgresql:<version>-standard-trixie`',
    } satisfies Meta),
  operatorNamespace: objectName()
    .default('cnpg-system')
    .meta({ description: 'Namespace of the operator, for the network policies.' } satisfies Meta),
  archive: archive.optional().meta({
    description: 'A bucket for the write-ahead log and copies of the whole server, by its plugin Barman Cloud: recovery to any minute.',
  }),
  recovery: recovery.optional().meta({ description: 'A new `Cluster` begins with the archive of another, in place of an empty database.' }),
});
