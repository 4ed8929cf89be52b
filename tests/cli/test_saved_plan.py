"""A plan in a file: what was looked at is what is done, once, or nothing."""

import json
import os
import stat

import pytest

from reconcile.applier.saved_plan import digest_of
from reconcile.errors import Exit

RUN = "job-run.yaml"


@pytest.fixture
def planned(project, tmp_path_factory):
    """A saved plan that starts a run."""
    project.has(RUN)
    project.file = tmp_path_factory.mktemp("plans") / "plan.json"
    ran = project("plan", "-o", str(project.file))
    assert ran.code == Exit.DONE, ran.err
    assert f"reconcile -C {project.folder} apply {project.file}\n" in ran.err
    return project


def starts(sandbox):
    return len(sandbox.control.jobs())


def test_what_was_looked_at_is_done_without_a_question_and_once(planned, sandbox):
    token = json.loads(planned.file.read_text())["changes"][0]["clientToken"]
    ran = planned("apply", str(planned.file))
    assert ran.code == Exit.DONE, ran.err
    assert token in (planned.folder / "reconcile.lock.json").read_text()
    again = planned("apply", str(planned.file))
    assert again.code == Exit.STALE_PLAN
    assert "applied already" in again.err
    assert starts(sandbox) == 1


def test_a_plan_that_did_nothing_is_used_as_well(planned, sandbox):
    sandbox.control.fault("expired", operation="StartJobRun")
    assert planned("apply", str(planned.file)).code == Exit.ERROR
    assert "applied already" in planned("apply", str(planned.file)).err


def test_a_plan_is_stale_once_something_else_was_applied(planned, sandbox):
    assert planned("apply", "--auto-approve").code == Exit.DONE
    refused = planned("apply", str(planned.file))
    assert refused.code == Exit.STALE_PLAN
    assert "the lock file has serial" in refused.err
    assert starts(sandbox) == 1


def test_a_plan_is_stale_once_a_manifest_changed(planned, sandbox):
    manifest = planned.folder / RUN
    manifest.write_text(manifest.read_text() + "\n# reviewed\n")
    refused = planned("apply", str(planned.file))
    assert refused.code == Exit.STALE_PLAN
    assert "The manifests changed" in refused.err
    assert starts(sandbox) == 0


def test_a_plan_is_stale_once_the_cloud_calls_for_something_else(project, sandbox, tmp_path_factory):
    """The run ended meanwhile, so that a changed manifest would not replace it but start the next one."""
    sandbox.control.settings(running=10_000)
    project.has(RUN)
    assert project("apply", "--auto-approve").code == Exit.DONE
    manifest = project.folder / RUN
    manifest.write_text(
        manifest.read_text().replace("kind: EMRServerlessJobRun", "kind: EMRServerlessJobRun\ngeneration: 2")
    )
    file = tmp_path_factory.mktemp("plans") / "plan.json"
    assert project("plan", "-o", str(file)).code == Exit.DONE
    assert json.loads(file.read_text())["summary"]["replace"] == 1
    (job,) = sandbox.control.jobs()
    sandbox.control.fail(job["id"]["jobRunId"])
    refused = project("apply", str(file))
    assert refused.code == Exit.STALE_PLAN
    assert "the services report something else" in refused.err
    assert starts(sandbox) == 1


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda text: text.replace('"action":"start"', '"action":"stop"'), "edited"),
        (lambda text: text.replace('"attempt":1', '"attempt":2'), "edited"),
        (lambda text: text[:-20], "not a saved plan"),
        (lambda text: "[" * 100_000, "not a saved plan"),
        (lambda text: "{}", "not a saved plan"),
        (lambda text: text.replace('"formatVersion":"1.0"', '"formatVersion":"9.0"'), "not a saved plan"),
    ],
)
def test_a_file_that_was_edited_does_nothing(planned, sandbox, edit, told):
    planned.file.write_text(edit(planned.file.read_text()))
    refused = planned("apply", str(planned.file))
    assert refused.code in (Exit.STALE_PLAN, Exit.ERROR)
    assert told in refused.err
    assert "Traceback" not in refused.err
    assert starts(sandbox) == 0


