"""What a right manifest becomes, its defaults filled in."""

import pytest

from reconcile.model.address import Address
from reconcile.model.phase import Goal, OnChange, OnMissing, OnRemove, Protect
from reconcile.model.tokens import digest
from tests.manifest.examples import emr, segment

NIGHTLY = "EMRServerlessJobRun/nightly"
PEOPLE = "PersonalizeBatchSegmentJob/people"


def test_a_job_that_can_stop_has_the_defaults_of_one(folder):
    folder.write("jobs/a.yaml", emr())
    job = folder.job(NIGHTLY)
    assert (job.goal, job.provider, job.scope) == (Goal.COMPLETED, "aws", "aws/eu-west-1")
    assert (job.generation, job.max_attempts, job.stop_timeout) == (1, 3, 60.0)
    assert (job.on_change, job.on_remove, job.on_missing) == (OnChange.REPLACE, OnRemove.STOP, OnMissing.BLOCK)
    assert (job.protect, job.depends_on, job.labels) == (frozenset(), (), {})
    assert job.digest == digest("EMRServerlessJobRun", "aws/eu-west-1", job.spec)
    assert job.place.file == "jobs/a.yaml"


def test_a_job_that_cannot_stop_waits_and_is_left_alone(folder):
    folder.write("a.yaml", segment())
    job = folder.job(PEOPLE)
    assert (job.on_change, job.on_remove, job.max_attempts) == (OnChange.WAIT, OnRemove.LEAVE, 3)


def test_everything_that_is_written_is_kept(folder):
    top = """\
  labels: {team: documents, n: "1"}
goal: stopped
generation: 7
retry: {maxAttempts: 9}
lifecycle: {onChange: keep, onRemove: leave, onMissing: restart, protect: [stop, replace]}
timeouts: {stop: 5m}
dependsOn: [EMRServerlessJobRun/prepare]
provider: aws
"""
    folder.write("a.yaml", emr(top=top) + "---\n" + emr("prepare"))
    job = folder.job(NIGHTLY)
    assert (job.goal, job.generation, job.max_attempts, job.stop_timeout) == (Goal.STOPPED, 7, 9, 300.0)
    assert (job.on_change, job.on_remove, job.on_missing) == (OnChange.KEEP, OnRemove.LEAVE, OnMissing.RESTART)
    assert job.protect == {Protect.STOP, Protect.REPLACE}
    assert job.depends_on == (Address.parse("EMRServerlessJobRun/prepare"),)
    assert job.labels == {"team": "documents", "n": "1"}


@pytest.mark.parametrize(("written", "seconds"), [("0s", 0), ("90s", 90), ("2m", 120), ("168h", 604800)])
def test_durations_are_seconds_minutes_or_hours(folder, written, seconds):
    folder.write("a.yaml", emr(top=f"timeouts: {{stop: {written}}}\n"))
    assert folder.job(NIGHTLY).stop_timeout == seconds


def test_a_job_that_is_to_run_has_more_attempts(folder):
    folder.write("a.yaml", emr(spec="  mode: STREAMING\n"))
    job = folder.job(NIGHTLY)
    assert (job.goal, job.max_attempts) == (Goal.RUNNING, 5)


@pytest.mark.parametrize(
    ("job_name", "attempts"), [("", 3), ("fixed", 1), ("x-${job.attempt}", 3), ("x-${job.generation}", 1)]
)
def test_a_name_that_is_taken_for_ever_allows_one_attempt(folder, job_name, attempts):
    folder.write("a.yaml", segment(job_name=job_name))
    assert folder.job(PEOPLE).max_attempts == attempts


def test_a_name_that_changes_with_the_attempt_allows_every_generation(folder):
    folder.write("a.yaml", segment(job_name="x-${job.attempt}", top="generation: 3\nretry: {maxAttempts: 4}\n"))
    assert folder.job(PEOPLE).max_attempts == 4


def test_what_is_in_the_braces_of_others_is_text(folder):
    query = "${hiveconf:day} ${spark.executor.cores} ${HOME}"
    folder.write("a.yaml", emr(spec=f"  name: '{query}'\n"))
    assert folder.job(NIGHTLY).spec["name"] == query


def test_yaml_and_json_of_the_same_content_are_the_same_job(folder):
    folder.write("a.yaml", emr(spec="  tags: {account: '012345678901', day: 2026-11-21}\n"))
    in_yaml = folder.job(NIGHTLY)
    (folder.path / "a.yaml").unlink()
    folder.write(
        "a.json",
        """{"apiVersion": "reconcile/v1", "kind": "EMRServerlessJobRun", "metadata": {"name": "nightly"},
        "spec": {"tags": {"day": "2026-11-21", "account": "012345678901"},
                 "executionRoleArn": "arn:aws:iam::123456789012:role/jobs", "applicationId": "00f1e234567890",
                 "jobDriver": {"sparkSubmit": {"entryPoint": "s3://bucket/job.py"}}}}""",
    )
    in_json = folder.job(NIGHTLY)
    assert (in_yaml.spec, in_yaml.digest) == (in_json.spec, in_json.digest)


def test_documents_of_other_kinds_of_ours_are_passed_over(folder):
    folder.write("nested/reconcile.yaml", "apiVersion: reconcile/v1\nkind: Project\nmetadata: {name: other}\n")
    folder.write("plan.json", '{"kind": "Plan", "changes": []}')
    folder.write("a.yaml", emr())
    loaded = folder.load()
    assert (len(loaded.jobs), loaded.problems, loaded.files, loaded.documents) == (1, (), 3, 1)
