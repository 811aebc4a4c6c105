#!/usr/bin/env bash
# A kubectl that answers from files of $ANSWERS, and writes down what it is asked. Without the file it is forbidden.
shift 2
echo "$*" >>"$ANSWERS/calls"
case $* in
'get pods --all-namespaces'*) name=pods.json ;;
'get pods,'*) name=objects.json ;;
'get configmaps'*) name=releases.json ;;
'get nodes'*) name=nodes.json ;;
'get secret'*) name=certificate ;;
exec*) name=readyz ;;
logs*) name=logs.$2 ;;
*) name=none ;;
esac
cat "$ANSWERS/$name" 2>/dev/null || { echo 'Error from server (Forbidden): pods is forbidden: User "ada" cannot list resource "pods" in API group "" in the namespace "shop-prod"' >&2 && exit 1; }
