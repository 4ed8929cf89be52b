"""What manifests refer to: values are told by the command line, and secrets reach the service and nothing else."""

import itertools
import json
import shutil

import pytest

from reconcile.cli import main
from reconcile.errors import Exit, LockFileError
from reconcile.lockfile.local_lease import LocalLease
from reconcile.sandbox.run import PROJECT
from tests.applier.manifests import address, emr, entities, run, segment
from tests.cloud.scripted import Reply, error, serving

FIRST, SECOND = "correct-horse-battery", 'staple, "quoted" & ünïcode'
VARIABLES = {"key": {"secret": True}, "day": {"default": "monday"}}
BOTH = "${env.PASSWORD}/${var.key}"
LONG = 3600  # seconds that an answer takes which nobody waits for


def secretive(name="a", day="${var.day}"):
    """In members that the service's model calls sensitive, and in such that it does not."""
    spark = {"entryPoint": f"s3://bucket/{day}.py", "sparkSubmitParameters": f"--conf a={BOTH}"}
    logs = {"monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": f"s3://{BOTH}"}}}
    spec = {
        "jobDriver": {"sparkSubmit": spark},
        "configurationOverrides": logs,
        "tags": {"day": day, "of": "${env.PASSWORD}"},
    }
    return emr(name, spec=spec)


def everywhere():
    """One of each guarantee."""
    return [
        secretive(),
        entities("a") | {"spec": entities("a")["spec"] | {"OutputDataConfig": {"S3Uri": f"s3://{BOTH}/"}}},
        segment("a", spec={"jobOutput": {"s3DataDestination": {"path": f"s3://{BOTH}/"}}}),
        run("a", month=BOTH),
    ]


@pytest.fixture
def told(project, sandbox, monkeypatch, capsys):
    """Runs commands in this process; at the end, nothing that was said or written may hold a secret."""
    project.environment |= {"RECONCILE_CACHE_DIR": str(project.folder / ".cache"), "PASSWORD": FIRST}
    project.environment |= {"RECONCILE_VAR_key": SECOND}
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    said, kept, numbers = [], project.folder.parent / f"{project.folder.name}-kept", itertools.count()
    sandbox.control.define(PROJECT, "load", "BATCH")

    def tell(*arguments):
        code = main(["-C", str(project.folder), *arguments])
        said.append("".join(capsys.readouterr()))
        shutil.copytree(project.folder, kept / str(next(numbers)))
        return code, said[-1]

    yield tell
    for secret in secrets():
        assert not [text for text in said if secret in text]
        assert not [file for file in kept.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]


def secrets():
    """As they are, and as JSON writes them."""
    whole = (FIRST, SECOND, *SECOND.split(" "))
    return {form for secret in whole for form in (secret, json.dumps(secret)[1:-1]) if len(form) > 3}


def write(project, *jobs, **more):
    project.write(*jobs, variables=VARIABLES, **more)


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_secret_is_in_its_request_and_nowhere_else(flags, told, project, sandbox):
    write(project, *everywhere())
    for command in (["validate"], ["plan", *flags], ["--debug", "apply", "--auto-approve", *flags]):
        assert told(*command)[0] == Exit.DONE
    sent = [job["request"] for job in sandbox.control.jobs() if job["kind"] != "DataArtsJob"]
    assert len(sent) == 4
    for request in sent:
        assert f"{FIRST}/{SECOND}" in json.dumps(request, ensure_ascii=False).replace("\\", "")
    for job in sandbox.control.jobs("EMRServerlessJobRun"):
        sandbox.control.fail(job["id"]["jobRunId"], f"refused: {FIRST} and {json.dumps(SECOND)}")
    assert "refused: ${env.PASSWORD} and" in told("plan", *flags)[1]
    assert told("status", "--refresh", *flags)[0] == Exit.DONE
    assert told("apply", "--auto-approve", *flags)[0] == Exit.DONE
    assert told("plan", "--var", "day=tuesday", *flags)[0] == Exit.DONE
    assert told("show", address(secretive()), *flags)[0] == Exit.DONE
    record = project.record(address(secretive()))
    assert record.spec["tags"] == {"day": "monday", "of": "${env.PASSWORD}"}
    assert sorted(record.secrets) == ["env.PASSWORD", "var.key"]
    assert told("destroy", "--auto-approve", *flags)[0] in (Exit.DONE, Exit.PARTLY)


def test_a_service_that_repeats_a_secret_is_quoted_without_it(told, project, monkeypatch):
    def answer(asked):
        if asked.method == "GET":
            return Reply({"jobRuns": []})
        return error("ValidationException", 400, f"no such parameters: {asked.content.decode()} {FIRST} {SECOND}")

    write(project, secretive())
    with serving(answer) as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL", service.url)
        code, text = told("--debug", "apply", "--auto-approve")
        assert (code, told("apply", "--auto-approve", "--json")[0]) == (Exit.ERROR, Exit.ERROR)
        assert "no such parameters: " in text
        assert "${env.PASSWORD} ${var.key}" in text
        assert FIRST in service.asked[-1].content.decode()
        service.answer = lambda asked: error("AccessDeniedException", 403, f"not with {FIRST}")
        assert "not with ${env.PASSWORD}" in told("plan")[1]


