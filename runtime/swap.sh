#!/usr/bin/env bash
# Change names: $RESTORED becomes $PGDATABASE, and the database that had that name is $ASIDE. Both or neither.
readonly EVENT=swap
# shellcheck source=program.sh
source "${BASH_SOURCE[0]%/*}/program.sh"

main() {
  local obstacle
  required PGHOST PGPORT PGUSER PGDATABASE RESTORED ASIDE WAIT_SECONDS
  whole_numbers WAIT_SECONDS
  log_in
  wait_for_server
  until obstacle=$(swap 2>&1); do
    [[ $obstacle == *'is being accessed by other users'* ]] || fail "psql failed: $obstacle"
    ((SECONDS < WAIT_SECONDS)) || fail "waited $WAIT_SECONDS s for the others to leave: $obstacle"
    sleep 1
  done
  printf '{"event":"swap_ok","live":"%s","aside":"%s","was":"%s"}\n' "$PGDATABASE" "$ASIDE" "$RESTORED"
}

swap() { # nobody may be in a database whose name changes
  "${QUERY[@]}" "${IN_ENGLISH[@]}" --dbname postgres --set live="$PGDATABASE" --set restored="$RESTORED" --set aside="$ASIDE" --file - <<'STATEMENTS'
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (:'live', :'restored') \g /dev/null
BEGIN;
SELECT format('ALTER DATABASE %I RENAME TO %I', datname, :'aside') FROM pg_database WHERE datname = :'live' \gexec
ALTER DATABASE :"restored" RENAME TO :"live";
COMMIT;
STATEMENTS
}

main
