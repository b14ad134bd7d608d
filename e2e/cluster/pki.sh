# shellcheck shell=bash
# Certificates, keys and kubeconfigs of one cluster run. Sourced after env.sh.

readonly PKI="$STATE/pki"

# Elliptic keys cost nothing to make; the person's own is RSA, which every client library reads.
readonly FAST_KEY=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)

# issue NAME SUBJECT [SUBJECT_ALT_NAMES]
issue() {
  local name=$1 subject=$2 alt=${3:-} key=("${FAST_KEY[@]}")
  [[ $name != admin ]] || key=(-newkey rsa:2048)
  openssl req "${key[@]}" -nodes -keyout "$PKI/$name.key" -out "$PKI/$name.csr" -subj "$subject"
  openssl x509 -req -in "$PKI/$name.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -set_serial "0x$(openssl rand -hex 8)" \
    -days 365 -out "$PKI/$name.crt" \
    -extfile <(echo "extendedKeyUsage=clientAuth,serverAuth" && [[ -z $alt ]] || echo "subjectAltName=$alt")
}

# write_kubeconfig FILE CERTIFICATE_NAME
write_kubeconfig() {
  (
    umask 077
    cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: streamjob
contexts:
- name: streamjob
  context: {cluster: streamjob, user: $2}
clusters:
- name: streamjob
  cluster:
    server: https://127.0.0.1:$API_PORT
    certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")
users:
- name: $2
  user:
    client-certificate-data: $(base64 -w0 "$PKI/$2.crt")
    client-key-data: $(base64 -w0 "$PKI/$2.key")
YAML
  )
}

write_pki() {
  rm -rf "$PKI"
  mkdir -p "$PKI"
  chmod 700 "$PKI"
  openssl req -x509 "${FAST_KEY[@]}" -nodes -days 365 -subj /CN=streamjob-cluster -keyout "$PKI/ca.key" -out "$PKI/ca.crt"
  openssl genrsa -out "$PKI/service-accounts.key" 2048
  openssl rsa -in "$PKI/service-accounts.key" -pubout -out "$PKI/service-accounts.pub"
  issue kube-apiserver /CN=kube-apiserver \
    "IP:127.0.0.1,IP:$API_SERVICE_ADDRESS,IP:$BRIDGE_ADDRESS,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
  issue kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  issue admin /O=system:masters/CN=admin
  issue kube-controller-manager /CN=system:kube-controller-manager
  issue kube-scheduler /CN=system:kube-scheduler
  issue kube-proxy /CN=system:kube-proxy
  issue kubelet "/O=system:nodes/CN=system:node:$NODE" "IP:$BRIDGE_ADDRESS,DNS:$NODE"
  local name
  for name in kube-controller-manager kube-scheduler kube-proxy kubelet; do write_kubeconfig "$PKI/$name.kubeconfig" "$name"; done
}
