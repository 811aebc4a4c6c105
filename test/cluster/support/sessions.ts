/** Who is connected to a release's Postgres. */
import type { Release } from './release';

/** Sessions from outside of its pod that are not encrypted. One that is starting is not told to be encrypted yet. */
export const unencrypted = (release: Release): number =>
  Number(
    release.sql(`select count(*) from pg_stat_ssl join pg_stat_activity using (pid)
      where not ssl and client_addr is not null and state <> 'starting'`),
  );
