# Sourced by up, down and demo: where things are, what runs, what is built.

local_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$local_dir/../.." && pwd)
run=${TOCSIN_RUN_DIR:-$local_dir/.run}
case $run in /*) ;; *) run=$PWD/$run ;; esac
jar=$local_dir/target/deploy-local.jar
services="alert-service response-service indicator-service"

# Is process $1 alive and started for our folder? Every process of ours carries the folder in its command line, so a
# pid that the system has given to somebody else meanwhile is left alone.
is_ours() {
  [ -n "${1:-}" ] && kill -0 "$1" 2>/dev/null || return 1
  if [ -r "/proc/$1/cmdline" ]; then
    tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null
  else
    ps -o args= -p "$1" 2>/dev/null
  fi | grep -F -- "$run" >/dev/null
}

pid_of() { # the pid of part $1 when it is running
  local pid
  pid=$(cat "$run/pids/$1" 2>/dev/null) && is_ours "$pid" && echo "$pid"
}

wait_until_gone() { # pid $1, at most $2 seconds
  local tenths=$(($2 * 10))
  while [ "$tenths" -gt 0 ]; do
    is_ours "$1" || return 0
    sleep 0.1
    tenths=$((tenths - 1))
  done
  ! is_ours "$1"
}

# What a supervisor that was killed the hard way has left behind.
stop_leftovers() {
  local file part pid signal
  for file in "$run"/pids/*; do
    [ -f "$file" ] || continue
    part=$(basename "$file")
    if [ "$part" != up ] && pid=$(pid_of "$part"); then
      echo "Stopping $part ($pid), left by an earlier run."
      # PostgreSQL waits for its clients on TERM; INT is its fast, clean end.
      signal=TERM
      [ "$part" = postgres ] && signal=INT
      kill "-$signal" "$pid" 2>/dev/null || true
      wait_until_gone "$pid" 10 || kill -KILL "$pid" 2>/dev/null || true
      wait_until_gone "$pid" 5 || true
    fi
    rm -f "$file"
  done
  rm -f "$run/ready"
}

# Is artefact $1 there and younger than everything else named?
is_fresh() {
  local artefact=$1 input inputs=()
  shift
  [ -f "$artefact" ] || return 1
  for input in "$@"; do
    [ -e "$input" ] && inputs+=("$input")
  done
  [ "${#inputs[@]}" -gt 0 ] || return 0
  [ -z "$(find "${inputs[@]}" -type f -newer "$artefact" -print -quit)" ]
}

build_if_needed() {
  local service stale="" began=$SECONDS
  [ -z "${TOCSIN_NO_BUILD:-}" ] || return 0 # a test inside the build has built already
  is_fresh "$jar" "$root/pom.xml" "$local_dir/pom.xml" "$local_dir/src/main" || stale="$stale deploy/local"
  [ -f "$local_dir/target/keycloak/keycloak.zip" ] || stale="$stale keycloak"
  for service in $services; do
    is_fresh "$root/$service/target/quarkus-app/quarkus-run.jar" "$root/pom.xml" \
      "$root/platform/pom.xml" "$root/platform/src/main" "$root/$service/pom.xml" "$root/$service/src/main" \
      || stale="$stale $service"
  done
  [ -n "$stale" ] || return 0

  echo "Building what is missing or older than its sources:$stale (log: $run/logs/build.log)"
  if ! "$root/mvnw" -B -DskipTests -pl alert-service,response-service,indicator-service,deploy/local -am package \
    >"$run/logs/build.log" 2>&1; then
    grep -E '^\[ERROR\]' "$run/logs/build.log" | head -20 >&2 || true
    echo "The build failed; all of it is in $run/logs/build.log." >&2
    return 1
  fi
  # A build that found nothing to change leaves the old artefact: it is as young as its sources all the same.
  touch "$jar"
  for service in $services; do touch "$root/$service/target/quarkus-app/quarkus-run.jar"; done
  echo "Built in $((SECONDS - began)) s."
}
