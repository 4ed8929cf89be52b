"""`reconcile drift`, from the command line to the files and servers that it tells."""

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from reconcile.cli.shell.session import Session
from reconcile.errors import Exit
from reconcile.kinds import sources
from reconcile.lockfile.choice import open_store
from reconcile.lockfile.protocol import Holder
from reconcile.manifest.project_file import load_project
from reconcile.model.address import Address
from reconcile.model.phase import Stage
from reconcile.report.schema import output_schemas
from tests.applier import manifests
from tests.applier.manifests import address, emr, entities, run, stream, switch
from tests.cloud.scripted import Reply, closed_port, serving
from tests.lockfile.records import holder, started

WRITES = ("Start", "Create", "Stop", "Cancel", "Run")
CLICKS, NIGHTLY, BATCH = stream("clicks"), entities("nightly"), emr("batch")
HUSH = "correct-horse-battery"
WORD = "staple-9-correct"
JSON = ("--json",)


@pytest.fixture
def jobs(project, sandbox):
    """Declares jobs in place of those before; they run on until a test says otherwise, and lists show them at once."""
    sandbox.control.settings(pending=0, running=10_000, stopping=0, listing_delay=0)

    def declare(*documents, **more):
        (project.folder / "reconcile.yaml").write_text(json.dumps(manifests.project(**more)))
        (project.folder / "jobs.yaml").write_text("\n---\n".join(map(json.dumps, documents)))

    return declare


@pytest.fixture
def applied(project, jobs):
    def apply(*documents):
        jobs(*documents)
        assert project("apply", "--auto-approve").code == Exit.DONE

    return apply


@pytest.fixture
def later(monkeypatch):
    """An hour passes: what is not found is not merely too young to be listed."""
    now = Session.now
    return lambda: monkeypatch.setattr(Session, "now", lambda session: now(session) + timedelta(hours=1))


def the_job(sandbox, kind):
    return [*sandbox.control.jobs(kind)[-1]["id"].values()][-1]


def found(ran):
    return {each["address"] or each["name"]: each["drift"] for each in ran.json["findings"]}


@pytest.mark.parametrize(
    ("asked", "said"), [(True, "our stop of it was not answered"), (False, "someone else has asked")]
)
def test_whose_end_is_under_way_is_said_as_far_as_it_is_known(project, applied, sandbox, asked, said):
    applied(CLICKS)
    if asked:
        lease = open_store(load_project(project.folder, os.environ)).acquire(holder(), timeout=0)
        kept = lease.snapshot().get(Address(CLICKS["kind"], "clicks"))
        noted = replace(kept, stage=Stage.STOPPING, stop_requested_at=kept.started_at)
        lease.append([started(noted)], durable=True)
        lease.release()
    sandbox.control.settings(pending=0, running=10_000, stopping=10_000, listing_delay=0)
    sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
    ran = project("drift", *JSON)
    assert (ran.code, found(ran)) == (Exit.CHANGES, {address(CLICKS): "stopped"})
    assert said in ran.json["findings"][0]["reason"]


def test_what_happened_behind_our_back_is_told_and_nothing_but_reads_is_sent(project, applied, sandbox, later):
    applied(CLICKS, NIGHTLY, BATCH, switch("hourly"), run("load"))
    assert project("drift").code == Exit.DONE
    runs = {job["name"].split("-")[0]: job["id"]["jobRunId"] for job in sandbox.control.jobs("EMRServerlessJobRun")}
    sandbox.control.stop(runs["clicks"])
    sandbox.control.forget(runs["batch"])
    sandbox.control.fail(the_job(sandbox, "ComprehendEntitiesDetectionJob"), "out of memory")
    sandbox.control.stop("hourly")
    asked, before = len(sandbox.control.log()), sandbox.control.jobs()
    later()
    ran = project("drift", "--json", "--unmanaged")
    assert ran.code == Exit.CHANGES
    assert found(ran) == {
        address(NIGHTLY): "failed",
        "DataArtsJob/hourly": "changed",
        address(BATCH): "missing",
        address(CLICKS): "stopped",
    }
    reasons = {each["address"]: each["reason"] for each in ran.json["findings"]}
    assert "out of memory" in reasons[address(NIGHTLY)]
    assert "stopped by someone else" in reasons[address(CLICKS)]
    assert ran.json["summary"]["inSync"] == 1
    jsonschema.validate(ran.json, output_schemas()["drift"])
    sent = [entry["operation"] for entry in sandbox.control.log()[asked:]]
    assert sent
    assert not [operation for operation in sent if operation.startswith(WRITES)]
    assert sandbox.control.jobs() == before


