# Which backups stay: the newest ones, and the newest of each of the newest days, weeks and months. For backup.sh; and what backups there are.
# shellcheck shell=bash

readonly KEEP_LAST=10 # the one before a migration must outlast its retries

# rotate NAME: the backup just made stays, even after a clock went back and made it look old.
rotate() {
  local name
  local -A kept=(["$1"]=1)
  keep "$KEEP_LAST" %Y%m%dT%H%M%SZ
  keep "$KEEP_DAILY" %Y%m%d
  keep "$KEEP_WEEKLY" %GW%V
  keep "$KEEP_MONTHLY" %Y%m
  for name in $(backups); do
    [[ -n ${kept[$name]-} ]] || remove "$name"
  done
}

# The newest first. The name of another database may only begin like ours.
backups() {
  local path
  for path in "$BACKUP_DIRECTORY/$PGDATABASE"-*/; do
    path=${path%/} path=${path##*/}
    if [[ ${path#"$PGDATABASE"-} =~ ^[0-9]{8}T[0-9]{6}Z$ ]]; then printf '%s\n' "$path"; fi
  done | sort --reverse
}

time_of() { # NAME DATE_FORMAT
  local time=${1##*-}
  date --utc --date "${time:0:8} ${time:9:2}:${time:11:2}:${time:13:2}" "+$2"
}

keep() { # COUNT DATE_FORMAT: the newest of each of so many periods
  local name period seen='' count=0
  for name in $(backups); do
    period=$(time_of "$name" "$2")
    [[ $period != "$seen" ]] || continue
    ((count++ < $1)) || return 0
    seen=$period
    kept[$name]=1
  done
}

remove() { # NAME: whatever ends it, what is left is not taken for a backup
  mv --no-target-directory "$BACKUP_DIRECTORY/$1" "$BACKUP_DIRECTORY/$1.part"
  rm -rf -- "$BACKUP_DIRECTORY/$1.part"
}
