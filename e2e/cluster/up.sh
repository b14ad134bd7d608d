#!/usr/bin/env bash
# Starts the self-built cluster and prints the path of its kubeconfig. A healthy cluster is kept as it is; over the remains
# of a killed run it cleans up first. The cluster starts empty, with the images that were loaded before.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$SCRIPTS/process.sh"
source "$SCRIPTS/pki.sh"
source "$SCRIPTS/config.sh"
source "$SCRIPTS/api-server.sh"

readonly COMPONENTS=(containerd etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy dnsmasq services-dns)

kube() { kubectl --kubeconfig "$KUBECONFIG_FILE" --request-timeout 5s "$@"; }
node_is_ready() { kube get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' | grep -q True; }
default_account_exists() { kube -n default get serviceaccount default -o 'jsonpath={.secrets[0].name}' | grep -q .; }

is_healthy() {
  local name
  [[ -e $KUBECONFIG_FILE ]] || return 1
  for name in "${COMPONENTS[@]}"; do pid_of "$name" >/dev/null || return 1; done
  api_is_ready >/dev/null 2>&1 && node_is_ready 2>/dev/null
}

prepare_network() {
  sysctl -q -w net.ipv4.ip_forward=1
  ip link add "$BRIDGE" type bridge
  ip address add "$BRIDGE_ADDRESS/${POD_CIDR#*/}" dev "$BRIDGE"
  ip link set "$BRIDGE" up
  # Pods reach Services through the bridge; their answers must pass the same translation.
  sysctl -q -w net.bridge.bridge-nf-call-iptables=1
  # Traffic of the cluster that nothing matches must not leave by the default route.
  ip route replace "$SERVICE_CIDR" dev lo
  ip route replace blackhole "$POD_CIDR" metric 9999
}

# The kubelet wants its cgroup to exist in every hierarchy.
prepare_cgroups() {
  local hierarchy
  if [[ -e $CGROUPS/cgroup.controllers ]]; then
    mkdir -p "$CGROUPS/$POD_CGROUP"
    return
  fi
  for hierarchy in "$CGROUPS"/*/; do
    mkdir -p "$hierarchy$POD_CGROUP" 2>/dev/null || continue
    [[ ! -e $hierarchy/cpuset.cpus ]] || cat "$hierarchy/cpuset.cpus" >"$hierarchy$POD_CGROUP/cpuset.cpus"
    [[ ! -e $hierarchy/cpuset.mems ]] || cat "$hierarchy/cpuset.mems" >"$hierarchy$POD_CGROUP/cpuset.mems"
  done
}

start_controllers() {
  start kube-controller-manager "$BIN/kube-controller-manager" --kubeconfig "$PKI/kube-controller-manager.kubeconfig" \
    --leader-elect=false --use-service-account-credentials --controllers '*' --kube-api-qps 200 --kube-api-burst 300 \
    --root-ca-file "$PKI/ca.crt" --service-account-private-key-file "$PKI/service-accounts.key" \
    --cluster-signing-cert-file "$PKI/ca.crt" --cluster-signing-key-file "$PKI/ca.key" \
    --bind-address 127.0.0.1 --port 0 --cert-dir "$STATE/run/controller-manager" \
    --flex-volume-plugin-dir "$STATE/kubelet/volume-plugins"
  start kube-scheduler "$BIN/kube-scheduler" --kubeconfig "$PKI/kube-scheduler.kubeconfig" --leader-elect=false \
    --bind-address 127.0.0.1 --port 0 --cert-dir "$STATE/run/scheduler"
}

start_node() {
  start kubelet "$BIN/kubelet" --kubeconfig "$PKI/kubelet.kubeconfig" --config "$STATE/kubelet.yaml" --root-dir "$STATE/kubelet" \
    --hostname-override "$NODE" --node-ip "$BRIDGE_ADDRESS" \
    --container-runtime remote --container-runtime-endpoint "unix://$CONTAINERD_SOCKET"
  start kube-proxy "$BIN/kube-proxy" --kubeconfig "$PKI/kube-proxy.kubeconfig" --hostname-override "$NODE" \
    --cluster-cidr "$POD_CIDR" --proxy-mode iptables --iptables-min-sync-period 100ms --conntrack-max-per-core 0 \
    --metrics-bind-address 127.0.0.1:10249
}

# No upstream: a pod resolves the cluster's names and nothing else. No answer is kept, least of all a negative one.
start_dns() {
  mkdir -p "$STATE/dns"
  : >"$STATE/dns/hosts"
  start dnsmasq dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user=root --log-facility=- \
    --listen-address="$BRIDGE_ADDRESS" --bind-interfaces --no-resolv --no-hosts --addn-hosts="$STATE/dns/hosts" \
    --cache-size=0 --no-negcache --local-ttl=0 --local=/cluster.local/ --address=/#/
  await 10 'dnsmasq' dnsmasq grep -q started "$STATE/logs/dnsmasq.log" # before that a SIGHUP would end it
  start services-dns "$SCRIPTS/services-dns.sh" "$STATE/dns/hosts"
}

import_pause_image() {
  ctr_k8s images ls -q | grep -qxF "$PAUSE_IMAGE" || logged "$STATE/logs/import.log" ctr_k8s images import "$KUBERNETES_HOME/pause.tar"
}

hold_lock cluster
if is_healthy; then
  echo "$KUBECONFIG_FILE"
  exit 0
fi
require_root
"$SCRIPTS/install.sh"
"$SCRIPTS/build.sh"
started=$SECONDS
progress "starting in $STATE"
"$SCRIPTS/down.sh" --locked
rm -rf "$STATE/logs"
mkdir -p "$STATE/logs"
touch "$STATE/unclean"
logged "$STATE/logs/pki.log" write_pki
write_config
prepare_network
prepare_cgroups
start containerd containerd --config "$STATE/containerd/config.toml"
start_etcd
start_apiserver
write_kubeconfig "$KUBECONFIG_FILE" admin
await 60 'a ready API server' kube-apiserver api_is_ready
start_controllers
await 30 'containerd' containerd ctr_k8s version
import_pause_image
start_node
start_dns
await 90 'a ready node' kubelet node_is_ready
await 30 'the default service account' kube-controller-manager default_account_exists
progress "up ($((SECONDS - started)) s)"
echo "$KUBECONFIG_FILE"
