-- The roles of the database, what each may do, and the extensions: as they must be, whatever was there. For roles.sh.
SET client_min_messages = warning;
-- Owners of tables may make functions too, and none of theirs may run as a superuser. Source: CVE-2018-1058.
SET search_path = pg_catalog, pg_temp;
SET lock_timeout = :'wait';
BEGIN;
-- "roles" in ASCII: two runs would change the same rows.
SELECT pg_advisory_xact_lock(x'726f6c6573'::bigint) \g /dev/null
-- Who waits for a table holds back all that come later.
SET LOCAL lock_timeout = '1s';

-- A login of the application is as the group, and what it makes is the group's: so one login can take over from the other.
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM unnest(ARRAY[:'owner', :'app', :'login', :'other', :'backup', :'monitor']) AS name
WHERE to_regrole(quote_ident(name)) IS NULL \gexec
ALTER ROLE :"owner" LOGIN NOCREATEDB NOCREATEROLE;
ALTER ROLE :"app" NOLOGIN NOCREATEDB NOCREATEROLE;
ALTER ROLE :"login" LOGIN NOCREATEDB NOCREATEROLE;
ALTER ROLE :"login" SET role = :'app';
GRANT :"app" TO :"login";
ALTER ROLE :"backup" LOGIN NOCREATEDB NOCREATEROLE;
-- It logs in where an exporter has its password, and is there in any case, for backups that name it.
ALTER ROLE :"monitor" NOLOGIN NOCREATEDB NOCREATEROLE;
SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user \gset
\if :super
  SELECT format('ALTER ROLE %I NOSUPERUSER NOREPLICATION NOBYPASSRLS', name)
  FROM unnest(ARRAY[:'owner', :'app', :'login', :'monitor']) AS name \gexec
  ALTER ROLE :"backup" NOSUPERUSER NOREPLICATION BYPASSRLS;
  -- Large objects are no part of pg_read_all_data.
  ALTER ROLE :"backup" SET lo_compat_privileges = on;
\else
  -- Elsewhere the administrator is none: what is theirs is its own too, else it could neither restore it nor rename it.
  SELECT format('GRANT %I TO %I', name, current_user)
  FROM unnest(ARRAY[:'owner', :'app', :'login', :'other', :'backup', :'monitor']) AS name WHERE NOT pg_has_role(name, 'USAGE') \gexec
\endif
-- What the administrator may pass on.
SELECT free OR pg_has_role('pg_read_all_data', 'MEMBER WITH ADMIN OPTION') AS reads,
  free OR pg_has_role('pg_monitor', 'MEMBER WITH ADMIN OPTION') AS watches,
  free OR pg_has_role('pg_read_all_stats', 'MEMBER WITH ADMIN OPTION') AS sees
FROM (SELECT :'super'::bool OR current_setting('server_version_num')::int < 160000) AS any_role (free) \gset
\if :reads
  GRANT pg_read_all_data TO :"backup";
\endif
\if :watches
  GRANT pg_monitor TO :"monitor";
\endif
-- A migration that waits for a lock says what its holder does.
\if :sees
  GRANT pg_read_all_stats TO :"owner";
\endif
-- Hashed here: the text of a statement can end in a log.
\password :"owner"
\password :"login"
\password :"backup"
\if :monitored
  ALTER ROLE :"monitor" LOGIN;
  \password :"monitor"
\endif

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname) FROM pg_database
WHERE datname IN (:'DBNAME', 'postgres', 'template1') AND pg_has_role(datdba, 'USAGE')
  AND EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee = 0) \gexec
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO :"app";
GRANT CONNECT ON DATABASE :"DBNAME" TO :"backup", :"monitor";
-- Where pg_dumpall begins.
SELECT format('GRANT CONNECT ON DATABASE postgres TO %I', :'backup') FROM pg_database
WHERE datname = 'postgres' AND datname <> :'DBNAME' AND pg_has_role(datdba, 'USAGE') \gexec
-- Postgres 14 grants it, and a database that comes from there keeps it.
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' FROM pg_namespace
WHERE nspname = 'public' AND pg_has_role(nspowner, 'USAGE') AND EXISTS (SELECT FROM aclexplode(nspacl) WHERE grantee = 0 AND privilege_type = 'CREATE') \gexec

SELECT string_agg(wanted, ', ') AS missing FROM unnest(string_to_array(:'extensions', ',')) AS wanted
WHERE wanted NOT IN (SELECT name FROM pg_available_extensions) \gset
\if :{?missing}
  SELECT format('DO $do$ BEGIN RAISE EXCEPTION USING MESSAGE = %L; END $do$', 'the server has no extension '
    || :'missing' || ': take it out of postgres.extensions, or use an image of Postgres that has it') \gexec
\endif
SET LOCAL search_path = public;
SELECT format('CREATE EXTENSION IF NOT EXISTS %I CASCADE', wanted) FROM unnest(string_to_array(:'extensions', ',')) AS wanted \gexec
SET LOCAL search_path = pg_catalog, pg_temp;

\ir rights.sql
SELECT format('the roles of %s are as they must be; %s objects are now of %s', :'DBNAME', current_setting('roles.moved'), :'owner');
COMMIT;
