"""The story that the project is about, told by its command line."""

import subprocess
import sys

from reconcile.errors import Exit
from tests.applier.manifests import address, emr, entities, stream
from tests.story.conftest import ROOT

HEAVY = ("pydantic", "botocore", "boto3", "deepdiff", "rich")


def test_declared_started_settled_stopped_behind_its_back_and_repaired(project, sandbox):
    clicks, nightly = stream("clicks"), entities("nightly")
    project.write(clicks, nightly)
    planned = project("plan", "--detailed-exitcode")
    assert (planned.code, "Plan: 2 to start" in planned.out) == (Exit.CHANGES, True)
    assert project.apply().code == Exit.DONE
    assert project("plan", "--detailed-exitcode").code == Exit.DONE
    assert len(sandbox.control.jobs()) == 2

    run, job = (job["id"] for job in sorted(sandbox.control.jobs(), key=lambda job: job["kind"], reverse=True))
    sandbox.control.stop(run["jobRunId"])
    sandbox.control.complete(job["JobId"])
    seen = project("plan", "--json", "--detailed-exitcode")
    assert seen.code == Exit.CHANGES
    assert [(change["address"], change["action"]) for change in seen.json["changes"]] == [(address(clicks), "start")]
    assert "stopped by someone else" in seen.json["changes"][0]["reason"]

    assert project.apply().code == Exit.DONE
    rows = {row["address"]: row for row in project("status", "--json").json["jobs"]}
    assert rows[address(clicks)]["attempt"] == 2
    assert rows[address(nightly)]["status"] == "COMPLETED"
    assert project("plan", "--detailed-exitcode").code == Exit.DONE
    assert [job["phase"] for job in sandbox.control.jobs("EMRServerlessJobRun")] == ["stopped", "running"]


def test_settled_jobs_cost_an_apply_neither_calls_nor_heavy_imports(project, sandbox):
    sandbox.control.settings(running=0)
    project.write(emr("a"), entities("b"))
    assert project.apply("--wait", "--timeout", "30s").code == Exit.DONE
    asked = len(sandbox.control.log())
    lock = project.folder / "reconcile.lock.json"
    before = lock.read_bytes(), lock.stat().st_mtime_ns
    script = (
        "import sys; from reconcile.cli import main; code = main(sys.argv[1:]);"
        f"print(sorted(set({HEAVY}) & set(sys.modules))); sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "-C", project.folder, "apply", "--auto-approve"],
        env=project.environment, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "[]"
    assert len(sandbox.control.log()) == asked
    assert (lock.read_bytes(), lock.stat().st_mtime_ns) == before


def test_what_was_only_recorded_as_running_is_known_to_have_ended_after_the_next_apply(project, sandbox):
    project.write(emr("a"))
    project.apply()
    sandbox.control.complete(sandbox.control.jobs()[0]["id"]["jobRunId"])
    assert "No changes." in project.apply().out
    assert project.record(address(emr("a"))).phase == "succeeded"
