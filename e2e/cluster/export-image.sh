#!/usr/bin/env bash
# Writes an image built by build-image.sh to a docker-archive file: export-image.sh TAG FILE
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

[[ $# == 2 ]] || fail "usage: export-image.sh TAG FILE"
require_root
hold_lock images
trap release_image_storage EXIT
rm -f "$2" # buildah does not write over a file
logged "$CACHE/logs/export-image.log" "${BUILDAH[@]}" push "docker.io/$1" "docker-archive:$2:docker.io/$1"
