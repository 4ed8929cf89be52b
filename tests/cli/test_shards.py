"""A project in parts: each runner plans and applies its own, with its own lock file, and one view over all."""

import os
import shutil
from dataclasses import replace

import boto3
import pytest

from reconcile.errors import Exit
from reconcile.lockfile.choice import open_store
from reconcile.manifest.project_file import load_project
from reconcile.model.shard import Shard
from tests.lockfile.records import about_to_start, holder, intent

COUNT = 3
NAMES = [f"job-{number}" for number in range(12)]
RUN = """\
apiVersion: reconcile/v1
kind: EMRServerlessJobRun
metadata: {{name: {name}}}
{more}spec:
  applicationId: 00f1abcdexample1
  executionRoleArn: arn:aws:iam::123456789012:role/emr-serverless-runtime
  jobDriver: {{sparkSubmit: {{entryPoint: "s3://code/{name}.py"}}}}
"""
DATA_ARTS = """\
apiVersion: reconcile/v1
kind: DataArtsJobRun
metadata: {name: load}
dependsOn: [EMRServerlessJobRun/job-0]
spec: {jobName: load}
"""


@pytest.fixture
def divided(project, sandbox):
    """Twelve runs, two of which depend on another."""
    sandbox.control.settings(running=10_000)
    project.has()
    for name in NAMES:
        write(project, name)
    write(project, "job-1", "dependsOn: [EMRServerlessJobRun/job-0]\n")
    write(project, "job-2", "dependsOn: [EMRServerlessJobRun/job-1]\n")
    return project


def write(project, name, more=""):
    (project.folder / f"{name}.yaml").write_text(RUN.format(name=name, more=more))


def planned(project, shard):
    ran = project("plan", "--shard", shard, "--json")
    assert ran.code == Exit.DONE, ran.err
    return {change["address"].partition("/")[2] for change in ran.json["changes"]}


def names(sandbox):
    return sorted(job["name"].rsplit("-", 2)[0] for job in sandbox.control.jobs())


def test_every_job_is_in_one_shard_and_what_depends_on_each_other_in_the_same(divided):
    parts = [planned(divided, f"{index}/{COUNT}") for index in range(COUNT)]
    assert sorted(name for part in parts for name in part) == sorted(NAMES)
    assert all(len(part) < len(NAMES) for part in parts)
    assert sum({"job-0", "job-1", "job-2"} <= part for part in parts) == 1


def test_all_shards_together_start_every_job_once_and_are_seen_as_one(divided, sandbox):
    for index in range(COUNT):
        for _ in range(2):
            assert divided("apply", "--auto-approve", "--shard", f"{index}/{COUNT}").code == Exit.DONE
    assert names(sandbox) == sorted(set(NAMES) - {"job-1", "job-2"})  # which wait for the end of what never ends here
    assert len(list(divided.folder.glob(f"reconcile.lock.json.shard-?-of-{COUNT}"))) == COUNT

    rows = divided("status", "--all-shards", "--json").json["jobs"]
    assert {row["address"].partition("/")[2] for row in rows} == set(NAMES)
    assert sum(row["phase"] in ("pending", "running") for row in rows) == len(NAMES) - 2
    refreshed = divided("status", "--all-shards", "--refresh", "--json").json["jobs"]
    assert sum(row["phase"] == "running" for row in refreshed) == len(NAMES) - 2


def test_an_indexed_job_tells_its_shard_itself(divided, monkeypatch):
    expected = planned(divided, f"2/{COUNT}")
    for variable in ("JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"):
        with monkeypatch.context() as patched:
            patched.setenv(variable, "2")
            assert planned(divided, str(COUNT)) == expected


@pytest.mark.parametrize(
    "told",
    [("x", ""), ("-1", ""), ("1 ", ""), ("1", "2"), ("x", "1"), ("99999999999999", "1")],
)
def test_an_index_that_is_not_clear_is_not_guessed_at(divided, monkeypatch, told):
    for variable, value in zip(("JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"), told, strict=True):
        monkeypatch.setenv(variable, value)
    refused = divided("plan", "--shard", str(COUNT))
    assert (refused.code, f"JOB_COMPLETION_INDEX={told[0]}" in refused.err) == (Exit.USAGE, True)
    assert f"Write --shard 0/{COUNT} " in refused.err
    assert divided("plan", "--shard", f"1/{COUNT}").code == Exit.DONE


