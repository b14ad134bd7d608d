#!/usr/bin/env bash
# Runs a main class of the e2e module over what `make package` built: e2e.sh CLASS [ARGUMENT ...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mvn -q -B --no-transfer-progress -pl e2e dependency:build-classpath -Dmdep.outputFile=target/classpath -Dmdep.includeScope=runtime >&2
exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Dstreamjob.repository="$PWD" \
  -cp "e2e/target/classes:$(<e2e/target/classpath)" "$@"
