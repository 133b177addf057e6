/**
 * The first process of every container that runs scripts, and the only program of ours in a pod: POSIX shell, so that it
 * runs in any image with a `sh`. It comes from a ConfigMap; nothing of an image is replaced, nothing is built.
 *
 * As process 1 (`serve FOLDER`) it runs stages, one after the other: a stage is a script `N.run` in its folder, put there
 * complete, by a rename. Its output goes to `N.out` and `N.err`, its end to `N.exit`, again by a rename: `CODE`, or
 * `CODE oom`. A stage that has begun is never begun again. When it has ended, whatever it left running in the container is
 * killed, as if the container had ended. A stage runs in the foreground, because what a shell puts into the background
 * ignores SIGINT, for ever and with all its children; hence the first process cannot obey TERM meanwhile, and who wants to
 * stop it says `stop`.
 *
 * The other commands are run beside it by `exec`, some of them in another container of the pod: `deliver` writes a script
 * that comes on standard input and follows it, `follow` hands on output from given offsets and ends with the stage's code,
 * `stop` sends a signal to a stage's processes, `leave` ends the first process, `table` answers every line on standard
 * input with the kernel's table of sockets.
 *
 * @source K-112, K-113
 */
export const AGENT_SCRIPT = String.raw`#!/bin/sh
# Outrigger's agent: runs the scripts of a job in this container.

nap() {
  sleep 0.1 2>/dev/null || sleep 1
}

ring() {
  [ ! -p bell ] || echo 1<>bell
}

# --- process 1 ---

# FOLDER
serve() {
  mask=$(umask)
  home=$PWD
  umask 0
  mkdir -p "$1" && cd "$1" || exit 1
  ending=
  # An image may name another signal than TERM to be stopped by. The bell is for one that comes just before the wait.
  trap 'ending=yes; ring' TERM INT QUIT HUP
  hang_bell
  find_shell
  : >ready
  while [ -z "$ending" ]; do
    for file in *.run; do
      [ ! -e "$file" ] || [ -e "__file_without_run__.begun" ] || run_stage "__file_without_run__"
    done
    [ ! -e leave ] || break
    if [ -n "$bell" ]; then
      read -r line <&9 &
    else
      nap &
    fi
    wait "$!"
  done
  exit 143
}

# Held open for both directions: opening it never waits, and no ring is lost.
hang_bell() {
  bell=
  if mkfifo bell 2>/dev/null && (exec 9<>bell) 2>/dev/null; then
    bell=yes
    exec 9<>bell
  fi
}

find_shell() {
  for shell in /usr/local/bin/bash /usr/bin/bash /bin/bash /usr/local/bin/sh /usr/bin/sh /bin/sh /busybox/sh; do
    [ ! -x "$shell" ] || return
  done
  shell=sh
}

# STAGE
run_stage() {
  : >"$1.begun"
  code=143
  if ! [ -e "$1.cancel" ]; then
    count_kills
    before=$kills
    : >"$1.out"
    : >"$1.err"
    (
      exec 9>&-
      trap - TERM INT QUIT HUP
      umask "$mask"
      cd "$home"
      exec "$shell"
    ) <"$1.run" >>"$1.out" 2>>"$1.err"
    code=$?
    signal_everybody KILL
    count_kills
    [ "$code" != 137 ] || [ "$kills" = "$before" ] || code="137 oom"
  fi
  printf '%s\n' "$code" >"$1.exit.part"
  mv "$1.exit.part" "$1.exit"
}

# Sets $kills: how many processes of this container the kernel has killed for their memory.
count_kills() {
  kills=0
  for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
    [ -r "$file" ] || continue
    while read -r key value; do
      [ "$key" != oom_kill ] || kills=$value
    done <"$file"
    return
  done
}

# Never outside of a container: only its first process may.
signal_everybody() {
  [ "$$" != 1 ] || kill "-$1" -1 2>/dev/null
}

# --- beside it ---

# FOLDER STAGE: the first line of standard input is a number; the script is so many bytes behind it. Both may be long in
# coming, and the input need not end with them.
deliver() {
  read -r length || exit 125
  until [ -e "$1/ready" ]; do rest; done
  cd "$1" || exit 125
  if ! [ -e "$2.run" ]; then
    umask 0
    head -c "$length" >"$2.part.$$" && has_bytes "$2.part.$$" "$length" && mv "$2.part.$$" "$2.run" || exit 125
  fi
  ring
  turns=0
  follow "$1" "$2" 0 0
}

# FILE COUNT: whether all of it has come. An input that was cut short has an end.
has_bytes() {
  [ "$(wc -c <"$1")" -eq "$2" ]
}

# FOLDER STAGE OUT ERR: the output from these offsets on. Whoever follows has both streams apart and can count.
follow() {
  cd "$1" || exit 125
  until [ -e "$2.err" ] || [ -e "$2.exit" ]; do rest; done
  if ! [ -e "$2.err" ]; then
    : >"$2.out"
    : >"$2.err"
  fi
  exec 3<"$2.out" 4<"$2.err" || exit 125
  skip 3 "$3"
  skip 4 "$4"
  turns=0
  seen=$2.seen.$$
  while :; do
    # Looked for before the output: what was written before the end is read then.
    over=
    [ ! -e "$2.exit" ] || over=yes
    if [ -n "$over" ] || may_have_grown "$2.out" "$2.err"; then
      # Its time is set before the look. Not a special command: a folder that is full must not end the shell.
      true >"$seen" 2>/dev/null
      cat <&3
      cat <&4 >&2
    fi
    [ -z "$over" ] || break
    rest
  done
  read -r code why <"$2.exit"
  exit "__code_or_125__"
}

# FILE...: whether one was written to since the last look; also when the shell cannot tell, or not so exactly.
may_have_grown() {
  for file in "$@"; do
    [ "$seen" -nt "$file" ] 2>/dev/null || return 0
  done
  return 1
}

# A pause in waiting for something that mostly comes at once; when it does not, it need not cost a processor.
rest() {
  turns=$((turns + 1))
  pause=0.05
  [ "$turns" -gt 60 ] || pause=0.03
  [ "$turns" -gt 20 ] || pause=0.01
  sleep "$pause" 2>/dev/null || sleep 1
}

# FILE-DESCRIPTOR COUNT: reads that many bytes and no more.
skip() {
  blocks=$(($2 / 65536))
  rest=$(($2 % 65536))
  [ "$blocks" = 0 ] || dd bs=65536 count="$blocks" <&"$1" >/dev/null 2>&1
  [ "$rest" = 0 ] || dd bs="$rest" count=1 <&"$1" >/dev/null 2>&1
}

# FOLDER STAGE SIGNAL: in the stage's container. One that has not begun never will.
stop() {
  cd "$1" || exit 125
  : >"$2.cancel"
  if [ -e "$2.begun" ] && ! [ -e "$2.exit" ]; then
    signal_beside "$3"
  fi
}

# SIGNAL: to everybody in this container but the agent itself, where that is its first process and nowhere else.
signal_beside() {
  line=
  { read -r line || :; } </proc/1/cmdline
  case $line in
    *agent.sh*serve*) kill "-$1" -1 ;;
    *) exit 125 ;;
  esac
}

# FOLDER: in its container. TERM to what runs there, then the first process ends.
leave() {
  cd "$1" || exit 125
  : >leave
  ring
  signal_beside TERM
}

# FOLDER LENGTH TOTAL FILE WHEN: adds LENGTH bytes of standard input to a spooled archive, which then has TOTAL. WHEN says
# "first" when the folder is to be emptied now, and "last" when there is no more to come and all of it is to be unpacked; or
# both, or something else.
unpack() {
  umask 0
  mkdir -p "$1" || exit 1
  head -c "$2" >>"$4" && has_bytes "$4" "$3" || exit 1
  case $5 in *first*) (cd "$1" && rm -rf -- ..?* .[!.]* *) || exit 3 ;; esac
  case $5 in *last*) ;; *) return ;; esac
  cd "$1" && tar -x -f "$4" || exit 1
  rm -f "$4"
}

table() {
  while read -r line; do
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
    echo end
  done
}

turns=0
command=$1
shift
"$command" "$@"
`
  .replaceAll("__file_without_run__", "${file%.run}")
  .replaceAll("__code_or_125__", "${code:-125}");
