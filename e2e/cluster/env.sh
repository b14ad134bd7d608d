# shellcheck shell=bash
# What every script of the cluster agrees on: paths, addresses, names, how to tell progress. Sourced, never run.
# shellcheck disable=SC2034  # the variables are read by the scripts that source this file

SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly SCRIPTS

# Everything that only costs time lives in CACHE and may be deleted at any moment while the cluster is down.
readonly CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/streamjob"
# Everything that belongs to one running cluster lives in STATE.
readonly STATE="${STREAMJOB_CLUSTER_HOME:-$CACHE/cluster}"

# A change of what build.sh does is another build; a change of its comments is not.
readonly KUBERNETES_VERSION=1.20.2
KUBERNETES_HOME="$CACHE/kubernetes-$KUBERNETES_VERSION-$(grep -v '^ *#' "$SCRIPTS/build.sh" | sha256sum | cut -c1-12)"
readonly KUBERNETES_HOME

readonly NODE=streamjob
readonly API_PORT=6443
readonly ETCD_PORT=23790      # not 2379: Debian's etcd package may run a service of its own there
readonly ETCD_PEER_PORT=23800
readonly SERVICE_CIDR=10.96.0.0/16
readonly API_SERVICE_ADDRESS=10.96.0.1
readonly POD_CIDR=10.244.0.0/24
readonly BRIDGE=streamjob0
readonly BRIDGE_ADDRESS=10.244.0.1
readonly CONTAINERD_SOCKET="$STATE/containerd/containerd.sock"
readonly CNI_NETWORK=streamjob-pods
readonly PAUSE_IMAGE=docker.io/streamjob/pause:1
readonly KUBECONFIG_FILE="$STATE/kubeconfig"
readonly AUDIT_LOG="$STATE/logs/audit.log"
readonly CGROUPS=/sys/fs/cgroup
readonly POD_CGROUP=streamjob-pods

# Progress goes to stderr, so that stdout carries only a script's result.
progress() { echo "cluster: $*" >&2; }

fail() {
  echo "cluster: $*" >&2
  exit 1
}

require_root() {
  [[ $(id -u) == 0 ]] || fail "needs root (it runs a kubelet and containerd); it runs as $(id -un). Run it as root, or name an existing cluster in STREAMJOB_KUBECONFIG."
}

# Runs a command with its output in a log file; shows the end of the log only when the command fails.
logged() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  set +e # not `|| ...`: that would switch errexit off inside the command too, if it is a function
  (
    set -e
    "$@"
  ) >>"$log" 2>&1
  local code=$?
  set -e
  [[ $code == 0 ]] && return
  tail -n 20 "$log" >&2
  fail "failed with $code: $* (whole log: $log)"
}

# One run at a time per lock name; the lock goes with the process, however it ends.
# Descriptor 9 carries it: whatever outlives the script must be started with `9>&-`.
hold_lock() {
  mkdir -p "$CACHE"
  exec 9>"$CACHE/$1.lock"
  flock -n 9 && return
  progress "waiting for another run, or for what a killed one left running, to release the lock '$1'"
  flock -w 1200 9 || fail "another run has held $CACHE/$1.lock for 20 minutes; end it, then repeat."
}

# Image builds share one storage; the machine's own, if it has one, stays as it is.
readonly BUILDAH=(buildah --root "$CACHE/images/storage" --runroot "$CACHE/images/run")

# An ended build may leave mounts in the storage. Only under the lock `images`: nobody else builds then.
release_image_storage() {
  local target
  awk '{print $2}' /proc/self/mounts | { grep -F "$CACHE/images/storage/" || true; } | sort -r | while read -r target; do
    umount "$target" 2>/dev/null || true
  done
}

ctr_k8s() { ctr --address "$CONTAINERD_SOCKET" --namespace k8s.io "$@"; }
