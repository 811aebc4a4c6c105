-- How a restored database differs from what its backup's manifest says: the first ten differences, one a line. For restoring.sh.
\set expected `cat "$EXPECTED"`
\set found `cat "$FOUND"`
WITH manifest (side, content) AS (VALUES ('expected', :'expected'::jsonb), ('found', :'found'::jsonb)), facts AS (
  SELECT side, 'number of ' || key AS fact, value FROM manifest, jsonb_each_text(content) WHERE key IN ('constraints', 'indexes')
  -- The last is not in manifests of before.
  UNION ALL SELECT side, key, value FROM manifest, jsonb_each_text(content)
    WHERE key IN ('encoding', 'collation', 'locale') AND :'expected'::jsonb ? key
  UNION ALL SELECT side, 'rows of ' || key, value FROM manifest, jsonb_each_text(content -> 'rows')
  UNION ALL SELECT side, 'newest migration of ' || key, value FROM manifest, jsonb_each_text(content -> 'migrations')
)
SELECT format('%s: dumped %s, restored %s', fact, coalesce(dumped.value, 'none'), coalesce(restored.value, 'none'))
FROM (SELECT * FROM facts WHERE side = 'expected') AS dumped
FULL JOIN (SELECT * FROM facts WHERE side = 'found') AS restored USING (fact)
WHERE dumped.value IS DISTINCT FROM restored.value
ORDER BY fact LIMIT 10;
