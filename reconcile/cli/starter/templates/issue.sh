MARKER="${MARKER% -->}${RECONCILE_SHARD:+ shard $RECONCILE_SHARD} -->"  # each shard has an issue of its own
TITLE="$TITLE${RECONCILE_SHARD:+, shard $RECONCILE_SHARD}"
issues="repos/$GITHUB_REPOSITORY/issues"
found=$(gh api --paginate "$issues?state=open&per_page=100" --jq ".[] | select(
  .user.type == \"Bot\" and .pull_request == null and (.body // \"\" | startswith(\"$MARKER\"))) | .number")
number=${found%%$'\n'*}
report="body=@$RUNNER_TEMP/drift.md"
if [ "$code" = 0 ] && [ -n "$number" ]; then
  gh api --silent --method PATCH "$issues/$number" --field "$report" --raw-field state=closed
elif [ "$code" = 2 ] && [ -n "$number" ]; then
  gh api --silent --method PATCH "$issues/$number" --field "$report"
elif [ "$code" = 2 ]; then
  gh api --silent --method POST "$issues" --raw-field "title=$TITLE" --field "$report"
fi
