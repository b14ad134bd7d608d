#!/usr/bin/env bash
# Kills a part of the running cluster and starts it anew over the same data: restart.sh kube-apiserver|etcd [SECONDS down]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$SCRIPTS/process.sh"
source "$SCRIPTS/pki.sh"
source "$SCRIPTS/api-server.sh"

require_root
case ${1:-} in
  kube-apiserver) start_again=start_apiserver ;;
  etcd) start_again=start_etcd ;;
  *) fail "restart.sh: expected kube-apiserver or etcd, found '${1:-}'" ;;
esac
# Two at once would start two of a kind, and the one on record would be the one that found the port taken.
hold_lock cluster
if pid=$(pid_of "$1"); then
  kill -KILL "$pid"
  await_end 5 "$pid"
fi
sleep "${2:-0}"
"$start_again"
# As whoever keeps it up would: an API server ends by itself if it cannot set up its own objects within half a minute of its start, as
# while its store is away.
deadline=$((SECONDS + 100))
until api_is_ready >/dev/null 2>&1; do
  ((SECONDS < deadline)) || fail "a ready API server: not there; its log is $STATE/logs/kube-apiserver.log"
  [[ ! -e $STATE/run/kube-apiserver ]] || pid_of kube-apiserver >/dev/null || start_apiserver
  sleep 0.2
done
