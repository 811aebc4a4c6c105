-- Whose the objects of the database are, and what the application may do with them. For roles.sql.

-- What the administrator has made, before there was an owner or in a restore. Below 16384 are the numbers of what initdb makes, which
-- is Postgres's own but for one schema. A sequence of a column goes with its table, an array with its items; extensions keep theirs.
SELECT format('ALTER DATABASE %I OWNER TO %I', datname, :'owner') FROM pg_database
WHERE datname = :'DBNAME' AND datdba <> :'owner'::regrole \gexec
SELECT set_config('roles.owner', :'owner', true) \g /dev/null
DO $$
DECLARE
  statement text;
  moved int := 0;
BEGIN
  FOR statement IN
    SELECT format('ALTER %s %s OWNER TO %I', CASE
      WHEN type IN ('function', 'procedure', 'aggregate') THEN 'routine'
      WHEN type = 'statistics object' THEN 'statistics'
      ELSE type END, identity, current_setting('roles.owner'))
    FROM (
      SELECT tableoid AS class, oid, relowner AS owner FROM pg_class AS one
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
          SELECT FROM pg_depend WHERE relkind = 'S' AND classid = one.tableoid AND objid = one.oid AND deptype IN ('a', 'i'))
      UNION ALL SELECT tableoid, oid, typowner FROM pg_type AS one
        WHERE typtype IN ('b', 'd', 'e', 'r') AND NOT EXISTS (SELECT FROM pg_type WHERE typarray = one.oid)
          OR typtype = 'c' AND EXISTS (SELECT FROM pg_class WHERE pg_class.oid = typrelid AND relkind = 'c')
      UNION ALL SELECT tableoid, oid, nspowner FROM pg_namespace WHERE nspname !~ '^pg_'
      UNION ALL SELECT tableoid, oid, proowner FROM pg_proc
      UNION ALL SELECT tableoid, oid, collowner FROM pg_collation
      UNION ALL SELECT tableoid, oid, conowner FROM pg_conversion
      UNION ALL SELECT tableoid, oid, oprowner FROM pg_operator
      UNION ALL SELECT tableoid, oid, opcowner FROM pg_opclass
      UNION ALL SELECT tableoid, oid, opfowner FROM pg_opfamily
      UNION ALL SELECT tableoid, oid, dictowner FROM pg_ts_dict
      UNION ALL SELECT tableoid, oid, cfgowner FROM pg_ts_config
      UNION ALL SELECT tableoid, oid, stxowner FROM pg_statistic_ext
      UNION ALL SELECT tableoid, oid, srvowner FROM pg_foreign_server
      UNION ALL SELECT 'pg_largeobject'::regclass, oid, lomowner FROM pg_largeobject_metadata
    ) AS made, pg_identify_object(class, oid, 0) AS called
    WHERE owner = current_user::regrole AND coalesce(called.schema, '') !~ '^pg_'
      AND (oid >= 16384 OR type = 'large object' OR type = 'schema' AND identity = 'public')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = class AND objid = oid AND deptype = 'e')
  LOOP
    EXECUTE statement;
    moved := moved + 1;
  END LOOP;
  PERFORM set_config('roles.moved', moved::text, true);
EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
  RAISE EXCEPTION 'someone holds a lock, which stops %', statement USING ERRCODE = 'lock_not_available';
END $$;

-- What the application and the backup may do with what is there, where they may not yet, and with what migrations will make.
\set ours 'nspname !~ \'^pg_\' AND nspname <> \'information_schema\''
\set extensions 'SELECT FROM pg_depend WHERE classid = one.tableoid AND objid = one.oid AND deptype = \'e\''
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, role)
FROM pg_namespace AS one, unnest(ARRAY[:'app', :'backup']) AS role
WHERE :ours AND NOT has_schema_privilege(role, one.oid, 'USAGE') \gexec
SELECT format('GRANT %s ON %s TO %I', array_to_string(rights, ', '), one.oid::regclass, role)
FROM pg_class AS one JOIN pg_namespace ON pg_namespace.oid = relnamespace,
  (VALUES (:'app', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']), (:'backup', ARRAY['SELECT'])) AS wanted (role, rights)
WHERE :ours AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (:extensions)
  AND NOT (SELECT bool_and(has_table_privilege(role, one.oid, name)) FROM unnest(rights) AS name) \gexec
SELECT format('GRANT %s ON SEQUENCE %s TO %I', array_to_string(rights, ', '), one.oid::regclass, role)
FROM pg_class AS one JOIN pg_namespace ON pg_namespace.oid = relnamespace,
  (VALUES (:'app', ARRAY['USAGE', 'SELECT']), (:'backup', ARRAY['SELECT'])) AS wanted (role, rights)
WHERE :ours AND relkind = 'S' AND NOT EXISTS (:extensions)
  AND NOT (SELECT bool_and(has_sequence_privilege(role, one.oid, name)) FROM unnest(rights) AS name) \gexec
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT USAGE ON SCHEMAS TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT USAGE, SELECT ON SEQUENCES TO :"app";
\if :reads
\else
  ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT USAGE ON SCHEMAS TO :"backup";
  ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT ON TABLES TO :"backup";
  ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT ON SEQUENCES TO :"backup";
\endif
