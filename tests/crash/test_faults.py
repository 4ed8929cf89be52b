"""What each trouble on the network does to a start, by what guards it; the README has the same table in words."""

import boto3
import pytest

from reconcile.cloud import dataarts_http
from reconcile.cloud.aws_client import Use
from tests.applier.conftest import bench
from tests.applier.manifests import address, emr, entities, run, segment, switch
from tests.sandbox.requests import ENTITIES, SEGMENT

__all__ = ["bench"]

JOBS = {"token": emr("a"), "unique-name": segment("a"), "switch": switch("a"), "look-up": run("a")}
STARTS = {"token": "StartJobRun", "unique-name": "CreateBatchSegmentJob", "switch": "StartJob", "look-up": "RunOnce"}
ONCE, ALWAYS = 1, 99

DONE, FRESH, RESENT, UNTRACED = ("done", ""), ("failed", "start"), ("failed", "resume"), ("failed", "wait")
ROOM = ("waiting", "start")

# Of a trouble that comes once, or always: how many requests each start took, how its apply ended for it, and what the
# plan after it says. Lists show a job after 3 s.
LOST = {"token": (2, *DONE), "unique-name": (1, *DONE), "switch": (1, *DONE), "look-up": (1, *DONE)}
LOST_ALWAYS = LOST | {"token": (6, *DONE)}
NEVER_CAME = {"token": (2, *DONE), "unique-name": (1, *RESENT), "switch": (1, *RESENT), "look-up": (1, *UNTRACED)}
NEVER_CAME_ALWAYS = NEVER_CAME | {"token": (6, *RESENT)}
THROTTLED = {"token": (2, *DONE), "unique-name": (1, *ROOM), "switch": (2, *DONE), "look-up": (2, *DONE)}
THROTTLED_ALWAYS = {"token": (6, *FRESH), "unique-name": (1, *ROOM), "switch": (6, *FRESH), "look-up": (6, *FRESH)}
REFUSED = dict.fromkeys(JOBS, (1, *FRESH))

TROUBLES = [
    ("drop", {}, LOST, LOST_ALWAYS),
    ("half", {}, LOST, LOST_ALWAYS),
    ("delay", {"seconds": 10}, LOST, None),
    ("500", {"after": True}, LOST, LOST_ALWAYS),
    ("503", {"after": True}, LOST, LOST_ALWAYS),
    ("reset", {}, NEVER_CAME, NEVER_CAME_ALWAYS),
    ("500", {}, NEVER_CAME, NEVER_CAME_ALWAYS),
    ("503", {}, NEVER_CAME, NEVER_CAME_ALWAYS),
    ("throttle", {}, THROTTLED, THROTTLED_ALWAYS),
    ("expired", {}, REFUSED, REFUSED),
    ("clock", {}, REFUSED, REFUSED),
]
CASES = [
    pytest.param(wrong, more, count, expected, id=f"{wrong}{' after' if more else ''} {count}")
    for wrong, more, once, always in TROUBLES
    for count, expected in ((ONCE, once), (ALWAYS, always))
    if expected
]


@pytest.fixture
def impatient(monkeypatch):
    """Replies are waited for as long as they take here, not as long as a service may take."""
    for use in Use:
        monkeypatch.setitem(use.value._user_provided_options, "read_timeout", 1.0)
    monkeypatch.setattr(dataarts_http, "_REPLY", 1.0)


@pytest.mark.parametrize(("wrong", "more", "count", "expected"), CASES)
def test_no_trouble_starts_a_job_twice_and_the_next_plan_knows(bench, impatient, wrong, more, count, expected):
    bench.control.settings(listing_delay=3)
    bench.write(*JOBS.values())
    for operation in STARTS.values():
        bench.control.fault(wrong, operation=operation, count=count, **more)
    done = bench.apply()
    bench.control.clear_faults()
    next_plan = bench.planned()
    found = {
        guarantee: (
            len(bench.requests(STARTS[guarantee])),
            done.ended(address(job)),
            next_plan.get(address(job), ""),
        )
        for guarantee, job in JOBS.items()
    }
    assert found == expected
    bench.later(40)
    bench.apply()
    assert bench.planned() == {}
    assert len(bench.jobs()) == 3
    assert {job["phase"] for job in bench.control.jobs("DataArtsJob") if "since" in job["request"]} <= {
        "pending",
        "running",
    }


@pytest.mark.parametrize("wrong", ["reset", "500", "503", "throttle", "expired", "clock"])
def test_a_service_that_cannot_be_read_has_nothing_started(bench, wrong):
    """Reads are tried three times; then what they were about is unknown. A filter that meets a 500 is left out."""
    bench.write(*JOBS.values())
    lists = ("ListJobRuns", "ListBatchSegmentJobs", "ShowJobStatus")
    for operation in lists:
        bench.control.fault(wrong, operation=operation, count=ALWAYS)
    blocked = {address(JOBS[guarantee]): "blocked" for guarantee in ("token", "unique-name", "switch")}
    assert bench.planned() == blocked | {address(JOBS["look-up"]): "start"}
    times = {"expired": (1, 1, 1), "clock": (1, 1, 1), "500": (6, 3, 3), "503": (6, 3, 3)}.get(wrong, (3, 3, 3))
    assert tuple(len(bench.requests(name)) for name in lists) == times


def test_a_refusal_for_want_of_room_makes_no_job_and_leaves_its_number_free(bench):
    """Jobs of others, which no list shows yet, have taken all the room there is."""
    bench.control.settings(listing_delay=3600)
    comprehend, personalize = (boto3.client(name) for name in ("comprehend", "personalize"))
    for number in range(10):
        comprehend.start_entities_detection_job(**ENTITIES, ClientRequestToken=f"other-{number}")
    for number in range(5):
        personalize.create_batch_segment_job(**SEGMENT, jobName=f"other-{number}")
    bench.write(entities("a"), segment("a"))
    before = len(bench.requests())
    done = bench.apply()
    asked = bench.requests()[before:]
    assert asked.count("StartEntitiesDetectionJob") == 6  # its service says the same as when it throttles
    assert asked.count("CreateBatchSegmentJob") == 1
    assert done.ended(address(entities("a"))) == "failed"
    assert done.ended(address(segment("a"))) == "waiting"
    assert set(bench.planned().values()) == {"start"}
    assert len(bench.jobs()) == 15
