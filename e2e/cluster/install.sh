#!/usr/bin/env bash
# Installs the Debian packages the self-built cluster needs and the machine lacks.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly PACKAGES=(
  # to build Kubernetes
  golang-go gcc libc6-dev dpkg-dev golang-github-modern-go-reflect2-dev golang-github-json-iterator-go-dev
  # to run it
  etcd-server containerd runc containernetworking-plugins iptables conntrack iproute2 dnsmasq-base openssl curl
  # to build images
  buildah debootstrap
)

missing=()
for package in "${PACKAGES[@]}"; do
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done
# Any kubectl serves; Debian's own would collide with one that came from elsewhere.
command -v kubectl >/dev/null || missing+=(kubernetes-client)
[[ ${#missing[@]} == 0 ]] && exit 0

require_root
export DEBIAN_FRONTEND=noninteractive
progress "installing ${#missing[@]} packages: ${missing[*]}"
logged "$CACHE/logs/install.log" apt-get update -q
logged "$CACHE/logs/install.log" apt-get install -q -y --no-install-recommends "${missing[@]}"