def test_a_changed_manifest_is_a_pending_change_and_a_partial_look_looks_at_nothing_else(project, applied, jobs):
    applied(CLICKS, NIGHTLY)
    jobs(CLICKS, entities("nightly", language="de"))
    ran = project("drift", "--json")
    assert (ran.code, found(ran)) == (Exit.CHANGES, {address(NIGHTLY): "pending"})
    assert ran.json["findings"][0]["diff"][0]["path"] == "spec.LanguageCode"
    partial = project("drift", "--json", "--target", address(CLICKS))
    assert (partial.code, partial.json["partial"], partial.json["summary"]["inSync"]) == (Exit.DONE, True, 1)


def test_drift_works_while_an_apply_is_at_work_and_where_the_lock_file_is_lost(project, applied):
    applied(CLICKS)
    store = open_store(load_project(project.folder, os.environ))
    lease = store.acquire(Holder("7f3a", "ada", "runner", 4711, datetime.now(UTC), "reconcile apply"), timeout=0)
    assert project("drift").code == Exit.DONE
    lease.release()
    (project.folder / "reconcile.lock.json").unlink()
    ran = project("drift", "--json")
    assert (ran.code, found(ran)) == (Exit.CHANGES, {address(CLICKS): "changed"})
    assert not (project.folder / "reconcile.lock.json").exists()


def test_what_an_interrupted_apply_left_is_pending_and_what_cannot_be_asked_is_unknown(project, jobs, sandbox):
    jobs(NIGHTLY)
    sandbox.control.fault("expired", operation="StartEntitiesDetectionJob", count=1)
    assert project("apply", "--auto-approve").code == Exit.ERROR
    assert found(project("drift", "--json")) == {address(NIGHTLY): "pending"}
    project("apply", "--auto-approve")
    sandbox.control.fault("expired", service="comprehend", count=9)
    ran = project("drift", "--json")
    assert (ran.code, found(ran)) == (Exit.CHANGES, {address(NIGHTLY): "unknown"})
    sandbox.control.clear_faults()


# --- jobs that nobody declared


def start_by_hand(sandbox, **tags):
    spec = entities("x")["spec"]
    sandbox.aws("comprehend").start_entities_detection_job(JobName="By Hand", **spec)
    driver = {"sparkSubmit": {"entryPoint": f"s3://{HUSH}/a.py", "entryPointArguments": [HUSH]}}
    sandbox.aws("emr-serverless").start_job_run(
        **{**emr("x")["spec"], "jobDriver": driver}, clientToken="t" * 36, name="adhoc", tags=tags
    )


def test_unmanaged_jobs_are_told_with_manifests_that_are_valid_and_reproduce_their_specs(
    project, applied, jobs, sandbox
):
    applied(CLICKS)
    start_by_hand(sandbox, team="web")
    ran = project("drift", "--json", "--unmanaged")
    assert (ran.code, ran.json["summary"]["unmanaged"], ran.json["summary"]["inSync"]) == (Exit.DONE, 2, 1)
    text = {each["name"]: each["manifest"] for each in ran.json["findings"]}
    assert "starts a job of its own" in text["By Hand"]
    by_hand = project.folder / "by-hand.yaml"
    by_hand.write_text(text["By Hand"])
    assert project("validate").code == Exit.DONE
    assert found(project("drift", "--json")) == {"ComprehendEntitiesDetectionJob/by-hand": "pending"}
    assert HUSH not in ran.out
    sensitive = text["adhoc"]
    assert "# entryPoint: …" in sensitive
    assert 'team: "web"' in sensitive
    by_hand.write_text(re.sub(r"# entryPoint: .*", 'entryPoint: "s3://b/a.py"', sensitive))
    assert project("validate").code == Exit.DONE


