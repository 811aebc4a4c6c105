#!/usr/bin/env bash
# Make a database beside the live one that is to take its place: $RESTORED. swap.sh makes it live.
# restore.sh newest | TIME: from the newest backup, or the newest that is not younger than TIME, which is written as in their names.
# restore.sh copy: from the backup whose folder is written into the pipe $INCOMING, as an archive of tar.
# restore.sh file: from the $BYTES bytes that are written into the pipe $INCOMING; $FORMAT says how to read them, $CHECKSUM that all came.
# restore.sh kept: it is there, since a swap put it aside.
readonly EVENT=restore
# shellcheck source=program.sh
source "${BASH_SOURCE[0]%/*}/program.sh"
# shellcheck source=rotation.sh
source "${BASH_SOURCE[0]%/*}/rotation.sh"
# shellcheck source=restoring.sh
source "${BASH_SOURCE[0]%/*}/restoring.sh"

main() {
  required PGHOST PGPORT PGUSER PGDATABASE RESTORED BACKUP_DIRECTORY JOBS WAIT_SECONDS
  whole_numbers JOBS WAIT_SECONDS
  log_in
  case $1 in
  kept) from_kept ;;
  file) from_file ;;
  copy) receive && from_backup newest ;;
  *) from_backup "$1" ;;
  esac
  printf '{"event":"restore_ok","from":"%s","database":"%s","seconds":%d}\n' "${from//[\"\\]/\'}" "$RESTORED" "$SECONDS"
}

from_backup() { # newest | TIME
  choose "$1"
  from=${backup##*/}
  echo "restoring $from into $RESTORED"
  verify database
  wait_for_server
  list_roles
  check_server "$backup/$MANIFEST" "$scratch/named"
  made=yes
  create_database "$RESTORED"
  load "$RESTORED"
  judge "$RESTORED"
}

list_roles() { # that the dump names
  local name='"([^"]|"")*"|[^ ";]+'
  run pg_restore --create --schema-only --file "$scratch/schema.sql" "$backup/$DUMP"
  sed -nE "s/^ALTER .* OWNER TO ($name);$/\1/p
    s/^(GRANT|REVOKE) .* (TO|FROM) ($name)( WITH GRANT OPTION)?;$/\3/p
    s/^ALTER DEFAULT PRIVILEGES FOR ROLE ($name) .*/\1/p
    s/^ALTER ROLE ($name) IN DATABASE .*/\1/p" "$scratch/schema.sql" | grep -vx PUBLIC | sort -u >"$scratch/named" || true
}

check_server() { # MANIFEST NAMED: files that say what the restore needs, and more roles
  local objections
  EXPECTED=$1 NAMED=$2 run "${QUERY[@]}" --dbname postgres --set restored="$RESTORED" \
    --file "$PROGRAMS/restorable.sql" >"$scratch/objections"
  objections=$(<"$scratch/objections")
  [[ -z $objections ]] || fail "${objections//$'\n'/; }"
}

from_file() {
  required INCOMING FORMAT CHECKSUM BYTES
  whole_numbers BYTES
  wait_for_server
  printf '{"bytes":%d}' "$BYTES" >"$scratch/$MANIFEST"
  check_server "$scratch/$MANIFEST" /dev/null
  run "${QUERY[@]}" --dbname postgres --command "CREATE DATABASE \"$RESTORED\" TEMPLATE template0"
  made=yes from=file
  mkfifo "$INCOMING" "$scratch/copy"
  echo "waiting for the file"
  sha256sum <"$scratch/copy" >"$scratch/sum" &
  run "from_$FORMAT"
  wait $!
  [[ $(<"$scratch/sum") == "$CHECKSUM "* ]] || fail "what has come is not the file: it broke off on its way"
  run "${QUERY[@]}" --dbname "$RESTORED" --command ANALYZE
}

# Owners that this server does not know are left out: roles.sql gives what the administrator has made to the owner.
from_custom() {
  tee "$scratch/copy" <"$INCOMING" | pg_restore --exit-on-error --no-owner --no-privileges --no-password --dbname "$RESTORED"
}

from_plain() {
  local errors="$scratch/psql.errors"
  tee "$scratch/copy" <"$INCOMING" | "${QUERY[@]}" "${IN_ENGLISH[@]}" --set ON_ERROR_STOP=0 --dbname "$RESTORED" --file - >/dev/null 2>"$errors" ||
    { tail -n 6 "$errors" >&2 && return 1; }
  grep -E '^psql:.*(ERROR|FATAL|error): ' "$errors" | grep -vE 'ERROR:  role ".*" does not exist$' | head -n 3 >&2 && return 1
  return 0
}

from_kept() {
  wait_for_server
  from=$RESTORED
  [[ $("${QUERY[@]}" --dbname postgres --set name="$RESTORED" <<<"SELECT count(*) FROM pg_database WHERE datname = :'name'") == 1 ]] ||
    fail "there is no database $RESTORED; there are: $("${QUERY[@]}" --dbname postgres <<<"$NAMES")"
}

clean_up() {
  [[ -z $made || -z $reason ]] || "${QUERY[@]}" --dbname postgres --command "DROP DATABASE IF EXISTS \"$RESTORED\" WITH (FORCE)" || true
}

readonly NAMES="SELECT string_agg(datname, ', ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
from='' made=''
main "$@"
