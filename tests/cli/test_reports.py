"""`--report`, `--json-lines`, and what a CI shows: told whatever the exit code, and never at the cost of the work."""

import json
import os
import re
import stat
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reconcile.cli.shell.files import write_whole
from reconcile.errors import Exit
from reconcile.lockfile.local import LocalStore
from reconcile.lockfile.protocol import Holder
from reconcile.report.formats import FORMATS
from tests.report.schemas import assert_valid

RUN, ENTITIES = "job-run.yaml", "entities-detection.yaml"
NIGHTLY = "EMRServerlessJobRun/nightly"


@pytest.fixture
def out(tmp_path_factory, monkeypatch):
    """A folder for reports, and the current one."""
    folder = tmp_path_factory.mktemp("reports")
    monkeypatch.chdir(folder)
    return folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_plan_is_written_in_several_formats_at_once(project, out):
    files = {
        "markdown": "plan.md",
        "json": "plan.json",
        "junit": "plan.xml",
        "sarif": "plan.sarif",
        "text": "plan.txt",
        "html": "plan.html",
    }
    flags = [word for form, file in files.items() for word in ("--report", f"{form}={file}")]
    ran = project.has(RUN)("plan", "--detailed-exitcode", *flags)
    assert ran.code == Exit.CHANGES
    assert names(out) == sorted(files.values())
    assert (out / "plan.txt").read_text() == ran.out
    assert "<title>Plan of examples</title>" in (out / "plan.html").read_text()
    assert_valid(json.loads((out / "plan.json").read_text()), "plan")
    assert (out / "plan.md").read_text().startswith("<!-- reconcile: examples -->\n### reconcile plan: `examples`\n")
    assert ElementTree.fromstring((out / "plan.xml").read_bytes()).find("testsuite").get("tests") == "1"
    assert json.loads((out / "plan.sarif").read_text())["runs"][0]["results"] == []


def test_what_was_applied_in_part_is_reported_at_its_manifest(project, sandbox, out):
    (project.folder / ".git").mkdir()
    sandbox.control.fault("expired", operation="StartJobRun", count=100)
    ran = project.has(RUN, ENTITIES)("apply", "--auto-approve", "--report", "sarif=a.sarif", "--report", "json=a.json")
    assert ran.code == Exit.PARTLY
    (found,) = json.loads((out / "a.sarif").read_text())["runs"][0]["results"]
    place = found["locations"][0]["physicalLocation"]
    assert (found["ruleId"], place["artifactLocation"]["uri"]) == ("apply/failed", RUN)
    assert place["region"]["startLine"] > 0
    told = json.loads((out / "a.json").read_text())
    assert_valid(told, "result")
    assert (told["summary"]["done"], told["summary"]["failed"]) == (1, 1)


def test_what_ends_an_apply_before_it_begins_is_reported_as_well(project, out):
    project.has(RUN)
    other = Holder(str(uuid.uuid4()), "maria", "builder-7", os.getpid(), datetime.now(UTC), "reconcile apply")
    lease = LocalStore(project.folder / "reconcile.lock.json", "examples").acquire(other, timeout=0)
    try:
        ran = project("apply", "--auto-approve", "--json", "--report", "markdown=a.md")
    finally:
        lease.release()
    assert (ran.code, ran.json["error"]["code"]) == (Exit.LEASE_HELD, "lease-held")
    assert "maria" in (out / "a.md").read_text()


def test_a_plan_that_a_guard_refuses_is_reported_with_the_refusal(project, sandbox, out):
    sandbox.control.settings(running=10_000)
    project.has(RUN)("apply", "--auto-approve")
    file = project.folder / "reconcile.yaml"
    file.write_text(file.read_text().replace("maxStops: 10", "maxStops: 0"))
    ran = project("plan", "--destroy", "--json-lines", "--report", "markdown=p.md")
    assert (ran.code, json.loads(ran.out.splitlines()[-1])["exit"]) == (Exit.GUARD, Exit.GUARD)
    assert "guards.maxStops allows 0" in (out / "p.md").read_text()
    told = project("plan", "--destroy", "--json")
    assert ("guards.maxStops allows 0" in told.json["refused"]["what"], told.code) == (True, Exit.GUARD)
    words = project("plan", "--destroy")
    assert ("guards.maxStops" in words.out, words.err.count("guards.maxStops allows 0")) == (False, 1)