def test_the_last_words_of_an_apply_hold_no_secret(told, project, monkeypatch):
    write(project, secretive())

    def fold(*_, **__):
        raise LockFileError(f"The disk says {FIRST}.", where="here", fix="Free some space.")

    monkeypatch.setattr(LocalLease, "fold", fold)
    code, text = told("--debug", "apply", "--auto-approve")
    assert code == Exit.ERROR
    assert "The disk says ${env.PASSWORD}." in text
    assert BOTH in next(project.folder.glob("*.rescue-*")).read_text()


def test_a_defect_is_told_without_secrets(told, project, monkeypatch):
    write(project, secretive())

    def broken(*_, **__):
        raise RuntimeError(f"odd: {FIRST!r} {SECOND!r}")

    monkeypatch.setattr("reconcile.applier.session.refusal", broken)
    code, text = told("--debug", "apply", "--auto-approve")
    assert code == Exit.ERROR
    assert "Traceback" in text
    assert "odd: '${env.PASSWORD}' '${var.key}'" in text


def test_a_plan_needs_no_secrets_and_an_apply_does_nothing_without_them(told, project, sandbox, monkeypatch):
    write(project, secretive(), emr("b"))
    monkeypatch.delenv("RECONCILE_VAR_key")
    monkeypatch.setenv("PASSWORD", "")
    assert told("validate") == (Exit.DONE, "Valid: 2 manifests.\n")
    code, text = told("plan")
    assert code == Exit.DONE
    assert "${env.PASSWORD} is not set, and EMRServerlessJobRun/a needs it" in text
    code, text = told("apply", "--auto-approve")
    assert code == Exit.USAGE
    assert "${var.key} is not set, and EMRServerlessJobRun/a needs it" in text
    assert sandbox.control.jobs("EMRServerlessJobRun") == []
    assert told("apply", "--auto-approve", "--target", "EMRServerlessJobRun/b")[0] == Exit.DONE


def test_a_changed_variable_replaces_and_a_changed_secret_does_not(told, project, sandbox, monkeypatch):
    write(project, secretive())
    assert told("apply", "--auto-approve")[0] == Exit.DONE
    monkeypatch.setenv("PASSWORD", FIRST[::-1])
    assert told("plan", "--detailed-exitcode", "--var", "key=another one")[0] == Exit.DONE
    monkeypatch.setenv("PASSWORD", "{no tag}")
    assert "with ${env.PASSWORD} this is not what is needed" in told("plan")[1], "known content, unknown secret"
    monkeypatch.setenv("PASSWORD", FIRST[::-1])
    code, text = told("plan", "--detailed-exitcode", "--var", "day=tuesday")
    assert code == Exit.CHANGES
    assert "± replace  EMRServerlessJobRun/a" in text
    assert '~ spec.tags.day: "monday" -> "tuesday"' in text
    assert told("apply", "--auto-approve", "--wait", "--timeout", "1s", "--var", "day=tuesday")[0] == Exit.JOB_FAILED
    assert [job["tags"]["day"] for job in sandbox.control.jobs("EMRServerlessJobRun")] == ["monday", "tuesday"]


def test_killed_with_a_secret_that_is_changed_then_nothing_is_sent_again(
    told, project, sandbox, under_way, monkeypatch
):
    """The job is there, and no list shows it yet: whatever is sent with its token would be another request."""
    write(project, secretive())
    del project.environment["RECONCILE_VAR_key"]
    sandbox.control.settings(listing_delay=LONG)
    sandbox.control.fault("delay", operation="StartJobRun", seconds=LONG)
    process = under_way("apply", "--auto-approve", "--var", f"key={SECOND}")
    project.until_asked("StartJobRun")
    code, text = told("lock", "show")  # and so the files of a lease and a journal are looked through
    assert code == Exit.DONE
    assert "--var key=${var.key}" in text
    process.kill()
    process.wait()

    def planned():
        return [change["action"] for change in json.loads(told("plan", "--json")[1])["changes"]]

    assert planned() == ["resume"]
    monkeypatch.setenv("PASSWORD", FIRST[::-1])
    assert planned() == ["wait"]
    assert told("apply", "--auto-approve")[0] == Exit.DONE
    assert [entry["operation"] for entry in sandbox.control.log()].count("StartJobRun") == 1
    sandbox.control.advance(LONG)
    assert planned() == ["adopt"]
    assert told("apply", "--auto-approve")[0] == Exit.DONE
    assert planned() == []
    assert len(sandbox.control.jobs("EMRServerlessJobRun")) == 1
