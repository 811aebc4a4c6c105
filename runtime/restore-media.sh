#!/usr/bin/env bash
# Put uploaded files back into $MEDIA_DIRECTORY: those of a backup that are missing there, each whole or not at all. What is there stays.
# restore-media.sh newest | TIME: of the newest backup that has any, or the newest that is not younger than TIME, as in their names.
# restore-media.sh copy: of the backup whose folder is written into the pipe $INCOMING, as an archive of tar.
readonly EVENT=restore_media
# shellcheck source=program.sh
source "${BASH_SOURCE[0]%/*}/program.sh"
# shellcheck source=rotation.sh
source "${BASH_SOURCE[0]%/*}/rotation.sh"
# shellcheck source=restoring.sh
source "${BASH_SOURCE[0]%/*}/restoring.sh"
# shellcheck source=media.sh
source "${BASH_SOURCE[0]%/*}/media.sh"

main() {
  local picked
  required PGDATABASE BACKUP_DIRECTORY MEDIA_DIRECTORY
  [[ -w $MEDIA_DIRECTORY ]] || fail "cannot write to the directory $MEDIA_DIRECTORY as uid $UID"
  [[ $1 != copy ]] || receive
  pick "${1/#copy/newest}" "$(with_media)" 'that has uploaded files; those before a migration have none'
  backup=$BACKUP_DIRECTORY/$picked
  echo "restoring uploaded files of $picked"
  umask 022 # as Django makes them; the front is of the same user
  staging=$MEDIA_DIRECTORY/$STAGING
  rm -rf -- "$staging"
  mkdir "$staging" "$staging/$MEDIA"
  compare
  run lay "$backup/$MEDIA" "$staging/$MEDIA" --no-preserve=mode --preserve=timestamps <"$scratch/missing"
  take_out_damaged
  run find "$staging" -type f -exec sync {} +
  put_in_place
  [[ -z $damaged ]] || fail "${backup##*/} is damaged: $SUMS does not hold for $(some <<<"${damaged%$'\n'}"); all other missing files are back"
  printf '{"event":"restore_media_ok","from":"%s","files":%d,"differing":%d,"seconds":%d}\n' "$picked" "$files" "$differing" "$SECONDS"
}

compare() { # by name; of those that are there too, only what has another size or time is read
  local name
  run walk "$backup/$MEDIA" -type f -printf '%P\0' | sort --zero-terminated >"$scratch/kept"
  run walk "$MEDIA_DIRECTORY" -printf '%P\0' | sort --zero-terminated >"$scratch/there"
  comm --zero-terminated -23 "$scratch/kept" "$scratch/there" >"$scratch/missing"
  run entries "$backup/$MEDIA" >"$scratch/entries"
  run entries "$MEDIA_DIRECTORY" >"$scratch/live"
  comm --zero-terminated -23 "$scratch/entries" "$scratch/live" | names | sort --zero-terminated |
    comm --zero-terminated -12 - "$scratch/there" >"$scratch/other"
  while IFS= read -r -d '' name; do
    same "$name" || differs "$name"
  done <"$scratch/other"
}

same() { # NAME
  [[ -f $MEDIA_DIRECTORY/$1 && ! -L $MEDIA_DIRECTORY/$1 ]] && cmp --quiet "$backup/$MEDIA/$1" "$MEDIA_DIRECTORY/$1"
}

differs() { # NAME
  differing=$((differing + 1))
  echo "differs, and stays as it is: ${1@Q}"
}

take_out_damaged() { # of what has been copied
  local line name
  run checksums "$staging" >"$scratch/sums"
  comm -23 <(sort "$scratch/sums") <(sort "$backup/$SUMS") >"$scratch/damaged"
  while read -r line; do
    name=${line#*  }
    [[ $line != \\* ]] || printf -v name %b "$name"
    rm -- "$staging/$name"
    name=${name#"$MEDIA/"} && damaged+=${name@Q}$'\n'
  done <"$scratch/damaged"
}

put_in_place() { # by renaming, unless there is something of that name by now
  local folder name
  files=$(find "$staging" -type f -printf . | wc --bytes)
  while IFS= read -r -d '' folder; do
    within "$folder" || continue
    mkdir --parents -- "$MEDIA_DIRECTORY/$folder"
    find "$staging/$MEDIA/$folder" -maxdepth 1 -type f \
      -exec mv --no-clobber --target-directory "$MEDIA_DIRECTORY/$folder" -- {} + 2>"$scratch/errors" || true
  done < <(find "$staging/$MEDIA" -type d -printf '%P\0')
  while IFS= read -r -d '' name; do
    [[ -e $MEDIA_DIRECTORY/$name ]] || ! within "./$name" || fail "cannot put back $name: $(<"$scratch/errors")"
    files=$((files - 1))
    differs "$name"
  done < <(find "$staging/$MEDIA" -type f -printf '%P\0')
}

within() { # PATH: whether all of it is of folders in the volume, or not there; no link leads out of it
  local path=$1
  while [[ -n $path && $path != . ]]; do
    [[ ! -L $MEDIA_DIRECTORY/$path && (-d $MEDIA_DIRECTORY/$path || ! -e $MEDIA_DIRECTORY/$path) ]] || return 1
    [[ $path == */* ]] || return 0
    path=${path%/*}
  done
}

clean_up() { [[ -z $staging ]] || rm -rf -- "$staging"; }

staging='' backup='' damaged='' files=0 differing=0
main "$@"