@pytest.mark.parametrize(
    ("report", "told"),
    [
        ("markdwon=a.md", "did you mean markdown?"),
        ("a.md", "not of the form FORMAT=FILE"),
        ("markdown=", "not of the form FORMAT=FILE"),
        ("markdown=-", "stdout is for the answer"),
        ("markdown=missing/a.md", "there is no such folder"),
        ("markdown=.", "this is a folder"),
    ],
)
def test_a_report_that_cannot_be_is_refused_before_anything_is_done(report, told, project, sandbox, out):
    ran = project.has(RUN)("apply", "--auto-approve", "--report", report)
    assert (ran.code, told in ran.err) == (Exit.USAGE, True)
    assert sandbox.control.log() == []


def test_a_report_can_neither_replace_a_manifest_nor_be_taken_for_one(project, out, monkeypatch):
    monkeypatch.chdir(project.has(RUN).folder)
    before = Path(RUN).read_bytes()
    for file in (RUN, "reconcile.yaml", "plan.json", f"{project.folder}/reconcile.lock.json"):
        ran = project("plan", "--report", f"json={file}")
        assert (ran.code, "would be read as a manifest" in ran.err) == (Exit.USAGE, True)
    assert Path(RUN).read_bytes() == before
    assert project("plan", "--report", "json=.plan.json", "--report", "markdown=plan.md").code == Exit.DONE
    assert project("plan").code == Exit.DONE


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("plan --report json=a --report text=./a", "--report json=a and --report text=a name one file"),
        ("plan -o a --report json=a", "--out and --report json=a name one file"),
        ("drift --history a --prometheus b/../a", "--history and --prometheus name one file"),
        ("apply a --auto-approve --report text=a", "PLAN and --report text=a name one file"),
        ("plan --out=", "--out: name a file"),
        ("drift --history=", "--history: name a file"),
        ("drift --prometheus=", "--prometheus: name a file"),
        ("plan --report json=", "--report"),
    ],
)
def test_two_options_never_name_one_file_and_none_an_empty_one(words, named, project, sandbox, out):
    (out / "b").mkdir()
    ran = project.has(RUN)(*words.split())
    assert (ran.code, named in ran.err, names(out)) == (Exit.USAGE, True, ["b"]), ran.err
    assert sandbox.control.log() == []


def test_what_is_no_file_may_be_named_twice(project, out):
    assert project.has(RUN)("plan", "--report", "json=/dev/null", "--report", "text=/dev/null").code == Exit.DONE


@pytest.mark.parametrize(("fails", "code"), [(False, Exit.ERROR), (True, Exit.PARTLY)])
def test_a_report_that_is_lost_is_an_error_and_loses_nothing_else(fails, code, project, sandbox, out):
    if fails:
        sandbox.control.fault("expired", operation="StartJobRun", count=100)
    flags = ["--report", "markdown=/dev/full", "--report", "json=a.json"]
    ran = project.has(RUN, ENTITIES)("apply", "--auto-approve", "--json-lines", *flags)
    assert ran.code == code
    assert json.loads(ran.out.splitlines()[-1])["exit"] == code
    assert "The file cannot be written: No space left on device." in ran.err
    assert json.loads((out / "a.json").read_text())["summary"]["done"] == 2 - fails
    assert len(sandbox.control.jobs()) == 2 - fails
    assert "No changes." in project("plan").out or fails


def test_a_variable_names_several_reports(project, out, monkeypatch):
    monkeypatch.setenv("RECONCILE_REPORT", "markdown=a.md json=a.json")
    assert project.has(RUN)("plan").code == Exit.DONE
    assert names(out) == ["a.json", "a.md"]


