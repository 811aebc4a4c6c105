# From a backup to a database that holds the same. For drill.sh and restore.sh, after program.sh and rotation.sh.
# shellcheck shell=bash
: "${scratch:?program.sh comes before}"

readonly DUMP=database.dump GLOBALS=globals.sql MANIFEST=manifest.json SUMS=SHA256SUMS
readonly PROGRAMS=${BASH_SOURCE[0]%/*}

choose() { # TIME: the newest backup that is not younger, as in their names; or "newest"
  local name all
  all=$(backups)
  [[ -n $all ]] || fail "there is no backup of $PGDATABASE in $BACKUP_DIRECTORY"
  for name in $all; do
    [[ $1 == newest || ! ${name##*-} > $1 ]] || continue
    backup=$BACKUP_DIRECTORY/$name
    return
  done
  fail "there is no backup of $PGDATABASE before $1: the oldest is ${all##*$'\n'}"
}

verify() { # each file as it was written, to the byte
  local differing
  (cd "$backup" && run sha256sum "$DUMP" "$GLOBALS" "$MANIFEST" >"$scratch/sums") || fail "${backup##*/} is damaged: $(<"$scratch/errors")"
  differing=$(diff "$backup/$SUMS" "$scratch/sums" 2>&1 | sed -n 's/^> [^ ]*  //p; s/^diff: //p' || true)
  cmp --quiet "$scratch/sums" "$backup/$SUMS" || fail "${backup##*/} is damaged: $SUMS does not hold for ${differing//$'\n'/, }"
}

# A database with the encoding, locale, owner, settings and rights of the one that was dumped.
create_database() { # NAME
  local name='("[^"]*"|[a-z_0-9]+)'
  local statement="(CREATE|ALTER) DATABASE|ALTER ROLE $name IN DATABASE|COMMENT ON DATABASE|(GRANT|REVOKE) [A-Z, ]+ ON DATABASE"
  pg_restore --create --list "$backup/$DUMP" | grep -E '^[0-9]+; [0-9]+ [0-9]+ (DATABASE|[A-Z ]+ - DATABASE) ' >"$scratch/entries"
  run pg_restore --create --use-list "$scratch/entries" --file "$scratch/create.sql" "$backup/$DUMP"
  sed -Ei "/^\\\\connect /d; s/^($statement) $name/\\1 \"$1\"/" "$scratch/create.sql"
  run "${QUERY[@]}" --dbname postgres --file "$scratch/create.sql"
}

load() { # NAME
  run pg_restore --exit-on-error --no-password --jobs "$JOBS" --dbname "$1" "$backup/$DUMP"
  run "${QUERY[@]}" --dbname "$1" --command ANALYZE
}

judge() { # NAME: against what was counted when the dump was made
  run "${QUERY[@]}" --dbname "$1" --set image='' --file "$PROGRAMS/manifest.sql" >"$scratch/$MANIFEST"
  EXPECTED=$backup/$MANIFEST FOUND=$scratch/$MANIFEST run "${QUERY[@]}" --dbname "$1" --file "$PROGRAMS/judge.sql" >"$scratch/differences"
  [[ ! -s $scratch/differences ]] || fail "what was restored is not what was dumped: $(<"$scratch/differences")"
}