def test_another_layout_of_the_file_is_no_edit(planned):
    planned.file.write_text(json.dumps(json.loads(planned.file.read_text()), indent=2, sort_keys=True))
    assert planned("apply", str(planned.file)).code == Exit.DONE


@pytest.mark.parametrize("command", ["apply", "show"])
def test_what_is_no_saved_plan_is_not_read_for_ever(command, reconcile, project, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as large:
        large.truncate(2**30 + 1)  # it takes no room
    for name, told in (("pipe", "This is not a regular file"), ("large", "This file has 1024 MB")):
        if (command, name) == ("show", "pipe"):
            continue  # it is taken for an address
        approval = ["--auto-approve"] if command == "apply" else []
        ran = reconcile("-C", project.has(RUN).folder, command, tmp_path / name, *approval, timeout=20)
        assert (ran.returncode, told in ran.stderr) == (Exit.ERROR, True), ran.stderr


def test_the_file_is_for_its_owner_and_may_lie_among_the_manifests(project, sandbox):
    project.has(RUN)
    file = project.folder / "plan.json"
    assert project("plan", "-o", str(file)).code == Exit.DONE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert project("apply", str(file)).code == Exit.DONE
    assert starts(sandbox) == 1


def test_a_saved_plan_is_shown_as_it_was_made(planned):
    plan = planned("plan")
    shown = planned("show", str(planned.file))
    assert shown.code == Exit.DONE
    assert plan.out.strip() in shown.out
    assert planned("show", str(planned.file), "--json").json["changes"] == planned("plan", "--json").json["changes"]


def test_targets_and_destroy_are_in_the_file(project, sandbox, tmp_path_factory):
    sandbox.control.settings(running=10_000)
    project.has(RUN, "entities-detection.yaml")
    assert project("apply", "--auto-approve").code == Exit.DONE
    file = tmp_path_factory.mktemp("plans") / "plan.json"
    assert project("plan", "--destroy", "--target", "EMR*/*", "-o", str(file)).code == Exit.DONE
    for option in ("--target=EMR*/*", "--auto-approve"):
        wrong = project("apply", str(file), option)
        assert wrong.code == (Exit.USAGE if option.startswith("--target") else Exit.DONE), wrong.err
    assert {job["kind"]: job["phase"] for job in sandbox.control.jobs()} == {
        "EMRServerlessJobRun": "stopped",
        "ComprehendEntitiesDetectionJob": "running",
    }


def test_nothing_that_is_written_takes_the_place_of_the_lock_file_or_a_manifest(planned):
    assert planned("apply", str(planned.file)).code == Exit.DONE
    names = (RUN, "reconcile.yaml", "reconcile.lock.json")
    before = {name: (planned.folder / name).read_bytes() for name in names}
    journal = planned.folder / "reconcile.lock.json.journal"
    for command in (
        *(("plan", "-o", str(planned.folder / name)) for name in names),
        *(("drift", "--prometheus", str(planned.folder / name)) for name in names),
        ("drift", "--history", str(journal)),
        ("plan", "--report", f"html={journal}"),
        ("apply", "--auto-approve", "--report", f"html={journal}"),
    ):
        assert planned(*command).code == Exit.USAGE, command
    assert {name: (planned.folder / name).read_bytes() for name in names} == before


def test_an_edit_that_fits_the_checksum_is_told_as_an_edit(planned):
    members = json.loads(planned.file.read_text())
    del members["checksum"]
    members["changes"][0]["action"] = "zap"
    planned.file.write_text(json.dumps({**members, "checksum": digest_of(members)}))
    ran = planned("show", str(planned.file))
    assert (ran.code, "was edited" in ran.err) == (Exit.STALE_PLAN, True)
