# Common to the entry points, which source it. POSIX sh; starts no process of its own.
#
#   FLINK_CONF_DIR        folder of config.yaml and log4j-console.properties
#   STREAMJOB_JVM_FLAGS   memory flags (and whatever else) for the JVM; split at blanks

: "${FLINK_CONF_DIR:=$FLINK_HOME/conf}"
FLINK_LIB_DIR=$FLINK_HOME/lib
FLINK_PLUGINS_DIR=$FLINK_HOME/plugins
export FLINK_HOME FLINK_CONF_DIR FLINK_LIB_DIR FLINK_PLUGINS_DIR

# A class-data archive is bound to this very string, so the order must not depend on the locale or on the file system.
LC_ALL=C
classpath=
for jar in "$FLINK_LIB_DIR"/*.jar; do
  classpath=${classpath:+$classpath:}$jar
done

if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
  java=$JAVA_HOME/bin/java
else
  java=java
fi

# run_engine ARCHIVE FLAGS MAIN ARGS...: becomes the JVM, so that it is the one that gets SIGTERM.
run_engine() {
  archive=$FLINK_HOME/cds/$1.jsa
  flags=$2
  main=$3
  shift 3
  if [ -n "${STREAMJOB_ARCHIVE_TO:-}" ]; then
    flags="-XX:ArchiveClassesAtExit=$STREAMJOB_ARCHIVE_TO $flags"
  elif [ -r "$archive" ]; then
    flags="-XX:SharedArchiveFile=$archive -Xshare:auto $flags"
  else
    echo "warning: no class-data archive $archive: the start takes longer" >&2
  fi
  # shellcheck disable=SC2086 # the flags are a list
  exec "$java" $flags "@$FLINK_HOME/etc/jvm-17.options" \
    "-Dlog4j.configurationFile=file:$FLINK_CONF_DIR/log4j-console.properties" \
    -classpath "$classpath" "$main" --configDir "$FLINK_CONF_DIR" "$@"
}
