#!/bin/bash
# A builder, or a tool of a cluster on this machine, by the name that it is called by. It writes down what it is asked; an image's id
# follows from the files of its folder that .dockerignore leaves in. Those in $BROKEN cannot be used.
PATH=/usr/bin:/bin
name=${0##*/}
echo "$name ${*//$TMPDIR\/image-??????/…}" >>"$CALLS"
if [[ " $BROKEN " == *" $name "* ]]; then
  printf 'Client: 1\nCannot connect to the daemon.\n' >&2
  exit 1
fi
[[ $1 == build ]] || exit 0
if [[ $FAILS == build ]]; then exit 3; fi
while (($#)); do
  [[ $1 != --iidfile ]] || file=$2
  folder=$1
  shift
done
cd "$folder" || exit 1
find . -type f | grep -v --fixed-strings --file <(cat .dockerignore 2>&1) | sort | xargs sha256sum | sha256sum | sed 's/^\(.*\)  -/sha256:\1/' >"$file"
