#!/bin/sh
# Comments on a review what listlint finds: reviewdog.sh REPORTER [OPTIONS OF listlint check]
set -eu

reporter=${1:?"a reporter, such as github-pr-review or gitlab-mr-discussion"}
shift

report=$(mktemp)
trap 'rm -f "$report"' EXIT

code=0
listlint check "$@" --quiet --output "rdjson:$report" --output concise || code=$?
if [ "$code" -gt 1 ]; then
    exit "$code"
fi
reviewdog -f=rdjson -name=listlint -reporter="$reporter" -filter-mode=added <"$report"
exit "$code"
