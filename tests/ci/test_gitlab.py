"""The generated GitLab pipeline: its scripts in bash, with curl against a server that keeps notes and issues."""

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pytest
import yaml

from tests.ci.runner import BASH

PROJECT = "/api/v4/projects/3"
MARKER = "<!-- reconcile: jobs -->\n"


@pytest.fixture
def gitlab():
    """Notes by id and issues by iid, as the API gives and takes them."""
    kept = {"notes": [{"id": 1, "body": "Nice."}], "issues": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            assert self.headers["PRIVATE-TOKEN"] == "glpat-1"
            asked = urlparse(self.path)
            found = kept["notes"] if asked.path.endswith("/merge_requests/5/notes") else kept["issues"]
            self._answer([one for one in found if one.get("state", "opened") == "opened"])

        def do_POST(self):
            what = self.path.rpartition("/")[2]
            number = len(kept[what]) + 1
            kept[what].append({"id": number, "iid": number, "state": "opened"} | self._given())
            self._answer(kept[what][-1])

        def do_PUT(self):
            *_, what, number = self.path.split("/")
            given = self._given()
            one = next(one for one in kept[what] if one["id"] == int(number))
            one.update(given | ({"state": "closed"} if given.get("state_event") == "close" else {}))
            self._answer(one)

        def _given(self):
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            return {name: value for name, [value] in parse_qs(text).items()}

        def _answer(self, value):
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        kept["url"] = f"http://127.0.0.1:{server.server_port}/api/v4"
        yield kept
        server.shutdown()
        thread.join()


@pytest.fixture
def here(hub, around):
    folder = hub.folder / "work"
    folder.mkdir()
    here = hub.publish(folder)
    bash(folder, around, "reconcile init jobs --ci gitlab --package git+https://git.example/reconcile@v1")
    (folder / "jobs" / "contracts.yaml").unlink()
    here.git("add", "--all")
    here.git("commit", "-q", "-m", "jobs")
    here.git("push", "-q")
    return here


def bash(folder, environ, script):
    return subprocess.run(
        [*BASH, script], cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )


def ran(hub, gitlab, name, *, settings):
    """One job, on what a runner checks out: a commit, and no branch."""
    runner = hub.runner("main")
    folder = runner.folder
    told = yaml.safe_load((folder / ".gitlab" / "reconcile-jobs.yml").read_text())
    base, job = told[".reconcile-jobs"], told[f"reconcile {name} jobs"]
    assert job["extends"] == ".reconcile-jobs"
    given = {name: str(value) for name, value in (base["variables"] | job["variables"]).items()}
    assert (given.pop("AWS_ROLE_ARN")[0], given.pop("AWS_ROLE_SESSION_NAME")) == ("$", "reconcile-$CI_JOB_ID")
    of_gitlab = {
        "CI_API_V4_URL": gitlab["url"], "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "5", "CI_COMMIT_BRANCH": "main",
        "CI_SERVER_FQDN": "gitlab.example", "CI_PROJECT_PATH": "team/jobs", "RECONCILE_TOKEN": "glpat-1",
        "AWS_ID_TOKEN": "token", "GIT_CONFIG_GLOBAL": str(settings),
    }  # fmt: skip
    subprocess.run(["git", "checkout", "-q", "--detach"], cwd=folder, check=True)
    return bash(folder, runner.environ | of_gitlab | given, "\n".join([*base["before_script"], *job["script"]]))


def test_notes_the_lock_file_and_the_issue(hub, gitlab, here, sandbox):
    settings = hub.folder / "gitconfig"
    settings.write_text(f'[url "{hub.remote}"]\n insteadOf = https://reconcile:glpat-1@gitlab.example/team/jobs.git\n')

    def does(name):
        done = ran(hub, gitlab, name, settings=settings)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "glpat-1" not in done.stdout + done.stderr

    does("plan")
    assert [note["body"].startswith(MARKER) for note in gitlab["notes"]] == [False, True]
    assert "EMRServerlessJobRun/nightly" in gitlab["notes"][1]["body"]
    does("apply")
    here.git("pull", "-q")
    assert here.git("show", "--name-only", "--format=", "HEAD") == "jobs/reconcile.lock.json"
    sandbox.control.stop(sandbox.control.jobs()[0]["id"]["jobRunId"])
    does("drift")
    assert [(issue["title"], issue["state"]) for issue in gitlab["issues"]] == [
        ("reconcile: jobs has drifted", "opened")
    ]
    does("apply")
    does("drift")
    assert [issue["state"] for issue in gitlab["issues"]] == ["closed"]

    (here.folder / "jobs" / "nightly.yaml").write_text("kind: 1\n")
    here.git("commit", "-q", "-a", "-m", "wrong")
    here.git("pull", "-q", "--rebase")
    here.git("push", "-q")
    failed = ran(hub, gitlab, "plan", settings=settings)
    assert (failed.returncode, "nightly.yaml:1" in failed.stderr) == (1, True)
    assert [note["body"].startswith(MARKER) for note in gitlab["notes"]] == [False, True]
    assert "nightly.yaml:1" in gitlab["notes"][1]["body"], "what was planned before does not hold any more"
