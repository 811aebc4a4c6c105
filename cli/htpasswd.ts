/** Passwords as nginx keeps them: lines of a name and a hash. Source: nginx, ngx_crypt.c. */
import { createHash, randomBytes } from 'node:crypto';

/** Whom a password is made for. */
export const USER = 'admin';

const SALT_BYTES = 16;
/** Hashes that nginx itself knows, and those of crypt(3) that every image of nginx has. */
const KNOWN = /^(?:\{SSHA\}|\{SHA\}|\$apr1\$|\$1\$|\$2[aby]\$|\$5\$|\$6\$)\S+$/;

/**
 * A line with a salted hash, which any nginx can verify. It is a fast one: nginx hashes the password of every request anew, and while it
 * does, serves nobody else. What nobody can guess is as safe with it as with a slow one.
 */
export function passwordLine(password: string): string {
  const salt = randomBytes(SALT_BYTES);
  const hash = createHash('sha1').update(password).update(salt).digest();
  return `${USER}:{SSHA}${Buffer.concat([hash, salt]).toString('base64')}\n`;
}

/** What is wrong with a file of such lines. */
export function htpasswdProblems(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line, number: index + 1 }));
  const users = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  if (users.length === 0) return ['must hold a line such as that of: htpasswd -n NAME'];
  return users
    .filter(({ line }) => !KNOWN.test(/^[^:\s]+:([^:]*)/.exec(line)?.[1] ?? ''))
    .map(({ number }) => `line ${number} must be a name, ":", and a hash that nginx knows, such as that of: htpasswd -n NAME`);
}
