#!/usr/bin/env bash
# Back up one database: a dump that has been read back in full, the roles beside it, and a manifest of what is in it.
# backup.sh [--only-if FILE]: with FILE, do nothing unless it exists.
#
# A backup is a folder of $BACKUP_DIRECTORY, DATABASE-TIME. It has its name once it is whole, and is never touched again.
set -Eeuo pipefail
umask 077
export LC_ALL=C
# shellcheck source=rotation.sh
source "${BASH_SOURCE[0]%/*}/rotation.sh"

readonly LOCK_WAIT=60s      # for a table that someone holds exclusively
readonly STALE_MINUTES=1440 # a younger .part may be growing under someone else's hands
readonly MANIFEST=${BASH_SOURCE[0]%/*}/manifest.sql

main() {
  [[ $# == 0 || ($# == 2 && $1 == --only-if) ]] || fail "usage: backup.sh [--only-if FILE], got: $*"
  [[ $# == 0 || -e $2 ]] || { echo "nothing to back up: $2 does not exist" && exit 0; }
  check_settings
  wait_for_server
  exec {lock}>"$BACKUP_DIRECTORY/.lock"
  flock --timeout "$WAIT_SECONDS" "$lock" || fail "waited $WAIT_SECONDS s for another backup in $BACKUP_DIRECTORY"
  find "$BACKUP_DIRECTORY" -mindepth 1 -maxdepth 1 -name '*.part' -mmin "+$STALE_MINUTES" -exec rm -rf {} +

  until name=$PGDATABASE-$(date --utc +%Y%m%dT%H%M%SZ) && free "$BACKUP_DIRECTORY/$name"; do sleep 0.2; done
  scratch=$(mktemp --directory)
  part=$BACKUP_DIRECTORY/$name.part
  mkdir "$part"
  write_dump
  (cd "$part" && sha256sum -- * >SHA256SUMS)
  run sync "$part"/* "$part"
  mv --no-target-directory "$part" "$BACKUP_DIRECTORY/$name"
  sync "$BACKUP_DIRECTORY"
  rotate "$name"
  printf '{"event":"backup_ok","backup":"%s","bytes":%d,"seconds":%d}\n' \
    "$name" "$(stat --format %s "$BACKUP_DIRECTORY/$name/database.dump")" "$SECONDS"
}

free() { [[ ! -e $1 && ! -e $1.part ]]; } # PATH: a run that was killed may have left half a backup

check_settings() {
  local name password_file=${SECRETS_DIRECTORY:-/run/secrets}/postgres/POSTGRES_PASSWORD
  for name in PGHOST PGPORT PGUSER PGDATABASE APPLICATION_IMAGE BACKUP_DIRECTORY COMPRESSION KEEP_DAILY KEEP_WEEKLY KEEP_MONTHLY \
    WAIT_SECONDS; do
    [[ -n ${!name:-} ]] || fail "the environment variable $name is not set"
    [[ $name != [KW]* || ${!name} =~ ^(0|[1-9][0-9]*)$ ]] || fail "$name must be a whole number, got ${!name}"
  done
  [[ $PGDATABASE != *[/\"\\]* ]] || fail "no folder can be named after the database $PGDATABASE: it has one of / \" \\"
  [[ -w $BACKUP_DIRECTORY ]] || fail "cannot write to the directory $BACKUP_DIRECTORY as uid $UID"
  [[ -r $password_file ]] || fail "cannot read the password of $PGUSER from $password_file as uid $UID"
  PGPASSWORD=$(<"$password_file") # libpq ignores a mounted PGPASSFILE: its group can read it
  export PGPASSWORD
}

wait_for_server() {
  local answer
  echo "backing up $PGDATABASE at $PGHOST:$PGPORT as $PGUSER"
  until answer=$(pg_isready --timeout 3); do
    ((SECONDS < WAIT_SECONDS)) || fail "waited $WAIT_SECONDS s for the database server: $answer"
    sleep 1
  done
}

write_dump() { # the manifest counts the rows of the very snapshot that is dumped, while it is dumped
  local dump=$part/database.dump
  mkfifo "$scratch/questions"
  psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --set image="$APPLICATION_IMAGE" \
    <"$scratch/questions" >"$part/manifest.json" 2>"$scratch/session.errors" &
  session=$!
  exec {questions}>"$scratch/questions"
  ask 'SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;'
  ask "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \\o $scratch/snapshot" 'SELECT pg_export_snapshot(); \o'
  until [[ -s $scratch/snapshot ]]; do
    kill -0 "$session" 2>/dev/null || session_failed
    sleep 0.05
  done
  ask "\\i $MANIFEST"
  run pg_dump --format custom --compress "$COMPRESSION" --no-password --lock-wait-timeout "$LOCK_WAIT" \
    --snapshot "$(<"$scratch/snapshot")" --file "$dump"
  exec {questions}>&-
  wait "$session" || session_failed
  session=''
  run pg_dumpall --globals-only --no-role-passwords --no-password --file "$part/globals.sql"
  run pg_restore --file /dev/null "$dump" # decodes every block; --list is content with half a file
}

ask() { printf '%s\n' "$@" >&"$questions" || session_failed; }

session_failed() { fail "psql failed: $(<"$scratch/session.errors")"; }

run() { # COMMAND: in the background, since bash runs no trap while a command in the foreground goes on
  local status=0
  "$@" 2>"$scratch/errors" &
  child=$!
  wait "$child" || status=$?
  child=''
  cat "$scratch/errors" >&2
  ((status == 0)) && return
  [[ -z $session ]] || kill -0 "$session" 2>/dev/null || session_failed # and its snapshot with it
  fail "$1 failed: $(<"$scratch/errors")"
}

fail() { reason=$* && exit 1; }

finish() {
  local status=$? pid
  for pid in $child $session; do kill "$pid" 2>/dev/null || true; done
  [[ -z $scratch ]] || rm -rf -- "$part" "$scratch"
  reason=${reason//[\"\\]/\'} # so that nothing needs an escape in JSON
  ((status == 0)) || printf '{"event":"backup_failed","reason":"%s"}\n' "${reason//[[:cntrl:]]/ }" >&2
}

scratch='' part='' child='' session='' reason=''
trap finish EXIT
trap 'reason="line $LINENO: $BASH_COMMAND"' ERR
trap 'fail "stopped by a signal"' TERM INT
trap '' PIPE # a session that has ended is noticed by its status
main "$@"
