/** The file that PgBouncer reads. Every parameter in it is known to 1.18 and later. Source: PgBouncer, "pgbouncer.ini". */
import type { Database } from '../database';
import { AUTHORITY, TLS_CERTIFICATE, TLS_KEY, USERLIST, type SecretContract } from '../secrets';
import { DNS_VALID } from '../timing';
import { limits, type Limits } from './limits';
import { POOLER_PORT } from './port';

export interface IniProps extends Limits {
  /** Which it lends connections to. */
  readonly database: Database;
  readonly users: SecretContract;
  /** Shown to clients.
   * @default - connections are not encrypted */
  readonly certificate?: SecretContract;
}

/** Clients check the pooler as they would check the database, and it checks the database as they would. */
const tls = ({ database, certificate }: IniProps) => ({
  client_tls_sslmode: certificate ? 'require' : 'disable',
  ...(certificate && {
    client_tls_cert_file: `${certificate.directory}/${TLS_CERTIFICATE}`,
    client_tls_key_file: `${certificate.directory}/${TLS_KEY}`,
  }),
  server_tls_sslmode: database.sslMode ?? 'disable',
  ...(database.certificate && { server_tls_ca_file: `${database.certificate.directory}/${AUTHORITY}` }),
});

export function ini(props: IniProps): string {
  const { database, users } = props;
  const parameters = {
    listen_addr: '0.0.0.0',
    listen_port: POOLER_PORT.containerPort,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: `${users.directory}/${USERLIST}`,
    pool_mode: 'transaction',
    ...limits(props),
    dns_max_ttl: DNS_VALID,
    dns_nxdomain_ttl: 1,
    log_connections: 0,
    log_disconnections: 0,
    ...tls(props),
  };
  return [
    '[databases]',
    `${database.name} = host=${database.host} port=${database.port} dbname=${database.name}`,
    '[pgbouncer]',
    ...Object.entries(parameters).map(([name, value]) => `${name} = ${value}`.trimEnd()),
    '',
  ].join('\n');
}
