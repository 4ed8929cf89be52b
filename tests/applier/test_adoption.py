"""The lock file is lost: every job of ours is found by its marks, and none is started again."""

import pytest

from reconcile.errors import Exit
from tests.applier.manifests import address, classification, emr, entities, segment, stream, switch


def lost(bench):
    for file in bench.folder.glob("*reconcile.lock*"):
        file.unlink()


@pytest.mark.parametrize("after", [1, 10, 100], ids=["pending", "running", "succeeded"])
def test_with_the_same_manifests_every_marked_job_is_adopted_and_none_started(after, bench):
    bench.define("hourly")
    jobs = [entities("a"), classification("a"), emr("a"), stream("b"), segment("a"), switch("a")]
    jobs += [emr("named", spec={"name": "my-own-name"}, retry={"maxAttempts": 1})]
    bench.write(*jobs)
    bench.apply()
    bench.later(after)
    before = {record.address: (record.external_id, record.client_token, record.attempt) for record in bench.kept()}
    lost(bench)
    began = bench.clock()
    done = bench.apply()
    assert done.exit is Exit.DONE
    assert done.actions == {address(job): "adopt" for job in jobs}
    assert bench.clock() - began < 10, "nothing has to be waited for"
    after_it = {record.address: (record.external_id, record.client_token, record.attempt) for record in bench.kept()}
    switched = next(key for key in before if key.kind == "DataArtsJob")
    assert {key: value for key, value in after_it.items() if key != switched} == {
        key: value for key, value in before.items() if key != switched
    }
    assert len(bench.jobs()) == len(jobs) - 1
    assert bench.planned() == {}


def test_the_highest_attempt_is_adopted_and_the_next_one_has_a_new_token(bench):
    bench.write(emr("a", retry={"maxAttempts": 2}))
    bench.apply()
    for attempt in (1, 2):
        bench.later(3)
        bench.control.fail(bench.jobs()[-1]["id"]["jobRunId"])
        if attempt == 1:
            bench.apply()
    lost(bench)
    done = bench.apply()
    assert done.exit is Exit.ERROR
    assert "2 of 2 attempts are used" in done.row(address(emr("a"))).detail
    assert bench.record(address(emr("a"))).attempt == 2
    assert len(bench.jobs()) == 2


def test_before_anything_starts_beside_jobs_that_were_found_lists_get_the_time_to_catch_up(bench):
    """The second content was started a moment ago, and no list shows it yet."""
    bench.write(emr("a"), stream("s"))
    bench.apply()
    bench.later(100)
    bench.apply()
    bench.control.settings(listing_delay=20, running=1000)
    bench.write(emr("a", code="b"), stream("s"))
    bench.apply()
    lost(bench)
    bench.write(emr("a", code="c"), stream("s"))
    done = bench.apply()
    assert done.actions == {address(emr("a")): "adopt", address(stream("s")): "adopt"}
    assert any("lists may be late" in event.text for event in done.events)
    runs = [job["request"]["jobDriver"]["sparkSubmit"]["entryPoint"] for job in bench.jobs() if job["name"][0] == "a"]
    assert runs == ["s3://bucket/a.py", "s3://bucket/b.py", "s3://bucket/c.py"]
    assert [job["phase"] for job in bench.jobs() if job["name"][0] == "a"] == ["succeeded", "stopped", "pending"]


def test_a_first_apply_does_not_wait_for_lists(bench):
    bench.write(emr("a"))
    began = bench.clock()
    bench.apply()
    assert bench.clock() - began < 1


def test_what_was_adopted_in_an_older_content_is_replaced_in_the_same_apply(bench):
    bench.write(stream("s"))
    bench.apply(wait=True)
    lost(bench)
    bench.write(stream("s", spec={"mode": "STREAMING", "name": "other"}))
    done = bench.apply()
    assert done.exit is Exit.DONE
    assert (done.plan.changes[0].action.word, done.plan.changes[0].then.word) == ("adopt", "replace")
    assert [job["phase"] for job in bench.jobs()] == ["stopped", "pending"]
    assert bench.record(address(stream("s"))).attempt == 2


def test_what_was_adopted_and_must_wait_is_not_waited_for(bench):
    bench.write(classification("a"))
    bench.apply()
    lost(bench)
    bench.write(classification("a", model="better"))
    began = bench.clock()
    done = bench.apply()
    assert (done.exit, done.ended(address(classification("a")))) == (Exit.DONE, "waiting")
    assert bench.clock() - began < 5
    assert bench.planned() == {address(classification("a")): "wait"}


