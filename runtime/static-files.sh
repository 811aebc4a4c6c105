#!/bin/sh
# static-files.sh FOLDER [SOURCE]: makes FOLDER what Nginx serves. What SOURCE holds is copied into it, and what is a .gz there is
# unpacked beside. Of FOLDER/.previous-1, .previous-2 and so on, the releases before, it gets the hashed names that no newer
# release has. Texts that have no .gz beside them get one. Names that begin with a dot go. Needs no more than a busybox has.
#
# Every file gets a time that follows from its content: nginx makes ETag and Last-Modified from time and size, and so all pods
# agree on them, those that start later too.
set -eu
umask 022
folder=$1 source=${2-}

HASHED='\.[0-9a-f]{12}(\.[^./]+)?(\.gz)?$'
TEXTS='\.(css|csv|html?|js|json|map|md|mjs|svg|txt|webmanifest|xml|ttf|eot|wasm|ico)$'
SMALLEST=1024 # bytes that are worth it
# Times lie between 1970 and 2001: one in the future would be taken for a clock that is wrong.
TIMES=1000000000

# Not the names that begin with a dot, behind which a mounted ConfigMap has its files a second time.
if [ -n "$source" ]; then
  cp -RLf "$source"/* "$folder"
  cd "$source"
  find -L . -name '.?*' -prune -o -name '*.gz' -type f -print | tr '\n' '\0' | (cd "$folder" && xargs -0 -r gzip -dkf)
fi

# Folders of an image may be closed to their own owner, who has to write into them.
find "$folder" -mindepth 1 -maxdepth 1 -exec chmod -R u+rwX,go+rX {} +

release=1
while [ -d "$folder/.previous-$release" ]; do
  cd "$folder/.previous-$release"
  find . -name '.?*' -prune -o -type f -print | { grep -E "$HASHED" || true; } | while IFS= read -r file; do
    [ ! -e "$folder/$file" ] || continue
    mkdir -p "$folder/${file%/*}"
    mv "$file" "$folder/$file"
  done
  release=$((release + 1))
done
cd "$folder"
find . -name '.?*' -prune -exec rm -rf {} +

find . -type f -size "+$((SMALLEST - 1))c" | { grep -Ei "$TEXTS" || true; } | while IFS= read -r file; do
  [ ! -e "$file.gz" ] || continue
  gzip -9 -n <"$file" >"$file.gz.part"
  mv "$file.gz.part" "$file.gz"
done

# The .gz of a file is as old as the file, whatever made it.
find . -type f -exec sha256sum {} + | while read -r sum file; do
  case $file in *.gz) [ ! -e "${file%.gz}" ] || continue ;; esac
  touch -c -d "@$((0x${sum%"${sum#????????}"} % TIMES))" "$file" "$file.gz"
done
echo "$(find . -type f | wc -l) files"
