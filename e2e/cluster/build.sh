#!/usr/bin/env bash
# Builds Kubernetes and its pause image from Debian's source package into the cache. A finished build is kept; a killed
# one leaves only a *.partial folder, which the next run deletes. The traps it answers, with reasons, stand at each step.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly BINARIES=(kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet)
readonly WORK="$KUBERNETES_HOME.partial"
readonly LOG="$CACHE/logs/build.log"
readonly TREE="$WORK/go/src/k8s.io/kubernetes"

# The deb-src twins of the machine's own Debian sources, so that the mirror is whatever the machine uses.
write_source_list() {
  local codename=$1 file
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -e $file ]] || continue
    awk -v RS= -v ORS='\n\n' -v suite="$codename" '$0 ~ "(^|\n)Suites:[^\n]*[ \t]" suite "([ \t\n]|$)"' "$file" |
      sed 's/^Types:.*/Types: deb-src/'
  done >"$WORK/apt/parts/debian.sources"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -e $file ]] || continue
    sed -nE "s/^deb[ \t]+((\[[^]]*\][ \t]+)?[^ \t]+[ \t]+${codename}[ \t])/deb-src \1/p" "$file"
  done >"$WORK/apt/parts/debian.list"
}

fetch_source() {
  local codename lists=$WORK/apt
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-unknown}")
  [[ $codename == bookworm ]] ||
    fail "the self-built cluster needs Debian 12 (bookworm), this is $codename. Name an existing cluster in STREAMJOB_KUBECONFIG, or run Docker."
  mkdir -p "$lists/parts" "$lists/lists/partial" "$lists/archives/partial" "$WORK/source"
  write_source_list "$codename"
  local apt=(apt-get -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$lists/parts"
    -o "Dir::State::Lists=$lists/lists" -o "Dir::Cache::archives=$lists/archives" -o APT::Sandbox::User=root)
  logged "$LOG" "${apt[@]}" update
  (cd "$WORK/source" && logged "$LOG" "${apt[@]}" source --download-only kubernetes)
  mkdir -p "$(dirname "$TREE")"
  logged "$LOG" dpkg-source --no-check -x "$WORK"/source/kubernetes_*.dsc "$TREE"
}

# The vendored reflect2 reads the runtime's insides as they were before Go 1.18: the API server dies of a segmentation
# fault on the first custom resource. Debian packages versions that fit its own compiler.
replace_broken_vendored() {
  local module
  for module in github.com/modern-go/reflect2 github.com/json-iterator/go; do
    rm -rf "${TREE:?}/vendor/$module"
    mkdir -p "$TREE/vendor/$module"
    (cd "/usr/share/gocode/src/$module" && tar --exclude='*_test.go' --exclude='*_tests' -cf - .) | tar -xf - -C "$TREE/vendor/$module"
  done
}

# Debian's source lacks this generated file, and the API server does not build without it.
generate_openapi() {
  local packages
  go build -o "$WORK/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  packages=$(
    grep -rl --include='*.go' '+k8s:openapi-gen=true' staging/src/k8s.io pkg |
      grep -vE '/(sample-[^/]*|code-generator|_examples|testdata)/' | xargs -n1 dirname | sort -u |
      sed -e 's,^staging/src/,,' -e 's,^pkg,k8s.io/kubernetes/pkg,' | paste -sd,
  )
  "$WORK/openapi-gen" -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
    -h hack/boilerplate/boilerplate.generatego.txt --output-base "$WORK/go/src" -r /dev/null
}

# The kubelet's metrics library looks for Docker five times, a second apart, before the kubelet does anything else.
look_for_docker_only_briefly() {
  local file=vendor/github.com/google/cadvisor/container/docker/factory.go
  sed -i 's/^const rootDirRetryPeriod time.Duration = 1000 /const rootDirRetryPeriod time.Duration = 1 /' "$file"
  grep -q 'rootDirRetryPeriod time.Duration = 1 ' "$file" || fail "$file has another form than expected"
}

# Editing the defaults is what works; the linker's -X does not reach the vendored copies. `--version` tells that of
# component-base, the API server's /version (which Helm asks) that of client-go.
set_version() {
  local files file
  files=$(find -L staging vendor -path '*k8s.io/component-base/version/base.go' -o -path '*k8s.io/client-go/pkg/version/base.go')
  [[ -n $files ]] || fail "no version/base.go in the source"
  for file in $files; do
    sed -i -E -e 's/(gitMajor +string += )".*"/\1"1"/' -e 's/(gitMinor +string += )".*"/\1"20"/' \
      -e "s/(gitVersion +(string +)?= *)\".*\"/\1\"v$KUBERNETES_VERSION\"/" "$file"
    grep -q "\"v$KUBERNETES_VERSION\"" "$file" || fail "$file has another form than expected"
  done
}

build_pause_image() {
  local context="$WORK/pause" buildah=(buildah --storage-driver vfs --root "$WORK/buildah" --runroot "$WORK/buildah-run")
  mkdir -p "$context"
  gcc -Os -static -DVERSION=streamjob -o "$context/pause" build/pause/linux/pause.c
  printf 'FROM scratch\nCOPY pause /pause\nENTRYPOINT ["/pause"]\n' >"$context/Dockerfile"
  "${buildah[@]}" bud --isolation chroot -t "$PAUSE_IMAGE" "$context"
  "${buildah[@]}" push "$PAUSE_IMAGE" "docker-archive:$WORK/out/pause.tar:$PAUSE_IMAGE"
}

[[ -e $KUBERNETES_HOME ]] && exit 0
"$SCRIPTS/install.sh"
hold_lock build
[[ -e $KUBERNETES_HOME ]] && exit 0
rm -rf "$WORK" "$LOG"
mkdir -p "$WORK/out/bin" "$CACHE/go-build"
started=$SECONDS

progress "fetching the source of Kubernetes $KUBERNETES_VERSION (the first run only; all builds take about 4 minutes)"
fetch_source
cd "$TREE"
export GOPATH="$WORK/go" GOCACHE="$CACHE/go-build" GOFLAGS='' GO111MODULE=off CGO_ENABLED=0
replace_broken_vendored
look_for_docker_only_briefly
set_version
progress "generating the OpenAPI definitions"
logged "$LOG" generate_openapi
for i in "${!BINARIES[@]}"; do
  progress "building ${BINARIES[i]} ($((i + 1)) of ${#BINARIES[@]}) ..."
  logged "$LOG" go build -trimpath -ldflags '-s -w' -o "$WORK/out/bin/${BINARIES[i]}" "./cmd/${BINARIES[i]}"
done
! grep -qF 'v0.0.0-master' "$WORK/out/bin/kube-apiserver" || fail "the API server would not say that it is v$KUBERNETES_VERSION"
progress "building the pause image"
logged "$LOG" build_pause_image
find "$CACHE" -maxdepth 1 -name 'kubernetes-*' ! -path "$WORK" -exec rm -rf {} + # builds by earlier versions of this script
mv "$WORK/out" "$KUBERNETES_HOME"
rm -rf "$WORK"
progress "Kubernetes $KUBERNETES_VERSION is built ($((SECONDS - started)) s)"
