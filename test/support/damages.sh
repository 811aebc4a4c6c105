#!/usr/bin/env bash
# damages.sh BACKUP OTHER COMMAND...: damages a backup a hundred times at random, one file at a time, and runs the command after each, which
# is to fail and to name the file. Prints each damage that it does not notice so, and how many it does.
# OTHER is another backup, no file of which is the same.
set -Eeuo pipefail
readonly COUNT=100 FILES=(database.dump globals.sql manifest.json SHA256SUMS)
readonly DAMAGES=(truncated flipped swapped emptied removed zeroed)
readonly CHANCE='(RANDOM << 15 | RANDOM)' # in an expression
RANDOM=20261123

truncated() { truncate --size "$((CHANCE % size))" "$1"; }

flipped() { # one bit
  local place=$((CHANCE % size)) byte
  byte=$(od --address-radix n --format u1 --skip-bytes "$place" --read-bytes 1 "$1")
  printf -v byte '\\%03o' "$((byte ^ 1 << RANDOM % 8))"
  printf '%b' "$byte" | dd of="$1" bs=1 seek="$place" conv=notrunc status=none
}

swapped() { cp "$other/$name" "$1"; }

emptied() { : >"$1"; }

removed() { rm "$1"; }

zeroed() { # to its end, as a disk does that has lost its last writes; by itself a dump ends with five zeros
  truncate --size "$((CHANCE % (size - 16)))" "$1"
  truncate --size "$size" "$1"
}

backup=$1 other=$2 noticed=0
shift 2
whole=$(mktemp --directory)
cp "$backup"/* "$whole"
for ((number = 0; number < COUNT; number++)); do
  damage=${DAMAGES[number % ${#DAMAGES[@]}]} name=${FILES[RANDOM % ${#FILES[@]}]}
  size=$(stat --format %s "$backup/$name")
  "$damage" "$backup/$name"
  said=$("$@" 2>&1) && said='it has succeeded'
  if [[ $said == *"${backup##*/} is damaged: "*"$name"* ]]; then
    noticed=$((noticed + 1))
  else
    echo "$name was $damage: ${said##*$'\n'}"
  fi
  cp "$whole/$name" "$backup/$name"
done
rm -r "$whole"
echo "$noticed of $COUNT"
