"""How many jobs a service lets be active, and how many requests a second it answers."""

from reconcile.errors import Exit
from tests.applier.bench import Witness
from tests.applier.manifests import APPLICATION, ROLE, address, emr, entities, segment


def test_what_does_not_fit_waits_and_goes_next(bench):
    jobs = [entities(f"job-{number:02}") for number in range(12)]
    bench.write(*jobs)
    first = bench.apply()
    assert first.exit is Exit.DONE
    assert sorted(first.actions.values()) == ["start"] * 10 + ["wait"] * 2
    assert "no more than 10 ComprehendEntitiesDetectionJob" in first.row(address(jobs[11])).detail
    assert len(bench.jobs()) == 10
    assert set(bench.apply().actions.values()) == {"wait"}
    bench.later(30)
    assert sorted(bench.apply().actions.values()) == ["start", "start"]
    assert len(bench.jobs()) == 12
    assert not any(entry["code"] for entry in bench.control.log())


def test_jobs_of_others_take_room_as_well(bench, monkeypatch):
    import boto3

    comprehend = boto3.client("comprehend")
    spec = entities("x")["spec"]
    for _ in range(9):
        comprehend.start_entities_detection_job(**spec)
    bench.write(entities("a"), entities("b"))
    assert sorted(bench.apply().actions.values()) == ["start", "wait"]
    comprehend.close()


def test_a_service_that_has_no_room_leaves_the_job_waiting_with_its_attempt_number_free(bench):
    """The project believes in more room than there is."""
    jobs = [segment(f"job-{number}") for number in range(7)]
    bench.write(*jobs, aws={"limits": {"PersonalizeBatchSegmentJob": {"active": 7}}})
    done = bench.apply()
    assert done.exit is Exit.DONE, "waiting is no failure"
    assert sorted(row.ended.value for row in done.result.rows) == ["done"] * 5 + ["waiting"] * 2
    assert "LimitExceededException" in next(row.detail for row in done.result.rows if row.ended.value == "waiting")
    assert len(bench.kept()) == 5
    bench.later(30)
    bench.apply()
    assert {record.attempt for record in bench.kept()} == {1}
    assert len(bench.jobs()) == 7


def test_a_capacity_error_in_the_middle_is_tried_again_with_wait(bench):
    bench.write(*(segment(f"job-{number}") for number in range(7)), aws={"limits": "off"})
    assert bench.apply(wait=True).exit is Exit.DONE
    assert len(bench.jobs()) == 7


def test_a_service_that_counts_requests_has_nothing_to_refuse(bench):
    """One start a second, by the sandbox's own count; EMR answers a burst of 25. Every intent is young when its
    request arrives: see `bench.Witness`."""
    bench.control.settings(rates=True, running=10_000)
    bench.write(
        *(entities(f"job-{number}") for number in range(10)), *(emr(f"run-{number:02}") for number in range(60))
    )
    began = bench.clock()
    done = bench.apply()
    assert done.exit is Exit.DONE
    assert len(bench.jobs()) == 70
    assert not [entry for entry in bench.control.log() if entry["code"]], "no throttle was answered"
    assert 30 < bench.clock() - began < 60, "it took as long as 1/s after the burst makes it"


def test_starts_that_would_come_too_late_for_what_was_seen_are_looked_at_once_more(bench):
    """A hundred and twenty starts at 1/s take longer than an observation is good for."""
    bench.control.settings(rates=True, running=10_000)
    bench.write(*(emr(f"run-{number:03}") for number in range(120)))
    done = bench.apply()
    assert done.exit is Exit.DONE
    assert len(bench.jobs()) == 120
    assert {row.ended.value for row in done.result.rows} == {"done"}
    lists = [entry["at"] for entry in bench.control.log() if entry["operation"] == "ListJobRuns"]
    assert lists[-1] - lists[0] > 50
    assert not [entry for entry in bench.control.log() if entry["code"]]


def test_no_more_calls_are_under_way_than_were_asked_for(bench):
    """Of what may start at once, no more have an intent at any time."""
    open_intents = []

    class Counting(Witness):
        async def call(self, work):
            if getattr(work, "func", work).__name__ == "start":
                open_intents.append(len(bench.kept(stage="starting")))
            return await super().call(work)

    bench.write(*(emr(f"job-{number}") for number in range(20)), aws={"limits": "off"})
    bench.apply(runtime=Counting(bench), parallelism=3)
    assert max(open_intents) == 3


def test_another_application_is_another_place(bench):
    bench.write(emr("a"), emr("b", spec={"applicationId": "00f2abcdexample2", "executionRoleArn": ROLE}))
    bench.apply()
    assert {job["id"]["applicationId"] for job in bench.jobs()} == {APPLICATION, "00f2abcdexample2"}
    assert bench.planned() == {}
