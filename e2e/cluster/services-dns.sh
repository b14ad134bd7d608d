#!/usr/bin/env bash
# Tells dnsmasq the addresses of Services: watches Services and Endpoints, and after every change writes one hosts file
# from a full list and sends SIGHUP. A Service resolves as NAME.NS, NAME.NS.svc and NAME.NS.svc.cluster.local; a headless one
# to the addresses behind it, each also as HOSTNAME.NAME.NS... where it has a host name.
# services-dns.sh HOSTS_FILE: the path in its command line also tells down.sh whose a leftover subshell is.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$SCRIPTS/process.sh"

readonly HOSTS=$1
# shellcheck disable=SC2016  # the template's own variables
readonly TEMPLATE='{{range .items}}{{$at := printf "%s.%s" .metadata.name .metadata.namespace}}{{if eq .kind "Service" -}}
{{"service"}} {{$at}} {{.spec.clusterIP}}
{{else}}{{range .subsets}}{{range .addresses}}{{"address"}} {{$at}} {{.ip}} {{if .hostname}}{{.hostname}}{{end}}
{{end}}{{end}}{{end}}{{end}}'

kube() { kubectl --kubeconfig "$KUBECONFIG_FILE" "$@"; }

write_hosts() {
  kube get services,endpoints -A -o "go-template=$TEMPLATE" | awk '
    function names(n) { return n " " n ".svc " n ".svc.cluster.local" }
    $1 == "service" && $3 == "None" { headless[$2] = 1 }
    $1 == "service" && $3 ~ /^[0-9.]+$/ { print $3, names($2) }
    $1 == "address" && headless[$2] { print $3, names($2) ($4 == "" ? "" : " " names($4 "." $2)) }
  ' | sort >"$HOSTS.next"
  cmp -s "$HOSTS.next" "$HOSTS" && return
  mv "$HOSTS.next" "$HOSTS"
  kill -HUP "$(pid_of dnsmasq)"
}

watch_changes() {
  local kind
  for kind in services endpoints; do
    while [[ -e /proc/$$ ]]; do # not `true`: must not outlive a script that was killed
      kube get "$kind" -A --watch -o name || true
      sleep 0.5 # the API server ends a watch now and then; its first answer after that lists everything
    done &
  done
  wait
}

watch_changes | while read -r _; do
  while read -r -t 0.02 _; do :; done # changes come in bursts; one list answers them all
  write_hosts || true                 # the next change repeats it
done