@pytest.mark.parametrize("shard", ["3/3", "1/0", "-1/3", "a/b", "1/2/3", "3", "0/99999", "²/3"])
def test_a_shard_that_does_not_exist_is_wrong_usage(divided, shard):
    refused = divided("plan", f"--shard={shard}")
    assert refused.code == Exit.USAGE
    assert "fix:" in refused.err


def test_a_job_whose_new_dependency_moves_it_is_stopped_by_nobody(divided, sandbox):
    """Its old shard says what to do, and its new one then finds it by its marks."""
    shards = [f"{index}/{COUNT}" for index in range(COUNT)]
    for shard in shards:
        assert divided("apply", "--auto-approve", "--shard", shard).code == Exit.DONE
    before = names(sandbox)
    home = {name: shard for shard in shards for name in names_in(divided, shard)}
    moved = next(name for name in NAMES[3:] if home[name] != home["job-0"])
    write(divided, moved, "dependsOn: [EMRServerlessJobRun/job-0]\n")

    refused = divided("apply", "--auto-approve", "--shard", home[moved])
    assert refused.code == Exit.ERROR
    assert f"--shard {home[moved]} state rm EMRServerlessJobRun/{moved}" in refused.err
    assert divided("state", "rm", f"EMRServerlessJobRun/{moved}", "--shard", home[moved]).code == Exit.DONE
    for shard in shards:
        assert divided("apply", "--auto-approve", "--shard", shard).code == Exit.DONE
    assert names(sandbox) == before
    assert all(job["phase"] == "running" for job in sandbox.control.jobs())
    assert moved in names_in(divided, home["job-0"])


def names_in(project, shard):
    rows = project("status", "--shard", shard, "--json").json["jobs"]
    return {row["address"].partition("/")[2] for row in rows}


def test_what_is_told_of_one_shard_is_not_taken_for_what_is_told_of_another(divided, sandbox, tmp_path_factory):
    """Reports, saved plans, and what is remembered and measured of drift."""
    out = tmp_path_factory.mktemp("reports")
    for index in range(2):
        shard = f"{index}/2"
        planned = divided(
            "plan", "--shard", shard, "-o", f"{out}/{index}.plan", "--report", f"markdown={out}/{index}.md"
        )
        assert f"Shard {shard}: " in planned.out
        assert (out / f"{index}.md").read_text().startswith(f"<!-- reconcile: examples shard {shard} -->\n")
        told = divided("show", f"{out}/{index}.plan", "--json").json
        assert told["shard"] == {"index": index, "count": 2}
    other = divided("apply", f"{out}/0.plan", "--shard", "1/2")
    assert (other.code, "with --shard 0/2" in other.err) == (Exit.STALE_PLAN, True)
    applied = divided("apply", f"{out}/0.plan", "--shard", "0/2", "--json", "--report", f"text={out}/a.txt")
    assert (applied.code, applied.json["shard"]["index"]) == (Exit.DONE, 0)
    assert "Shard 0/2: " in (out / "a.txt").read_text()

    outlets = ["--history", f"{out}/drift.jsonl", "--prometheus", f"{out}/drift.prom"]
    for shard in ("0/2", "1/2", "1/2"):
        drifted = divided("drift", "--shard", shard, "--json", *outlets)
    assert drifted.json["shard"] == {"index": 1, "count": 2}
    assert [len(drifted.json["overTime"]), {found["times"] for found in drifted.json["findings"]}] == [2, {1}]
    assert 'environment="default",shard="1/2"' in (out / "drift.prom").read_text()


def test_what_could_not_be_found_again_may_not_be_tied_to_others(divided):
    (divided.folder / "load.yaml").write_text(DATA_ARTS)
    assert divided("plan").code == Exit.DONE
    refused = divided("plan", "--shard", "0/3")
    assert refused.code == Exit.ERROR
    assert "DataArtsJobRun/load" in refused.err


def test_the_lock_files_of_shards_may_be_in_s3(divided, sandbox):
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="locks")
    file = divided.folder / "reconcile.yaml"
    file.write_text(f"{file.read_text()}\nlockFile: s3://locks/team/reconcile.lock.json\n")
    for index in range(COUNT):
        assert divided("apply", "--auto-approve", "--shard", f"{index}/{COUNT}").code == Exit.DONE
    rows = divided("status", "--all-shards", "--json").json["jobs"]
    assert sum(row["phase"] in ("pending", "running") for row in rows) == len(NAMES) - 2


def test_two_divisions_at_once_are_not_taken_for_one(divided):
    assert divided("apply", "--auto-approve", "--shard", "0/2").code == Exit.DONE
    shutil.copy(
        divided.folder / "reconcile.lock.json.shard-0-of-2", divided.folder / "reconcile.lock.json.shard-1-of-3"
    )
    refused = divided("status", "--all-shards")
    assert refused.code == Exit.ERROR
    assert "2 and 3 shards" in refused.err


