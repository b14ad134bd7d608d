#!/usr/bin/env bash
# Kills the API server of the running cluster and starts it anew over the same data: restart-api-server.sh [SECONDS down]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$SCRIPTS/process.sh"
source "$SCRIPTS/pki.sh"
source "$SCRIPTS/api-server.sh"

require_root
pid=$(pid_of kube-apiserver) || fail "no API server runs"
kill -KILL "$pid"
await_end 5 "$pid"
sleep "${1:-0}"
start_apiserver
await 60 'a ready API server' kube-apiserver api_is_ready
