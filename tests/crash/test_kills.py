"""The command line killed in the middle of an apply, at some of the points that `make crash` goes through."""

from functools import partial

import boto3
import pytest

from reconcile.sandbox.run import REGION
from tests.applier.manifests import emr, entities, segment
from tests.crash.scene import APPLY, scene
from tests.crash.sweep import SIDES, Kill, Sweep, moments, steps_with
from tests.crash.worlds import WORLDS

PARTS = {"first": (0.35, 0.6), "edit": (0.5,)}
POINTS = [
    (story, what, side, part)
    for story, parts in PARTS.items()
    for what, sides in SIDES.items()
    for side in sides
    for part in parts
]
SECONDS = 0.8  # after its first request, in which an apply of the stories is done
OTHERS = [
    Kill("s3", 0, "request", "committed", 30),
    Kill("s3", 2, "request", "before", 45),
    Kill("destroy", 1, "request", "after", 12),
    Kill("wait", 3, "request", "committed", 12),
]

BROKEN = {
    "the_intent_is_written_after_the_call": (Kill("shared", 1, "request", "committed", 1), "two jobs"),
    "outcomes_are_dropped": (Kill("tokens", 0, "request", "committed", 4), "still to do"),
    "nothing_is_adopted": (Kill("tokens", 2, "request", "committed", 4), "two jobs"),
    "tokens_are_random": (Kill("tokens", 1, "request", "committed", 4), "two jobs"),
}


@pytest.fixture(scope="session")
def calls(sweep):
    """What an undisturbed apply of a story does, asked for once."""
    found = {}

    def of(story):
        if story not in found:
            found[story] = sweep.points(story)
        return found[story]

    return of


@pytest.mark.parametrize("number", range(len(POINTS)), ids=[" ".join(map(str, point)) for point in POINTS])
def test_no_kill_starts_a_job_twice_or_loses_one(sweep, calls, number):
    story, what, side, part = POINTS[number]
    steps = steps_with(side, calls(story)[what])
    outcome = sweep.strike(Kill(story, number % len(WORLDS), what, side, steps[int(part * len(steps))]))
    assert outcome.wrong == []
    assert outcome.point


@pytest.mark.parametrize("kill", [kill for story in PARTS for kill in moments(story, SECONDS, 6)], ids=str)
def test_no_kill_at_a_random_moment_does_either(sweep, kill):
    assert sweep.strike(kill).wrong == []


@pytest.mark.parametrize("kill", OTHERS, ids=str)
def test_no_kill_does_so_with_a_lock_file_in_s3_or_of_a_destroy_or_of_one_who_waits(sweep, kill):
    outcome = sweep.strike(kill)
    assert outcome.wrong == []
    assert outcome.point


@pytest.mark.parametrize("world", [1, 3], ids=[WORLDS[1].name, WORLDS[3].name])
def test_where_only_a_person_can_tell_the_plan_says_how_to_tell_it(sweep, world):
    """Two runs of one job were about to start, after a look for older ones. One has, its reply is late, and the other
    is about to be sent."""
    outcome = sweep.strike(Kill("shared", world, "request", "before", 2))
    assert outcome.wrong == []
    assert outcome.begun == 1
    assert "asked" in outcome.ways.values()


@pytest.mark.parametrize("broken", BROKEN)
def test_a_reconcile_that_is_broken_is_caught(launcher, tmp_path, broken):
    kill, what = BROKEN[broken]
    assert what in " ".join(Sweep(tmp_path, launcher, broken).strike(kill).wrong)
    assert Sweep(tmp_path / "whole", launcher).strike(kill).wrong == []


def test_boto3_counts_the_same_jobs(launcher, tmp_path):
    """The sandbox's own list is what the sweep counts by; this is what a customer sees."""
    with scene(tmp_path, launcher, WORLDS[0].made("boto3")) as made:
        made.write([emr("a"), entities("a"), segment("a")])
        code, at, _ = made.run(*APPLY, trap=["request", 5, "committed"])
        assert (code, at) == (-9, "request")
        assert made.run(*APPLY)[0] == 0
        assert made.plan() == {}
        client = partial(
            boto3.client,
            region_name=REGION,
            endpoint_url=made.control.endpoint,
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
        )
        runs = client("emr-serverless").list_job_runs(applicationId="00f1abcdexample1")["jobRuns"]
        detections = client("comprehend").list_entities_detection_jobs()["EntitiesDetectionJobPropertiesList"]
        segments = client("personalize").list_batch_segment_jobs()["batchSegmentJobs"]
        assert list(map(len, (runs, detections, segments))) == [1, 1, 1]
