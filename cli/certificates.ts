/** Certificates that are made here, and what is wrong with those that are not. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { dnsNames } from '../config/names';
import { AUTHORITY, TLS_CERTIFICATE, TLS_KEY } from '../constructs/secrets';

/** A visitor's browser trusts neither, and nothing renews it by itself: a year for the one of the site, for that of the database ten. */
const DAYS = { site: 365, database: 3650 };

/** A certificate and its key, in PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

type Extensions = NonNullable<Parameters<typeof generate>[1]>['extensions'];

async function pair(commonName: string, days: number, extensions: Extensions, issuer?: Pair): Promise<Pair> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + days * 86_400_000),
    ...(issuer && { ca: { cert: issuer.certificate, key: issuer.key } }),
    extensions,
  });
  return { certificate: cert, key };
}

const names = (hosts: readonly string[]): NonNullable<Extensions> => [
  { name: 'basicConstraints', cA: false, critical: true },
  { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2 as const, value })) },
];

/** Of a site, for its own names: nobody signs it. */
export function selfSigned(hosts: readonly string[]): Promise<Pair> {
  const known = dnsNames(hosts);
  return pair(known[0] ?? '', DAYS.site, names(known));
}

/** Of an authority that nobody but the release itself trusts. */
export const authority = (name: string): Promise<Pair> =>
  pair(name, DAYS.database, [
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);

/** Of a server with these names, signed by an authority. */
export const signed = (hosts: readonly string[], issuer: Pair): Promise<Pair> =>
  pair(hosts[0] ?? '', DAYS.database, [...names(hosts), { name: 'extKeyUsage', serverAuth: true }], issuer);

/** What is wrong with a certificate and its key, and what will soon be. */
export function certificateProblems(
  values: Readonly<Record<string, Buffer>>,
  hosts: readonly string[],
): { errors: string[]; warnings: string[] } {
  try {
    const certificate = new X509Certificate(values[TLS_CERTIFICATE] ?? '');
    const matches = certificate.checkPrivateKey(createPrivateKey(values[TLS_KEY] ?? ''));
    const authorities = values[AUTHORITY];
    const signedByThem = !authorities || certificate.verify(new X509Certificate(authorities).publicKey);
    const uncovered = dnsNames(hosts).filter((name) => certificate.checkHost(name.replace('*', 'any')) === undefined);
    return {
      errors: matches ? [] : [`${TLS_KEY} is not the key of ${TLS_CERTIFICATE}`],
      warnings: [
        ...(uncovered.length > 0 ? [`${TLS_CERTIFICATE} does not name ${uncovered.join(', ')}`] : []),
        ...(signedByThem ? [] : [`${TLS_CERTIFICATE} is not signed by ${AUTHORITY} itself: clients need the certificates between them`]),
        ...(Date.parse(certificate.validTo) < Date.now() ? [`${TLS_CERTIFICATE} ended on ${certificate.validTo}`] : []),
      ],
    };
  } catch (error) {
    return {
      errors: [`${TLS_CERTIFICATE} and ${TLS_KEY} must be a certificate and its key in PEM: ${(error as Error).message}`],
      warnings: [],
    };
  }
}
