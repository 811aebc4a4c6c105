# What the programs that work on a database share: their settings, their password, waiting, running others, and the reason of a failure.
# A program sets EVENT, which names its last line, and may have `clean_up`, which runs whatever ends it.
# shellcheck shell=bash
set -Eeuo pipefail
umask 077
export LC_ALL=C

# shellcheck disable=SC2034 # for the programs
# Answers with a line for each row.
readonly QUERY=(psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set ON_ERROR_STOP=1)
# shellcheck disable=SC2034 # for the programs
# Before what has errors that are told apart by their words, where the administrator may choose the language.
readonly IN_ENGLISH=(--command "DO \$\$ BEGIN IF current_setting('is_superuser')::bool THEN SET lc_messages = 'C'; END IF; END \$\$")

required() { # NAME...: environment variables
  local name
  for name in "$@"; do [[ -n ${!name:-} ]] || fail "the environment variable $name is not set"; done
}

whole_numbers() { # NAME...
  local name
  for name in "$@"; do [[ ${!name} =~ ^(0|[1-9][0-9]*)$ ]] || fail "$name must be a whole number, got ${!name}"; done
}

read_password() { # VARIABLE ROLE [SECRET]
  local file=${SECRETS_DIRECTORY:-/run/secrets}/${3-postgres}/POSTGRES_PASSWORD
  [[ -r $file ]] || fail "cannot read the password of $2 from $file as uid $UID"
  printf -v "$1" '%s' "$(<"$file")"
}

log_in() { # libpq ignores a mounted PGPASSFILE: its group can read it
  export PGPASSWORD
  read_password PGPASSWORD "$PGUSER"
}

wait_for_server() {
  local answer
  until answer=$(pg_isready --timeout 3); do
    excuse
    ((SECONDS < WAIT_SECONDS)) || fail "waited $WAIT_SECONDS s for the database server: $answer"
    sleep 1
  done
}

# In the background, since bash runs no trap while a command in the foreground goes on.
run() { # COMMAND
  local status=0
  "$@" 2>"$scratch/errors" &
  child=$!
  wait "$child" || status=$?
  child=''
  cat "$scratch/errors" >&2
  ((status == 0)) && return
  excuse
  fail "$1 failed: $(<"$scratch/errors")"
}

excuse() { :; } # fails with the reason behind the one at hand, where a program knows it

fail() { reason=$* && exit 1; }

finish() {
  local status=$?
  [[ -z $child ]] || kill "$child" 2>/dev/null || true
  clean_up
  [[ -z $scratch ]] || rm -rf -- "$scratch"
  reason=${reason//[\"\\]/\'} # so that nothing needs an escape in JSON
  ((status == 0)) || printf '{"event":"%s_failed","reason":"%s"}\n' "$EVENT" "${reason//[[:cntrl:]]/ }" >&2
}

clean_up() { :; }

keep_alive() { # libpq takes this from a service alone; the numbers are those of project.py
  export PGSERVICEFILE=$scratch/services PGSERVICE=kept-alive
  printf '[%s]\nkeepalives_idle=30\nkeepalives_interval=10\nkeepalives_count=3\n' "$PGSERVICE" >"$PGSERVICEFILE"
}

scratch='' child='' reason=''
trap finish EXIT
trap 'reason="line $LINENO: $BASH_COMMAND"' ERR
trap 'fail "stopped by a signal"' TERM INT
scratch=$(mktemp --directory)
keep_alive
