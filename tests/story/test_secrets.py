"""What a service's model calls sensitive is shown by no command, however it ends."""

import json
from importlib.util import find_spec

import pytest

from reconcile.cli import main
from reconcile.errors import Exit
from reconcile.report.formats import FORMATS
from tests.applier.manifests import emr

HUSH = "correct-horse-battery"


def secretive(day):
    spark = {
        "entryPoint": f"s3://{HUSH}/a.py",
        "entryPointArguments": ["--password", HUSH, day],
        "sparkSubmitParameters": f"--conf spark.password={HUSH}",
    }
    return emr("a", spec={"jobDriver": {"sparkSubmit": spark}})


@pytest.fixture
def told(project, monkeypatch, capsys):
    """Runs a command in this process; keeps all that it says."""
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    said = []

    def run(*arguments):
        code = main(["-C", str(project.folder), *arguments])
        said.append("".join(capsys.readouterr()))
        return code

    yield run
    assert said
    assert all(said)
    assert HUSH not in "\n".join(said)


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_no_command_tells_a_secret(flags, told, project, sandbox):
    project.write(secretive("1"))
    assert told("validate") == Exit.DONE
    assert told("plan", *flags) == Exit.DONE
    assert told("apply", "--auto-approve", *flags) == Exit.DONE
    assert HUSH in json.dumps(sandbox.control.jobs()), "the service was told"
    assert told("status", "--refresh", *flags) == Exit.DONE
    assert told("show", "EMRServerlessJobRun/a", *flags) == Exit.DONE
    project.write(secretive("2"))
    assert told("plan", *flags) == Exit.DONE
    assert told("apply", "--auto-approve", *flags) == Exit.DONE
    assert told("destroy", "--auto-approve", *flags) == Exit.DONE


def test_no_report_and_no_line_of_json_tells_a_secret(told, project, sandbox, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    forms = [form for form in FORMATS if find_spec(f"reconcile.report.views.{form}")]

    def reports(name):
        return [word for form in forms for word in ("--report", f"{form}={folder / f'{name}.{form}'}")]

    for day in "12":
        project.write(secretive(day))
        assert told("plan", *reports(f"plan{day}"), "--json-lines") == Exit.DONE
        assert told("apply", "--auto-approve", *reports(f"apply{day}"), "--json-lines") == Exit.DONE
    texts = [path.read_text() for path in folder.iterdir()]
    assert len(texts) == 4 * len(forms)
    assert any("sparkSubmit" in text for text in texts)
    assert HUSH not in "".join(texts)


@pytest.mark.parametrize("wrong", ["expired", "drop", "500", "half", "reset"])
def test_no_failure_tells_a_secret(wrong, told, project, sandbox):
    project.write(secretive("1"))
    sandbox.control.fault(wrong, operation="StartJobRun")
    told("--debug", "apply", "--auto-approve")


@pytest.mark.parametrize(
    "broken",
    [
        {"entryPoint": HUSH * 1000},
        {"entryPoint": [HUSH]},
        {"entryPoint": "s3://b/a.py", "entryPointArguments": HUSH},
        {"entryPoint": "s3://b/a.py", "entryPointArguments": [[HUSH]]},
    ],
)
def test_no_problem_of_a_manifest_tells_a_secret(broken, told, project):
    project.write(emr("a", spec={"jobDriver": {"sparkSubmit": broken}}))
    assert told("validate") == Exit.ERROR
    assert told("plan") == Exit.ERROR
