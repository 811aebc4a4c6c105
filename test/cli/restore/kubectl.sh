#!/usr/bin/env bash
# A kubectl that writes down what it is asked, and lets every Job succeed but the one called $FAILS; `outage`: no cluster from the swap on.
shift 2
echo "$*" >>"$CALLS"
if [[ $FAILS == outage ]] && grep -q '^get job shop-swap' "$CALLS"; then
  echo 'The connection to the server 192.0.2.1:6443 was refused - did you specify the right host or port?' >&2
  exit 1
fi
if [[ $FAILS == start && $* == 'patch deployment shop-gunicorn '*'"replicas":3}}' ]]; then
  echo 'Error from server (Forbidden): deployments.apps "shop-gunicorn" is forbidden: User "ada" cannot patch resource "deployments" in API group "apps" in the namespace "shop-prod"' >&2
  exit 1
fi
case $* in
'get pods'*'--output name') for pod in $PODS; do echo "pod/$pod"; done ;;
exec*) cat >"$CALLS.input" && [[ $FAILS != exec ]] ;;
'rollout status'*) [[ $FAILS != rollout ]] ;;
'get deployments'*)
  items=()
  for one in ${DEPLOYMENTS-gunicorn:3}; do
    name=${one%:*}
    before=${BEFORE:+\"cdk8s-django/replicas-before-restore\": \"$BEFORE\"}
    items+=("{\"metadata\": {\"name\": \"shop-$name\", \"annotations\": {$before}, \"labels\": {\"app.kubernetes.io/component\": \"$name\"}}, \"spec\": {\"replicas\": ${one#*:}}}")
  done
  (IFS=, && echo "{\"items\": [${items[*]}]}")
  ;;
'get pods'*)
  echo '{"items": [{"metadata": {"name": "pod"}, "status": {"phase": "Running", "initContainerStatuses":
    [{"name": "restore", "state": {"terminated": {}}}, {"name": "roles", "state": {"terminated": {}}}],
    "containerStatuses": [{"name": "migrate", "state": {"terminated": {}}}, {"name": "swap", "state": {"terminated": {}}},
      {"name": "restore-media", "state": {"terminated": {}}}]}}]}'
  ;;
'get job'*)
  case $FAILS in
  "$3") echo '{"status": {"conditions": [{"type": "Failed", "status": "True", "message": "BackoffLimitExceeded"}]}}' ;;
  exec) echo '{"status": {}}' ;;
  *) echo '{"status": {"conditions": [{"type": "Complete", "status": "True"}]}}' ;;
  esac
  ;;
logs*) echo 'what the container says' ;;
*) cat >/dev/null ;;
esac
