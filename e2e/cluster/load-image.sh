#!/usr/bin/env bash
# Loads images built by build-image.sh into the running cluster: load-image.sh TAG ...
# An image that the cluster already has, by its id, is skipped. Pods use `imagePullPolicy: IfNotPresent`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly LOG="$CACHE/logs/load-image.log"
readonly LABEL=streamjob.io/image-id

load() {
  local name=docker.io/$1 id archive
  id=$("${BUILDAH[@]}" images --no-trunc -q "$name") || fail "there is no image $1; build it with build-image.sh"
  ctr_k8s images ls "name==$name" | grep -qF "$LABEL=$id" && return
  archive=$(mktemp -p "$CACHE/images" load.XXXXXX.tar)
  rm -f "$archive"
  logged "$LOG" "${BUILDAH[@]}" push "$name" "docker-archive:$archive:$name"
  logged "$LOG" ctr_k8s images import "$archive"
  rm -f "$archive"
  logged "$LOG" ctr_k8s images label "$name" "$LABEL=$id"
}

[[ $# -gt 0 ]] || fail "usage: load-image.sh TAG ..."
require_root
ctr_k8s version >/dev/null 2>&1 || fail "the cluster is not up; run up.sh"
hold_lock images
trap release_image_storage EXIT
rm -f "$CACHE"/images/load.*.tar
for tag in "$@"; do load "$tag"; done