def test_lines_of_json_tell_an_apply_as_it_goes(project):
    ran = project.has(RUN, ENTITIES)("apply", "--auto-approve", "--json-lines", "--wait", "--timeout", "30s")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    for line in lines:
        assert_valid(line, "events")
    about = [line["type"] for line in lines if line.get("address") == NIGHTLY]
    assert about == ["plan_change", "start_intent", "start_ack", "job_phase"]
    assert [line["type"] for line in lines].index("start_intent") == 2
    assert (lines[-1]["type"], lines[-1]["exit"], lines[-1]["summary"]["done"]) == ("apply_complete", ran.code, 2)
    assert "started attempt" not in ran.err


def test_a_drift_report_can_be_read_a_line_at_a_time(project, out):
    whole = project.has(RUN, ENTITIES)("drift", "--json").json
    ran = project("drift", "--json-lines")
    *findings, end = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["type"] for line in findings] == ["drift_finding"] * 2
    assert [{name: line[name] for name in found} for line, found in zip(findings, whole["findings"], strict=True)] == (
        whole["findings"]
    )
    assert (end["type"], end["exit"], end["summary"]) == ("drift_complete", ran.code, whole["summary"])
    for line in (*findings, end):
        assert_valid(line, "events")


def test_what_could_not_be_delivered_is_in_the_last_line(project, out):
    ran = project.has()("drift", "--json-lines", "--history", "/nowhere/at.all")
    (end,) = [json.loads(line) for line in ran.out.splitlines()]
    assert (end["exit"], ran.code) == (Exit.ERROR, Exit.ERROR)


def test_lines_that_nobody_can_be_told_stop_no_apply(reconcile, project, sandbox):
    with Path("/dev/full").open("w") as full:
        ran = reconcile(
            "-C", project.has(RUN).folder, "apply", "--auto-approve", "--json-lines",
            capture_output=False, stdout=full, stderr=-1,
        )  # fmt: skip
    assert (ran.returncode, "The answer cannot be written" in ran.stderr) == (Exit.ERROR, True)
    assert len(sandbox.control.jobs()) == 1
    assert "No changes." in project("plan").out


@pytest.mark.parametrize("command", ["plan", "apply", "destroy", "drift"])
def test_an_answer_has_one_form(command, project):
    ran = project.has(RUN)(command, "--json", "--json-lines")
    assert (ran.code, "give one of them" in ran.err) == (Exit.USAGE, True)


@pytest.mark.parametrize("name", ["plan", "result", "drift", "problems", "events"])
def test_schemas_of_outputs_are_published(name, project):
    assert project("schema", name).json["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_schema_offers_the_nearest_word_of_both_sorts(project):
    assert "did you mean result?" in project("schema", "resullt").err
    assert "did you mean DataArtsJob?" in project("schema", "DataArtJob").err


@pytest.fixture
def github(project, out, monkeypatch):
    """A run of GitHub Actions whose repository has the project in a folder of its own."""
    root = project.folder.parent / ".git"
    root.mkdir(exist_ok=True)
    for name, value in {
        "ACTIONS": "true", "STEP_SUMMARY": str(out / "summary.md"), "SERVER_URL": "https://github.example",
        "REPOSITORY": "o/r", "RUN_ID": "7",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"GITHUB_{name}", value)
    yield out / "summary.md"
    root.rmdir()  # it is above the folders of all other tests


def test_github_gets_a_summary_and_annotations_at_the_manifests_lines(github, project, sandbox):
    sandbox.control.fault("expired", operation="StartJobRun", count=100)
    github.write_text("before\n")
    ran = project.has(RUN)("apply", "--auto-approve", "--json")
    assert github.read_text().startswith("before\n<!-- reconcile: examples -->\n### reconcile apply: `examples`")
    (line,) = (line for line in ran.err.splitlines() if line.startswith("::"))
    file = f"{project.folder.name}/{RUN}"
    assert line.startswith(f"::error file={file},line=")
    assert f"title={NIGHTLY}::start: failed: " in line
    assert ran.json["summary"]["failed"] == 1


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_github_shows_what_is_wrong_with_a_manifest_beside_it(command, github, project):
    manifest = project.has(RUN).folder / RUN
    manifest.write_text(manifest.read_text().replace("applicationId", "applicatoinId"))
    ran = project(command)
    (line,) = (line for line in ran.err.splitlines() if line.startswith("::") and "did you mean" in line)
    assert line.startswith(f"::error file={project.folder.name}/{RUN},line=")
    assert ran.code == Exit.ERROR
    assert "**1 problem in 1 of 1 manifest" in github.read_text()


def misspelt(project):
    manifest = project.has(RUN).folder / RUN
    manifest.write_text(manifest.read_text().replace("applicationId", "applicatoinId"))


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "destroy", "drift"])
def test_what_is_wrong_with_manifests_is_reported_where_code_scanning_looks(command, project, out):
    misspelt(project)
    flags = [word for form in FORMATS for word in ("--report", f"{form}=told.{form}")]
    approval = ["--auto-approve"] if command in ("apply", "destroy") else []
    ran = project(command, "--json", *approval, *flags)
    assert (ran.code, names(out)) == (Exit.ERROR, sorted(f"told.{form}" for form in FORMATS))
    (found,) = json.loads((out / "told.sarif").read_text())["runs"][0]["results"]
    (wrong,) = ran.json["problems"]
    region = found["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": wrong["line"], "startColumn": wrong["column"]}
    assert (wrong["file"], wrong["address"], wrong["field"]) == (RUN, NIGHTLY, "spec.applicatoinId")
    assert (out / "told.json").read_text() == ran.out
    assert (out / "told.text").read_text() == ran.err
    assert_valid(ran.json, "problems")
    for form in FORMATS:
        assert "did you mean applicationId?" in (out / f"told.{form}").read_text()


