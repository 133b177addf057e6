#!/bin/sh
# bootstrap.sh COMMAND [ARGUMENT...]: sees to Node.js and the packages, then runs scripts/COMMAND.ts.
# Says one line for each thing it does, and nothing when there is nothing to do.
set -eu

node_version=24.21.0
npm_version=11.19.1
root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root"
tools_bin=$root/.tools/node_modules/node/bin
tools_npm=$root/.tools/node_modules/npm/bin/npm-cli.js
stamp=$root/node_modules/.outrigger-installed

is_recent() { # NODE: is it 24.11 or newer?
  "$1" -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 24 || (major == 24 && minor >= 11) ? 0 : 1)' 2>/dev/null
}

fail() { # CAUSE NEXT-STEP
  printf 'error: %s\n  try: %s\n' "$1" "$2" >&2
  exit 1
}

# run_npm NPM... : NPM is a command of one or more words.
# npm's own settings for this run must not reach the npm we call: `npm run` hands them on as npm_config_*.
run_npm() {
  log=$root/.tools/npm.log
  for name in $(env | sed -n 's/^\(npm_config_[a-z_]*\)=.*/\1/p'); do
    case "$name" in npm_config_registry | npm_config_cache | npm_config_userconfig | npm_config_globalconfig | *proxy | *cafile) ;; *) unset "$name" ;; esac
  done
  if "$@" --loglevel=error --no-audit --no-fund --no-update-notifier >"$log" 2>&1; then return 0; fi
  # The line that says what went wrong comes before npm's advice, between lines of codes.
  reason=$(sed -n 's/^npm \(ERR!\|error\) //p' "$log" | grep -v -e '^[a-z]* [A-Z0-9_-]*$' -e '^[a-z]* [a-z-]*$' -e '^A complete log' | head -n 1)
  next="look at $log"
  if grep -q -e ENOTFOUND -e ECONN -e ETIMEDOUT -e EAI_AGAIN -e CERT "$log"; then next="check that npm reaches its registry (npm ping), then run this again"; fi
  fail "npm could not install $what: ${reason:-no reason given}" "$next"
}

has_tools() { [ -f "$tools_npm" ] && [ -x "$tools_bin/node" ] && is_recent "$tools_bin/node"; }

has_packages() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$lock_sum" ]; }

# The npm of an old Node.js leaves out packages that want a newer one, so the new Node.js brings a new npm.
install_tools() {
  what="Node.js $node_version"
  echo "installing $what into .tools"
  run_npm npm install --prefix "$root/.tools" --no-save --no-package-lock --ignore-scripts=false "node@$node_version" "npm@$npm_version"
  has_tools || fail "the package node@$node_version brought no working Node.js for this machine" "put Node.js 24.11 or newer first on PATH"
}

install_packages() {
  what="the packages of package-lock.json"
  echo "installing $what"
  if [ "$node_source" = tools ]; then
    PATH=$tools_bin:$PATH run_npm "$tools_bin/node" "$tools_npm" ci
  else
    run_npm npm ci
  fi
  printf '%s\n' "$lock_sum" >"$stamp"
}

if command -v node >/dev/null 2>&1 && is_recent node; then node_source=path; else node_source=tools; fi
lock_sum=$(cksum <package-lock.json)

if { [ "$node_source" = tools ] && ! has_tools; } || ! has_packages; then
  command -v npm >/dev/null 2>&1 || fail "npm is missing" "install Node.js with npm (on Debian: apt-get install nodejs npm)"
  mkdir -p "$root/.tools"
  # Two at once would write into each other's folders.
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$root/.tools/lock"
    flock 9
  fi
  if [ "$node_source" = tools ] && ! has_tools; then install_tools; fi
  has_packages || install_packages
  exec 9>&-
fi

command_name=$1
shift
if [ "$node_source" = tools ]; then
  PATH=$tools_bin:$PATH
  export PATH
fi
exec node "$root/scripts/$command_name.ts" "$@"
