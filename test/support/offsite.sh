# Installs rclone and an S3 server (versitygw), both built from their Go modules, and says in $OFFSITE_TOOLS where they are. Sourced, never run.
# shellcheck shell=bash
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cdk8s-django/offsite
# shellcheck source=install.sh
source "${BASH_SOURCE[0]%/*}/install.sh"
with_go versitygw github.com/versity/versitygw/cmd/versitygw@v1.8.0
build_go rclone test/runtime/rclone
export OFFSITE_TOOLS=$bin
