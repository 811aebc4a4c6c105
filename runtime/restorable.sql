-- What keeps a backup from being restored on this server, a line each; or a file, of which the manifest says no more than its bytes.
-- For restore.sh.
\set manifest `cat "$EXPECTED"`
\set named `cat "$NAMED"`
\set needed 0
\set room null
SELECT pg_has_role(current_user, 'pg_execute_server_program', 'usage') AND pg_has_role(current_user, 'pg_monitor', 'usage') AS asks \gset
\if :asks
  -- Files may grow by what the dumped ones were, and by the WAL that is written meanwhile.
  SELECT (:'manifest'::jsonb ->> 'bytes')::bigint
    + greatest(0, pg_size_bytes(current_setting('max_wal_size')) - (SELECT sum(size)::bigint FROM pg_ls_waldir())) AS needed \gset
  CREATE TEMPORARY TABLE free (bytes bigint);
  COPY free FROM PROGRAM 'df --output=avail --block-size=1 . | tail -n 1';
  SELECT bytes AS room FROM free \gset
\endif
SELECT format('database %s is there already, from a restore that has not ended: drop it', datname) FROM pg_database WHERE datname = :'restored'
UNION ALL
SELECT format('the backup is of Postgres %s, which this older server, %s, cannot read', dumped, current_setting('server_version'))
FROM (SELECT :'manifest'::jsonb ->> 'server' AS dumped) AS backup
WHERE substring(dumped FROM '^\d+')::int > current_setting('server_version_num')::int / 10000
UNION ALL
SELECT format('role %s is missing: make it as globals.sql of the backup does', role)
FROM (
  SELECT quote_ident(name) AS role FROM jsonb_array_elements_text(:'manifest'::jsonb -> 'roles') AS name
  UNION SELECT role FROM string_to_table(:'named', E'\n') AS role
) AS roles
WHERE role <> '' AND to_regrole(role) IS NULL
UNION ALL
SELECT format('it needs at least %s, and the volume of the server has %s left: make postgres.storage larger',
  pg_size_pretty(:needed::bigint), pg_size_pretty(:room::bigint))
WHERE :needed > :room;