def assert_told_everywhere(project, out, command, rule, words):
    """In all formats, as JSON and as lines of it; gives what was run and the document."""
    flags = [word for form in FORMATS for word in ("--report", f"{form}=told.{form}")]
    given = [command, *(["--auto-approve"] if command in ("apply", "destroy") else [])]
    ran = project(*given, "--json", *flags)
    assert names(out) == sorted(f"told.{form}" for form in FORMATS)
    assert (out / "told.json").read_text() == ran.out
    for form in FORMATS:
        assert words in (out / f"told.{form}").read_text()
    (run,) = json.loads((out / "told.sarif").read_text())["runs"]
    assert [found["ruleId"] for found in run["results"]] == [rule]
    if command == "validate":
        return ran
    last = json.loads(project(*given, "--json-lines").out.splitlines()[-1])
    assert_valid(last, "events")
    assert last["exit"] == ran.code
    return ran


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "destroy", "drift"])
def test_a_wrong_project_file_or_kind_is_reported_like_a_wrong_manifest(command, project, out):
    file = project.has(RUN).folder / "reconcile.yaml"
    right = file.read_text()
    file.write_text(right.replace("maxStops", "maxStop"))
    ran = assert_told_everywhere(project, out, command, "manifest/wrong", "did you mean maxStops?")
    assert_valid(ran.json, "problems")
    assert (ran.code, ran.json["problems"][0]["file"]) == (Exit.ERROR, "reconcile.yaml")
    assert "<!-- reconcile: examples -->" in (out / "told.markdown").read_text()
    file.write_text(right)
    (project.folder / "kinds").mkdir()
    (project.folder / "kinds" / "own.yaml").write_text("kind: OwnJob\nstrat: {}\n")
    told = project(command, "--json", *(["--auto-approve"] if command in ("apply", "destroy") else []))
    assert {(each["file"], each["line"], each["field"]) for each in told.json["problems"]} >= {
        ("kinds/own.yaml", 1, "service"),
        ("kinds/own.yaml", 2, "strat"),
    }


@pytest.mark.parametrize(
    ("command", "rule", "document"),
    [
        ("plan", "plan/guard", "plan"),
        ("apply", "apply/guard", "result"),
        ("drift", "drift/guard", "problems"),
    ],
)
def test_credentials_of_a_wrong_account_are_reported_like_any_other_refusal(command, rule, document, project, out):
    file = project.has(RUN).folder / "reconcile.yaml"
    file.write_text(file.read_text().replace("  maxStops: 10", '  accounts: ["999999999999"]'))
    ran = assert_told_everywhere(project, out, command, rule, "999999999999")
    assert_valid(ran.json, document)
    told = ran.json["refused"] if command == "plan" else ran.json["error"]
    assert (ran.code, "999999999999" in told["what"]) == (Exit.GUARD, True)
    assert "No changes" not in (out / "told.text").read_text()


