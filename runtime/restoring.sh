# From a backup to a database that holds the same. For drill.sh, restore.sh and fetch.sh, after program.sh and rotation.sh.
# shellcheck shell=bash
: "${scratch:?program.sh comes before}"

# shellcheck disable=SC2034 # for drill.sh
readonly DUMP=database.dump GLOBALS=globals.sql MANIFEST=manifest.json SUMS=SHA256SUMS
readonly PROGRAMS=${BASH_SOURCE[0]%/*}

choose() { # TIME
  local picked
  pick "$1" "$(backups)" "in $BACKUP_DIRECTORY"
  backup=$BACKUP_DIRECTORY/$picked
}

receive() { # the folder of a backup, which is written into a pipe as an archive of tar
  required INCOMING
  mkfifo "$INCOMING"
  echo "waiting for the copy"
  # Of a pipe whatever has come is read, and tar takes less than a block for damage.
  run tar --extract --read-full-records --no-same-owner --directory "$BACKUP_DIRECTORY" --file "$INCOMING"
}

verify() { # [database | media]: each file as it was written, to the byte, and all of this backup; or of that part of it
  local name told tests=() lines="/^[^ ]*  $MEDIA\\//"
  case ${1-} in
  database) tests=(! -path "./$MEDIA/*") lines+=d ;;
  media) tests=(-path "./$MEDIA/*") lines+='!d' ;;
  *) lines= ;;
  esac
  checksums "$backup" "${tests[@]}" >"$scratch/sums" 2>"$scratch/errors" || damaged "$(<"$scratch/errors")"
  sed "$lines" "$backup/$SUMS" >"$scratch/expected" 2>"$scratch/errors" || damaged "$(<"$scratch/errors")"
  cmp --quiet "$scratch/sums" "$scratch/expected" ||
    damaged "$SUMS does not hold for $(diff --text "$scratch/expected" "$scratch/sums" | sed -n 's/^[<>] [^ ]*  //p' | sort --unique | some)"
  name=$(sed -nE 's/^    "backup": "(.*)",?$/\1/p' "$backup/$MANIFEST") # those of before do not say
  [[ -z $name || $name == "${backup##*/}" ]] || damaged "its files are those of $name"
  told=$(sed -nE 's/^    "media": (.*),$/\1/p' "$backup/$MANIFEST")
  [[ ${1-} == database || $told == "$(amount "$backup")" ]] ||
    damaged "of uploaded files it holds $(amount "$backup"), and $MANIFEST says ${told:-nothing}"
}

damaged() { fail "${backup##*/} is damaged: $*"; }

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
  run "${QUERY[@]}" --dbname "$1" --set backup='' --set image='' --file "$PROGRAMS/manifest.sql" >"$scratch/$MANIFEST"
  EXPECTED=$backup/$MANIFEST FOUND=$scratch/$MANIFEST run "${QUERY[@]}" --dbname "$1" --file "$PROGRAMS/judge.sql" >"$scratch/differences"
  [[ ! -s $scratch/differences ]] || fail "what was restored is not what was dumped: $(<"$scratch/differences")"
}