def test_what_was_applied_as_a_whole_is_not_started_again_by_its_shards(divided, sandbox):
    """Its services may have forgotten what the lock file of the whole remembers."""
    divided.folder.joinpath("job-2.yaml").unlink()
    divided.folder.joinpath("job-1.yaml").unlink()
    assert divided("apply", "--auto-approve").code == Exit.DONE
    before = names(sandbox)
    refused = divided("apply", "--auto-approve", "--shard", f"0/{COUNT}")
    assert refused.code == Exit.ERROR
    assert ("applied as a whole" in refused.err, "fix:" in refused.err) == (True, True)
    assert names(sandbox) == before
    assert not list(divided.folder.glob("reconcile.lock.json.shard-*"))

    (divided.folder / "reconcile.lock.json").unlink()
    for index in range(COUNT):
        assert divided("apply", "--auto-approve", "--shard", f"{index}/{COUNT}").code == Exit.DONE
    assert names(sandbox) == before


def test_a_shard_whose_lock_file_is_not_there_is_told_of(divided):
    """Else what it started would be said to be pending, and nothing more."""
    for index in range(COUNT):
        assert "without a lock file" not in divided("status", "--shard", f"{index}/{COUNT}").err
        assert divided("apply", "--auto-approve", "--shard", f"{index}/{COUNT}").code == Exit.DONE
    assert divided("status", "--all-shards").err == ""
    divided.folder.joinpath(f"reconcile.lock.json.shard-1-of-{COUNT}").unlink()
    told = divided("status", "--all-shards")
    assert (told.code, f"shards without a lock file: 1/{COUNT};" in told.err) == (Exit.DONE, True)
    assert "serial 1 of this lock file was seen here before" in divided("status", "--shard", f"1/{COUNT}").err


@pytest.mark.parametrize("place", ["reconcile.lock.json", "s3://locks/died/reconcile.lock.json"])
def test_a_first_apply_of_a_shard_that_died_is_known_by_its_journal(divided, sandbox, place):
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="locks")
    file = divided.folder / "reconcile.yaml"
    file.write_text(f"{file.read_text()}\nlockFile: {place}\n")
    project = load_project(divided.folder, os.environ)
    lease = open_store(replace(project, shard=Shard(1, COUNT))).acquire(holder(), timeout=0)
    lease.append([about_to_start(intent("job-5"))], durable=True)
    lease.release()
    refused = divided("apply", "--auto-approve")
    assert (refused.code, f"applied in {COUNT} shards" in refused.err) == (Exit.ERROR, True), refused.err
    assert sandbox.control.jobs() == []
    assert "EMRServerlessJobRun/job-5" in divided("status", "--all-shards").out


@pytest.mark.parametrize(
    "command", ["plan", "drift", "apply --auto-approve", "status", "show EMRServerlessJobRun/job-0", "state list"]
)
@pytest.mark.parametrize("place", ["reconcile.lock.json", "s3://locks/team/reconcile.lock.json"])
def test_what_was_applied_in_shards_is_not_started_again_as_a_whole_or_by_another_division(
    divided, sandbox, command, place
):
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="locks")
    file = divided.folder / "reconcile.yaml"
    file.write_text(f"{file.read_text()}\nlockFile: {place}\n")
    assert divided("apply", "--auto-approve", "--shard", f"0/{COUNT}").code == Exit.DONE
    before = names(sandbox)
    for shard in ([], ["--shard", "0/2"]):
        refused = divided(*shard, *command.split())
        assert (refused.code, f"applied in {COUNT} shards" in refused.err) == (Exit.ERROR, True), refused.err
    assert names(sandbox) == before
    assert divided("--shard", f"1/{COUNT}", "plan").code == Exit.DONE
    assert divided("validate").code == Exit.DONE
    assert divided("status", "--all-shards", "--refresh").code == Exit.DONE


def test_a_job_of_another_shard_is_not_said_to_be_unknown(divided):
    mine = planned(divided, f"0/{COUNT}")
    other = next(name for name in NAMES if name not in mine)
    assert divided("--shard", f"0/{COUNT}", "status", "--json").json["shard"] == {"index": 0, "count": COUNT}
    ran = divided("--shard", f"0/{COUNT}", "show", f"EMRServerlessJobRun/{other}")
    assert (ran.code, f"is in another shard than 0/{COUNT}" in ran.err) == (Exit.USAGE, True)