def test_whatever_else_ends_a_command_early_is_reported_too(project, out):
    (project.has(RUN).folder / "reconcile.lock.json").write_text("{")
    ran = assert_told_everywhere(project, out, "plan", "plan/lock-file", "lock file")
    assert_valid(ran.json, "problems")
    assert (ran.code, ran.json["error"]["code"], ran.json["problems"]) == (Exit.ERROR, "lock-file", [])
    (project.folder / "reconcile.yaml").unlink()
    assert_told_everywhere(project, out, "drift", "drift/project", "There is no project file here.")


def test_a_saved_plan_that_is_stale_is_reported(project, out):
    project.has(RUN)("plan", "-o", "plan.saved")
    project.has(ENTITIES)
    ran = project("apply", "plan.saved", "--json", "--report", "sarif=a.sarif", "--report", "json=a.json")
    assert (ran.code, ran.json["error"]["code"]) == (Exit.STALE_PLAN, "stale-plan")
    assert (out / "a.json").read_text() == ran.out
    assert "apply/stale-plan" in (out / "a.sarif").read_text()
    Path("plan.saved").write_text(Path("plan.saved").read_text().replace("nightly", "nightlx"))
    assert project("apply", "plan.saved", "--report", "text=b.txt").code == Exit.STALE_PLAN
    assert "Applied: nothing." in (out / "b.txt").read_text()


@pytest.mark.parametrize("written", ["{}", "'{}'  # ours", '"{}"'])
@pytest.mark.parametrize("name", ["own.lock", "own one.lock"])
def test_a_report_on_a_broken_project_file_does_not_take_the_place_of_its_lock_file(project, out, name, written):
    project.has(RUN)
    lock = project.folder / "state" / name
    (project.folder / "reconcile.yaml").write_text(
        f"# lockFile: other\nlockFile: {written.format(f'state/{name}')}\nguards: [\n"
    )
    lock.parent.mkdir()
    ran = project("plan", "--report", f"text={lock}")
    assert (ran.code, lock.exists(), "belongs to the lock file" in ran.err) == (Exit.USAGE, False, True)


@pytest.mark.parametrize("command", ["plan", "apply --auto-approve"])
def test_not_even_a_report_on_a_broken_lock_file_takes_its_place(project, command):
    project.has(RUN)
    lock = project.folder / "reconcile.lock.json.shard-0-of-2"
    lock.write_text("{")
    given = ("--shard", "0/2", *command.split())
    assert project(*given, "--json").json["shard"] == {"index": 0, "count": 2}
    ran = project(*given, "--report", f"text={lock}")
    assert (ran.code, lock.read_text(), "belongs to the lock file" in ran.err) == (Exit.USAGE, "{", True)


def test_a_plan_that_a_guard_refuses_to_apply_is_shown_first(project, sandbox):
    sandbox.control.settings(running=10_000)
    project.has(RUN)("apply", "--auto-approve")
    file = project.folder / "reconcile.yaml"
    file.write_text(file.read_text().replace("maxStops: 10", "maxStops: 0"))
    ran = project("destroy", "--auto-approve")
    assert (ran.code, NIGHTLY in ran.out, "1 to stop" in ran.out) == (Exit.GUARD, True, True)
    assert ran.err.count("guards.maxStops allows 0") == 1
    lines = [json.loads(line) for line in project("destroy", "--auto-approve", "--json-lines").out.splitlines()]
    assert [line["type"] for line in lines] == ["plan_change", "apply_complete"]
    assert not [entry for entry in sandbox.control.log() if entry["operation"] == "CancelJobRun"]


def test_recorded_addresses_are_listed_whole_or_not_at_all(project):
    project.has(RUN, ENTITIES)("apply", "--auto-approve")
    assert len(project("state", "list").out.splitlines()) == 2
    lock = project.folder / "reconcile.lock.json"
    lock.write_text('"stage":"stated"'.join(lock.read_text().rsplit('"stage":"started"', 1)))
    ran = project("state", "list")
    assert (ran.code, ran.out, "EMRServerlessJobRun/nightly" in ran.err) == (Exit.ERROR, "", True)


