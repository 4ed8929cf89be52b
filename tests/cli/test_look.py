"""The commands that only look: plan, status, show, validate."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconcile.cli.shell.session import Session
from reconcile.errors import Exit
from reconcile.kinds import sources
from reconcile.manifest.cache import VARIABLE

RUN = "job-run.yaml"
NIGHTLY = "EMRServerlessJobRun/nightly"
WRITES = ("Start", "Create", "Stop", "Cancel", "Run")


def test_problems_are_told_all_at_once_and_nothing_is_planned(project):
    project.has(RUN)
    file = project.folder / RUN
    file.write_text(file.read_text().replace("entryPoint:", "entryPiont:").replace("StartJobRun", "x"))
    for command, undone in {
        "validate": "",
        "status": "",
        "plan": " Nothing was planned.",
        "apply": " Nothing was done.",
    }.items():
        ran = project(command, *(["--auto-approve"] if command == "apply" else []))
        assert (ran.code, ran.out) == (Exit.ERROR, "")
        assert f"{RUN}:" in ran.err
        assert "did you mean entryPoint?" in ran.err
        assert ran.err.endswith(f" in 1 of 1 manifest.{undone}\n")
        assert "Error:" not in ran.err


def test_validate_checks_the_kinds_of_a_project_against_their_service(project):
    catalog = Path(sources.BUILT_IN, "emr-serverless.yaml").read_text()
    own = project.has().folder / "kinds" / "own.yaml"
    own.parent.mkdir()
    own.write_text(catalog.replace("kind: EMR", "kind: Own"))
    assert project("validate").code == Exit.DONE
    own.write_text(catalog.replace("kind: EMR", "kind: Own").replace("GetJobRun", "GetJob"))
    ran = project("validate")
    assert (ran.code, "kinds/own.yaml:11:1: OwnServerlessJobRun: describe: " in ran.err) == (Exit.ERROR, True)


def test_no_project_is_an_error_that_shows_how_to_begin(project):
    ran = project("plan")
    assert (ran.code, ran.out) == (Exit.ERROR, "")
    assert "There is no project file here." in ran.err


def test_plan_sends_nothing_but_reads(project, sandbox):
    project.has("together.yaml", "data-arts.yaml")("plan")
    asked = [entry["operation"] for entry in sandbox.control.log()]
    assert asked
    assert not [operation for operation in asked if operation.startswith(WRITES)]


def test_a_target_makes_a_partial_plan(project):
    ran = project.has("together.yaml", RUN)("plan", "--target", "team=web", "--target", "EMR*/night*")
    assert "Plan: 2 to start" in ran.out
    assert "Partial plan" in ran.out
    ran = project("plan", "--target", "EMRServerlessJobRun/nihgtly")
    assert ran.code == Exit.USAGE
    assert f"did you mean {NIGHTLY}?" in ran.err


def test_settled_jobs_cost_neither_calls_nor_heavy_imports(project, sandbox):
    project.has(RUN, "entities-detection.yaml")
    assert project("apply", "--auto-approve", "--wait", "--timeout", "20s").code == Exit.DONE
    before = len(sandbox.control.log())
    script = (
        "import sys; from reconcile.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'pydantic', 'botocore', 'boto3', 'deepdiff', 'rich', 'moto', 'yaml', 'logging', 'textwrap',"
        " 'reconcile.kinds.descriptor', 'reconcile.model.drift', 'reconcile.model.result',"
        " 'reconcile.applier.survey', 'reconcile.applier.saved_plan'};"
        "print(sorted(heavy & set(sys.modules))); sys.exit(code)"
    )
    planned = subprocess.run(
        [sys.executable, "-c", script, "-C", project.folder, "plan"],
        capture_output=True, text=True, check=True, env=os.environ,
    )  # fmt: skip
    assert planned.stdout == "No changes. All 2 jobs are as declared.\n[]\n"
    assert len(sandbox.control.log()) == before


def test_status_tells_what_is_recorded_and_asks_only_when_told_to(project, sandbox):
    sandbox.control.settings(running=10_000)
    project.has(RUN)
    assert project("status", "--json").json["jobs"][0]["phase"] is None
    assert project("apply", "--auto-approve").code == Exit.DONE
    (job,) = sandbox.control.jobs()
    sandbox.control.complete(job["id"]["jobRunId"])
    before = len(sandbox.control.log())
    assert project("status", "--json").json["jobs"][0]["phase"] != "succeeded"
    assert len(sandbox.control.log()) == before
    (row,) = project("status", "--json", "--refresh").json["jobs"]
    assert (row["phase"], row["status"], row["id"]) == ("succeeded", "SUCCESS", job["id"])
    assert NIGHTLY in project("status").out


def test_status_of_settled_jobs_parses_no_manifest(project, sandbox, monkeypatch, tmp_path_factory):
    monkeypatch.setenv(VARIABLE, str(tmp_path_factory.mktemp("cache")))
    project.has(RUN)
    while project("plan", "--detailed-exitcode").code:
        assert project("apply", "--auto-approve").code == Exit.DONE
    before = project("status", "--json")
    assert {row["goal"] for row in before.json["jobs"]} == {"completed"}
    monkeypatch.setattr("reconcile.manifest.unparsed.Parsers.make", None)
    assert project("status", "--json").out == before.out


def test_status_tells_nothing_where_it_cannot_tell_all(project, sandbox):
    project.has(RUN)
    assert project("apply", "--auto-approve").code == Exit.DONE
    lock = project.folder / "reconcile.lock.json"
    lock.write_text(lock.read_text().replace('"attempt":1', '"attempt_":1'))
    for form in ([], ["--json"]):
        refused = project("status", *form)
        assert (refused.code, refused.out) == (Exit.ERROR, "")
        assert "cannot be read from the lock file" in refused.err


def test_a_long_answer_is_made_before_any_of_it_is_told(capsys):
    def pieces():
        yield "first"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Session({}).answer_pieces(pieces())
    assert capsys.readouterr().out == ""


def test_show_tells_the_story_of_one_job_and_keeps_its_secrets(project):
    project.has(RUN)
    ran = project("show", NIGHTLY)
    assert (ran.code, "not started yet" in ran.err) == (Exit.ERROR, True)
    ran = project("show", "EMRServerlessJobRun/nihgtly")
    assert (ran.code, f"did you mean {NIGHTLY}?" in ran.err) == (Exit.USAGE, True)
    assert f"give the whole address: {NIGHTLY}" in project("show", "nightly").err
    assert project("apply", "--auto-approve").code == Exit.DONE
    shown = project("show", NIGHTLY, "--json").json
    assert shown["spec"]["applicationId"] == "00f1abcdexample1"
    assert shown["spec"]["jobDriver"]["sparkSubmit"]["entryPoint"] == "(sensitive)"
    assert "nightly.py" not in project("show", NIGHTLY).out
