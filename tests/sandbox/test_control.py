"""The control calls: what they do to jobs, and what they refuse."""

import pytest
import urllib3

from reconcile.sandbox.client import Control, ControlError, NoSandbox
from tests.sandbox.requests import EMR, ENTITIES, SEGMENT


@pytest.fixture
def control(sandbox):
    return sandbox.control


def test_a_job_stopped_behind_ones_back_goes_the_services_own_way(sandbox, control):
    client = sandbox.aws("emr-serverless")
    run = client.start_job_run(name="nightly", **EMR)["jobRunId"]
    control.advance(20)
    assert control.stop("nightly")["status"] == "CANCELLING"
    control.advance(15)
    shown = client.get_job_run(applicationId=EMR["applicationId"], jobRunId=run)["jobRun"]
    assert shown["state"] == "CANCELLED"


def test_jobs_end_on_request_by_id_name_or_arn(sandbox, control):
    client = sandbox.aws("comprehend")
    one = client.start_entities_detection_job(**ENTITIES)
    two = client.start_entities_detection_job(JobName="two", **ENTITIES)
    assert control.complete(one["JobId"])["phase"] == "succeeded"
    assert control.fail(two["JobArn"])["phase"] == "failed"
    with pytest.raises(ControlError, match="has ended"):
        control.fail("two")


def test_a_forgotten_job_is_nowhere_but_its_name_stays_taken(sandbox, control):
    client = sandbox.aws("personalize")
    client.create_batch_segment_job(jobName="films", **SEGMENT)
    control.forget("films")
    assert client.list_batch_segment_jobs()["batchSegmentJobs"] == []
    with pytest.raises(client.exceptions.ResourceAlreadyExistsException):
        client.create_batch_segment_job(jobName="films", **SEGMENT)


def test_a_job_whose_service_has_no_stop_is_not_stopped(sandbox, control):
    sandbox.aws("personalize").create_batch_segment_job(jobName="films", **SEGMENT)
    with pytest.raises(ControlError, match="cannot be stopped"):
        control.stop("films")


def test_an_unclear_or_unknown_job_is_refused(sandbox, control):
    client = sandbox.aws("comprehend")
    client.start_entities_detection_job(JobName="twin", **ENTITIES)
    client.start_entities_detection_job(JobName="twin", **ENTITIES)
    with pytest.raises(ControlError, match="2 jobs are called 'twin'"):
        control.fail("twin")
    with pytest.raises(ControlError, match="No jobs are called"):
        control.fail("nobody")


def test_settings_can_be_changed_while_it_runs(sandbox, control):
    client = sandbox.aws("comprehend", attempts=1)
    assert control.settings(rates="on", listing_delay=5)["listing_delay"] == 5
    client.start_entities_detection_job(**ENTITIES)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.start_entities_detection_job(**ENTITIES)
    assert client.list_entities_detection_jobs()["EntitiesDetectionJobPropertiesList"] == []


@pytest.mark.parametrize(
    "changes",
    [{"sped": 2}, {"speed": 0}, {"speed": "fast"}, {"rates": "maybe"}, {"token_mismatch": "both"}, {"pending": -1}],
)
def test_a_setting_that_makes_no_sense_is_refused(control, changes):
    before = control.settings()
    with pytest.raises(ControlError, match=next(iter(changes))):
        control.settings(**changes)
    assert control.settings() == before


def test_the_clock_only_moves_on(control):
    with pytest.raises(ControlError, match="seconds"):
        control.advance(-1)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/stop", b"{", 400),
        ("POST", "/stop", b"[]", 400),
        ("POST", "/stop", b"{}", 400),
        ("GET", "/nothing", b"", 404),
        ("PATCH", "/jobs", b"", 404),
    ],
)
def test_a_control_call_that_makes_no_sense_is_refused(sandbox, method, path, body, status):
    pool = urllib3.PoolManager(retries=False)
    reply = pool.request(method, f"{sandbox.endpoint}/_sandbox{path}", body=body)
    assert (reply.status, "error" in reply.json()) == (status, True)
    pool.clear()


def test_without_a_sandbox_the_client_says_so(sandbox):
    with pytest.raises(NoSandbox, match="No sandbox answers"):
        Control("http://127.0.0.1:1").jobs()
