#!/usr/bin/env bash
# Copy backups to where a loss of the cluster does not reach: encrypted to a public key, into a bucket, and compared with what that lists.
# Copies each that the bucket does not hold as it was sent, the newest first.
#
# In the bucket a backup is a folder of its name: pieces of an encrypted archive, and MD5SUMS of them, which comes last. What was found
# there stands in a note beside the backups, without which rotation.sh removes none.
readonly EVENT=offsite
# shellcheck source=program.sh
source "${BASH_SOURCE[0]%/*}/program.sh"
# shellcheck source=rotation.sh
source "${BASH_SOURCE[0]%/*}/rotation.sh"
# shellcheck source=bucket.sh
source "${BASH_SOURCE[0]%/*}/bucket.sh"

main() {
  local name count=0 copied=0 bytes=0
  check_settings
  exec {lock}>"$NOTES_DIRECTORY/.lock"
  flock --nonblock "$lock" || fail 'another run copies backups'
  list
  for name in $(backups); do
    ((++count))
    holds "$name" || copy "$name"
  done
  printf '{"event":"offsite_ok","backups":%d,"copied":%d,"bytes":%d,"seconds":%d}\n' "$count" "$copied" "$bytes" "$SECONDS"
}

check_settings() {
  required PGDATABASE BACKUP_DIRECTORY NOTES_DIRECTORY OFFSITE PUBLIC_KEY PIECE_BYTES
  whole_numbers PIECE_BYTES
  [[ -r $BACKUP_DIRECTORY ]] || fail "cannot read the directory $BACKUP_DIRECTORY as uid $UID"
  [[ -w $NOTES_DIRECTORY ]] || fail "cannot write to the directory $NOTES_DIRECTORY as uid $UID"
  open_bucket
}

holds() { # NAME
  local absent
  off_site "$1" || return
  sed 1d "$NOTES_DIRECTORY/$1" >"$scratch/noted"
  absent=$(absent "$scratch/noted")
  [[ -n $absent ]] || return 0
  printf '{"event":"offsite_differs","backup":"%s","sent":"%s"}\n' "$1" "${absent//$'\n'/ }"
  return 1
}

copy() { # NAME
  local absent
  [[ -d $BACKUP_DIRECTORY/$1 ]] || return 0 # rotated since
  rm -f -- "$NOTES_DIRECTORY/$1"
  : >"$scratch/sent"
  send_archive "$1"
  sed -E 's/^(\w+);[0-9]+;.*\//\1  /' "$scratch/sent" >"$scratch/MD5SUMS"
  send "$1" MD5SUMS
  list
  absent=$(absent "$scratch/sent")
  [[ -z $absent ]] || fail "the bucket does not hold what was sent of $1: of MD5;bytes;name it lacks ${absent//$'\n'/ }"
  note "$1"
  echo "copied $1"
  ((++copied))
}

send_archive() { # NAME: in pieces, of which the pod has room for one
  local number piece
  rm -f "$scratch/archive"
  mkfifo "$scratch/archive"
  archive "$1" >"$scratch/archive" 2>"$scratch/archive.errors" &
  archiver=$!
  exec {pieces}<"$scratch/archive"
  for ((number = 0; ; number++)); do
    printf -v piece '%s.tar.gpg.%04d' "$1" "$number"
    head --bytes "$PIECE_BYTES" <&"$pieces" >"$scratch/$piece" || fail "no room in $scratch for a piece of $PIECE_BYTES bytes"
    [[ -s $scratch/$piece ]] || break
    send "$1" "$piece"
  done
  exec {pieces}<&-
  wait "$archiver" || fail "encrypting $1 failed: $(<"$scratch/archive.errors")"
  archiver=''
}

archive() { # NAME
  mkdir -p "$scratch/gnupg"
  tar --create --directory "$BACKUP_DIRECTORY" -- "$1" |
    gpg --batch --no-tty --quiet --no-options --homedir "$scratch/gnupg" --compress-algo none --recipient-file "$PUBLIC_KEY" --encrypt
}

send() { # NAME FILE
  local file=$scratch/$2
  line_of "$file" "$1/$2" >>"$scratch/sent"
  put "$file" "$1/$2"
  bytes=$((bytes + $(stat --format %s "$file")))
  rm -- "$file"
}

note() { # NAME
  { echo "$OFFSITE" && cat "$scratch/sent"; } >"$NOTES_DIRECTORY/$1.part"
  run sync "$NOTES_DIRECTORY/$1.part"
  mv --no-target-directory "$NOTES_DIRECTORY/$1.part" "$NOTES_DIRECTORY/$1"
}

excuse() { no_such_bucket; }

clean_up() { [[ -z $archiver ]] || kill "$archiver" 2>/dev/null || true; }

archiver=''
main "$@"