def test_jobs_of_other_projects_and_our_own_forgotten_ones_are_said_to_be_theirs(project, applied, jobs):
    applied(CLICKS, NIGHTLY)
    removed = project("state", "rm", address(NIGHTLY))
    assert (removed.code, "the next apply takes the job over again" in removed.err) == (Exit.DONE, True)
    jobs(CLICKS)
    (forgotten,) = project("drift", "--json", "--unmanaged").json["findings"]
    assert f"carries the marks of {address(NIGHTLY)}" in forgotten["reason"]
    assert "takes over the job" in forgotten["manifest"]
    (project.folder / "reconcile.lock.json").unlink()
    jobs(emr("other"), metadata={"name": "strangers"})
    ran = project("drift", "--json", "--unmanaged")
    strays = [each for each in ran.json["findings"] if each["drift"] == "unmanaged"]
    assert [each["manifest"] for each in strays] == ["", ""]
    assert all("of the project tests (environment default)" in each["reason"] for each in strays)


def test_where_jobs_carry_no_tags_their_names_tell_whose_they_are(project, jobs, sandbox):
    jobs(CLICKS, aws={"marks": "name"})
    assert project("apply", "--auto-approve").code == Exit.DONE
    for number in (1, 2):
        for name in ("clicks-9-0a1b2c3d", "ad hoc"):
            token = f"{name}-{number}".replace(" ", "-").ljust(36, "0")
            sandbox.aws("emr-serverless").start_job_run(**emr("x")["spec"], clientToken=token, name=name)
    strays = project("drift", "--json", "--unmanaged").json["findings"]
    assert ["marks of EMRServerlessJobRun/clicks" in each["reason"] for each in strays] == [False, False, True, True]
    assert [re.findall("name: (.*)}", each["manifest"]) for each in strays] == [['"ad-hoc"'], ['"ad-hoc-2"'], [], []]


def test_what_cannot_be_listed_is_a_warning_and_the_rest_is_told(project, applied, sandbox):
    applied(CLICKS)
    start_by_hand(sandbox)
    sandbox.control.fault("expired", operation="ListEntitiesDetectionJobs", count=9)
    ran = project("drift", "--unmanaged")
    sandbox.control.clear_faults()
    assert (ran.code, "adhoc" in ran.out) == (Exit.DONE, True)
    assert "ComprehendEntitiesDetectionJob in aws/eu-west-1 could not be looked through" in ran.err


# --- since when, and how often


def test_the_history_tells_since_when_and_how_often(project, applied, sandbox, tmp_path):
    history = str(tmp_path / "history.jsonl")
    applied(CLICKS)

    def look(*more):
        ran = project("drift", "--json", "--history", history, *more)
        return ran.json, [(each["since"], each["times"]) for each in ran.json["findings"]]

    assert look()[1] == []
    sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
    first, told = look()
    assert told == [(first["at"], 1)]
    _, told = look()
    assert told == [(first["at"], 1)]
    project("apply", "--auto-approve")
    look("--target", address(CLICKS))
    sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
    third, told = look()
    assert told == [(third["at"], 2)]
    assert [moment["summary"]["stopped"] for moment in third["overTime"]] == [0, 1, 1, 1]
    assert "2" in project("drift", "--history", history).out
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == 6


def test_damaged_lines_are_named_and_kept_as_they_are(project, applied, tmp_path):
    path = tmp_path / "history.jsonl"
    applied(CLICKS)
    project("drift", "--history", str(path))
    good = path.read_bytes()
    bad = b'{"version":1}\n\xff\xfe\n{"version":9,"run":"x"}\n' + good[:40]
    path.write_bytes(bad)
    ran = project("drift", "--history", str(path))
    assert ran.code == Exit.DONE
    assert [line for line in (1, 2, 3, 4) if f"history.jsonl:{line}:" in ran.err] == [1, 2, 3, 4]
    after = path.read_bytes()
    assert after.startswith(bad + b"\n")
    assert json.loads(after.removeprefix(bad))["counts"]["inSync"] == 1


