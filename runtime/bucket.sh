# A bucket of an S3 server: for offsite.sh, which may put and list, and fetch.sh, which may get and list. After program.sh.
# shellcheck shell=bash
: "${scratch:?program.sh comes before}"

readonly REMOTE=offsite # what the variables below call the server, for rclone
PATH=${TOOLS_DIRECTORY:+$TOOLS_DIRECTORY:}$PATH

# The bucket is neither made nor asked for, and of no object is the head read.
open_bucket() {
  required ENDPOINT REGION BUCKET PREFIX
  export RCLONE_CONFIG=/dev/null RCLONE_LOG_FORMAT='' RCLONE_STATS=0 RCLONE_RETRIES=2 RCLONE_LOW_LEVEL_RETRIES=4 RCLONE_CONTIMEOUT=10s \
    RCLONE_NO_CHECK_DEST=true RCLONE_CONFIG_OFFSITE_TYPE=s3 RCLONE_CONFIG_OFFSITE_PROVIDER=Other RCLONE_CONFIG_OFFSITE_NO_CHECK_BUCKET=true \
    RCLONE_CONFIG_OFFSITE_NO_HEAD=true RCLONE_CONFIG_OFFSITE_NO_HEAD_OBJECT=true RCLONE_CONFIG_OFFSITE_UPLOAD_CUTOFF=5G \
    RCLONE_CONFIG_OFFSITE_ENDPOINT=$ENDPOINT RCLONE_CONFIG_OFFSITE_REGION=$REGION \
    RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID RCLONE_CONFIG_OFFSITE_SECRET_ACCESS_KEY
  read_secret RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID ACCESS_KEY_ID
  read_secret RCLONE_CONFIG_OFFSITE_SECRET_ACCESS_KEY SECRET_ACCESS_KEY
}

secret_file() { echo "${SECRETS_DIRECTORY:-/run/secrets}/offsite/$1"; } # KEY

read_secret() { # VARIABLE KEY: unless whoever runs this has it already
  local file
  file=$(secret_file "$2")
  [[ -z ${!1:-} ]] || return 0
  [[ -r $file ]] || fail "cannot read $file as uid $UID"
  printf -v "$1" '%s' "$(<"$file")"
}

put() { # FILE NAME: in one request, so that the ETag which the bucket lists is the MD5
  run rclone copyto "$1" "$REMOTE:$BUCKET/$PREFIX/$2"
}

get() { # NAME FILE
  run rclone copyto "$REMOTE:$BUCKET/$PREFIX/$1" "$2"
}

line_of() { # FILE NAME: what a listing says of it: MD5, bytes and name
  printf '%s;%d;%s\n' "$(md5sum <"$1" | cut -c 1-32)" "$(stat --format %s "$1")" "$2"
}

list() { run rclone lsf --recursive --files-only --fast-list --hash MD5 --format hsp "$REMOTE:$BUCKET/$PREFIX" >"$scratch/listing"; }

whole() { sed -n 's/^[^;]*;[^;]*;\([^/]*\)\/MD5SUMS$/\1/p' "$scratch/listing" | newest_first; } # names of backups that came to their end

absent() { grep --line-regexp --fixed-strings --invert-match --file "$scratch/listing" "$1" || true; } # FILE: its lines that were not listed

no_such_bucket() { # the reason behind the one at hand
  ! grep --quiet 'directory not found' "$scratch/errors" || fail "there is no bucket $BUCKET at $ENDPOINT"
}
