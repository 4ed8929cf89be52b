"""What people meet when they apply: the question, the table, what failed, who else is at it."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconcile.applier.apply import ApplyOptions
from reconcile.cli.shell import applying
from reconcile.errors import Exit
from reconcile.lockfile.local import LocalStore
from reconcile.lockfile.protocol import Holder
from reconcile.model.result import Result

RUN = "job-run.yaml"
NIGHTLY = "EMRServerlessJobRun/nightly"
PATIENCE = 30  # seconds without a sign of life


class Terminal:
    """The real command line on a terminal of its own, 80 columns wide."""

    def __init__(self, folder, *arguments):
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        command = [sys.executable, "-m", "reconcile", "-C", str(folder), *arguments]
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env=os.environ | {"TERM": "xterm"},
        )
        os.close(theirs)
        self.shown = ""

    def read_until(self, text):
        while text not in self.shown:
            assert self._read(), self.shown

    def type(self, text):
        os.write(self._ours, text.encode())

    def end(self):
        """The exit code; everything that was still to be shown is read first."""
        while self._read():
            pass
        os.close(self._ours)
        return self.process.wait(timeout=PATIENCE)

    def _read(self):
        """Whether something was shown: a terminal whose other end nobody holds any more fails to be read."""
        if not select.select([self._ours], [], [], PATIENCE)[0]:
            self.process.kill()
            raise AssertionError(f"nothing more is shown, and it does not end: {self.shown}")
        try:
            part = os.read(self._ours, 65536)
        except OSError:
            return False
        self.shown += part.decode()
        return bool(part)


@pytest.mark.parametrize(
    ("answer", "code", "jobs"), [("yes\n", Exit.DONE, 1), ("y\n", Exit.ERROR, 0), ("\n", Exit.ERROR, 0)]
)
def test_on_a_terminal_only_yes_is_yes(answer, code, jobs, project, sandbox):
    project.has(RUN)
    terminal = Terminal(project.folder, "apply")
    terminal.read_until("taken as yes: ")
    assert sandbox.control.jobs() == []
    terminal.type(answer)
    assert terminal.end() == code, terminal.shown
    assert len(sandbox.control.jobs()) == jobs
    assert "\x1b[32m" in terminal.shown


def test_an_interrupt_at_the_question_ends_it_and_gives_the_lease_back(project, sandbox):
    project.has(RUN)
    terminal = Terminal(project.folder, "apply")
    terminal.read_until("taken as yes: ")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == Exit.INTERRUPTED, terminal.shown
    assert sandbox.control.jobs() == []
    assert project("apply", "--auto-approve").code == Exit.DONE


def test_nothing_to_do_is_not_asked_about(project):
    project.has(RUN)
    assert project("apply", "--auto-approve").code == Exit.DONE
    terminal = Terminal(project.folder, "apply")
    assert terminal.end() == Exit.DONE
    assert "No changes." in terminal.shown
    assert "Do you want" not in terminal.shown


def test_what_a_guard_refuses_is_not_asked_about(project, sandbox):
    file = project.has(RUN).folder / "reconcile.yaml"
    file.write_text(file.read_text().replace("maxStops: 10", "maxStarts: 0"))
    terminal = Terminal(project.folder, "apply")
    assert terminal.end() == Exit.GUARD
    assert ("1 to start" in terminal.shown, "Do you want" in terminal.shown) == (True, False)
    assert sandbox.control.jobs() == []


def test_without_a_terminal_events_are_plain_lines_on_stderr(project):
    ran = project.has(RUN)("apply", "--auto-approve")
    assert f"{NIGHTLY}: started attempt 1" in ran.err
    assert NIGHTLY not in project("apply", "--auto-approve", "--quiet").err
    assert "\x1b" not in ran.err + ran.out
    assert "Applied: 1 done." in ran.out


def test_with_json_the_answer_is_one_document_and_the_plan_goes_to_stderr(project):
    ran = project.has(RUN)("apply", "--auto-approve", "--json")
    assert ran.json["results"][0]["address"] == NIGHTLY
    assert ran.json["summary"] == {"done": 1, "failed": 0, "waiting": 0, "blocked": 0, "notTried": 0}
    assert "Plan: 1 to start" in ran.err


def test_one_failure_does_not_keep_the_rest_from_being_done(project, sandbox):
    project.has(RUN, "entities-detection.yaml")
    sandbox.control.fault("expired", operation="StartJobRun", count=100)
    ran = project("apply", "--auto-approve")
    assert ran.code == Exit.PARTLY
    assert "Applied: 1 done, 1 failed." in ran.out
    assert [job["kind"] for job in sandbox.control.jobs()] == ["ComprehendEntitiesDetectionJob"]


@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_every_option_is_obeyed(command, project, monkeypatch):
    asked = []
    monkeypatch.setattr(applying, "apply", lambda *_, options, **__: asked.append(options) or Result(()))
    words = f"--target {NIGHTLY} --parallelism 3 --wait --timeout 2h --lock-timeout 5m --auto-approve"
    assert project.has(RUN)(command, *words.split()).code == Exit.DONE
    assert asked == [ApplyOptions((NIGHTLY,), command == "destroy", 3, True, 7200.0, 300.0, None)]


def test_a_job_that_was_waited_for_in_vain_is_7(project, sandbox):
    sandbox.control.settings(running=10_000)
    ran = project.has(RUN)("apply", "--auto-approve", "--wait", "--timeout", "0s")
    assert ran.code == Exit.JOB_FAILED
    assert NIGHTLY in ran.out.partition("Waited for")[2]


def test_while_someone_else_applies_it_is_4_and_says_who(project):
    project.has(RUN)
    other = Holder(str(uuid.uuid4()), "maria", "builder-7", os.getpid(), datetime.now(UTC), "reconcile apply")
    lease = LocalStore(Path(project.folder, "reconcile.lock.json"), "examples").acquire(other, timeout=0)
    try:
        ran = project("apply", "--auto-approve")
    finally:
        lease.release()
    assert ran.code == Exit.LEASE_HELD
    assert "maria@builder-7" in ran.err


def test_a_plan_that_stops_too_much_is_shown_and_refused_with_5(project, sandbox):
    sandbox.control.settings(running=10_000)
    project.has(RUN, "entities-detection.yaml")
    assert project("apply", "--auto-approve").code == Exit.DONE
    file = project.folder / "reconcile.yaml"
    file.write_text(file.read_text().replace("maxStops: 10", "maxStops: 1"))
    planned = project("plan", "--destroy")
    assert "2 to stop" in planned.out
    assert planned.code == Exit.GUARD
    assert project("destroy", "--auto-approve").code == Exit.GUARD
    assert {job["phase"] for job in sandbox.control.jobs()} == {"running"}


def test_credentials_of_an_account_that_is_not_allowed_end_everything_before_the_first_call(project, sandbox):
    project.has("job-run.yaml")
    file = project.folder / "reconcile.yaml"
    text = file.read_text()
    file.write_text(text.replace("maxStops: 10", 'accounts: ["999999999999"]'))
    refused = project("apply", "--auto-approve")
    assert refused.code == Exit.GUARD
    assert "account 123456789012; the project allows 999999999999" in refused.err
    assert "at: guards.accounts" in refused.err
    assert [project(*words).code for words in (["plan"], ["drift"], ["status", "--refresh"])] == [Exit.GUARD] * 3
    assert sandbox.control.jobs() == []
    file.write_text(text.replace("maxStops: 10", 'accounts: ["999999999999", "123456789012"]'))
    assert project("apply", "--auto-approve").code == Exit.DONE


def test_destroy_stops_what_can_be_stopped_and_says_what_runs_on(project, sandbox):
    sandbox.control.settings(running=10_000)
    project.has(RUN, "batch-segment.yaml")
    assert project("apply", "--auto-approve").code == Exit.DONE
    ran = project("destroy", "--auto-approve", "--wait", "--timeout", "20s")
    assert ran.code == Exit.DONE, ran.out + ran.err
    assert {job["kind"]: job["phase"] for job in sandbox.control.jobs()} == {
        "EMRServerlessJobRun": "stopped",
        "PersonalizeBatchSegmentJob": "running",
    }
    assert "its service cannot stop it, so the job runs on" in ran.out


def test_a_project_that_has_an_id_may_change_its_name(project):
    project.has("job-run.yaml")
    file = project.folder / "reconcile.yaml"
    text = file.read_text().replace("name: examples", "name: examples\n  id: 4f1c")
    file.write_text(text)
    assert project("apply", "--auto-approve").code == Exit.DONE
    file.write_text(text.replace("name: examples", "name: samples"))
    assert project("status").code == Exit.DONE
    file.write_text(text.replace("id: 4f1c", "id: 77aa"))
    other = project("status")
    assert (other.code, "This lock file is of project 4f1c, not of 77aa." in other.err) == (Exit.ERROR, True)
