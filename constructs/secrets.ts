/**
 * The key contract: which Secrets the stack refers to, with which keys, and where a pod finds them. Synth never sees a value.
 */
import type { Config } from '../config/resolve';

/** Folder in a pod with a folder for each Secret and a file for each key. `runtime/` reads it. */
const SECRETS_DIRECTORY = '/run/secrets';

/** A Secret that the stack refers to. */
export interface SecretContract {
  /** Folder in a pod and in `secrets/<environment>/`. */
  readonly id: 'django' | 'postgres' | 'tls';
  /** `metadata.name` of the Secret. */
  readonly name: string;
  readonly type: 'Opaque' | 'kubernetes.io/tls';
  readonly keys: readonly string[];
  /** Components whose pods mount it. */
  readonly readers: readonly string[];
  /** Where those pods find it. */
  readonly directory: string;
  /** Someone else makes it and keeps it. */
  readonly existing: boolean;
}

/** Name of the key, and of the variable that Django's settings read. */
export const DJANGO_SECRET_KEY = 'DJANGO_SECRET_KEY';
/** Name of the key, and of the variable that Django's settings read. */
export const POSTGRES_PASSWORD = 'POSTGRES_PASSWORD';
export const TLS_CERTIFICATE = 'tls.crt';
export const TLS_KEY = 'tls.key';

export type SecretContracts = Readonly<Record<SecretContract['id'], SecretContract>>;

/** Every Secret of an environment. */
export function secretContracts({ release, django, nginx }: Config): SecretContracts {
  return {
    django: {
      id: 'django',
      name: `${release}-django`,
      type: 'Opaque',
      keys: [DJANGO_SECRET_KEY, ...django.secrets],
      readers: ['gunicorn', 'migrate'],
      directory: `${SECRETS_DIRECTORY}/django`,
      existing: false,
    },
    postgres: {
      id: 'postgres',
      name: `${release}-postgres`,
      type: 'Opaque',
      keys: [POSTGRES_PASSWORD],
      readers: ['postgres', 'gunicorn', 'migrate', 'backup'],
      directory: `${SECRETS_DIRECTORY}/postgres`,
      existing: false,
    },
    tls: {
      id: 'tls',
      name: nginx.tls.secretName,
      type: 'kubernetes.io/tls',
      keys: [TLS_CERTIFICATE, TLS_KEY],
      readers: ['nginx'],
      directory: `${SECRETS_DIRECTORY}/tls`,
      existing: nginx.tls.existing,
    },
  };
}
