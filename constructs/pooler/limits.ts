/** What bounds a pool, by the names that PgBouncer has for it. Source: PgBouncer, "pgbouncer.ini". */
export interface Limits {
  /** Most connections to the database. */
  readonly poolSize: number;
  /** Connections that the application opens at the most, when it is not being rolled out. */
  readonly clients: number;
  /** Longest time that a client waits for a connection. Seconds. */
  readonly timeout: number;
}

/** For commands by hand. */
const BY_HAND = 10;
/** Time after which an unused connection to the database is closed. Seconds. */
const IDLE = 60;

export const limits = ({ poolSize, clients, timeout }: Limits) => ({
  // Old pods and new ones of a release may all be at one pod of the pooler.
  max_client_conn: 2 * clients + BY_HAND,
  default_pool_size: poolSize,
  // Both logins of a rotation share it.
  max_db_connections: poolSize,
  query_wait_timeout: timeout,
  server_idle_timeout: IDLE,
  server_login_retry: 1,
});
