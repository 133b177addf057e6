#!/bin/sh
# Makes a database on the first start and then runs the server. Reads MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD,
# MYSQL_RANDOM_ROOT_PASSWORD, MYSQL_DATABASE, MYSQL_USER and MYSQL_PASSWORD, or the same names with MARIADB_.
set -eu

# setting NAME: the value of MYSQL_NAME or MARIADB_NAME.
setting() {
  eval "printf '%s' \"\${MYSQL_$1:-\${MARIADB_$1:-}}\""
}

# The words of SQL: a text, and a name.
sql_text() { printf "'%s'" "$(printf '%s' "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g")"; }
sql_name() { printf '`%s`' "$(printf '%s' "$1" | sed 's/`/``/g')"; }

# No echo here: it would read backslashes in passwords as its own.
first_statements() {
  cat <<SQL
SET @@SESSION.SQL_LOG_BIN=0;
DELETE FROM mysql.global_priv WHERE User = '' OR User = 'root' AND Host <> 'localhost';
FLUSH PRIVILEGES;
ALTER USER 'root'@'localhost' IDENTIFIED BY $(sql_text "$root_password");
CREATE USER 'root'@'%' IDENTIFIED BY $(sql_text "$root_password");
GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
SQL
  if [ -n "$database" ]; then printf 'CREATE DATABASE IF NOT EXISTS %s;\n' "$(sql_name "$database")"; fi
  [ -n "$user" ] || return 0
  printf "CREATE USER %s@'%%' IDENTIFIED BY %s;\n" "$(sql_text "$user")" "$(sql_text "$password")"
  if [ -n "$database" ]; then printf "GRANT ALL ON %s.* TO %s@'%%';\n" "$(sql_name "$database")" "$(sql_text "$user")"; fi
}

# The first server listens on its socket only.
run_first_phase() {
  socket=/run/mysqld/setup.sock
  "$server" --user=mysql --skip-networking --socket="$socket" &
  pid=$!
  until mariadb-admin --socket="$socket" ping >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || exit 1
    sleep 0.1
  done
  first_statements | mariadb --socket="$socket"
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) echo "running $file"; if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) echo "running $file"; mariadb --socket="$socket" -uroot -p"$root_password" ${database:+"$database"} <"$file" ;;
    esac
  done
  kill "$pid"
  wait "$pid"
}

case "${1:-}" in -*) set -- mysqld "$@" ;; esac
case "${1:-}" in mysqld | mariadbd) ;; *) exec "$@" ;; esac
server=$(command -v mariadbd)
shift

root_password=$(setting ROOT_PASSWORD)
database=$(setting DATABASE)
user=$(setting USER)
password=$(setting PASSWORD)
if [ ! -d /var/lib/mysql/mysql ]; then
  if [ -z "$root_password$(setting ALLOW_EMPTY_PASSWORD)$(setting ALLOW_EMPTY_ROOT_PASSWORD)$(setting RANDOM_ROOT_PASSWORD)" ]; then
    cat >&2 <<'MESSAGE'
[ERROR] the database has no root password. Set one of
    MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD, MYSQL_RANDOM_ROOT_PASSWORD
MESSAGE
    exit 1
  fi
  if [ -z "$root_password" ] && [ -n "$(setting RANDOM_ROOT_PASSWORD)" ]; then
    root_password=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
    echo "generated root password: $root_password"
  fi
  mkdir -p /var/lib/mysql
  chown -R mysql:mysql /var/lib/mysql /run/mysqld
  mariadb-install-db --user=mysql --datadir=/var/lib/mysql --auth-root-authentication-method=normal --skip-test-db >/dev/null
  run_first_phase
  echo "initialisation is complete; starting the server"
fi
exec "$server" --user=mysql --bind-address='*' --skip-name-resolve "$@"
