"""Secrets that are ordinary words: no output is garbled by them, and none tells what it would if they were longer."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from xml.etree import ElementTree

import pytest

from reconcile.cli import main
from reconcile.errors import Exit, LockFileError
from reconcile.lockfile.local_lease import LocalLease
from tests.applier.manifests import address, emr
from tests.report.schemas import assert_valid

WORDS = ("start", "data", "hidden", "address", "summary", "true", "error", "changes", "testsuite", "section", "text")
LONG = "q7zk_word-1_x"  # what Markdown escapes stands in it
PIECE = "q7zk"
FORMATS = ("text", "json", "markdown", "html", "junit", "sarif")
VARIABLES = {f"w{number}": {"secret": True} for number in range(len(WORDS))} | {"data": {"secret": True}}


def wordy(note):
    """What stands in the manifest as it is may be the same word; it is masked where it is shown as a value."""
    driver = {"sparkSubmit": {"entryPoint": "s3://bucket/a.py", "sparkSubmitParameters": "${env.LONG}"}}
    return emr("a", spec={"jobDriver": driver, "tags": {"note": note, "data": "hidden"}})


@pytest.fixture
def told(project, sandbox, monkeypatch, capsys):
    """Runs commands in this process with all of the secrets; gives code, stdout and stderr."""
    words = {f"RECONCILE_VAR_w{number}": word for number, word in enumerate(WORDS)}
    project.environment |= words | {"RECONCILE_VAR_data": "data-and-more", "LONG": LONG, "GITHUB_ACTIONS": "true"}
    project.environment |= {"GITHUB_STEP_SUMMARY": str(project.folder / "summary.md")}
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)

    def tell(*arguments):
        code = main(["-C", str(project.folder), *arguments])
        out, err = capsys.readouterr()
        assert PIECE not in out + err
        return code, out, err

    return tell


@pytest.fixture
def reports(tmp_path_factory):
    return Reports(tmp_path_factory.mktemp("reports"))


class Reports:
    def __init__(self, folder):
        self.folder = folder
        self.flags = [word for form in FORMATS for word in ("--report", f"{form}={folder / form}")]

    def check(self, schema):
        """Each is of its format, and tells nothing."""
        texts = {form: (self.folder / form).read_text() for form in FORMATS}
        assert [form for form, text in texts.items() if PIECE in text] == []
        assert_valid(json.loads(texts["json"]), schema)
        assert ElementTree.fromstring(texts["junit"]).find("testsuite/testcase").get("classname") == wordy("")["kind"]
        (run,) = json.loads(texts["sarif"])["runs"]
        assert {result["level"] for result in run["results"]} <= {"error", "warning", "note"}
        assert {place_of(result) for result in run["results"]} <= {"jobs.yaml", "reconcile.yaml"}
        assert_runs(texts["html"])
        return texts


def place_of(result):
    return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def assert_runs(page):
    """A browser runs and applies only what the page's own policy has the digests of."""
    for element in ("script", "style"):
        (content,) = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        assert f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'" in unescape(page)
        assert "${var." not in content


def write(project, note):
    project.write(wordy(note), variables=VARIABLES)


def test_every_plan_and_result_keeps_its_form(told, project, sandbox, reports):
    write(project, "monday")
    assert told("apply", "--auto-approve", *reports.flags)[0] == Exit.DONE
    reports.check("result")
    write(project, f"{LONG} data start true")
    code, out, err = told("plan", "--json", *reports.flags)
    assert code == Exit.DONE
    assert_valid(json.loads(out), "plan")
    assert '"${env.LONG} ${var.w1} ${var.w0} ${var.w5}"' in out
    assert "::warning file=jobs.yaml,line=1,title=EMRServerlessJobRun/a::replace" in err
    assert "${env.LONG} ${var.w1}" in reports.check("plan")["markdown"]
    assert told("plan", "--json-lines", "-o", str(reports.folder / "plan"))[0] == Exit.DONE
    assert PIECE not in (reports.folder / "plan").read_text()
    assert_valid(json.loads(told("show", str(reports.folder / "plan"), "--json")[1]), "plan")
    code, out, err = told("--log-format", "json", "apply", str(reports.folder / "plan"), "--json-lines")
    assert code == Exit.DONE
    for line in out.splitlines():
        assert_valid(json.loads(line), "events")
    assert {json.loads(line)["level"] for line in err.splitlines()} == {"info"}
    shown = json.loads(told("show", address(wordy("")), "--json")[1])
    assert shown["spec"]["tags"] == {"note": "${env.LONG} ${var.w1} ${var.w0} ${var.w5}", "data": "${var.w2}"}
    assert shown["address"] == json.loads(told("status", "--json")[1])["jobs"][0]["address"] == address(wordy(""))
    assert PIECE not in (project.folder / "summary.md").read_text()


def test_every_drift_report_keeps_its_form(told, project, sandbox, reports):
    write(project, "monday")
    assert told("apply", "--auto-approve")[0] == Exit.DONE
    for job in sandbox.control.jobs("EMRServerlessJobRun"):
        sandbox.control.fail(job["id"]["jobRunId"], f"refused: {LONG} and data-and-more, start")
    history = ("--history", str(reports.folder / "drift.jsonl"), "--prometheus", str(reports.folder / "drift.prom"))
    for _ in range(2):
        code, out, _ = told("drift", "--json", *history, *reports.flags)
        assert code == Exit.CHANGES
        assert_valid(found := json.loads(out), "drift")
        assert "refused: ${env.LONG} and ${var.data}, ${var.w0}" in found["findings"][0]["reason"]
        reports.check("drift")
    assert found["findings"][0]["times"] == 1
    assert len(found["overTime"]) == 2


def test_what_is_escaped_or_cut_was_masked_before(told, project, reports, monkeypatch):
    write(project, "monday")

    def fold(*_, **__):
        raise LockFileError(f"{LONG} {'x' * 1940} {LONG} {LONG} {LONG} {LONG} {LONG}", where=LONG, fix=LONG)

    monkeypatch.setattr(LocalLease, "fold", fold)
    code, out, _ = told("apply", "--auto-approve", "--json", *reports.flags)
    assert code == Exit.ERROR
    assert json.loads(out)["error"]["code"] == "unrecorded"
    texts = reports.check("result")
    assert "LONG" in texts["markdown"]
    assert "LONG" in texts["html"]
