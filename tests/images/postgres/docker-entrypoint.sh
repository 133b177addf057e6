#!/bin/sh
# Makes a database on the first start and then runs the command. Reads POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB,
# POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, each also as NAME_FILE, and PGDATA.
set -eu

# from_file NAME: takes the value from the file that NAME_FILE names, as secrets are given.
from_file() {
  eval "file=\${$1_FILE:-}"
  if [ -n "$file" ]; then export "$1=$(cat "$file")"; fi
}

refuse_without_password() {
  [ -n "${POSTGRES_PASSWORD:-}" ] || [ "$auth_method" = trust ] || {
    cat >&2 <<'MESSAGE'
Error: the database has no password for its superuser.
       Set POSTGRES_PASSWORD to a value that is not empty, or let everyone in
       without one by POSTGRES_HOST_AUTH_METHOD=trust (not advised).
MESSAGE
    exit 1
  }
}

create_cluster() {
  password_file=$(mktemp)
  printf '%s\n' "${POSTGRES_PASSWORD:-}" >"$password_file"
  set -- --no-sync --username="$POSTGRES_USER" --pgdata="$PGDATA"
  if [ -n "${POSTGRES_PASSWORD:-}" ]; then set -- "$@" --pwfile="$password_file"; fi
  eval "initdb $(quote "$@") ${POSTGRES_INITDB_ARGS:-}"
  rm -f "$password_file"
  printf '\nhost all all all %s\n' "$auth_method" >>"$PGDATA/pg_hba.conf"
  printf "\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
}

# quote WORD...: each word safe for eval.
quote() {
  for word in "$@"; do printf " '%s'" "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"; done
}

# The first server is for setting up only; by default nobody else can reach it.
run_first_phase() {
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='${FIRST_PHASE_LISTEN:-}' -p 5432" -w start
  if [ "$POSTGRES_DB" != postgres ]; then
    PGHOST= PGHOSTADDR= PGPASSWORD=${POSTGRES_PASSWORD:-} psql -v ON_ERROR_STOP=1 --no-psqlrc \
      --username "$POSTGRES_USER" --no-password --dbname postgres --set db="$POSTGRES_DB" <<'SQL'
CREATE DATABASE :"db";
SQL
  fi
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) echo "running $file"; if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) echo "running $file"; run_sql <"$file" ;;
      *.sql.gz) echo "running $file"; gunzip -c "$file" | run_sql ;;
      */\*) ;;
      *) echo "ignoring $file" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
}

run_sql() {
  # PGHOST and its like are meant for the job; a service gets the job's variables too.
  PGHOST= PGHOSTADDR= PGPASSWORD=${POSTGRES_PASSWORD:-} psql -v ON_ERROR_STOP=1 --no-psqlrc \
    --username "$POSTGRES_USER" --no-password --dbname "$POSTGRES_DB"
}

case "${1:-}" in -*) set -- postgres "$@" ;; esac
[ "${1:-}" = postgres ] || exec "$@"
for argument in "$@"; do
  case "$argument" in --help | -'?' | --version | -V) exec "$@" ;; esac
done

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
fi

from_file POSTGRES_USER
from_file POSTGRES_PASSWORD
from_file POSTGRES_DB
from_file POSTGRES_INITDB_ARGS
export POSTGRES_USER="${POSTGRES_USER:-postgres}"
export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"
auth_method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  refuse_without_password
  create_cluster
  run_first_phase
  printf '\ninitialisation is complete; starting the server\n\n'
fi
exec "$@"
