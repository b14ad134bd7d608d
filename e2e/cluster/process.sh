# shellcheck shell=bash
# Long-lived processes by recorded identity. Sourced after env.sh.
# A record is `PID STARTTIME BOOT`: a PID alone may belong to somebody else by the time it is read.

boot_id() { cat /proc/sys/kernel/random/boot_id; }

# When the process started, in clock ticks since boot; empty if there is none.
start_time_of() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  read -ra stat <<<"${stat##*) }" # the command name before it may hold blanks
  echo "${stat[19]}"
}

# start NAME COMMAND...: the process survives this shell, and is on record before its command runs.
start() {
  local name=$1
  shift
  mkdir -p "$STATE/run" "$STATE/logs"
  rm -f "$STATE/run/$name" # of one that was killed: whoever waits for the new one would take it for dead
  # shellcheck disable=SC2016  # expanded by the inner shell
  setsid bash -c '
    read -r -a stat <<<"$(sed "s/.*) //" "/proc/$$/stat")"
    echo "$$ ${stat[19]} $(cat /proc/sys/kernel/random/boot_id)" >"$1.part" && mv "$1.part" "$1"
    shift
    exec "$@"' start "$STATE/run/$name" "$@" >"$STATE/logs/$name.log" 2>&1 </dev/null 9>&- &
  disown
}

# Prints the PID of a recorded process that still runs; fails if there is none.
pid_of() {
  local pid started boot
  read -r pid started boot 2>/dev/null <"$STATE/run/$1" || return 1
  [[ $boot == "$(boot_id)" && $(start_time_of "$pid") == "$started" ]] || return 1
  [[ $(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null) != Z ]] || return 1
  echo "$pid"
}

# Processes whose command line names a path of this cluster and that pass a second test: `session SID` or `program NAME`.
ours() {
  local kind=$1 value=$2 dir found
  # one grep over all: this runs once for each component
  { grep -lsF -- "$STATE/" /proc/[0-9]*/cmdline || true; } | while read -r dir; do
    dir=${dir%/cmdline}
    case $kind in
      session) found=$(sed 's/.*) //' "$dir/stat" 2>/dev/null | cut -d' ' -f4) ;;
      program) found=$(basename "$(readlink "$dir/exe")") ;;
    esac
    [[ $found != "$value" ]] || echo "${dir#/proc/}"
  done
}

# await_end SECONDS PID
await_end() {
  local deadline=$((SECONDS + $1)) started
  started=$(start_time_of "$2")
  while [[ -n $started && $(start_time_of "$2") == "$started" ]]; do
    [[ $(sed 's/.*) //; s/ .*//' "/proc/$2/stat" 2>/dev/null) == Z ]] && return 0
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# stop NAME [SECONDS]: asks the whole process group, waits (10 s by default), then insists. `start` made each process lead a group of its own.
stop() {
  local name=$1 patience=${2:-10} pid recorded
  [[ -e $STATE/run/$name ]] || return 0
  if pid=$(pid_of "$name"); then
    kill -TERM -- "-$pid" 2>/dev/null || true
    await_end "$patience" "$pid" || { kill -KILL -- "-$pid" 2>/dev/null && await_end 5 "$pid"; } || true
  fi
  # A leader that was killed may have left children.
  read -r recorded _ <"$STATE/run/$name" || true
  for pid in $(ours session "${recorded:-none}"); do kill -KILL "$pid" 2>/dev/null || true; done
  rm -f "$STATE/run/$name"
}

# await SECONDS WHAT NAME COMMAND...: repeats COMMAND until it succeeds; fails early when process NAME has ended.
await() {
  local deadline=$((SECONDS + $1)) what=$2 name=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)) || { [[ -e $STATE/run/$name ]] && ! pid_of "$name" >/dev/null; }; then
      tail -n 15 "$STATE/logs/$name.log" >&2
      fail "$what: not there; the log of $name is $STATE/logs/$name.log"
    fi
    sleep 0.1
  done
}
