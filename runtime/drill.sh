#!/usr/bin/env bash
# Rehearse the loss of the server: restore the newest backup, roles and all, into a server of this pod's own, and judge what is there; and
# read every uploaded file of the newest backup that has any.
# $SOURCE names where the backups in $BACKUP_DIRECTORY are from.
# drill.sh COMMAND...: starts that server, which listens at $PGHOST:$PGPORT, and ends with the drill.
readonly EVENT=drill
# shellcheck source=program.sh
source "${BASH_SOURCE[0]%/*}/program.sh"
# shellcheck source=rotation.sh
source "${BASH_SOURCE[0]%/*}/rotation.sh"
# shellcheck source=restoring.sh
source "${BASH_SOURCE[0]%/*}/restoring.sh"

main() {
  local begin
  required PGHOST PGPORT PGUSER PGDATABASE BACKUP_DIRECTORY SOURCE JOBS REPORT WAIT_SECONDS
  whole_numbers JOBS WAIT_SECONDS
  choose newest
  echo "restoring ${backup##*/}"
  verify
  verify_media
  "$@" >"$scratch/server.log" 2>&1 &
  server=$!
  wait_for_server
  begin=$SECONDS
  make_roles
  create_database "$PGDATABASE"
  load "$PGDATABASE"
  judge "$PGDATABASE"
  printf '{"event":"drill_ok","source":"%s","backup":"%s","age":%d,"seconds":%d,%s%s}\n' "$SOURCE" "${backup##*/}" \
    "$(($(date +%s) - $(time_of "$backup" %s)))" "$((SECONDS - begin))" "$(amounts)" "$media" | tee "$REPORT"
}

verify_media() { # one before a migration has none
  local newest=$backup name
  read -r name < <(with_media) || return 0
  local backup=$BACKUP_DIRECTORY/$name
  [[ $backup == "$newest" ]] || verify media
  media=",\"media\":$(amount "$backup")"
}

make_roles() { # a server takes memberships that its own first superuser has granted, whose name was another
  sed -E 's/^(GRANT .*) GRANTED BY ("([^"]|"")*"|[^ ";]+);$/\1;/' "$backup/$GLOBALS" >"$scratch/$GLOBALS"
  run "${QUERY[@]}" --dbname postgres --file "$scratch/$GLOBALS"
}

amounts() {
  local rows="SELECT key, value::bigint FROM jsonb_each_text(:'manifest'::jsonb -> 'rows') AS row (key, value)"
  "${QUERY[@]}" --dbname postgres <<QUESTION
\\set manifest \`cat "$scratch/$MANIFEST"\`
SELECT format('"bytes":%s,"tables":%s,"rows":%s', :'manifest'::jsonb -> 'bytes', count(*), coalesce(sum(value), 0)) FROM ($rows) AS tables;
QUESTION
}

excuse() { [[ -z $server ]] || kill -0 "$server" 2>/dev/null || fail "the server has ended: $(tail -n 3 "$scratch/server.log")"; }

clean_up() {
  [[ -z $server ]] || kill -INT "$server" 2>/dev/null || return 0 # a fast stop
  [[ -z $server ]] || wait "$server" || true
}

server='' media=''
main "$@"
