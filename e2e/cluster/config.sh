# shellcheck shell=bash
# Configuration files of containerd, CNI, the kubelet and the audit log. Sourced after env.sh and pki.sh.

# overlayfs does not stack on overlayfs, which is what a container's own root file system often is.
snapshotter() {
  case $(stat -f -c %T "$STATE") in
    overlay*) echo native ;;
    *) echo overlayfs ;;
  esac
}

write_containerd_config() {
  mkdir -p "$STATE/containerd"
  local common="root = \"$STATE/containerd/root\"
state = \"$STATE/containerd/state\"
oom_score = 0
[grpc]
  address = \"$CONTAINERD_SOCKET\""
  # Without CRI nothing recovers the pods that are being removed.
  printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n%s\n' "$common" >"$STATE/containerd/cleaning.toml"
  # restrict_oom_score_adj: where CAP_SYS_RESOURCE is missing, every sandbox fails with "can't get final child's PID from pipe: EOF".
  cat >"$STATE/containerd/config.toml" <<TOML
version = 2
$common
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "$PAUSE_IMAGE"
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "$(snapshotter)"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$STATE/cni/conf"
TOML
}

write_cni_config() {
  mkdir -p "$STATE/cni/conf"
  cat >"$STATE/cni/conf/10-$CNI_NETWORK.conflist" <<JSON
{
  "cniVersion": "0.4.0",
  "name": "$CNI_NETWORK",
  "plugins": [
    {
      "type": "bridge", "bridge": "$BRIDGE", "isGateway": true, "ipMasq": true, "hairpinMode": true,
      "ipam": {
        "type": "host-local", "dataDir": "$STATE/cni/networks",
        "ranges": [[{"subnet": "$POD_CIDR", "gateway": "$BRIDGE_ADDRESS"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
JSON
}

# Eviction and image collection are off: both act on how full the developer's disk is.
# syncFrequency: a deleted pod whose container never ran is let go of at the next look only, after a minute if unset.
write_kubelet_config() {
  mkdir -p "$STATE/kubelet"
  : >"$STATE/resolv.conf"
  cat >"$STATE/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $BRIDGE_ADDRESS
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $PKI/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $PKI/kubelet.crt
tlsPrivateKeyFile: $PKI/kubelet.key
cgroupDriver: cgroupfs
cgroupRoot: /$POD_CGROUP
failSwapOn: false
evictionHard: {}
enforceNodeAllocatable: []
imageGCHighThresholdPercent: 100
serializeImagePulls: false
clusterDomain: cluster.local
clusterDNS: [$BRIDGE_ADDRESS]
resolvConf: $STATE/resolv.conf
kubeAPIQPS: 100
kubeAPIBurst: 200
eventRecordQPS: 0
nodeStatusUpdateFrequency: 1s
nodeStatusReportFrequency: 5m
syncFrequency: 10s
volumePluginDir: $STATE/kubelet/volume-plugins
YAML
}

# Every write of everybody, and every read but those of the control plane itself.
write_audit_policy() {
  cat >"$STATE/audit-policy.yaml" <<'YAML'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  verbs: [get, list, watch]
  userGroups: ["system:nodes", "system:serviceaccounts:kube-system"]
- level: None
  verbs: [get, list, watch]
  users: ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler", "system:kube-proxy", "system:anonymous"]
- level: Metadata
YAML
}

write_config() {
  write_containerd_config
  write_cni_config
  write_kubelet_config
  write_audit_policy
}
