# Which backups stay: the newest ones, the newest of each of the newest days, weeks and months, and those that are to be copied off-site
# and are not. For backup.sh; and what backups there are, and what is in one.
# shellcheck shell=bash

readonly KEEP_LAST=10 # the one before a migration must outlast its retries
readonly MEDIA=media  # folder of the uploaded files, in backups that have them: not in those before a migration

# rotate NAME: the backup just made stays, even after a clock went back and made it look old.
rotate() {
  local name those
  local -A kept=(["$1"]=1)
  for those in backups with_media; do # so that none without uploaded files takes the place of one with them
    keep "$those" "$KEEP_LAST" %Y%m%dT%H%M%SZ
    keep "$those" "$KEEP_DAILY" %Y%m%d
    keep "$those" "$KEEP_WEEKLY" %GW%V
    keep "$those" "$KEEP_MONTHLY" %Y%m
  done
  for name in $(backups); do
    [[ -z ${kept[$name]-} ]] || continue
    if [[ -z ${OFFSITE-} ]] || off_site "$name"; then remove "$name"; else echo "keeping $name: it is not off-site"; fi
  done
}

# Whether offsite.sh has found it as it was sent, at the place that $OFFSITE names now: the first line of its note names where that was.
off_site() { # NAME
  local place='' note=$NOTES_DIRECTORY/$1
  [[ ! -r $note ]] || read -r place <"$note"
  [[ $place == "$OFFSITE" ]]
}

backups() {
  local path
  for path in "$BACKUP_DIRECTORY/$PGDATABASE"-*/; do
    path=${path%/}
    printf '%s\n' "${path##*/}"
  done | newest_first
}

with_media() {
  local name
  for name in $(backups); do [[ ! -d $BACKUP_DIRECTORY/$name/$MEDIA ]] || printf '%s\n' "$name"; done
}

newest_first() { # of names, a line each, those of backups: that of another database may only begin like ours
  local name
  while read -r name; do
    if [[ $name == "$PGDATABASE"-* && ${name#"$PGDATABASE"-} =~ ^[0-9]{8}T[0-9]{6}Z$ ]]; then printf '%s\n' "$name"; fi
  done | sort --reverse
}

# checksums FOLDER TEST...: of every file but the one that they go into, and that passes these tests of find.
checksums() {
  (cd "$1" && find . -type f ! -path ./SHA256SUMS "${@:2}" -printf '%P\0' | xargs --null --no-run-if-empty sha256sum --) | by_name
}

by_name() { LC_ALL=C sort --key 2; } # checksums

amount() { # BACKUP: of its uploaded files, in JSON; nothing where it has none
  [[ ! -d $1/$MEDIA ]] || find "$1/$MEDIA" -type f -printf '%s\n' | awk '{ bytes += $1 } END { printf "{\"files\":%d,\"bytes\":%.0f}", NR, bytes }'
}

some() { # of the lines that come in, the first ten in one, and how many more there are
  awk 'NR <= 10 { printf "%s%s", (NR > 1 ? ", " : ""), $0 } END { print (NR > 10 ? sprintf(", and %d more", NR - 10) : "") }'
}

pick() { # TIME NAMES PLACE: $picked is the newest that is not younger, as in their names; or "newest"
  [[ -n $2 ]] || fail "there is no backup of $PGDATABASE $3"
  for picked in $2; do
    [[ $1 != newest && ${picked##*-} > $1 ]] || return 0
  done
  fail "there is no backup of $PGDATABASE before $1: the oldest is $picked"
}

time_of() { # NAME DATE_FORMAT
  local time=${1##*-}
  date --utc --date "${time:0:8} ${time:9:2}:${time:11:2}:${time:13:2}" "+$2"
}

keep() { # LIST COUNT DATE_FORMAT: the newest of each of so many periods
  local name period seen='' count=0
  for name in $("$1"); do
    period=$(time_of "$name" "$3")
    [[ $period != "$seen" ]] || continue
    ((count++ < $2)) || return 0
    seen=$period
    kept[$name]=1
  done
}

remove() { # NAME: whatever ends it, what is left is not taken for a backup
  mv --no-target-directory "$BACKUP_DIRECTORY/$1" "$BACKUP_DIRECTORY/$1.part"
  rm -rf -- "$BACKUP_DIRECTORY/$1.part" ${NOTES_DIRECTORY:+"$NOTES_DIRECTORY/$1"}
}
