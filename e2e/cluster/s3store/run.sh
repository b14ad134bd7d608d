#!/bin/sh
# Runs the store and, whenever that dies, runs it again at once: the kubelet would wait longer each time.
trap 'kill -KILL "$store"; exit 0' TERM INT
while true; do
  java -Xmx256m -XX:+UseSerialGC -jar /opt/s3proxy.jar --properties /etc/s3store/store.properties &
  store=$!
  wait "$store"
done
