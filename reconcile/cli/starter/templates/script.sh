#!/usr/bin/env bash
# Written by `reconcile init`, and yours to change: what any CI can call. Reports are written to $REPORTS (.reports).
#   @SCRIPT@ plan    on a change under review: exit 0, or what is wrong
#   @SCRIPT@ apply   once it is merged, one at a time
#   @SCRIPT@ drift   on a schedule: exit 2 where the jobs are not as declared
# Further options are handed on: @SCRIPT@ plan --detailed-exitcode
set -euo pipefail
cd "$(dirname "$0")/.."
export RECONCILE_DIR=@SHELL_DIR@
reports=${REPORTS:-.reports}
mkdir -p "$reports"
[ "$reports" != .reports ] || echo "*" > .reports/.gitignore

case ${1:-} in
  plan)
    exec reconcile plan --report markdown="$reports/plan.md" --report html="$reports/plan.html" "${@:2}"
    ;;
  apply)
    exec reconcile apply --auto-approve --lock-timeout 5m@COMMIT@ --report html="$reports/apply.html" "${@:2}"
    ;;
  drift)
    exec reconcile drift --report markdown="$reports/drift.md" --report html="$reports/drift.html" "${@:2}"
    ;;
  *)
    echo "usage: @SCRIPT@ plan|apply|drift [OPTION]..." >&2
    exit 64
    ;;
esac
