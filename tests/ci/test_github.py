"""The generated workflow, step by step: pull request, plan, merge, apply, a job that somebody stops, drift, repair."""

import yaml

from tests.ci.conftest import ROOT
from tests.ci.runner import Runner

WORKFLOW = ".github/workflows/reconcile-jobs.yml"
MARKER = "<!-- reconcile: jobs -->\n"


def begun(hub, around, *options):
    """A repository whose first commit is what `reconcile init` wrote."""
    folder = hub.folder / "work"
    folder.mkdir()
    here = hub.publish(folder)
    run = Runner(folder, hub.folder, around, {})
    assert run.steps([{"name": "init", "run": " ".join(["reconcile init jobs --ci github", *options])}], {}), run.said
    (folder / "jobs" / "contracts.yaml").unlink()  # it would wait for the other one
    here.git("add", "--all")
    here.git("commit", "-q", "-m", "jobs")
    here.git("push", "-q")
    return here


def changed(here, branch, old, new):
    here.git("switch", "-q", "-C", branch)
    file = here.folder / "jobs" / "nightly.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    here.git("commit", "-q", "-a", "-m", "change")
    here.git("push", "-q", "--force", "origin", branch)


def merged(here, branch):
    here.git("switch", "-q", "main")
    here.git("pull", "-q", "--rebase")
    here.git("merge", "-q", "--no-edit", branch)
    here.git("push", "-q")


def phases(sandbox):
    return sorted(f"{job['name'].partition('-')[0]} {job['phase']}" for job in sandbox.control.jobs())


def ran(hub, job, branch="main"):
    """The job on a runner of its own."""
    runner = hub.runner(branch)
    return runner.job(runner.folder / WORKFLOW, job), runner.said


def test_from_the_pull_request_to_the_repair(hub, around, bucket, sandbox):
    here = begun(hub, around, f"--lock-file s3://{bucket}/jobs/reconcile.lock.json")
    hub.says(MARKER + "Not a plan of anybody's.")

    changed(here, "larger", "generation: 1", "generation: 2")
    assert ran(hub, "plan", "larger")[0]
    first = hub.comments[-1]
    assert first["body"].startswith(MARKER)
    assert "EMRServerlessJobRun/nightly" in first["body"]
    assert sandbox.control.jobs() == []

    changed(here, "larger", "entryPoint", "entryPiont")
    well, said = ran(hub, "plan", "larger")
    assert (well, "entryPiont" in said) == (False, True)
    assert [comment["id"] for comment in hub.comments] == [1, first["id"]], "it is updated, and nobody else's is"
    assert "entryPiont: unknown field" in hub.comments[-1]["body"]
    changed(here, "larger", "entryPiont", "entryPoint")

    merged(here, "larger")
    well, said = ran(hub, "apply")
    assert well, said
    assert phases(sandbox) == ["nightly running"]
    keys = [found["Key"] for found in sandbox.aws("s3").list_objects_v2(Bucket=bucket)["Contents"]]
    assert "jobs/reconcile.lock.json" in keys

    stopped = sandbox.control.jobs()[0]["id"]["jobRunId"]
    by_hand = hub.runner("main")
    assert by_hand.steps([{"name": "stop", "run": f"reconcile sandbox stop {stopped}"}], {}), by_hand.said
    for _ in range(2):
        well, said = ran(hub, "drift")
        assert well, said
    assert [(issue["title"], issue["state"]) for issue in hub.issues] == [("reconcile: jobs has drifted", "open")]
    assert "EMRServerlessJobRun/nightly" in hub.issues[0]["body"]

    assert ran(hub, "apply")[0]
    assert phases(sandbox) == ["nightly running", "nightly stopped"]
    well, said = ran(hub, "drift")
    assert (well, hub.issues[0]["state"]) == (True, "closed"), said
    assert len(hub.issues) == 1


