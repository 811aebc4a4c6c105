# Installs programs of suites into $cache, each once for what is wanted of it. Sourced, never run.
# shellcheck shell=bash
: "${cache:?the folder that keeps them}"
bin=$cache/bin

# install NAME WANTED COMMAND...: runs the command, unless what it made last is what is wanted.
install() {
  local name=$1 wanted=$2
  shift 2
  [[ $(cat "$cache/$name.wanted" 2>/dev/null) != "$wanted" ]] || return 0
  echo "installing $name" >&2
  rm -f "$cache/$name.wanted"
  "$@"
  echo "$wanted" >"$cache/$name.wanted"
}

with_go() { # NAME PACKAGE@VERSION
  install "$1" "$2" env GOBIN="$bin" go install "$2"
}

build_go() { # NAME FOLDER: of a program of the suite's own
  install "$1" "$(cat "$2"/* | sha256sum)" env CGO_ENABLED=0 go build -C "$2" -o "$bin/$1" .
}

mkdir -p "$bin"
