/**
 * The key contract: which Secrets the stack refers to, with which keys, and where a pod finds them. Synth never sees a value.
 */
import type { Config } from '../config/resolve';

/** Folder in a pod with a folder for each Secret and a file for each key. `runtime/` reads it. */
export const SECRETS_DIRECTORY = '/run/secrets';

/** A Secret that the stack refers to. */
export interface SecretContract {
  /** Names its volume in a pod, and its folder in `secrets/<environment>/`. */
  readonly id: string;
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
/** Names, and hashes of their passwords. */
export const HTPASSWD = 'htpasswd';
const CLIENT_CA = 'ca.crt';

/** Below `SECRETS_DIRECTORY`, by the names of Secrets: Nginx may have several of these. */
export const certificateFolder = (secretName: string) => `certificates/${secretName}`;
const passwordFolder = (secretName: string) => `htpasswd/${secretName}`;
const CLIENT_CA_FOLDER = 'client-ca';

/** Files that Nginx reads. */
export const passwordFile = (secretName: string) => `${SECRETS_DIRECTORY}/${passwordFolder(secretName)}/${HTPASSWD}`;
export const CLIENT_CA_FILE = `${SECRETS_DIRECTORY}/${CLIENT_CA_FOLDER}/${CLIENT_CA}`;

/** By id. */
export type SecretContracts = Readonly<Record<'django' | 'postgres' | 'tls', SecretContract>> & Readonly<Record<string, SecretContract>>;

const ofNginx = (contract: Pick<SecretContract, 'id' | 'name' | 'keys' | 'existing'>, folder: string): SecretContract => ({
  type: contract.keys.includes(TLS_KEY) ? 'kubernetes.io/tls' : 'Opaque',
  readers: ['nginx'],
  directory: `${SECRETS_DIRECTORY}/${folder}`,
  ...contract,
});

/** What the front needs besides its first certificate. */
function further({ release, nginx: { tls, access, locations } }: Config): SecretContract[] {
  const passwords = [access, ...locations.map((one) => one.access)].flatMap((one) => one?.basicAuth?.secretName ?? []);
  const [own, ca] = [`${release}-htpasswd`, tls.clientCa];
  return [
    ...tls.certificates.map(({ secretName: name }, index) =>
      ofNginx({ id: `tls-${index + 1}`, name, keys: [TLS_CERTIFICATE, TLS_KEY], existing: true }, certificateFolder(name)),
    ),
    ...(ca === undefined ? [] : [ofNginx({ id: 'client-ca', name: ca, keys: [CLIENT_CA], existing: true }, CLIENT_CA_FOLDER)]),
    ...[...new Set(passwords)].map((name, index) =>
      ofNginx(
        { id: name === own ? HTPASSWD : `htpasswd-${index + 1}`, name, keys: [HTPASSWD], existing: name !== own },
        passwordFolder(name),
      ),
    ),
  ];
}

/** Every Secret of an environment. */
export function secretContracts(config: Config): SecretContracts {
  const { release, django, nginx } = config;
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
    tls: ofNginx({ id: 'tls', name: nginx.tls.secretName, keys: [TLS_CERTIFICATE, TLS_KEY], existing: nginx.tls.existing }, 'tls'),
    ...Object.fromEntries(further(config).map((contract) => [contract.id, contract])),
  };
}
