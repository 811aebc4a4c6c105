import { isIP } from 'node:net';
import { z } from 'zod';
import { cidr, objectName } from '../names';
import { listOf, must, oneOf, section, wholeNumber, type Meta } from '../types';

const HOST_EXPECTED = 'the name of a host in DNS, or an IPv4 address';
const NAME = /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?\.)*[A-Za-z][-A-Za-z0-9]{0,61}(?<!-)$/;

/** A server of Postgres that somebody else runs. */
export const external = section({
  host: z
    .string(must(HOST_EXPECTED))
    .refine((host) => isIP(host) === 4 || NAME.test(host), must(HOST_EXPECTED))
    .meta({ description: 'Where it is.', expected: HOST_EXPECTED } satisfies Meta),
  port: wholeNumber(1, 65_535)
    .default(5432)
    .meta({ description: 'Its port.' } satisfies Meta),
  addresses: listOf(cidr(), 'ranges of addresses')
    .min(1, { error: 'must name at least one range' })
    .optional()
    .meta({
      description: 'Where that host may be found, for the network policies.',
      derivedDefault: 'the host, where that is an address',
    } satisfies Meta),
  sslMode: oneOf('verify-full', 'verify-ca', 'require', 'disable')
    .default('verify-full')
    .meta({ description: 'What clients ask of TLS, in words of libpq.' } satisfies Meta),
  secretName: objectName().meta({
    description: 'Secret that somebody else makes: `POSTGRES_PASSWORD`, of the administrator, and `ca.crt` for a `sslMode` that verifies.',
  } satisfies Meta),
}).superRefine(({ host, addresses }, context) => {
  if (addresses !== undefined || isIP(host) === 4) return;
  const message = `is missing: network policies know no names, so say where ${host} may be found, such as [10.20.0.0/16]`;
  context.addIssue({ code: 'custom', path: ['addresses'], message });
});
