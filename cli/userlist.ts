/** The logins that the pooler knows, as PgBouncer reads them. Source: PgBouncer, "Authentication File Format". */
import { existsSync, readFileSync } from 'node:fs';
import { POSTGRES_PASSWORD, POSTGRES_USER, type SecretContract } from '../constructs/secrets';
import { beforePath } from './rotation/passwords';
import type { SecretValues } from './secret-values';

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
/** One login. */
export const line = (user: string, password: string) => `${quoted(user)} ${quoted(password)}\n`;

/** The login that the application has, and in the middle of a rotation the one of before, which old pods go on to have. */
export function userlist(values: SecretValues, app: SecretContract): Buffer {
  const [user, password] = [POSTGRES_USER, POSTGRES_PASSWORD].map((key) => beforePath(values, app, key));
  const known = [line(values.text(app, POSTGRES_USER), values.text(app, POSTGRES_PASSWORD))];
  if (user !== undefined && password !== undefined && existsSync(user) && existsSync(password)) {
    known.push(line(readFileSync(user, 'utf8').trim(), readFileSync(password, 'utf8').trim()));
  }
  return Buffer.from(known.join(''));
}