def test_the_lock_file_in_git_goes_back_to_the_branch(hub, around, sandbox):
    """A runner starts from the branch as it is then, not as it was when somebody pushed."""
    here = begun(hub, around)
    assert ran(hub, "apply")[0]
    here.git("pull", "-q")
    assert here.git("show", "--name-only", "--format=", "HEAD") == "jobs/reconcile.lock.json"
    told = yaml.safe_load((here.folder / WORKFLOW).read_text())["jobs"]["apply"]
    checkout = next(step for step in told["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"]["ref"] == "${{ github.ref_name }}"
    assert told["permissions"] == {"contents": "write", "id-token": "write"}
    changed(here, "more", "generation: 1", "generation: 2")
    merged(here, "more")
    assert ran(hub, "apply")[0]
    assert phases(sandbox) == ["nightly running", "nightly stopped"]
    assert here.git("fetch", "-q") == ""
    assert here.log()[0].startswith("reconcile jobs: ")


def test_a_package_must_be_named(hub, around, tmp_path):
    begun(hub, around)
    runner = hub.runner("main", **{"vars.RECONCILE_PACKAGE": ""})
    assert not runner.job(runner.folder / WORKFLOW, "plan")
    assert (runner.begun, "RECONCILE_PACKAGE" in runner.said) == (["Install", ""], True)


def action(hub, around, **inputs):
    told = yaml.safe_load((ROOT / ".github/actions/reconcile/action.yml").read_text())
    given = {name: str(asked.get("default", "")) for name, asked in told["inputs"].items()} | inputs
    on_drift, on_plan = (str(inputs["command"] == command).lower() for command in ("drift", "plan"))
    runner = hub.runner("main", **{f"inputs.{name}": value for name, value in given.items()})
    runner.known |= {
        "inputs.token": "ghs_1",
        "inputs.command == 'drift' && inputs.tell == 'true'": on_drift,
        "inputs.command == 'plan' && inputs.tell == 'true' && github.event_name == 'pull_request'": on_plan,
    }
    well = runner.steps(told["runs"]["steps"], {"GITHUB_ACTION_PATH": str(ROOT / ".github/actions/reconcile")})
    return well, runner


def test_the_action_does_the_same(hub, around, sandbox, bucket):
    begun(hub, around, f"--lock-file s3://{bucket}/lock.json")
    about = {"project": "jobs", "directory": "jobs"}
    well, runner = action(hub, around, command="plan", **about)
    assert well, runner.said
    assert [comment["body"].startswith(MARKER) for comment in hub.comments] == [True]
    assert runner.known["steps.run.outputs.exit-code"] == "0"
    well, runner = action(hub, around, command="drift", **about)
    assert (well, len(hub.issues), runner.known["steps.run.outputs.exit-code"]) == (True, 1, "2"), runner.said
    well, runner = action(hub, around, command="apply", arguments="--target */nightly", **about)
    assert well, runner.said
    assert phases(sandbox) == ["nightly running"]
    well, runner = action(hub, around, command="plan", **about | {"directory": "nowhere"})
    assert (well, "There is no such folder" in hub.comments[0]["body"]) == (False, True)
    assert not action(hub, around, command="rm -rf", **about)[0]


def test_each_shard_has_a_comment_and_an_issue_of_its_own(hub, around, bucket):
    begun(hub, around, f"--lock-file s3://{bucket}/lock.json")
    about = {"project": "jobs", "directory": "jobs"}
    for command, shard in (("plan", "0/2"), ("plan", "1/2"), ("plan", "1/2"), ("drift", "1/2")):
        well, runner = action(hub, around, command=command, shard=shard, **about)
        assert well, runner.said
    heads = [f"<!-- reconcile: jobs shard {shard} -->" for shard in ("0/2", "1/2")]
    assert [comment["body"].splitlines()[0] for comment in hub.comments] == heads
    (issue,) = hub.issues  # the one job is in this part
    assert (issue["title"], issue["body"].splitlines()[0]) == ("reconcile: jobs has drifted, shard 1/2", heads[1])
