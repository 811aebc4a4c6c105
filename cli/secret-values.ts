/** Where the values of Secrets come from: files of the user's, or made once. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  AUTHORITY,
  DJANGO_SECRET_KEY,
  DJANGO_SECRET_KEY_FALLBACKS,
  HTPASSWD,
  POSTGRES_PASSWORD,
  POSTGRES_USER,
  TLS_CERTIFICATE,
  TLS_KEY,
  type SecretContract,
} from '../constructs/secrets';
import { authority, selfSigned, signed, type Pair } from './certificates';
import { passwordLine } from './htpasswd';

const RANDOM_BYTES = 48;
/** What nobody has to know: 384 random bits, in characters that are safe in a URL. */
export const randomValue = () => randomBytes(RANDOM_BYTES).toString('base64url');

/** What values depend on. */
export interface Circumstances {
  /** That the certificate is for. */
  readonly hosts: readonly string[];
  /** Of the application in the database; the first is used first. */
  readonly logins: readonly [first: string, second: string];
}

const FIRST: Readonly<Record<string, (circumstances: Circumstances) => string>> = {
  [DJANGO_SECRET_KEY]: randomValue,
  [DJANGO_SECRET_KEY_FALLBACKS]: () => '',
  [POSTGRES_USER]: ({ logins: [first] }) => first,
  [POSTGRES_PASSWORD]: randomValue,
};
/** What somebody has to type: 144 random bits. */
const PASSWORD_BYTES = 18;
/** Beside the file of its hash; not a key of the Secret. */
export const PASSWORD = 'password';

/** Beside the certificate of the authority; not a key of the Secret. */
export const AUTHORITY_KEY = 'ca.key';

/** A folder of values: one folder for each Secret, one file for each key. */
export class SecretValues {
  /** What was made in this run, and what was there. */
  public readonly made: string[] = [];
  public readonly kept: string[] = [];

  public constructor(private readonly folder: string) {}

  public path(contract: SecretContract, key: string): string {
    return join(this.folder, contract.id, key);
  }

  /** Makes what can be made and is not there. An existing file is never written to. */
  public async fill(contract: SecretContract, circumstances: Circumstances): Promise<void> {
    const absent = contract.keys.filter((key) => !existsSync(this.path(contract, key)));
    this.kept.push(...contract.keys.filter((key) => !absent.includes(key)).map((key) => this.path(contract, key)));
    for (const key of absent) {
      const content = FIRST[key]?.(circumstances);
      if (content !== undefined) this.write(contract, key, content);
    }
    if (contract.id === 'tls' && absent.length === contract.keys.length) {
      this.writePair(contract, await selfSigned(circumstances.hosts));
    }
    if (contract.keys.includes(AUTHORITY)) await this.signedCertificate(contract, absent, circumstances.hosts);
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
      return contract.type !== 'kubernetes.io/tls' && content.indexOf('\n') === content.length - 1 ? content.subarray(0, -1) : content;
    };
    return Object.fromEntries(contract.keys.map((key) => [key, value(key)]));
  }

  /** One value without the newline of an editor. */
  public text(contract: SecretContract, key: string): string {
    return readFileSync(this.path(contract, key), 'utf8').trim();
  }

  /** Another value. The one before is moved to `before`, if that is named. */
  public replace(contract: SecretContract, key: string, content: string, before?: string): void {
    const path = this.path(contract, key);
    writeFileSync(`${path}.new`, content, { mode: 0o600 });
    if (before !== undefined) renameSync(path, before);
    renameSync(`${path}.new`, path);
    this.made.push(path);
  }

  /** A password, if none stands there, and its hash. */
  private password(contract: SecretContract): void {
    const path = this.path(contract, PASSWORD);
    if (!existsSync(path)) this.write(contract, PASSWORD, `${randomBytes(PASSWORD_BYTES).toString('base64url')}\n`);
    const password = readFileSync(path, 'utf8').trim();
    if (password !== '') this.write(contract, HTPASSWD, passwordLine(password));
  }

  /** An authority, if none stands there, and a certificate that it signs. */
  private async signedCertificate(contract: SecretContract, absent: readonly string[], hosts: readonly string[]): Promise<void> {
    if (absent.length === contract.keys.length && !existsSync(this.path(contract, AUTHORITY_KEY))) {
      const made = await authority(`${contract.name} authority`);
      this.write(contract, AUTHORITY, made.certificate);
      this.write(contract, AUTHORITY_KEY, made.key);
    }
    const files = [AUTHORITY, AUTHORITY_KEY].map((key) => this.path(contract, key));
    if (![TLS_CERTIFICATE, TLS_KEY].every((key) => absent.includes(key)) || !files.every((path) => existsSync(path))) return;
    const [certificate = '', key = ''] = files.map((path) => readFileSync(path, 'utf8'));
    this.writePair(contract, await signed(hosts, { certificate, key }));
  }

  private writePair(contract: SecretContract, { certificate, key }: Pair): void {
    this.write(contract, TLS_CERTIFICATE, certificate);
    this.write(contract, TLS_KEY, key);
  }

  private write(contract: SecretContract, key: string, content: string): void {
    const path = this.path(contract, key);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
    this.made.push(path);
  }
}