def test_jobs_of_another_project_are_not_ours(bench):
    bench.write(stream("s"))
    bench.apply(wait=True)
    lost(bench)
    bench.write(stream("s"), metadata={"name": "tests", "id": "b0f5"})
    assert bench.planned() == {address(stream("s")): "start"}


def test_two_live_jobs_of_one_address_are_left_to_people(bench):
    import boto3

    bench.write(stream("s"))
    bench.apply(wait=True)
    job = bench.jobs()[0]
    client = boto3.client("emr-serverless")
    tags = job["tags"] | {"reconcile:attempt": "2", "reconcile:token": "another"}
    client.start_job_run(**job["request"], clientToken="another", tags=tags)
    client.close()
    lost(bench)
    done = bench.apply()
    assert done.exit is Exit.ERROR
    assert "stop all but one" in done.result.rows[0].detail
    assert len(bench.live()) == 2


def test_a_name_that_we_hold_ourselves_is_found_once_it_is_listed(bench):
    """The lock file is lost, the list late: the start meets its own name."""
    bench.control.settings(listing_delay=12, running=1000)
    bench.write(segment("a"))
    bench.apply()
    lost(bench)
    bench.later(9)
    done = bench.apply()
    assert (done.exit, done.ended(address(segment("a")))) == (Exit.DONE, "done")
    assert "had taken place" in done.events[-1].text
    assert len(bench.jobs()) == 1


def test_a_name_that_somebody_else_holds_is_told_with_its_holder(bench):
    import boto3

    named = segment("a", spec={"jobName": "readers"}, retry={"maxAttempts": 1})
    client = boto3.client("personalize")
    client.create_batch_segment_job(**segment("x", spec={"jobName": "readers"})["spec"])
    client.close()
    bench.write(named)
    failed = bench.apply()
    assert failed.exit is Exit.ERROR
    detail = failed.row(address(named)).detail
    assert "ResourceAlreadyExistsException" in detail
    assert "batch-segment-job/readers, which is IN PROGRESS" in detail
    assert "carries no marks of reconcile" in detail
    assert bench.record(address(named)) is None


def test_a_name_that_another_project_holds_is_told_with_that_project(bench):
    named = segment("a", spec={"jobName": "readers"}, retry={"maxAttempts": 1})
    bench.write(named)
    bench.apply()
    lost(bench)
    bench.write(named, metadata={"name": "tests", "id": "b0f5"})
    failed = bench.apply()
    assert failed.result.error is None, failed.result.error
    assert "PersonalizeBatchSegmentJob/a of the project tests" in failed.row(address(named)).detail
    assert len(bench.jobs()) == 1


def test_an_old_lock_file_does_not_start_a_job_beside_a_newer_attempt(bench):
    """Restored on a machine that never saw the newer one: what it names has ended, and its successor lives."""
    bench.write(stream("s"))
    bench.apply(wait=True)
    old = bench.lock_file.read_bytes()
    bench.write(stream("s", code="b"))
    bench.apply(wait=True)
    lost(bench)
    bench.lock_file.write_bytes(old)
    bench.write(stream("s", code="c"))
    done = bench.apply()
    assert done.exit is Exit.DONE
    assert done.actions == {address(stream("s")): "adopt"}
    assert [job["phase"] for job in bench.jobs()] == ["stopped", "stopped", "pending"]
    assert bench.record(address(stream("s"))).attempt == 3


def test_what_was_adopted_and_has_no_room_to_go_on_is_not_waited_for(bench):
    import boto3

    job = entities("a")
    bench.control.settings(running=10_000)
    bench.write(job)
    bench.apply()
    bench.control.fail(bench.jobs()[0]["id"]["JobId"])
    comprehend = boto3.client("comprehend")
    for _ in range(10):
        comprehend.start_entities_detection_job(**job["spec"])
    comprehend.close()
    lost(bench)
    began = bench.clock()
    done = bench.apply()
    assert done.actions == {address(job): "adopt"}
    assert (done.exit, done.ended(address(job))) == (Exit.DONE, "waiting")
    assert "no more than 10" in done.row(address(job)).detail
    assert bench.clock() - began < 45, "but for the lists, which get their time"
