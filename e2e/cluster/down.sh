#!/usr/bin/env bash
# Stops the self-built cluster in reverse order, by recorded PIDs, and removes what it left: containers, mounts, cgroups,
# network. Also made for the remains of a killed run. Loaded images stay; `rm -rf` of the state folder removes them too.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$SCRIPTS/process.sh"

readonly QUIET=${1:-}
readonly PROGRAMS=(kubelet kube-proxy kube-scheduler kube-controller-manager kube-apiserver etcd containerd dnsmasq)

# Starts containerd unless it runs, and asks it. One that was just killed may still look alive: whoever calls this calls again.
containerd_answers() {
  if ! pid_of containerd; then
    start containerd containerd --config "$STATE/containerd/cleaning.toml"
    until [[ -e $STATE/run/containerd ]]; do sleep 0.05; done
  fi
  ctr_k8s version
}

# A record says nothing about pods: their processes belong to shims, and live on when containerd and the kubelet are killed.
remove_containers() {
  [[ -e $STATE/unclean && -d $STATE/containerd/root ]] || return 0
  local id deadline=$((SECONDS + 20))
  until containerd_answers >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "containerd does not answer; its log is $STATE/logs/containerd.log"
    sleep 0.1
  done
  for id in $(ctr_k8s tasks ls -q); do ctr_k8s tasks rm -f "$id" >/dev/null 2>&1 || true; done
  for id in $(ctr_k8s containers ls -q); do ctr_k8s containers rm "$id" >/dev/null 2>&1 || true; done
}

# Also those that are on no record any more.
kill_leftover_processes() {
  local pid program
  for pid in $(cat "$CGROUPS"/*/"$POD_CGROUP"/cgroup.procs "$CGROUPS/$POD_CGROUP/cgroup.procs" 2>/dev/null) \
    $(find "$CGROUPS" -path "*/$POD_CGROUP/*" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u); do
    kill -KILL "$pid" 2>/dev/null || true
  done
  for program in containerd-shim-runc-v2 "${PROGRAMS[@]}"; do
    for pid in $(ours program "$program"); do kill -KILL "$pid" 2>/dev/null || true; done
  done
}

unmount_leftovers() {
  local target
  awk '{print $2}' /proc/self/mounts | { grep -F "$STATE/" || true; } | sort -r | while read -r target; do
    umount "$target" 2>/dev/null || umount -l "$target" || true
  done
}

remove_cgroups() {
  find "$CGROUPS" -depth -type d \( -path "*/$POD_CGROUP/*" -o -path "*/$POD_CGROUP" \) -exec rmdir {} + 2>/dev/null || true
}

remove_network() {
  local save
  for save in iptables ip6tables; do
    "$save-save" 2>/dev/null | grep -qE 'KUBE-|CNI-' || continue
    "$save-save" | grep -vE 'KUBE-|CNI-' | "$save-restore"
  done
  ip link delete "$BRIDGE" 2>/dev/null || true
  ip route delete "$SERVICE_CIDR" dev lo 2>/dev/null || true
  ip route delete blackhole "$POD_CIDR" metric 9999 2>/dev/null || true
  rm -rf "$STATE/cni/networks" /var/lib/cni/results/"$CNI_NETWORK"-*
}

[[ -d $STATE ]] || exit 0
require_root
[[ $QUIET == --locked ]] || hold_lock cluster
for name in services-dns dnsmasq kube-proxy kubelet; do stop "$name"; done
remove_containers
for name in kube-scheduler kube-controller-manager; do stop "$name"; done
stop kube-apiserver 1 # it would wait a minute for open watches, and its data is deleted below
for name in etcd containerd; do stop "$name"; done
kill_leftover_processes
unmount_leftovers
remove_cgroups
remove_network
rm -rf --one-file-system "$STATE/etcd" "$STATE/kubelet" "$STATE/containerd/state" "$STATE/dns" "$STATE/run" "$STATE/unclean" "$KUBECONFIG_FILE"
[[ $QUIET == --locked ]] || progress "down"
