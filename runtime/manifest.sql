-- What a dump of this snapshot holds, as JSON: what a restore is judged by. For backup.sh.

-- The tables and all that is like them, but for those of extensions: a dump leaves these to them.
SELECT set_config('manifest.own', ARRAY(
  SELECT pg_class.oid FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
)::text, false) \g /dev/null

-- How many rows each table has. The lock of a table is kept, so that nobody truncates what is counted before it is dumped. Those of its
-- indexes end with a subtransaction: for all of a large database the server may have no room.
DO $$
DECLARE
  this text;
  one bigint;
  names text[] := '{}';
  counts bigint[] := '{}';
BEGIN
  FOR this IN
    SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE pg_class.oid = ANY (current_setting('manifest.own')::oid[]) AND relkind = 'r'
  LOOP
    EXECUTE format('LOCK TABLE ONLY %s IN ACCESS SHARE MODE', this);
    BEGIN
      EXECUTE format('SELECT count(*) FROM ONLY %s', this) INTO one;
      RAISE SQLSTATE 'COUNT';
    EXCEPTION WHEN SQLSTATE 'COUNT' THEN
      names := names || this;
      counts := counts || one;
    END;
  END LOOP;
  PERFORM set_config('manifest.rows', coalesce(jsonb_object_agg(name, rows), '{}')::text, false)
  FROM unnest(names, counts) AS counted (name, rows);
END $$;

WITH own AS (SELECT unnest(current_setting('manifest.own')::oid[]) AS oid)
SELECT jsonb_pretty(jsonb_build_object(
  'backup', :'backup',
  'database', current_database(),
  'time', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'image', :'image',
  'server', current_setting('server_version'),
  'encoding', pg_encoding_to_char(encoding),
  'collation', datcollate,
  -- Of ICU or of Postgres itself; until 16 the column had another name.
  'locale', coalesce(to_jsonb(this) ->> 'datlocale', to_jsonb(this) ->> 'daticulocale'),
  'bytes', pg_database_size(oid),
  'extensions', (SELECT jsonb_object_agg(extname, extversion) FROM pg_extension),
  -- Those that own something, or may do something with it.
  'roles', (
    SELECT coalesce(jsonb_agg(DISTINCT pg_get_userbyid(refobjid)), '[]')
    FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND dbid = this.oid
  ),
  -- The newest migration of each app. The text of a query is not looked at before it runs, and not every project has that table.
  'migrations', (
    SELECT coalesce(jsonb_object_agg((xpath('/row/app/text()', line))[1]::text, (xpath('/row/name/text()', line))[1]::text), '{}')
    FROM unnest(xpath('/table/row', CASE WHEN to_regclass('django_migrations') IS NOT NULL THEN
      query_to_xml('SELECT DISTINCT ON (app) app, name FROM django_migrations ORDER BY app, id DESC', false, false, '')
    END)) AS line
  ),
  'constraints', (SELECT count(*) FROM pg_constraint WHERE conrelid IN (SELECT oid FROM own) AND contype <> 'n' AND convalidated),
  'indexes', (SELECT count(*) FROM pg_index WHERE indrelid IN (SELECT oid FROM own) AND indisvalid),
  'rows', current_setting('manifest.rows')::jsonb
)) FROM pg_database AS this WHERE datname = current_database();
