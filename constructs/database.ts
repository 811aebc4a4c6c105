/** Where the database is, who may connect to it, and how they know it. */
import { databaseRoles } from '../config/database-roles';
import type { Config } from '../config/resolve';
import type { k8s } from '../imports';
import { PORTS as OPERATED, writer } from './cloudnative-pg/components';
import { Component } from './component';
import * as pod from './pod';
import { POOLER_PORT } from './pooler/port';
import { PORT } from './postgres/server';
import { AUTHORITY, secretContracts, type SecretContract } from './secrets';

export interface Database {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  /** Makes the roles below, which everybody else connects in. */
  readonly administrator: string;
  readonly roles: ReturnType<typeof databaseRoles>;
  /** What clients ask of TLS, in words of libpq.
   * @default - nothing: connections are not encrypted */
  readonly sslMode?: string;
  /** A pooler passes for it, which lends connections for a transaction each. */
  readonly pooled: boolean;
  /** Of the server, whose clients have the authority alone.
   * @default - they do not ask who it is */
  readonly certificate?: SecretContract;
}

/** With TLS, and by the authority and the name in the certificate. */
const VERIFIED = 'verify-full';

function serverOf(config: Config): Pick<Database, 'host' | 'port' | 'sslMode'> {
  const { image, tls, external, cloudNativePg } = config.postgres;
  if (external) return external;
  if (cloudNativePg) return { host: writer(cloudNativePg), port: OPERATED.postgres, sslMode: VERIFIED };
  return { host: new Component(config, 'postgres', image).name, port: PORT.containerPort, sslMode: tls.enabled ? VERIFIED : undefined };
}

/** That of a release. */
export function databaseOf(config: Config): Database {
  const { database: name, user: administrator } = config.postgres;
  const { host, port, sslMode } = serverOf(config);
  const certificate = secretContracts(config)['postgres-tls'];
  return { host, port, name, administrator, roles: databaseRoles(administrator), pooled: false, sslMode, certificate };
}

/** The same as the application sees it: through the pooler, where there is one. */
export function pooledDatabaseOf(config: Config): Database {
  const database = databaseOf(config);
  const { pooler, cloudNativePg } = config.postgres;
  if (!pooler) return database;
  const { name: host } = new Component(config, 'pooler', pooler.image);
  const certificate = secretContracts(config)['pooler-tls'];
  const sslMode = certificate && VERIFIED;
  const port = cloudNativePg ? OPERATED.postgres : POOLER_PORT.containerPort;
  return { ...database, host, port, pooled: true, sslMode, certificate };
}

/** How clients make sure that they speak to the database, and that nobody listens: psycopg reads these too. */
export const tlsVariables = ({ sslMode, certificate }: Database): Record<string, string> => ({
  ...(sslMode === undefined ? {} : { PGSSLMODE: sslMode }),
  ...(certificate ? { PGSSLROOTCERT: `${certificate.directory}/${AUTHORITY}` } : {}),
});

/** What the pod of a client has for that, and each of its containers that connects. */
export const tlsVolumes = ({ certificate }: Database): k8s.Volume[] =>
  certificate ? [pod.secretVolume({ ...certificate, keys: [AUTHORITY] })] : [];
export const tlsMounts = ({ certificate }: Database): k8s.VolumeMount[] => (certificate ? [pod.secretMount(certificate)] : []);

/** Variables that libpq reads, and so every program of Postgres. */
export const clientVariables = (database: Database, user: string): Record<string, string> => ({
  PGHOST: database.host,
  PGPORT: `${database.port}`,
  PGDATABASE: database.name,
  PGUSER: user,
  ...tlsVariables(database),
});
