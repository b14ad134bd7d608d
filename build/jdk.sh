#!/usr/bin/env bash
# Prints the home of the newest JDK of at least 21 on this machine.
set -euo pipefail
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  [[ -x $home/bin/javac && -r $home/release ]] || continue
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
  [[ ${version:-0} -ge 21 ]] && echo "$version $home"
done | sort -n | tail -n 1 | cut -d ' ' -f 2- | grep . || {
  echo "expected a JDK of at least 21 in JAVA_HOME or below /usr/lib/jvm, found none; install one" >&2
  exit 1
}