def test_a_history_in_s3_grows_by_one_object_a_month(project, applied, sandbox):
    applied(CLICKS)
    client = sandbox.aws("s3")
    client.create_bucket(Bucket="drift-history", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    project("drift", "--history", "s3://drift-history/team/drift")
    sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
    for _ in range(2):
        ran = project("drift", "--json", "--history", "s3://drift-history/team/drift")
    assert ran.json["findings"][0]["since"] == ran.json["overTime"][1]["at"]
    (stored,) = client.list_objects_v2(Bucket="drift-history")["Contents"]
    assert re.fullmatch(r"team/drift\.\d{4}-\d{2}\.jsonl", stored["Key"])
    lost = project("drift", "--history", "s3://no-such-bucket-here/drift")
    assert (lost.code, "NoSuchBucket" in lost.err) == (Exit.CHANGES, True)


def test_a_history_that_cannot_be_kept_is_an_error_unless_there_is_drift(project, applied, sandbox, tmp_path):
    applied(CLICKS)
    nowhere = str(tmp_path / "no" / "such" / "folder.jsonl")
    ran = project("drift", "--history", nowhere)
    assert (ran.code, "No drift" in ran.out, nowhere in ran.err) == (Exit.ERROR, True, True)
    sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
    assert project("drift", "--history", nowhere).code == Exit.CHANGES
    taken = project("drift", "--history", str(project.folder / "history.json"))
    assert (taken.code, "read as a manifest" in taken.err) == (Exit.USAGE, True)


# --- accepted drift


def test_an_accepted_drift_is_shown_and_counts_no_more_until_it_becomes_another(project, applied, sandbox, later):
    applied(CLICKS, NIGHTLY)
    assert project("drift", "accept", address(CLICKS), "--until", "2999-01-01", "--reason", "x").code == Exit.USAGE
    job = the_job(sandbox, "EMRServerlessJobRun")
    sandbox.control.stop(job)
    ran = project("drift", "accept", address(CLICKS), "--until", "tomorrow", "--reason", "moves house")
    assert (ran.code, "'tomorrow' is no day; write it like 2026-12-31" in ran.err) == (Exit.USAGE, True)
    ran = project("drift", "accept", address(CLICKS), "--until", "2999-01-01", "--reason", "moves house")
    assert (ran.code, "committed" in ran.err) == (Exit.DONE, True)
    file = project.folder / "drift-accepted.yaml"
    file.write_text(file.read_text() + "  # reviewed by Ada\n")
    assert project("validate").code == Exit.DONE
    ran = project("drift")
    assert (ran.code, "accepted until 2999-01-01: moves house" in ran.out) == (Exit.DONE, True)
    sandbox.control.fail(the_job(sandbox, "ComprehendEntitiesDetectionJob"))
    assert project("drift").code == Exit.CHANGES
    project("drift", "accept", address(NIGHTLY), "--until", "2999-01-01", "--reason", "known")
    assert project("drift").code == Exit.DONE
    assert file.read_text().endswith("  # reviewed by Ada\n")
    sandbox.control.forget(job)
    later()
    ran = project("drift")
    assert (ran.code, "accepted as stopped, and is missing now" in ran.err) == (Exit.CHANGES, True)


def test_acceptances_that_mean_nothing_any_more_are_warnings(project, applied, sandbox):
    applied(CLICKS)
    sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
    entry = {"drift": "stopped", "until": "2999-01-01", "reason": "r"}
    unknown = {"address": "EMRServerlessJobRun/clocks", **entry}
    accepted(project, {"address": address(CLICKS), **entry, "until": "2001-01-01"}, unknown)
    ran = project("drift")
    assert ran.code == Exit.CHANGES
    assert f"{address(CLICKS)}: its drift was accepted until 2001-01-01, which has passed" in ran.err
    assert "EMRServerlessJobRun/clocks: its drift is accepted, and it is neither declared nor recorded" in ran.err


def test_a_wrong_file_of_acceptances_is_told_at_its_place(project, applied):
    applied(CLICKS)
    accepted(project, {"address": address(CLICKS), "drift": "stoped", "until": "2026-02-31", "reason": ""})
    ran = project("drift")
    assert (ran.code, ran.out) == (Exit.ERROR, "")
    assert "drift-accepted.yaml:1:" in ran.err
    accepted(project, *[{"address": address(CLICKS), "drift": "stopped", "until": "2026-02-31", "reason": "r"}] * 2)
    ran = project("drift")
    assert "there is no day 2026-02-31" in ran.err
    assert "given twice" in ran.err


def test_nothing_is_written_into_a_file_of_acceptances_that_cannot_be_read(project, applied, sandbox):
    applied(CLICKS)
    sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
    file = project.folder / "drift-accepted.yaml"
    file.write_bytes(b"# caf\xe9\n")
    until = ("--until", "2999-01-01", "--reason", "r")
    ran = project("drift", "accept", address(CLICKS), *until)
    assert (ran.code, "not UTF-8" in ran.err, file.read_bytes()) == (Exit.ERROR, True, b"# caf\xe9\n")
    ran = project("drift", "accept", "clicks", *until)
    assert (ran.code, f"give the whole address: {address(CLICKS)}" in ran.err) == (Exit.USAGE, True)


def accepted(project, *entries):
    document = {"apiVersion": "reconcile/v1", "kind": "DriftAcceptances", "accepted": entries}
    (project.folder / "drift-accepted.yaml").write_text(json.dumps(document))


# --- metrics


def test_metrics_are_what_prometheus_reads_and_say_zero_where_there_is_none(project, applied, sandbox, tmp_path):
    applied(CLICKS, NIGHTLY)
    file = tmp_path / "reconcile.prom"
    sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
    assert project("drift", "--prometheus", str(file)).code == Exit.CHANGES
    samples = metrics(file.read_text())
    own = {"project": "tests", "environment": "default"}
    run_of = {**own, "kind": "EMRServerlessJobRun"}
    assert samples["reconcile_drift_jobs", label({**run_of, "drift": "stopped"})] == 1
    assert samples["reconcile_drift_jobs", label({**run_of, "drift": "failed"})] == 0
    assert samples["reconcile_drift_in_sync_jobs", label(own)] == 1
    assert abs(samples["reconcile_drift_last_run_timestamp_seconds", label(own)] - datetime.now(UTC).timestamp()) < 60
    assert (file.stat().st_mode & 0o044, [path.name for path in tmp_path.glob(".reconcile.prom*")]) == (0o044, [])
    project("drift", "accept", address(CLICKS), "--until", "2999-01-01", "--reason", "r")
    project("drift", "--prometheus", str(file))
    samples = metrics(file.read_text())
    assert samples["reconcile_drift_jobs", label({**run_of, "drift": "stopped"})] == 0
    assert samples["reconcile_drift_accepted_jobs", label(run_of)] == 1
    assert project("drift", "--prometheus", str(file), "--target", address(CLICKS)).code == Exit.USAGE


def metrics(text):
    """By name and labels, as the format's description says; each metric has its HELP and TYPE before it."""
    found, known = {}, set()
    for line in text.splitlines():
        if line.startswith("# "):
            _, word, name, _ = line.split(" ", 3)
            known.add((word, name))
            continue
        name, labels, value = re.fullmatch(r'([a-z_]+)\{((?:[a-z]+="(?:[^"\\\n]|\\.)*",?)+)\} (\d+)', line).groups()
        assert {("HELP", name), ("TYPE", name)} <= known
        found[name, label(dict(re.findall(r'([a-z]+)="((?:[^"\\]|\\.)*)"', labels)))] = int(value)
    assert text.endswith("\n")
    return found


def label(labels):
    return tuple(sorted(labels.items()))


# --- the webhook


def test_drift_is_posted_and_being_in_sync_is_not(project, applied, sandbox):
    applied(CLICKS)
    with serving(lambda asked: Reply({"ok": True})) as chat:
        project("drift", "--webhook", f"{chat.url}/hooks/{HUSH}")
        assert chat.asked == []
        sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
        ran = project("drift", "--webhook", f"{chat.url}/hooks/{HUSH}")
        assert (ran.code, len(chat.asked)) == (Exit.CHANGES, 1)
    (asked,) = chat.asked
    assert asked.headers["content-type"] == "application/json"
    assert asked.body["text"].startswith("tests: Drift: 1 stopped")
    assert address(CLICKS) in asked.body["text"]
    assert asked.body["drift"]["summary"]["stopped"] == 1


def test_a_webhook_that_fails_is_a_warning_and_its_address_is_never_told(project, applied, sandbox):
    applied(CLICKS)
    sandbox.control.stop(the_job(sandbox, "EMRServerlessJobRun"))
    with serving(lambda asked: Reply({})) as elsewhere:
        redirect = Reply({}, 307, {"Location": f"{elsewhere.url}/stolen"})
        for reply in (Reply({}, 403), redirect, Reply(dropped=True), None):
            with serving(lambda asked, reply=reply: reply) as chat:
                url = chat.url if reply else closed_port()
                ran = project("--debug", "drift", "--webhook", f"{url.replace('//', '//user:pass@')}/hooks/{HUSH}")
            assert (ran.code, "The webhook was not told" in ran.err) == (Exit.CHANGES, True)
            assert not [word for word in (HUSH, "user", "pass@") if word in ran.out + ran.err]
        assert elsewhere.asked == []


def test_a_webhook_that_would_send_in_the_open_is_refused_before_anything_is_read(project):
    for url in (f"http://chat.example/{HUSH}", f"ftp://127.0.0.1/{HUSH}", f"https://[{HUSH}", HUSH):
        ran = project("--debug", "drift", "--webhook", url)
        assert (ran.code, ran.out, "must begin with https://" in ran.err) == (Exit.USAGE, "", True)
        assert HUSH not in ran.err


def test_no_outlet_tells_a_secret(project, applied, sandbox, tmp_path, monkeypatch):
    """Neither what the service's model calls sensitive, nor the value of a reference, whoever repeats it."""
    monkeypatch.setenv("PASSWORD", WORD)
    spark = {"entryPoint": f"s3://{HUSH}/a.py", "entryPointArguments": ["--password", HUSH]}
    quiet = emr("quiet", spec={"jobDriver": {"sparkSubmit": spark}})
    secret = entities("secret")
    secret["spec"] = {**secret["spec"], "OutputDataConfig": {"S3Uri": "s3://bucket/${env.PASSWORD}/"}}
    applied(quiet, secret)
    start_by_hand(sandbox, word=WORD)
    given = {**NIGHTLY["spec"], "OutputDataConfig": {"S3Uri": f"s3://bucket/{WORD}/"}}
    sandbox.aws("comprehend").start_entities_detection_job(JobName=f"{WORD}-hand", **given)
    sandbox.control.fail(sandbox.control.jobs("ComprehendEntitiesDetectionJob")[0]["id"]["JobId"], f"no {WORD}")
    changed = emr("quiet", spec={"jobDriver": {"sparkSubmit": {**spark, "entryPointArguments": [f"{HUSH}-2"]}}})
    (project.folder / "jobs.yaml").write_text("\n---\n".join(map(json.dumps, (changed, secret))))
    files = [tmp_path / name for name in ("h.jsonl", "m.prom", ".r.json", ".r.xml", ".r.md", ".r.sarif")]
    outlets = ["--history", files[0], "--prometheus", files[1], "--report", f"json={files[2]}"]
    outlets += ["--report", f"junit={files[3]}", "--report", f"markdown={files[4]}", "--report", f"sarif={files[5]}"]
    with serving(lambda asked: Reply({})) as chat:
        ran = [project("drift", "--unmanaged", "--webhook", chat.url, *map(str, outlets), *more) for more in ((), JSON)]
    assert [each.json["summary"]["unmanaged"] for each in ran[1:]] == [3]
    told = [each.out + each.err for each in ran] + [file.read_text() for file in files]
    told += [asked.content.decode() for asked in chat.asked]
    assert len(told) == 10
    assert all(told)
    for text in told:
        for line in text.split("\n"):
            assert not {word for word in (HUSH, WORD) if word in line}, line


def test_a_kind_of_the_project_that_calls_a_stop_a_look_stops_nothing(project, jobs, sandbox):
    text = Path(sources.BUILT_IN, "emr-serverless.yaml").read_text()
    own = project.folder / "kinds" / "own.yaml"
    own.parent.mkdir()
    own.write_text(text.replace("kind: EMR", "kind: Own"))
    jobs(emr("a") | {"kind": "OwnServerlessJobRun"})
    assert project("apply", "--auto-approve").code == Exit.DONE
    own.write_text(re.sub("describe: {operation: GetJobRun.*", "describe: {operation: CancelJobRun}", own.read_text()))
    ran = project("drift", "--json", "--unmanaged")
    assert (ran.code, found(ran)) == (Exit.CHANGES, {"OwnServerlessJobRun/a": "unknown"})
    assert "may only read" in ran.json["findings"][0]["reason"]
    assert "describe: CancelJobRun is not known to be a read" in project("validate").err
    assert [job["phase"] for job in sandbox.control.jobs()] == ["running"]
