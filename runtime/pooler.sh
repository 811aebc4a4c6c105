#!/bin/sh
# pooler.sh FILE FOLDER...: runs PgBouncer as FILE says, and has it read anew what the Secrets mounted in the FOLDERs hold when that is
# another. Told to stop it goes on to serve until the last client has left: for $DRAIN s at least, as some still find their way to it, and
# for $STOP s at the most. For the shell of any image, bash or not.
set -eu
file=$1 stopping='' seconds=0
shift
trap 'stopping=yes' TERM INT
port=$(printf '%04X' "$LISTEN_PORT")

content() { sha256sum -- "$@"; }

running() { kill -0 "$pooler" 2>/dev/null; }

connected() { # whether a client is, as the kernel says: 01 is ESTABLISHED
  grep -Eqs "^ *[0-9]+: [0-9A-F]+:$port [0-9A-F]+:[0-9A-F]{4} 01 " /proc/net/tcp /proc/net/tcp6
}

pause() { # SECONDS: in the background, since no trap runs while a command in the foreground goes on
  sleep "$1" &
  wait $! || true
}

for folder; do set -- "$@" "$folder"/*; shift; done
found=$(content "$@")
pgbouncer "$file" &
pooler=$!

while [ -z "$stopping" ]; do
  pause 5
  running || { wait "$pooler"; exit 1; }
  known=$found
  found=$(content "$@") || found=$known
  [ "$found" != "$known" ] || continue
  echo 'a password or a certificate is another: PgBouncer reads it'
  kill -HUP "$pooler"
done

while running && [ "$seconds" -lt "$STOP" ] && { [ "$seconds" -lt "$DRAIN" ] || connected; }; do
  sleep 1
  seconds=$((seconds + 1))
done
# From 1.23 on the first asks it to wait for its clients, and the second to stop at once.
while running; do
  kill -TERM "$pooler" || true
  pause 1
done
