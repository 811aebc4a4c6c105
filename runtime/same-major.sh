#!/usr/bin/env bash
# same-major.sh VOLUME PGDATA MAJOR: refuses to start beside data that this server would not open. It would make an empty database
# next to them, and every later backup would be one of that.
set -Eeuo pipefail
shopt -s nullglob
volume=$1 pgdata=$2 major=$3

# As deep as images keep their data, and no deeper: below are a file of the same name for each database, and all tables.
for folder in "$volume"/{,*/,*/*/}; do
  [[ $folder != "$volume/lost+found/" ]] || continue
  if [[ ! -r $folder || ! -x $folder ]]; then
    echo "cannot look for a database in $folder as uid $(id -u)" >&2
    exit 1
  fi
  [[ -e ${folder}PG_VERSION ]] || continue
  found=$(<"${folder}PG_VERSION")
  [[ $folder != "$pgdata/" || $found != "$major" ]] || continue
  echo "the volume holds a database of PostgreSQL $found in ${folder%/}, and this is PostgreSQL $major with $pgdata:" >&2
  echo "set postgres.version back to $found, dump the database, and restore the dump into a new volume of $major" >&2
  exit 1
done
echo "the volume is empty, or holds a database of PostgreSQL $major"
