MARKER="${MARKER% -->}${RECONCILE_SHARD:+ shard $RECONCILE_SHARD} -->"  # each shard has a comment of its own
if [ "$(head -n 1 "$RUNNER_TEMP/plan.md" 2> /dev/null)" != "$MARKER" ]; then
  { printf '%s\n### reconcile plan: failed\n\n~~~~text\n' "$MARKER"
    head -c 60000 "$RUNNER_TEMP/plan.err"
    printf '\n~~~~\n'; } > "$RUNNER_TEMP/plan.md"
fi
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
found=$(gh api --paginate "$comments?per_page=100" --jq ".[] | select(
  .user.type == \"Bot\" and (.body | startswith(\"$MARKER\"))) | .id")
id=${found%%$'\n'*}
report="body=@$RUNNER_TEMP/plan.md"
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "$report"
else
  gh api --silent --method POST "$comments" --field "$report"
fi
