#!/usr/bin/env bash
# Back up one database: a dump that has been read back in full, the roles beside it, and a manifest of what is in it. With
# $MEDIA_DIRECTORY, the uploaded files there too: those that the rows of the dump name, as they are copied after it.
# backup.sh [--only-if FILE]: with FILE, do nothing unless it exists.
#
# A backup is a folder of $BACKUP_DIRECTORY, DATABASE-TIME. It has its name once it is whole, and is never touched again.
readonly EVENT=backup
# shellcheck source=program.sh
source "${BASH_SOURCE[0]%/*}/program.sh"
# shellcheck source=rotation.sh
source "${BASH_SOURCE[0]%/*}/rotation.sh"
# shellcheck source=media.sh
source "${BASH_SOURCE[0]%/*}/media.sh"

readonly LOCK_WAIT=60s      # for a table that someone holds exclusively
readonly STALE_MINUTES=1440 # a younger .part may be growing under someone else's hands
readonly MANIFEST=${BASH_SOURCE[0]%/*}/manifest.sql

main() {
  [[ $# == 0 || ($# == 2 && $1 == --only-if) ]] || fail "usage: backup.sh [--only-if FILE], got: $*"
  [[ $# == 0 || -e $2 ]] || { echo "nothing to back up: $2 does not exist" && exit 0; }
  check_settings
  echo "backing up $PGDATABASE at $PGHOST:$PGPORT as $PGUSER"
  wait_for_server
  exec {lock}>"$BACKUP_DIRECTORY/.lock"
  flock --timeout "$WAIT_SECONDS" "$lock" || fail "waited $WAIT_SECONDS s for another backup in $BACKUP_DIRECTORY"
  find "$BACKUP_DIRECTORY" -mindepth 1 -maxdepth 1 -name '*.part' -mmin "+$STALE_MINUTES" -exec rm -rf {} +

  until name=$PGDATABASE-$(date --utc +%Y%m%dT%H%M%SZ) && free "$BACKUP_DIRECTORY/$name"; do sleep 0.2; done
  part=$BACKUP_DIRECTORY/$name.part
  mkdir "$part"
  write_dump
  if [[ -n ${MEDIA_DIRECTORY-} ]]; then
    flock --unlock "$lock" # no release waits for uploaded files, and rotation leaves the backup that these are linked to
    back_up_media
    run flock "$lock"
  fi
  write_sums
  run find "$part" -depth '(' -type d -o -links 1 ')' -exec sync {} + # what is linked was written long ago
  mv --no-target-directory "$part" "$BACKUP_DIRECTORY/$name"
  sync "$BACKUP_DIRECTORY"
  rotate "$name"
  printf '{"event":"backup_ok","backup":"%s","bytes":%d,%s"seconds":%d}\n' \
    "$name" "$(($(find "$BACKUP_DIRECTORY/$name/database.dump" -type f -printf '%s+')0))" "$(media_amount)" "$SECONDS"
}

media_amount() { [[ -z ${MEDIA_DIRECTORY-} ]] || printf '"media":%s,"left_out":%d,' "$(amount "$BACKUP_DIRECTORY/$name")" "$left_out"; }

free() { [[ ! -e $1 && ! -e $1.part ]]; } # PATH: a run that was killed may have left half a backup

check_settings() {
  required PGHOST PGPORT PGUSER PGDATABASE APPLICATION_IMAGE BACKUP_DIRECTORY COMPRESSION JOBS KEEP_DAILY KEEP_WEEKLY KEEP_MONTHLY WAIT_SECONDS
  whole_numbers JOBS KEEP_DAILY KEEP_WEEKLY KEEP_MONTHLY WAIT_SECONDS
  [[ $PGDATABASE != *[/\"\\]* ]] || fail "no folder can be named after the database $PGDATABASE: it has one of / \" \\"
  [[ -w $BACKUP_DIRECTORY ]] || fail "cannot write to the directory $BACKUP_DIRECTORY as uid $UID"
  log_in
}

write_dump() { # the manifest counts the rows of the very snapshot that is dumped, while it is dumped
  local dump=$part/database.dump format=(--format custom)
  ((JOBS == 1)) || format=(--format directory --jobs "$JOBS") # in one file only one can write
  mkfifo "$scratch/questions"
  "${QUERY[@]}" --set backup="$name" --set image="$APPLICATION_IMAGE" <"$scratch/questions" >"$part/manifest.json" 2>"$scratch/session.errors" &
  session=$!
  exec {questions}>"$scratch/questions"
  ask 'SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;'
  ask "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \\o $scratch/snapshot" 'SELECT pg_export_snapshot(); \o'
  until [[ -s $scratch/snapshot ]]; do
    kill -0 "$session" 2>/dev/null || session_failed
    sleep 0.05
  done
  ask "\\i $MANIFEST"
  run pg_dump "${format[@]}" --compress "$COMPRESSION" --no-password --lock-wait-timeout "$LOCK_WAIT" \
    --snapshot "$(<"$scratch/snapshot")" --file "$dump"
  exec {questions}>&-
  wait "$session" || session_failed
  session=''
  run pg_dumpall --globals-only --no-role-passwords --no-password --file "$part/globals.sql"
  run pg_restore --file /dev/null "$dump" # decodes every block; --list is content with half a file
}

write_sums() { # what is linked is not read again, which is for drills
  : | tee "$scratch/known" >"$scratch/linked"
  [[ -z $earlier ]] || run known_sums >"$scratch/known"
  if (($(wc -l <"$scratch/known") == $(wc -l <"$scratch/linked"))); then
    run checksums "$part" -links 1 >"$scratch/sums"
    cat "$scratch/known" "$scratch/sums" | by_name >"$part/SHA256SUMS"
  else
    run checksums "$part" >"$part/SHA256SUMS"
  fi
}

ask() { printf '%s\n' "$@" >&"$questions" || session_failed; }

session_failed() { fail "psql failed: $(<"$scratch/session.errors")"; }

excuse() { [[ -z $session ]] || kill -0 "$session" 2>/dev/null || session_failed; } # and its snapshot with it

clean_up() {
  [[ -z $session ]] || kill "$session" 2>/dev/null || true
  [[ -z $part ]] || rm -rf -- "$part"
}

session=''
trap '' PIPE # a session that has ended is noticed by its status
main "$@"
