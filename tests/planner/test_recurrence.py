"""Since when and how often a job drifts, told from what earlier looks saw."""

from datetime import UTC, datetime, timedelta

import pytest

from reconcile.model.address import Address
from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.model.drift_history import Look
from reconcile.planner.recurrence import LATEST, with_history

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOB = Address("Kind", "nightly")
OTHERS = frozenset({"Kind/other"})


def looks(*seen, about=None):
    """One an hour, the last an hour ago; "" is in sync, a tuple of words is of jobs that nobody declared."""
    first = NOW - timedelta(hours=len(seen))
    return [
        Look(
            "run",
            "p",
            "default",
            first + timedelta(hours=index),
            {str(JOB): DriftKind(word)} if word else {},
            {},
            about,
        )
        for index, word in enumerate(seen)
    ]


def remembered(kind, earlier):
    drift = Drift((Finding(DriftKind(kind), "Kind", "nightly", "", JOB),), 0, NOW)
    (finding,) = with_history(drift, earlier).findings
    return round((NOW - finding.since) / timedelta(hours=1)), finding.times


@pytest.mark.parametrize(
    ("seen", "now", "hours", "times"),
    [
        ((), "stopped", 0, 1),
        (("",), "stopped", 0, 1),
        (("", "stopped", "stopped"), "stopped", 2, 1),
        (("stopped", "", "stopped"), "stopped", 1, 2),
        (("stopped", "missing"), "missing", 1, 1),  # another drift, and no second one
        (("stopped", "missing"), "stopped", 0, 1),
        (("stopped", "unknown", "stopped"), "stopped", 3, 1),  # that it could not be asked means nothing
        (("unknown",), "stopped", 0, 1),
        (("unknown", "unknown"), "unknown", 2, 1),
        (("unknown", "stopped", "unknown"), "unknown", 1, 2),
    ],
)
def test_what_was_seen_without_a_break_is_as_old_as_its_first_look(seen, now, hours, times):
    assert remembered(now, looks(*seen)) == (hours, times)


def test_a_look_at_other_jobs_says_nothing_of_this_one():
    earlier = [*looks("stopped", "stopped", "stopped")[:2], *looks("", about=OTHERS)]
    assert remembered("stopped", earlier) == (3, 1)
    assert remembered("stopped", [*looks("stopped", "x"[:0]), *looks("", about=frozenset({str(JOB)}))]) == (0, 2)


def test_jobs_that_nobody_declared_were_seen_only_by_who_looked_for_them():
    stray = Finding(DriftKind.UNMANAGED, "Kind", "adhoc", "", external_id={"id": "7"})
    seen = {"Kind 7": DriftKind.UNMANAGED}
    earlier = [
        Look("1", "p", "default", NOW - timedelta(hours=3), seen, {}, None, True),
        Look("2", "p", "default", NOW - timedelta(hours=2), {}, {}, None, False),
    ]
    (finding,) = with_history(Drift((stray,), 0, NOW), earlier).findings
    assert (finding.since, finding.times) == (NOW - timedelta(hours=3), 1)


def test_the_development_over_time_is_of_the_whole_project_and_ends_with_this_look():
    whole, partial = looks("", "stopped"), looks("", about=OTHERS)
    drift = with_history(Drift((), 3, NOW), [*whole, *partial])
    assert [moment.at for moment in drift.over_time] == [whole[0].at, whole[1].at, NOW]
    assert len(with_history(Drift((), 3, NOW, partial=True), whole).over_time) == 2
    assert len(with_history(drift, looks(*[""] * (2 * LATEST))).over_time) == LATEST
