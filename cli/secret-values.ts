/** Where the values of Secrets come from: files of the user's, or made once. */
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generate } from 'selfsigned';
import { dnsNames } from '../config/names';
import { DJANGO_SECRET_KEY, HTPASSWD, POSTGRES_PASSWORD, TLS_CERTIFICATE, TLS_KEY, type SecretContract } from '../constructs/secrets';
import { passwordLine } from './htpasswd';

/** Values that nobody has to know: 384 random bits, in characters that are safe in a URL. */
const RANDOM = [DJANGO_SECRET_KEY, POSTGRES_PASSWORD];
const RANDOM_BYTES = 48;
const CERTIFICATE_DAYS = 365;
/** What somebody has to type: 144 random bits. */
const PASSWORD_BYTES = 18;
/** Beside the file of its hash; not a key of the Secret. */
export const PASSWORD = 'password';

/** A folder of values: one folder for each Secret, one file for each key. */
export class SecretValues {
  /** What was made in this run, and what was there. */
  public readonly made: string[] = [];
  public readonly kept: string[] = [];

  public constructor(private readonly folder: string) {}

  public path(contract: SecretContract, key: string): string {
    return join(this.folder, contract.id, key);
  }

  /**
   * Makes what can be made and is not there. An existing file is never written to.
   * @param hosts - that a certificate is for
   */
  public async fill(contract: SecretContract, hosts: readonly string[]): Promise<void> {
    const absent = contract.keys.filter((key) => !existsSync(this.path(contract, key)));
    this.kept.push(...contract.keys.filter((key) => !absent.includes(key)).map((key) => this.path(contract, key)));
    for (const key of absent.filter((name) => RANDOM.includes(name)))
      this.write(contract, key, randomBytes(RANDOM_BYTES).toString('base64url'));
    if (contract.id === 'tls' && absent.length === contract.keys.length) {
      const { cert, private: key } = await selfSigned(hosts);
      this.write(contract, TLS_CERTIFICATE, cert);
      this.write(contract, TLS_KEY, key);
    }
    if (absent.includes(HTPASSWD)) this.password(contract);
  }

  /** Keys that only the user can give, and has not given. */
  public missing(contract: SecretContract): string[] {
    return contract.keys.map((key) => this.path(contract, key)).filter((path) => !existsSync(path));
  }

  /** The values as they go into the Secret: the newline that editors put at the end of a one-line file is not a part of it. */
  public read(contract: SecretContract): Record<string, Buffer> {
    const value = (key: string) => {
      const content = readFileSync(this.path(contract, key));
      return contract.type === 'Opaque' && content.indexOf('\n') === content.length - 1 ? content.subarray(0, -1) : content;
    };
    return Object.fromEntries(contract.keys.map((key) => [key, value(key)]));
  }

  /** A password, if none stands there, and its hash. */
  private password(contract: SecretContract): void {
    const path = this.path(contract, PASSWORD);
    if (!existsSync(path)) this.write(contract, PASSWORD, `${randomBytes(PASSWORD_BYTES).toString('base64url')}\n`);
    const password = readFileSync(path, 'utf8').trim();
    if (password !== '') this.write(contract, HTPASSWD, passwordLine(password));
  }

  private write(contract: SecretContract, key: string, content: string): void {
    const path = this.path(contract, key);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
    this.made.push(path);
  }
}

async function selfSigned(hosts: readonly string[]) {
  const altNames = dnsNames(hosts).map((value) => ({ type: 2 as const, value }));
  const notAfterDate = new Date(Date.now() + CERTIFICATE_DAYS * 86_400_000);
  return generate([{ name: 'commonName', value: altNames[0]?.value ?? '' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'subjectAltName', altNames },
    ],
  });
}

/** What is wrong with a certificate and its key, and what will soon be. */
export function certificateProblems(
  values: Readonly<Record<string, Buffer>>,
  hosts: readonly string[],
): { errors: string[]; warnings: string[] } {
  try {
    const certificate = new X509Certificate(values[TLS_CERTIFICATE] ?? '');
    const matches = certificate.checkPrivateKey(createPrivateKey(values[TLS_KEY] ?? ''));
    const uncovered = dnsNames(hosts).filter((name) => certificate.checkHost(name.replace('*', 'any')) === undefined);
    return {
      errors: matches ? [] : [`${TLS_KEY} is not the key of ${TLS_CERTIFICATE}`],
      warnings: [
        ...(uncovered.length > 0 ? [`${TLS_CERTIFICATE} does not name ${uncovered.join(', ')}`] : []),
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
