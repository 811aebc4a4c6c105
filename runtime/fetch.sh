#!/usr/bin/env bash
# Fetch a backup from the bucket that offsite.sh copies them into, decrypt it, and lay it into $BACKUP_DIRECTORY as backup.sh has made it.
# fetch.sh newest | TIME: the newest whole one, or the newest that is not younger than TIME, which is written as in their names.
#
# For a pod whose Secret may read and has the private key, $PRIVATE_KEY; and for people, who have it in their keyring. Whatever stands in
# their way is said at once.
readonly EVENT=fetch
# shellcheck source=program.sh
source "${BASH_SOURCE[0]%/*}/program.sh"
# shellcheck source=rotation.sh
source "${BASH_SOURCE[0]%/*}/rotation.sh"
# shellcheck source=bucket.sh
source "${BASH_SOURCE[0]%/*}/bucket.sh"
# shellcheck source=restoring.sh
source "${BASH_SOURCE[0]%/*}/restoring.sh"

main() {
  local picked=''
  required PGDATABASE BACKUP_DIRECTORY PUBLIC_KEY ENDPOINT REGION BUCKET PREFIX
  look_for_tools
  look_for_key
  look_for_credentials && look_into_bucket "$1"
  [[ -z $problems ]] || exit 1
  echo "fetching $picked"
  fetch "$picked"
  backup=$BACKUP_DIRECTORY/$picked
  verify
  printf '{"event":"fetch_ok","backup":"%s","bytes":%d,"seconds":%d}\n' "$picked" "$bytes" "$SECONDS"
}

look_for_tools() {
  local tool
  for tool in rclone gpg tar; do
    command -v "$tool" >/dev/null || problem "$tool cannot be run: install it"
  done
}

look_for_key() {
  local of="$scratch/key" id
  command -v gpg >/dev/null || return 0
  if [[ -n ${PRIVATE_KEY:-} ]]; then
    export GNUPGHOME=$scratch/gnupg
    mkdir "$GNUPGHOME"
    gpg --batch --quiet --import "$PRIVATE_KEY" 2>"$of" || problem "the private key cannot be read: $(<"$of")"
  fi
  id=$(gpg --batch --quiet --show-keys --with-colons "$PUBLIC_KEY" | awk -F: '$1 == "fpr" && !seen++ { print $10 }')
  gpg --batch --list-secret-keys "$id" &>/dev/null || problem "the private key of offsite.publicKey, $id, is not in the keyring"
}

look_for_credentials() {
  local name variable absent=''
  for name in ACCESS_KEY_ID SECRET_ACCESS_KEY; do
    variable=RCLONE_CONFIG_OFFSITE_$name
    [[ -n ${!variable:-} || -r $(secret_file "$name") ]] || absent+="${absent:+ and }$variable"
  done
  [[ -z $absent ]] || problem "who may read the bucket is not said: set $absent"
  [[ -z $absent ]] && command -v rclone >/dev/null
}

look_into_bucket() { # TIME
  open_bucket
  export RCLONE_CONFIG_OFFSITE_NO_HEAD_OBJECT=false
  list
  pick "$1" "$(whole)" "that is whole at $ENDPOINT in $BUCKET/$PREFIX"
}

fetch() { # NAME: in pieces, of which there is room for one
  local sum piece
  get "$1/MD5SUMS" "$scratch/MD5SUMS"
  mkfifo "$scratch/archive"
  unpack "$1" <"$scratch/archive" 2>"$scratch/archive.errors" &
  unpacker=$!
  exec {pieces}>"$scratch/archive"
  while read -r sum piece; do
    [[ $piece == "$1.tar.gpg."+([0-9]) ]] || fail "$1 is damaged in the bucket: MD5SUMS names $piece"
    get "$1/$piece" "$scratch/piece"
    [[ $(md5sum <"$scratch/piece") == "$sum "* ]] || fail "$1 is damaged in the bucket: MD5SUMS does not hold for $piece"
    bytes=$((bytes + $(stat --format %s "$scratch/piece")))
    cat "$scratch/piece" >&"$pieces" || break # the reader has ended, and says why
  done <"$scratch/MD5SUMS"
  exec {pieces}>&-
  wait "$unpacker" || fail "decrypting $1 failed: $(<"$scratch/archive.errors")"
  unpacker=''
}

unpack() { # NAME
  gpg --batch --quiet --decrypt | tar --extract --no-same-owner --directory "$BACKUP_DIRECTORY" -- "$1"
}

problem() { problems+=${problems:+; }$*; }

excuse() { no_such_bucket; }

clean_up() {
  [[ -z $unpacker ]] || kill "$unpacker" 2>/dev/null || true
  [[ -z ${PRIVATE_KEY:-} ]] || gpgconf --kill all || true
  [[ -z $problems ]] || reason=$problems${reason:+; $reason}
}

problems='' unpacker='' bytes=0
main "$@"
