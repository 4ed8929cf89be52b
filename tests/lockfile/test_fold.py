from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.lockfile.fold import fold
from reconcile.lockfile.protocol import EntryKind
from reconcile.model.address import Address
from reconcile.model.phase import Phase, Stage
from tests.lockfile.records import about_to_start, dropped, intent, journals, record, started

JOB = record().address


def folded(base, entries):
    return {address: kept for address, kept in {**base, **fold(base, entries)}.items() if kept}


@given(journals(), journals())
def test_folding_twice_is_folding_once(earlier, entries):
    base = folded({}, earlier)
    once = folded(base, entries)
    assert folded(once, entries) == once


@given(journals(), st.data())
def test_a_suffix_that_was_written_twice_changes_nothing(entries, data):
    again = data.draw(st.integers(0, len(entries)))
    assert folded({}, [*entries, *entries[again:]]) == folded({}, entries)


@given(journals(), st.data())
def test_folding_in_two_steps_is_folding_in_one(entries, data):
    cut = data.draw(st.integers(0, len(entries)))
    assert folded(folded({}, entries[:cut]), entries[cut:]) == folded({}, entries)


@given(journals(), st.data())
def test_lines_from_the_past_neither_lower_the_highest_attempt_nor_reopen_one(entries, data):
    """Any intent or outcome again, at any time. A drop says itself which numbers stay used."""
    stands = folded({}, entries)
    late = data.draw(st.sampled_from(entries).filter(lambda entry: entry.kind is not EntryKind.DROPPED))
    after = folded(stands, [late])
    for address, before in stands.items():
        assert after[address].highest >= before.highest
        assert before.is_intent or after[address].attempt >= before.attempt
        assert not after[address].is_intent or before.is_intent or after[address].attempt > before.attempt


def test_an_intent_of_an_attempt_that_started_changes_nothing():
    running = record(attempt=2)
    assert fold({JOB: running}, [about_to_start(intent(attempt=2))]) == {JOB: running}


def test_an_intent_of_a_removed_job_is_not_reopened():
    tombstone = record(stage=Stage.REMOVED, phase=Phase.STOPPED)
    assert fold({JOB: tombstone}, [about_to_start(intent())]) == {JOB: tombstone}


def test_an_intent_written_again_has_its_own_time():
    first = intent()
    again = replace(first, intent_at=first.intent_at.replace(minute=59))
    assert fold({}, [about_to_start(first), about_to_start(again)]) == {JOB: again}


def test_an_outcome_of_an_older_attempt_changes_nothing():
    assert fold({}, [about_to_start(intent(attempt=2)), started(record(attempt=1))]) == {JOB: intent(attempt=2)}


@pytest.mark.parametrize("attempt", [2, 3], ids=["known to what follows", "of which it knows nothing"])
def test_an_outcome_of_a_lower_attempt_stands_where_it_tells_what_it_follows(attempt):
    adopted = record(attempt=1, highest=2, history=(record(attempt=2).as_attempt(),))
    stands = record(attempt=attempt)
    assert folded({JOB: stands}, [started(adopted)]) == {JOB: adopted if attempt == 2 else stands}


def test_a_job_that_was_let_go_of_is_taken_back():
    """A tombstone whose job was left running, adopted again: the same attempt, live once more."""
    left = record(stage=Stage.REMOVED)
    assert fold({JOB: left}, [started(record())]) == {JOB: record()}


@pytest.mark.parametrize("used", [1, 2], ids=["a refused start frees its number", "an abandoned one keeps it"])
def test_a_dropped_intent_brings_back_what_stood(used):
    before = replace(record(attempt=1, phase=Phase.FAILED), highest=used)
    entries = [about_to_start(intent(attempt=2, previous=before)), dropped(intent(attempt=2), before)]
    assert fold({JOB: before}, entries) == {JOB: before}


def test_a_first_start_that_was_refused_leaves_nothing():
    assert folded({}, [about_to_start(intent()), dropped(intent())]) == {}


def test_a_drop_does_not_undo_an_attempt_that_started():
    running = record(attempt=2)
    assert fold({JOB: running}, [dropped(intent(attempt=2), record(attempt=1))]) == {JOB: running}


def test_other_addresses_are_not_looked_up():
    class OnlyOne:
        def get(self, address):
            assert address == JOB
            return record()

    assert Address("DataArtsJob", "x") not in fold(OnlyOne(), [started(record(attempt=2))])
