"""What is on disk when, and what is left where it cannot be written. (`bench.Witness` sees to the order of every
start and stop in all of these tests.)"""

import pytest

from reconcile.errors import Exit, LockFileError
from reconcile.lockfile.protocol import EntryKind
from reconcile.model.phase import Stage
from tests.applier.bench import Witness
from tests.applier.manifests import address, classification, emr, entities, segment, stream


class Lease:
    """A real lease, of which some calls are replaced."""

    def __init__(self, lease, **calls):
        self._lease = lease
        self._calls = calls

    def __getattr__(self, name):
        call = getattr(self._lease, name)
        return (lambda *given, **more: self._calls[name](call, *given, **more)) if name in self._calls else call


class Store:
    def __init__(self, store, **calls):
        self._store = store
        self._calls = calls

    def acquire(self, *given, **more):
        return Lease(self._store.acquire(*given, **more), **self._calls)


def store_with(**calls):
    return lambda store: Store(store, **calls)


def fails(*_, **__):
    raise LockFileError("The disk is full.", where="here")


def test_an_intent_is_synced_before_its_call_and_carries_all_that_a_resend_needs(bench):
    seen = []

    def append(call, entries, *, durable):
        seen.extend((entry.kind, durable, entry.record) for entry in entries)
        call(entries, durable=durable)

    bench.write(emr("a", spec={"name": "nightly-${job.attempt}"}))
    bench.apply(store=store_with(append=append))
    kind, durable, record = seen[0]
    assert (kind, durable) == (EntryKind.INTENT, True)
    assert record.spec["name"] == "nightly-${job.attempt}", "references are not resolved in what is kept"
    assert record.job_name == "nightly-1"
    assert record.client_token == bench.jobs()[0]["token"]
    assert record.intent_at is not None
    assert [kind for kind, _, _ in seen[1:]] == [EntryKind.OUTCOME]


def test_where_an_intent_cannot_be_written_nothing_is_sent(bench):
    bench.write(emr("a"), entities("b"))
    ended = bench.apply(store=store_with(append=fails))
    assert ended.exit is Exit.ERROR
    assert "disk is full" in str(ended.result.error)
    assert {row.ended.value for row in ended.result.rows} == {"not tried"}
    assert bench.jobs() == []
    assert bench.apply().exit is Exit.DONE
    assert {bench.record(address(job)).attempt for job in (emr("a"), entities("b"))} == {1}


def test_what_the_journal_could_not_take_is_in_the_lock_file_all_the_same(bench):
    """The disk fills up between an intent and its outcome."""
    appends = []

    def append(call, entries, *, durable):
        appends.append(durable)
        call(entries, durable=durable)
        if len(appends) > 1:
            fails()

    bench.write(emr("a"))
    assert bench.apply(store=store_with(append=append)).exit is Exit.DONE
    assert bench.record(address(emr("a"))).external_id == bench.jobs()[0]["id"]
    assert bench.planned() == {}


def test_where_even_the_lock_file_cannot_be_written_the_error_tells_tokens_and_ids(bench):
    bench.write(emr("a"))
    ended = bench.apply(store=store_with(fold=fails))
    job = bench.jobs()[0]
    assert ended.exit is Exit.ERROR
    assert job["token"] in str(ended.result.error)
    assert job["id"]["jobRunId"] in str(ended.result.error)
    assert ended.row(address(emr("a"))).ended.value == "done"
    assert bench.planned() == {}, "the journal has it"


def test_once_the_lease_is_lost_nothing_more_is_started(bench):
    """With one slot the second start comes when the first has been answered."""

    def still_ours(call):
        return not bench.jobs()

    bench.write(emr("a"), emr("b"), emr("c"))
    ended = bench.apply(store=store_with(still_ours=still_ours), parallelism=1)
    assert ended.exit is Exit.PARTLY
    assert "right to apply was lost" in str(ended.result.error)
    assert len(bench.jobs()) == 1
    assert sorted(row.ended.value for row in ended.result.rows) == ["done", "not tried", "not tried"]
    assert bench.apply().exit is Exit.DONE
    assert len(bench.jobs()) == 3


def test_intents_that_go_out_together_share_a_write(bench):
    appends = []

    def append(call, entries, *, durable):
        appends.append(len(entries))
        call(entries, durable=durable)

    bench.write(*(emr(f"job-{number}") for number in range(8)))
    bench.apply(store=store_with(append=append), parallelism=8)
    assert appends[0] == 8


def test_a_stop_is_on_disk_before_it_is_sent(bench):
    bench.write(stream("a"))
    bench.apply()
    bench.write(stream("a", goal="stopped"))
    ended = bench.apply(store=store_with(append=fails))
    assert ended.exit is Exit.ERROR
    assert bench.requests("CancelJobRun") == []


@pytest.mark.parametrize("job", [emr("a"), segment("a"), classification("a")], ids=address)
def test_an_intent_without_outcome_is_adopted_if_its_job_is_there_and_resent_if_not(job, bench):
    """The process dies before its call, and after it."""

    class Dies(BaseException):
        pass

    class Dying(Witness):
        def __init__(self, *given, after):
            super().__init__(*given)
            self.after = after

        async def call(self, work):
            done = await super().call(work) if self.after else None
            if getattr(work, "func", work).__name__ == "start":
                raise Dies
            return done if self.after else await super().call(work)

    bench.write(job)
    for after, action in ((False, "resume"), (True, "adopt")):
        with pytest.raises(Dies):
            bench.apply(runtime=Dying(bench, after=after))
        assert bench.record(address(job)).stage is Stage.STARTING
        assert bench.planned() == {address(job): action}
    assert bench.apply().exit is Exit.DONE
    assert len(bench.jobs()) == 1
    assert bench.planned() == {}
