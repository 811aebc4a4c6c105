/** What a Secret is to the stack, and the keys that several of them have. */

/** Folder in a pod with a folder for each Secret and a file for each key. `runtime/` reads it. */
export const SECRETS_DIRECTORY = '/run/secrets';

/** A Secret that the stack refers to. */
export interface SecretContract {
  /** Names its volume in a pod, and its folder in `secrets/<environment>/`. */
  readonly id: string;
  /** `metadata.name` of the Secret. */
  readonly name: string;
  readonly type: 'Opaque' | 'kubernetes.io/tls' | 'kubernetes.io/basic-auth';
  readonly keys: readonly string[];
  /** Components whose pods mount it. */
  readonly readers: readonly string[];
  /** Where their containers find it. */
  readonly directory: string;
  /** Someone else makes it and keeps it. */
  readonly existing: boolean;
  /** An operator reads its password too, as that of this user: it gets `username` and `password` besides.
   * @default - none does */
  readonly username?: string;
  /** Its values follow from those of other Secrets, and no file holds them.
   * @default - they do not */
  readonly derived?: boolean;
}

/** Name of the key, and of the variable that Django's settings read. */
export const DJANGO_SECRET_KEY = 'DJANGO_SECRET_KEY';
/** Name of the key, and of the variable: earlier values of that one, the newest first, a line each. */
export const DJANGO_SECRET_KEY_FALLBACKS = 'DJANGO_SECRET_KEY_FALLBACKS';
/** Name of the key, and of the variable that Django's settings read. */
export const POSTGRES_PASSWORD = 'POSTGRES_PASSWORD';
/** Name of the key, where the login changes with the password, and of the variable that Django's settings read. */
export const POSTGRES_USER = 'POSTGRES_USER';
/** Names of the keys: credentials of a bucket. */
export const ACCESS_KEY_ID = 'ACCESS_KEY_ID';
export const SECRET_ACCESS_KEY = 'SECRET_ACCESS_KEY';
export const TLS_CERTIFICATE = 'tls.crt';
export const TLS_KEY = 'tls.key';
/** Names, and hashes of their passwords. */
export const HTPASSWD = 'htpasswd';
/** Names and passwords, as PgBouncer reads them. */
export const USERLIST = 'userlist.txt';
/** Of the authority that signed a certificate, or of those that clients show. */
export const AUTHORITY = 'ca.crt';

/** By id. */
export type ContractsById = Readonly<Record<string, SecretContract>>;
