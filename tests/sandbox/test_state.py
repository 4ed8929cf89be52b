"""A sandbox that keeps its jobs in a file."""

import pytest

from reconcile.sandbox.client import Control
from reconcile.sandbox.memory import StateError
from reconcile.sandbox.run import SandboxError, started
from reconcile.sandbox.settings import Settings
from tests.sandbox.fixtures import Sandbox
from tests.sandbox.requests import EMR, ENTITIES, SEGMENT


@pytest.fixture
def again(tmp_path):
    """Starts a sandbox on the same file, after ending the one before."""
    running = []

    def start():
        while running:
            running.pop().__exit__(None, None, None)
        settings = Settings(seed="same", rates=False, listing_delay=0)
        running.append(started(state=tmp_path / "cloud.json", settings=settings))
        endpoint = running[0].__enter__().endpoint
        return Sandbox(endpoint, Control(endpoint))

    yield start
    running.pop().__exit__(None, None, None)


def test_jobs_tokens_names_and_the_clock_survive_a_restart(again):
    sandbox = again()
    job = sandbox.aws("comprehend").start_entities_detection_job(ClientRequestToken="t", **ENTITIES)["JobId"]
    sandbox.aws("personalize").create_batch_segment_job(jobName="films", **SEGMENT)
    sandbox.control.advance(50)
    before = sandbox.control.jobs()
    sandbox = again()
    client = sandbox.aws("personalize")
    assert [entry["status"] for entry in before] == ["IN_PROGRESS", "IN PROGRESS"]
    assert sandbox.control.jobs() == before
    assert sandbox.aws("comprehend").start_entities_detection_job(ClientRequestToken="t", **ENTITIES)["JobId"] == job
    with pytest.raises(client.exceptions.ResourceAlreadyExistsException):
        client.create_batch_segment_job(jobName="films", **SEGMENT)


def test_ids_after_a_restart_are_new_ones(again):
    ids = {again().aws("emr-serverless").start_job_run(**EMR)["jobRunId"] for _ in range(3)}
    assert len(ids) == 3


def test_a_job_whose_reply_was_lost_is_in_the_file(again):
    sandbox = again()
    sandbox.control.fault("drop")
    with pytest.raises(Exception, match="Connection was closed"):
        sandbox.aws("emr-serverless").start_job_run(**EMR)
    assert len(again().control.jobs()) == 1


def test_a_file_that_is_no_state_is_refused_and_left_as_it_is(tmp_path):
    for number, text in enumerate(("", "[]", '{"version": 99, "counter": 0, "offset": 0, "jobs": [], "tokens": []}')):
        path = tmp_path / f"{number}.json"
        path.write_text(text)
        with pytest.raises(StateError), started(state=path):
            pass
        assert path.read_text() == text


def test_a_file_that_cannot_be_written_is_refused_at_once(tmp_path):
    with pytest.raises(SandboxError, match="cannot keep"), started(state=tmp_path / "no" / "folder.json"):
        pass
