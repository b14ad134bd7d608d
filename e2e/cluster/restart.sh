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
pid=$(pid_of "$1") || fail "no $1 runs"
kill -KILL "$pid"
await_end 5 "$pid"
sleep "${2:-0}"
"$start_again"
await 60 'a ready API server' kube-apiserver api_is_ready
