#!/usr/bin/env bash
# Prints the PID of a container's first process on this machine: container-pid.sh CONTAINER-ID
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

[[ $# -eq 1 ]] || fail "usage: container-pid.sh CONTAINER-ID"
require_root
ctr_k8s tasks ls | awk -v id="$1" '$1 == id {print $2; found = 1} END {exit !found}' || fail "no container $1 runs"
