# The uploaded files of $MEDIA_DIRECTORY, as the folder media/ of a backup: for backup.sh and restore-media.sh, after program.sh.
# A file that is as the newest earlier backup with such a folder has it is one with the file there, unless $ANEW is set. None is ever
# written to.
# Names are ended by NUL, since they may hold anything else.
# shellcheck shell=bash
: "${scratch:?program.sh comes before}"

readonly STAGING=.restoring  # where restore-media.sh has files until they are whole
readonly SETTLE=(0 1 2 4 8)  # seconds before each attempt at what changes while it is copied; an upload is soon over
readonly GONE=': (No such file or directory|Not a directory|Stale file handle)$|, as it was replaced while being copied$'

part=''    # of the backup that is being made
earlier='' # backup that it has files in common with
left_out=0

back_up_media() {
  local pause
  check_media
  mkdir "$part/$MEDIA"
  [[ -n ${ANEW-} ]] || read -r earlier < <(with_media) || true
  : >"$scratch/earlier"
  [[ -z $earlier ]] || run entries "$BACKUP_DIRECTORY/$earlier/$MEDIA" >"$scratch/earlier"
  : >"$scratch/have"
  run entries "$MEDIA_DIRECTORY" >"$scratch/live"
  for pause in "${SETTLE[@]}"; do
    sleep "$pause"
    run linking
    run entries "$part/$MEDIA" >"$scratch/have"
    run copying
    mv "$scratch/live" "$scratch/before"
    run entries "$MEDIA_DIRECTORY" >"$scratch/live"
    run sweeping
    ! [[ -s $scratch/torn || -s $scratch/absent ]] || continue
    break
  done
  [[ ! -s $scratch/absent ]] || fail "cannot be copied from $MEDIA_DIRECTORY: $(quoted <"$scratch/absent" | some)"
  leave_out 'it changes whenever it is copied' <"$scratch/torn"
  sed -i "1a\\    \"media\": $(amount "$part")," "$part/manifest.json"
}

check_media() {
  local name refused=''
  [[ -r $MEDIA_DIRECTORY && -x $MEDIA_DIRECTORY ]] || fail "cannot read the directory $MEDIA_DIRECTORY as uid $UID"
  run walk "$MEDIA_DIRECTORY" '(' -type f ! -readable -o -type d ! '(' -readable -executable ')' -prune ')' -printf '%P\0' >"$scratch/refused"
  while IFS= read -r -d '' name; do
    [[ ! -e $MEDIA_DIRECTORY/$name ]] || refused+=${name@Q}$'\n'
  done <"$scratch/refused"
  [[ -z $refused ]] || fail "cannot read in $MEDIA_DIRECTORY as uid $UID: $(some <<<"${refused%$'\n'}")"
  run walk "$MEDIA_DIRECTORY" ! -type f ! -type d -printf '%P\0' >"$scratch/special"
  leave_out 'it is no file' <"$scratch/special"
}

leave_out() { # REASON
  local name
  while read -r name; do
    echo "left out, as $1: $name"
    left_out=$((left_out + 1))
  done < <(quoted)
}

linking() { # where it cannot be done, such as on a file system without hard links, they are copied
  [[ -s $scratch/earlier ]] || return 0
  comm --zero-terminated -23 "$scratch/live" "$scratch/have" | comm --zero-terminated -12 - "$scratch/earlier" | names |
    lay "$BACKUP_DIRECTORY/$earlier/$MEDIA" "$part/$MEDIA" --link 2>"$scratch/unlinked" ||
    echo "cannot link to files of $earlier, so they are copied: $(head -n 1 "$scratch/unlinked")"
}

copying() {
  comm --zero-terminated -23 "$scratch/live" "$scratch/have" | names |
    lay "$MEDIA_DIRECTORY" "$part/$MEDIA" --remove-destination --no-preserve=mode --preserve=timestamps 2>"$scratch/uncopied" ||
    only_gone "$scratch/uncopied"
}

sweeping() { # what is not, or no more, as it is in the volume: half an upload too
  entries "$part/$MEDIA" >"$scratch/have"
  comm --zero-terminated -13 "$scratch/live" "$scratch/have" | names >"$scratch/torn"
  (cd "$part/$MEDIA" && sed --null-data 's|^|./|' "$scratch/torn" | xargs --null --no-run-if-empty rm --)
  find "$part/$MEDIA" -mindepth 1 '(' ! -type f ! -type d -o -type d -empty ')' -delete
  comm --zero-terminated -12 "$scratch/before" "$scratch/live" | comm --zero-terminated -23 - "$scratch/have" | names >"$scratch/absent"
  [[ ! -s $scratch/torn ]] || entries "$part/$MEDIA" >"$scratch/have"
}

# Sums of files that are one with those of the earlier backup, as that has them.
known_sums() {
  (cd "$part" && find "$MEDIA" -type f -links +1 -printf '%p\0') |
    sed --null-data 's/\\/\\\\/g; s/\n/\\n/g; s/\r/\\r/g' | tr '\0' '\n' | sort >"$scratch/linked"
  awk -v linked="$scratch/linked" 'function next_one() { more = (getline wanted <linked) > 0 }
    BEGIN { next_one() }
    { name = substr($0, index($0, "  ") + 2); while (more && wanted < name) next_one() }
    more && wanted == name' "$BACKUP_DIRECTORY/$earlier/SHA256SUMS"
}

# lay FROM TO OPTION...: the files of FROM whose names come in, at the same places in TO, by cp with these options.
lay() {
  sed --null-data 's|^|./|' >"$scratch/names"
  sed --null-data 's|[^/]*$||' "$scratch/names" | sort --zero-terminated --unique |
    (cd "$2" && xargs --null --no-run-if-empty mkdir --parents --)
  (cd "$1" && xargs --null --no-run-if-empty cp "${@:3}" --recursive --no-dereference --parents --target-directory "$2" -- <"$scratch/names")
}

# walk FOLDER EXPRESSION...: find, but for what a file system and restore-media.sh keep there for themselves.
walk() {
  (cd "$1" && find . -ignore_readdir_race -mindepth 1 '(' -path ./lost+found -o -path "./$STAGING" ')' -prune -o "${@:2}") \
    2>"$scratch/unwalked" || only_gone "$scratch/unwalked"
}

only_gone() { ! grep --invert-match --extended-regexp "$GONE" "$1" | some >&2; } # FILE: of errors; what goes meanwhile is none

entries() { walk "$1" -type f -printf '%s %T@ %P\0' | sort --zero-terminated; } # FOLDER: size, time and name of each file

names() { cut --zero-terminated --delimiter ' ' --fields 3-; } # of entries

quoted() { # a line for each name
  local name
  while IFS= read -r -d '' name; do printf '%s\n' "${name@Q}"; done
}