def test_places_for_people_can_be_opened_from_where_they_are(project, out):
    misspelt(project)
    path = os.path.relpath(project.folder / RUN)
    ran = project("validate", "--report", "text=a.txt")
    assert ran.err.startswith(f"{path}:")
    assert (out / "a.txt").read_text() == ran.err
    assert Path(ran.err.partition(":")[0]).samefile(project.folder / RUN)


def test_what_is_wrong_with_manifests_can_be_told_a_line_at_a_time(project):
    misspelt(project)
    lines = [json.loads(line) for line in project("plan", "--json-lines").out.splitlines()]
    for line in lines:
        assert_valid(line, "events")
    assert [line["type"] for line in lines] == ["problem", "problems_complete"]
    assert (lines[0]["file"], lines[1]["exit"]) == (RUN, Exit.ERROR)


def test_not_even_a_report_on_wrong_manifests_takes_the_place_of_a_lock_file(project):
    misspelt(project)
    lock = project.folder / "reconcile.lock.json.shard-0-of-2"
    ran = project("validate", "--report", f"text={lock}")
    assert (ran.code, lock.exists()) == (Exit.USAGE, False)


def test_what_is_valid_is_reported_as_well(project, out):
    ran = project.has(RUN)("validate", "--json", "--report", "sarif=a.sarif")
    assert (ran.code, ran.json["what"], ran.json["problems"]) == (Exit.DONE, "Valid: 1 manifest.", [])
    assert json.loads((out / "a.sarif").read_text())["runs"][0]["results"] == []


def test_a_summary_that_cannot_be_written_is_a_warning(github, project, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/dev/full")
    ran = project.has(RUN)("plan")
    assert (ran.code, "The summary of the step cannot be written" in ran.err) == (Exit.DONE, True)


def test_what_a_ci_shows_can_be_switched_off(github, project, monkeypatch):
    monkeypatch.setenv("RECONCILE_CI_LOG", "plain")
    monkeypatch.setenv("GITLAB_CI", "true")
    ran = project.has(RUN)("plan")
    assert (ran.err, github.exists()) == ("", False)


def test_gitlab_folds_the_plan_and_keeps_the_answer_clean(project, monkeypatch):
    plain = project.has(RUN)("plan")
    monkeypatch.setenv("GITLAB_CI", "true")
    ran = project("plan")
    assert ran.out == plain.out
    start, end = ran.err.removesuffix("\n").split("\n")
    assert re.fullmatch(r"\x1b\[0Ksection_start:\d+:reconcile_plan\r\x1b\[0KPlan", start)
    assert re.fullmatch(r"\x1b\[0Ksection_end:\d+:reconcile_plan\r\x1b\[0K", end)


def test_a_report_has_the_mode_of_other_files_and_keeps_the_one_it_has(out):
    before = os.umask(0o027)
    try:
        write_whole(Path("new.md"), "new")
    finally:
        os.umask(before)
    Path("old.md").touch(mode=0o600)
    write_whole(Path("old.md"), "new \ud800")
    assert [stat.S_IMODE(Path(name).stat().st_mode) for name in ("new.md", "old.md")] == [0o640, 0o600]
    assert Path("old.md").read_text() == "new \\ud800"


def test_a_report_is_replaced_whole_where_its_link_leads_and_leaves_nothing_beside_it(out):
    (out / "there").mkdir()
    Path("there/plan.md").write_text("old")
    Path("plan.md").symlink_to("there/plan.md")
    with Path("plan.md").open() as reader:
        write_whole(Path("plan.md"), "new")
        assert reader.read() == "old"
    assert Path("plan.md").is_symlink()
    assert Path("there/plan.md").read_text() == "new"
    assert names(Path("there")) == ["plan.md"]


def test_a_report_can_go_into_a_pipe(out):
    os.mkfifo("pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text()))
    reader.start()
    write_whole(Path("pipe"), "told")
    reader.join(timeout=30)
    assert read == ["told"]
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)
