/** Authorities, and certificates that they have signed. */
import { generate } from 'selfsigned';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

const DAY = 86_400_000;
const KIND = { keyType: 'ec', algorithm: 'sha256' } as const;
const named = (name: string) => [{ name: 'commonName', value: name }];

export async function authority(name: string): Promise<Pair> {
  const extensions = [
    { name: 'basicConstraints' as const, cA: true, critical: true },
    { name: 'keyUsage' as const, keyCertSign: true, cRLSign: true, critical: true },
  ];
  const { cert, private: key } = await generate(named(name), { ...KIND, extensions });
  return { cert, key };
}

export interface CertificateOptions {
  /** Who signs it.
   * @default - its own key */
  readonly by?: Pair;
  /** Names of a server. */
  readonly hosts?: readonly string[];
  /** @default - in a year */
  readonly end?: Date;
}

export async function certificate(name: string, { by, hosts = [], end }: CertificateOptions = {}): Promise<Pair> {
  const altNames = hosts.map((value) => ({ type: 2 as const, value }));
  const { cert, private: key } = await generate(named(name), {
    ...KIND,
    ca: by,
    notBeforeDate: new Date(Date.now() - 2 * 365 * DAY),
    notAfterDate: end ?? new Date(Date.now() + 365 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      ...(altNames.length > 0 ? [{ name: 'subjectAltName' as const, altNames }] : []),
    ],
  });
  return { cert, key };
}

/** As a Secret of kubernetes.io/tls holds it. */
export const tlsSecret = ({ cert, key }: Pair) => ({ 'tls.crt': cert, 'tls.key': key });
