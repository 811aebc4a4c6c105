#!/usr/bin/env bash
# Dump one database, prove the dump by reading all of it back, and keep daily, weekly and monthly copies.
# backup.sh [--only-if FILE]: with FILE, do nothing unless it exists.
set -Eeuo pipefail
umask 077
export LC_ALL=C

readonly KEEP_LAST=10        # newest dumps in last/: the one before a migration must outlast its retries
readonly LOCK_WAIT=60s       # for a table that someone holds exclusively
readonly STALE_MINUTES=1440  # a younger .part may be growing under someone else's hands

main() {
  [[ $# == 0 || ($# == 2 && $1 == --only-if) ]] || fail "usage: backup.sh [--only-if FILE], got: $*"
  [[ $# == 0 || -e $2 ]] || { echo "nothing to back up: $2 does not exist" && exit 0; }
  check_settings
  wait_for_server
  exec {lock}>"$BACKUP_DIRECTORY/.lock"
  flock --timeout "$WAIT_SECONDS" "$lock" || fail "waited $WAIT_SECONDS s for another backup in $BACKUP_DIRECTORY"
  mkdir -p "$BACKUP_DIRECTORY"/{last,daily,weekly,monthly}
  find "$BACKUP_DIRECTORY/last" -name '*.part' -mmin "+$STALE_MINUTES" -delete

  write_dump
  copy daily %Y%m%d
  copy weekly %GW%V
  copy monthly %Y%m
  prune last "$KEEP_LAST"
  prune daily "$KEEP_DAILY"
  prune weekly "$KEEP_WEEKLY"
  prune monthly "$KEEP_MONTHLY"
  sync "$BACKUP_DIRECTORY"/{last,daily,weekly,monthly}
  printf '{"event":"backup_ok","file":"last/%s","bytes":%d,"seconds":%d}\n' \
    "${dump##*/}" "$(stat --format %s "$dump")" "$SECONDS"
}

check_settings() {
  local name password_file=${SECRETS_DIRECTORY:-/run/secrets}/postgres/POSTGRES_PASSWORD
  for name in PGHOST PGPORT PGUSER PGDATABASE BACKUP_DIRECTORY KEEP_DAILY KEEP_WEEKLY KEEP_MONTHLY WAIT_SECONDS; do
    [[ -n ${!name:-} ]] || fail "the environment variable $name is not set"
    [[ $name != [KW]* || ${!name} =~ ^(0|[1-9][0-9]*)$ ]] || fail "$name must be a whole number, got ${!name}"
  done
  [[ $PGDATABASE != *[/\"\\]* ]] || fail "no file can be named after the database $PGDATABASE: it has one of / \" \\"
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

write_dump() {
  until now=$(date +%s) && dump=$(dump_path last %Y%m%dT%H%M%SZ) && [[ ! -e $dump ]]; do sleep 0.2; done
  run pg_dump --format custom --no-password --lock-wait-timeout "$LOCK_WAIT" --file "$dump.part"
  run pg_restore --file /dev/null "$dump.part" # decodes every block; --list is content with half a file
  run sync "$dump.part"
  sum=$(sha256sum <"$dump.part")
  write_sum "$dump"
  mv "$dump.part" "$dump"
}

copy() { # FOLDER DATE_FORMAT: the newest dump of a period takes the place of the one before
  local target
  target=$(dump_path "$1" "$2")
  run ln --force "$dump" "$target"
  write_sum "$target"
}

dump_path() { # FOLDER DATE_FORMAT
  printf '%s/%s/%s-%s.dump' "$BACKUP_DIRECTORY" "$1" "$PGDATABASE" "$(date --utc --date "@$now" "+$2")"
}

write_sum() { # DUMP: in the form that `sha256sum --check` reads
  printf '%s  %s\n' "${sum%% *}" "${1##*/}" >"$1.sha256"
  sync "$1.sha256"
}

prune() { # FOLDER COUNT: the dump just made stays in last/, even after a clock went back and made it look old
  local file
  for file in "$BACKUP_DIRECTORY/$1/$PGDATABASE"-*.dump; do # the name of another database may only begin like ours
    if [[ ${file##*/"$PGDATABASE"-} =~ ^[0-9]+(T[0-9]+Z|W[0-9]+)?\.dump$ ]]; then printf '%s\n' "$file"; fi
  done | head --lines "-$2" | while IFS= read -r file; do
    [[ $file == "$dump" ]] || rm -f -- "$file" "$file.sha256"
  done
}

run() { # COMMAND: in the background, since bash runs no trap while a command in the foreground goes on
  local status=0
  "$@" 2>"$dump.errors.part" &
  child=$!
  wait "$child" || status=$?
  child=''
  cat "$dump.errors.part" >&2
  ((status == 0)) || fail "$1 failed: $(<"$dump.errors.part")"
}

fail() { reason=$* && exit 1; }

finish() {
  local status=$?
  [[ -z $child ]] || kill "$child" || true
  [[ -z $dump ]] || rm -f -- "$dump.part" "$dump.errors.part"
  [[ -z $dump || -e $dump ]] || rm -f -- "$dump.sha256"
  reason=${reason//[\"\\]/\'} # so that nothing needs an escape in JSON
  ((status == 0)) || printf '{"event":"backup_failed","reason":"%s"}\n' "${reason//[[:cntrl:]]/ }" >&2
}

dump='' child='' reason=''
trap finish EXIT
trap 'reason="line $LINENO: $BASH_COMMAND"' ERR
trap 'fail "stopped by a signal"' TERM INT
main "$@"
