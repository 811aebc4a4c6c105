#!/usr/bin/env bash
# renewal.sh FOLDER: has Postgres read its certificate again when the Secret that is mounted in FOLDER has another. It reads one only when
# it starts and when it is told to; one that it cannot use, it leaves, and says so in its log. Touches /tmp/renewal while all is well.
set -Eeuo pipefail
trap exit TERM INT
folder=$1
read_by_server=

while true; do
  found=$(sha256sum "$folder"/*)
  if [[ $found != "$read_by_server" ]] && pg_isready --quiet &&
    psql --no-psqlrc --quiet --output /dev/null --command "select pg_reload_conf()"; then
    [[ -z $read_by_server ]] || echo 'the certificate is another: Postgres reads it'
    read_by_server=$found
  fi
  touch /tmp/renewal
  sleep 5 & # in the background, since bash runs no trap while a command in the foreground goes on
  wait $!
done
