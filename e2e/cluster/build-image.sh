#!/usr/bin/env bash
# Builds CONTEXT/Dockerfile as TAG with local base images: build-image.sh CONTEXT TAG [--build-arg NAME=VALUE ...]
# What did not change is taken from the layers of earlier builds.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

[[ $# -ge 2 ]] || fail "usage: build-image.sh CONTEXT TAG [--build-arg NAME=VALUE ...]"
readonly CONTEXT=$1 TAG=$2
shift 2
require_root
hold_lock images
trap release_image_storage EXIT
logged "$CACHE/logs/build-image.log" "${BUILDAH[@]}" bud --isolation chroot --layers --pull-never -t "docker.io/$TAG" "$@" "$CONTEXT"
