#!/usr/bin/env bash
# Makes base images without a registry and prints their names, one per line: images.sh java17 java21
#   java17  Debian minbase + openjdk-17-jre-headless: for the engine
#   java21  Debian minbase + a linked runtime of the newest JDK >= 21 of this machine: for the operator and the object store
# Each is kept in the cache under the hash of this script and the version of its JDK.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly CODENAME=bookworm
readonly LOG="$CACHE/logs/images.log"
readonly WORK="$CACHE/images/work"
readonly MODULES=java.se,jdk.httpserver,jdk.crypto.cryptoki,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs

# The Debian mirror that the machine's own apt uses.
mirror() {
  local found
  found=$(
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
      awk -v RS= -v suite="$CODENAME" '$0 ~ "(^|\n)Suites:[^\n]*[ \t]" suite "([ \t\n]|$)"' | sed -n 's/^URIs:[ \t]*\([^ \t]*\).*/\1/p'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      sed -nE "s/^deb[ \t]+(\[[^]]*\][ \t]+)?([^ \t]+)[ \t]+${CODENAME}[ \t].*/\2/p"
  )
  [[ -n $found ]] || fail "no Debian $CODENAME mirror in /etc/apt; add one, for example with a file in /etc/apt/sources.list.d"
  head -n 1 <<<"$found"
}

# VERSION and folder of the newest JDK of at least 21.
newest_jdk() {
  local home version
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    [[ -x $home/bin/jlink && -r $home/release ]] || continue
    version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$home/release")
    [[ ${version%%.*} -ge 21 ]] && echo "$version $home"
  done | sort -V | tail -n 1 | grep . || fail "no JDK >= 21 with jlink under JAVA_HOME or /usr/lib/jvm; install one"
}

image_exists() { "${BUILDAH[@]}" inspect --type image "$1" >/dev/null 2>&1; }

# finish NAME KEY CONTEXT: builds CONTEXT and names it only when it is complete.
finish() {
  logged "$LOG" "${BUILDAH[@]}" bud --isolation chroot --pull-never -t "localhost/$1:$2" "$3"
}

debian() {
  local name=localhost/streamjob-base-debian:$KEY proxy
  ! image_exists "$name" || return 0
  progress "fetching a Debian root file system (about 30 s)"
  proxy=$(eval "$(apt-config shell P Acquire::http::Proxy)" && echo "${P:-}")
  rm -rf "$WORK/debian"
  mkdir -p "$WORK/debian"
  [[ -z $proxy ]] || export http_proxy=$proxy
  logged "$LOG" debootstrap --variant=minbase --include=ca-certificates "$CODENAME" "$WORK/debian/root" "$(mirror)"
  rm -rf "$WORK"/debian/root/var/{cache/apt,lib/apt/lists,log}/* "$WORK"/debian/root/usr/share/{doc,man,locale}/*
  printf 'FROM scratch\nCOPY root /\nENV LANG=C.UTF-8\nCMD ["/bin/bash"]\n' >"$WORK/debian/Dockerfile"
  finish streamjob-base-debian "$KEY" "$WORK/debian"
}

java17() {
  local name=streamjob-base-java17
  image_exists "localhost/$name:$KEY" || {
    debian
    progress "adding Java 17 to it (about 30 s)"
    mkdir -p "$WORK/java17"
    # The engine takes its runtime as it stands in Debian; manual pages of a slim image have no folder to go to.
    cat >"$WORK/java17/Dockerfile" <<DOCKER
FROM localhost/streamjob-base-debian:$KEY
RUN mkdir -p /usr/share/man/man1 && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends openjdk-17-jre-headless && rm -rf /var/cache/apt/* /var/lib/apt/lists/* /var/log/* /usr/share/doc/* /usr/share/man/*
ENV JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64
DOCKER
    finish "$name" "$KEY" "$WORK/java17"
  }
  publish "$name" "$KEY"
}

java21() {
  local name=streamjob-base-java21 version home
  read -r version home <<<"$(newest_jdk)"
  [[ -n $version ]] || exit 1
  image_exists "localhost/$name:$KEY-$version" || {
    debian
    progress "linking a Java $version runtime (about 20 s)"
    rm -rf "$WORK/java21"
    mkdir -p "$WORK/java21"
    logged "$LOG" "$home/bin/jlink" --add-modules "$MODULES" --strip-debug --no-header-files --no-man-pages \
      --generate-cds-archive --output "$WORK/java21/runtime"
    printf 'FROM localhost/streamjob-base-debian:%s\nCOPY runtime /opt/java\nENV JAVA_HOME=/opt/java PATH=/opt/java/bin:/usr/sbin:/usr/bin:/sbin:/bin\n' "$KEY" >"$WORK/java21/Dockerfile"
    finish "$name" "$KEY-$version" "$WORK/java21"
  }
  publish "$name" "$KEY-$version"
}

publish() {
  logged "$LOG" "${BUILDAH[@]}" tag "localhost/$1:$2" "localhost/$1:latest"
  echo "localhost/$1:latest"
}

[[ $# -gt 0 ]] || fail "usage: images.sh java17|java21 ..."
require_root
KEY=$(grep -v '^ *#' "${BASH_SOURCE[0]}" | sha256sum | cut -c1-12)
"$SCRIPTS/install.sh"
hold_lock images
trap release_image_storage EXIT
for base in "$@"; do
  case $base in
    java17 | java21) "$base" ;;
    *) fail "unknown base $base; there are java17 and java21" ;;
  esac
done
rm -rf "$WORK"
