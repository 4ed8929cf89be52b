# An example of a policy over a plan, for conftest:
#
#   reconcile -C manifests plan --json > plan.json
#   conftest test --policy manifests/policy plan.json

package main

import rego.v1

starts := {"start", "replace", "resume"}

# A start that nothing of the service guards needs a person.
deny contains message if {
	some change in input.changes
	change.action in starts
	change.guarantee == "look-up"
	message := sprintf("%s: its start is guarded by nothing but a look-up", [change.address])
}

# No streaming job is replaced by a pipeline.
deny contains message if {
	some change in input.changes
	change.action == "replace"
	startswith(change.address, "EMRServerlessJobRun/streaming-")
	message := sprintf("%s: replace it by hand", [change.address])
}

warn contains message if {
	input.summary.stop + input.summary.replace > 5
	message := sprintf("%d jobs are stopped or replaced", [input.summary.stop + input.summary.replace])
}
