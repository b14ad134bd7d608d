#!/usr/bin/env bash
# Every test: first the engine client against the assembled engine, then all modules: test.sh MAVEN [OPTION ...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
"$@" test -pl operator -am -Dtest="*ContractTest" -Dtest.excludedGroups= -Dsurefire.failIfNoSpecifiedTests=false \
  -Dstreamjob.test.engine="$PWD/runtime-image/target/image" -Dstreamjob.test.word-count="$PWD/runtime-image/target/word-count"
"$@" verify
