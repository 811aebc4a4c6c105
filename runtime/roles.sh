#!/usr/bin/env bash
# Make the roles of a database, what each may do, and its extensions, as roles.sql has them: on a new database, or on one that is used.
# Runs as the administrator, $PGUSER, beside the Secrets of all roles.
readonly EVENT=roles
# shellcheck source=program.sh
source "${BASH_SOURCE[0]%/*}/program.sh"

readonly SQL=${BASH_SOURCE[0]%/*}/roles.sql
# What comes of others who use the database meanwhile.
readonly PASSING='^(someone holds a lock|canceling statement due to lock timeout|deadlock detected|tuple concurrently)'

main() {
  local passwords=() login other monitored=no
  # APP_LOGINS are two names with a space between; EXTENSIONS, with a comma between names, may be empty.
  required PGHOST PGPORT PGUSER PGDATABASE OWNER_ROLE APP_ROLE APP_LOGINS BACKUP_ROLE MONITOR_ROLE WAIT_SECONDS
  whole_numbers WAIT_SECONDS
  log_in
  read_login
  read_passwords
  echo "making the roles of $PGDATABASE at $PGHOST:$PGPORT as $PGUSER"
  wait_for_server
  until make_roles; do
    if [[ ! $obstacle =~ $PASSING ]] || ((SECONDS >= WAIT_SECONDS)); then fail "$obstacle$(mend "$obstacle")"; fi
    sleep 1
  done
}

read_login() { # one of the two is in use; the Secret says which
  local name file=${SECRETS_DIRECTORY:-/run/secrets}/postgres-app/POSTGRES_USER
  [[ -r $file ]] || fail "cannot read the login of the application from $file as uid $UID"
  login=$(<"$file") other=''
  for name in $APP_LOGINS; do [[ $name == "$login" ]] || other+=$name; done
  [[ " $APP_LOGINS " == *" $login "* ]] || fail "POSTGRES_USER in the Secret of the application must be one of $APP_LOGINS, got $login"
}

read_passwords() { # in the order in which roles.sql asks for them, each twice
  local role password
  [[ ! -d ${SECRETS_DIRECTORY:-/run/secrets}/postgres-monitor ]] || monitored=yes
  for role in "$OWNER_ROLE owner" "$login app" "$BACKUP_ROLE backup" "$MONITOR_ROLE monitor"; do
    [[ $role != *' monitor' || $monitored == yes ]] || continue
    read_password password "${role% *}" "postgres-${role#* }"
    [[ -n $password ]] || fail "the password of ${role% *} is empty"
    passwords+=("$password" "$password")
  done
}

make_roles() { # without a terminal, psql takes passwords from its input: so they are in no command line
  local errors
  {
    errors=$(printf '%s\n' "${passwords[@]}" | setsid --wait "${QUERY[@]}" "${IN_ENGLISH[@]}" --set wait="${WAIT_SECONDS}s" \
      --set owner="$OWNER_ROLE" --set app="$APP_ROLE" --set login="$login" --set other="$other" --set backup="$BACKUP_ROLE" \
      --set monitor="$MONITOR_ROLE" --set monitored="$monitored" --set extensions="${EXTENSIONS-}" --file "$SQL" 2>&1 >&3)
  } 3>&1 && return
  obstacle=$(sed --quiet 's/.*\(ERROR\|FATAL\): *//p; /^HINT: /p' <<<"$errors")
  obstacle=${obstacle:-$errors}
  return 1
}

mend() { # REASON: what helps
  case $1 in
  'password authentication failed'*) echo ': the Secret has another password than the server; docs/how-to/rotate.md says how to set it' ;;
  'canceling statement due to lock timeout'*) echo ': another run of this Job goes on; run it again when that has ended' ;;
  'someone holds a lock'*) echo ': end what uses it, which pg_stat_activity shows, or run the Job again' ;;
  esac
}

obstacle=''
main
