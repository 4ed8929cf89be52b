"""What goes wrong on request, as an SDK sees it."""

import botocore.exceptions
import pytest

from reconcile.sandbox.client import ControlError
from tests.sandbox.requests import EMR, ENTITIES

LOST = botocore.exceptions.ConnectionClosedError


@pytest.fixture
def start(sandbox):
    return lambda: sandbox.aws("comprehend").start_entities_detection_job(**ENTITIES)


def test_a_dropped_reply_leaves_a_job_behind(sandbox, start):
    sandbox.control.fault("drop", kind="ComprehendEntitiesDetectionJob")
    with pytest.raises(LOST):
        start()
    assert len(sandbox.control.jobs()) == 1


def test_half_a_reply_leaves_a_job_behind_and_botocore_takes_it_for_an_empty_one(sandbox, start):
    sandbox.control.fault("half")
    assert "JobId" not in start()
    assert len(sandbox.control.jobs()) == 1


def test_a_reset_leaves_nothing(sandbox, start):
    sandbox.control.fault("reset", service="comprehend")
    with pytest.raises(LOST):
        start()
    assert sandbox.control.jobs() == []


@pytest.mark.parametrize(
    ("wrong", "code", "status"),
    [
        ("throttle", "TooManyRequestsException", 429),
        ("500", "InternalServerException", 500),
        ("503", "ServiceUnavailableException", 503),
        ("expired", "ExpiredTokenException", 403),
    ],
)
def test_a_refusal_on_request_is_the_services_own_and_leaves_nothing(sandbox, start, wrong, code, status):
    sandbox.control.fault(wrong)
    with pytest.raises(botocore.exceptions.ClientError) as error:
        start()
    assert error.value.response["Error"]["Code"] == code
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert sandbox.control.jobs() == []


def test_a_500_can_come_after_the_effect(sandbox, start):
    sandbox.control.fault("500", after=True)
    with pytest.raises(botocore.exceptions.ClientError):
        start()
    assert len(sandbox.control.jobs()) == 1


def test_a_reply_can_come_late_after_the_effect(sandbox):
    client = sandbox.aws("comprehend", read_timeout=0.5)
    client.list_entities_detection_jobs()  # the first request takes longer
    sandbox.control.fault("delay", seconds=60)
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        client.start_entities_detection_job(**ENTITIES)
    assert len(sandbox.control.jobs()) == 1


def test_one_start_can_be_listed_late(sandbox, start):
    sandbox.control.fault("late", seconds=30)
    start()
    client = sandbox.aws("comprehend")
    assert client.list_entities_detection_jobs()["EntitiesDetectionJobPropertiesList"] == []
    sandbox.control.advance(30)
    assert len(client.list_entities_detection_jobs()["EntitiesDetectionJobPropertiesList"]) == 1


def test_a_fault_meets_only_what_it_matches_and_only_so_often(sandbox):
    client = sandbox.aws("emr-serverless")
    sandbox.control.fault("drop", operation="Start*", kind="EMR*", count=2, skip=1)
    outcomes = []
    for _ in range(4):
        client.list_job_runs(applicationId="00f")
        try:
            client.start_job_run(**EMR)
            outcomes.append("replied")
        except LOST:
            outcomes.append("lost")
    assert outcomes == ["replied", "lost", "lost", "replied"]
    assert sandbox.control.faults() == []
    starts = [entry for entry in sandbox.control.log() if entry["operation"] == "StartJobRun"]
    assert [entry["fault"] for entry in starts] == ["", "drop", "drop", ""]


def test_faults_meet_the_other_services_too(sandbox):
    sandbox.control.fault("503", service="s3", operation="PUT")
    s3 = sandbox.aws("s3", region="us-east-1")
    s3.list_buckets()
    with pytest.raises(botocore.exceptions.ClientError, match="ServiceUnavailable"):
        s3.create_bucket(Bucket="some-bucket")


def test_faults_can_be_taken_back(sandbox, start):
    sandbox.control.fault("drop", count=5)
    sandbox.control.clear_faults()
    assert start()["JobStatus"] == "SUBMITTED"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"wrong": "flood"}, "not what can go wrong"),
        ({"wrong": "drop", "colour": "red"}, "no colour"),
        ({"wrong": "drop", "count": 0}, "count"),
        ({"wrong": "drop", "skip": True}, "skip"),
        ({"wrong": "delay"}, "seconds"),
        ({"wrong": "delay", "seconds": "5"}, "seconds"),
        ({"wrong": "drop", "kind": 5}, "text"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox, fault, words):
    with pytest.raises(ControlError, match=words):
        sandbox.control.fault(**fault)
