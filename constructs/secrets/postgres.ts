/** Secrets of the database, of its roles, and of what stands before it. */
import type { RoleName } from '../../config/database-roles';
import { everyGunicorn } from '../../config/gunicorn';
import type { Config } from '../../config/resolve';
import { authority } from '../cloudnative-pg/components';
import {
  AUTHORITY,
  POSTGRES_PASSWORD,
  POSTGRES_USER,
  SECRETS_DIRECTORY,
  TLS_CERTIFICATE,
  TLS_KEY,
  USERLIST,
  type ContractsById,
  type SecretContract,
} from './contract';

/** For the one who connects, be it as the administrator or in a role. */
const POSTGRES_DIRECTORY = `${SECRETS_DIRECTORY}/postgres`;

/** Roles that have a Secret. */
export const DATABASE_ROLES = ['owner', 'app', 'backup'] as const satisfies readonly RoleName[];
export type DatabaseRole = (typeof DATABASE_ROLES)[number];
/** The role that has one only where the exporter connects in it. */
const MONITOR = 'monitor' satisfies RoleName;

/** Components that connect to the database in a role. `migrate`, which makes all roles, reads the Secret of each. */
const inRole = (config: Pick<Config, 'gunicorn'>): Readonly<Record<DatabaseRole, readonly string[]>> => ({
  owner: [],
  app: everyGunicorn(config).map(({ name }) => name),
  backup: ['backup'],
});

/** The password of a role, and of the application also which of its logins that is for. */
function ofRole(release: string, role: DatabaseRole | typeof MONITOR, clients: readonly string[]): SecretContract {
  const id = `postgres-${role}`;
  const keys = role === 'app' ? [POSTGRES_USER, POSTGRES_PASSWORD] : [POSTGRES_PASSWORD];
  const readers = [...clients, 'migrate'];
  return { id, name: `${release}-${id}`, type: 'Opaque', keys, readers, directory: POSTGRES_DIRECTORY, existing: false };
}

/** The password of the exporter. */
export const monitorSecret = (release: string) => ofRole(release, MONITOR, [MONITOR]);

const ofRoles = (config: Config) =>
  Object.fromEntries(DATABASE_ROLES.map((role) => [`postgres-${role}`, ofRole(config.release, role, inRole(config)[role])])) as Readonly<
    Record<`postgres-${DatabaseRole}`, SecretContract>
  >;

/** Of the administrator. */
const ofAdministrator = ({ release, postgres: { kind, user, external } }: Config): SecretContract => ({
  id: 'postgres',
  name: external?.secretName ?? `${release}-postgres`,
  ...(kind === 'cloudnative-pg' ? { type: 'kubernetes.io/basic-auth', username: user } : { type: 'Opaque' }),
  keys: [POSTGRES_PASSWORD],
  readers: kind === 'cluster' ? ['postgres', 'migrate'] : ['migrate'],
  directory: POSTGRES_DIRECTORY,
  existing: external !== undefined,
});

/** Those of all roles that have one, in the order in which the roles are made. */
export const roleContracts = (secrets: ContractsById): SecretContract[] =>
  [...DATABASE_ROLES, MONITOR].flatMap((role) => secrets[`postgres-${role}`] ?? []);

/** Certificate of what clients of the database connect to. They mount the authority alone. */
const ofServer = ({ release, postgres: { tls } }: Config, server: 'postgres' | 'pooler', clients: readonly string[]): SecretContract => ({
  id: `${server}-tls`,
  name: `${release}-${server}-tls`,
  type: 'kubernetes.io/tls',
  keys: [TLS_CERTIFICATE, TLS_KEY, AUTHORITY],
  readers: [server, ...clients],
  directory: `${SECRETS_DIRECTORY}/${server}-tls`,
  existing: tls.issuer !== undefined,
});

/** Authority of what somebody else makes certificates for, in a Secret of theirs. */
const ofForeign = (name: string, server: 'postgres' | 'pooler', clients: readonly string[]): SecretContract => ({
  id: `${server}-tls`,
  name,
  type: 'Opaque',
  keys: [AUTHORITY],
  readers: clients,
  directory: `${SECRETS_DIRECTORY}/${server}-tls`,
  existing: true,
});

/** Certificates of the database, and of the pooler, which the application knows instead. */
function ofServers(config: Config): Record<string, SecretContract> {
  const { tls, external, cloudNativePg, pooler, metrics } = config.postgres;
  const { app, ...others } = inRole(config);
  const pooled = cloudNativePg ? [] : ['pooler'];
  const clients = ['migrate', ...Object.values(others).flat(), ...(metrics ? [MONITOR] : []), ...(pooler ? pooled : app)];
  if (cloudNativePg) {
    const name = authority(cloudNativePg);
    return { 'postgres-tls': ofForeign(name, 'postgres', clients), ...(pooler && { 'pooler-tls': ofForeign(name, 'pooler', app) }) };
  }
  const verified = external ? external.sslMode.startsWith('verify-') : tls.enabled;
  return {
    ...(verified && {
      'postgres-tls': external ? ofForeign(external.secretName, 'postgres', clients) : ofServer(config, 'postgres', clients),
    }),
    ...(pooler && tls.enabled && { 'pooler-tls': ofServer(config, 'pooler', app) }),
  };
}

/** The logins of the application that the pooler lets in, and with which it connects to the database. */
export const poolerSecret = (release: string): SecretContract => ({
  id: 'pooler',
  name: `${release}-pooler`,
  type: 'Opaque',
  keys: [USERLIST],
  readers: ['pooler'],
  directory: `${SECRETS_DIRECTORY}/pooler`,
  existing: false,
  derived: true,
});

/** All of these. */
export const ofDatabase = (config: Config): Readonly<Record<'postgres' | `postgres-${DatabaseRole}`, SecretContract>> & ContractsById => ({
  postgres: ofAdministrator(config),
  ...ofRoles(config),
  ...(config.postgres.metrics && { [`postgres-${MONITOR}`]: monitorSecret(config.release) }),
  ...ofServers(config),
  ...(config.postgres.pooler && !config.postgres.cloudNativePg && { pooler: poolerSecret(config.release) }),
});
