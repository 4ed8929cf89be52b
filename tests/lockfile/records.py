"""Records, entries and the strategies that make them."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from reconcile.lockfile.protocol import Entry, EntryKind, Head, Holder
from reconcile.model.address import Address
from reconcile.model.phase import Goal, OnRemove, Phase, Protect, Stage
from reconcile.model.record import Attempt, Record

NOW = datetime(2026, 11, 22, 2, 3, 4, 123000, tzinfo=UTC)
HEAD = Head("documents", "3a7c0f4e-lineage", 7, "catalog 1, botocore 1.44.5")


def record(name="nightly", attempt=1, **changes):
    made = Record(
        address=Address("EMRServerlessJobRun", name),
        provider="aws",
        scope="aws/eu-west-1",
        stage=Stage.STARTED,
        goal=Goal.COMPLETED,
        digest="sha256:" + "ab" * 32,
        generation=1,
        attempt=attempt,
        highest=attempt,
        tries=1,
        client_token=f"token-of-{name}-{attempt}",
        job_name=f"{name}-{attempt}-0b1d2c3d",
        spec={"applicationId": "00f1", "jobDriver": {"sparkSubmit": {"entryPoint": "s3://b/etl.py"}}},
        external_id={"applicationId": "00f1", "jobRunId": f"00g{attempt}"},
        phase=Phase.RUNNING,
        status="RUNNING",
        started_at=NOW,
    )
    return replace(made, **changes)


def intent(name="nightly", attempt=1, **changes):
    bare = {"stage": Stage.STARTING, "phase": Phase.PENDING, "external_id": {}, "status": "", "started_at": None}
    return record(name, attempt, **{**bare, "intent_at": NOW, **changes})


def full_record(name="everything"):
    """A record with no member at its default."""
    return record(
        name,
        attempt=3,
        highest=5,
        tries=2,
        stage=Stage.STOPPING,
        phase=Phase.STOPPING,
        status_reason="Stopped by „someone“",
        intent_at=NOW - timedelta(hours=2),
        ended_at=NOW + timedelta(hours=1),
        stop_requested_at=NOW + timedelta(minutes=1),
        on_remove=OnRemove.LEAVE,
        protect=frozenset({Protect.STOP, Protect.REPLACE}),
        stop_timeout=90.5,
        depends_on=(Address("DataArtsJob", "load"), Address("EMRServerlessJobRun", "prepare")),
        labels={"team": "documents"},
        history=(Attempt(1, 1, "sha256:0", "t1", {"jobRunId": "1"}, Phase.FAILED, "FAILED", NOW, NOW),),
        secrets={"env.PASSWORD": "scrypt:0123456789abcdef"},
        doubted_at=NOW,
        stop_taken=True,
        previous=record(name, attempt=2, history=(Attempt(1, 1, "sha256:0", "t1", {}, Phase.MISSING, ""),)),
    )


def started(record):
    return Entry(EntryKind.OUTCOME, record.address, record)


def about_to_start(record):
    return Entry(EntryKind.INTENT, record.address, record)


def dropped(intent, instead=None):
    return Entry(EntryKind.DROPPED, intent.address, instead, intent.attempt)


def holder(name="7f3a"):
    return Holder(name, "ada", "laptop", os.getpid(), NOW, "reconcile apply")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)  # no lone surrogates: they are no text
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
SPECS = st.dictionaries(st.text('abcXYZ~"\\é\n', max_size=5), JSON, max_size=4)


@st.composite
def journals(draw):
    """Entries in an order in which applies really write them, for a few addresses at once."""
    stories = [draw(_stories(name)) for name in draw(st.sets(st.sampled_from("abc"), min_size=1))]
    entries = []
    while any(stories):
        entries.append(draw(st.sampled_from([story for story in stories if story])).pop(0))
    return entries


@st.composite
def _stories(draw, name):
    entries, stands = [], None
    for _ in range(draw(st.integers(1, 4))):
        number = (stands.highest if stands else 0) + 1
        asked = intent(name, number, previous=stands)
        entries += [about_to_start(asked)] * draw(st.integers(1, 2))
        match draw(st.sampled_from(["runs", "ends", "removed", "dropped", "refused", "died"])):
            case "dropped" | "refused" as fate:
                stands = replace(stands, highest=number) if stands and fate == "dropped" else stands
                entries.append(dropped(asked, stands))
            case "died":
                stands = asked
            case fate:
                stands = record(name, number)
                entries.append(started(stands))
                if fate != "runs":
                    stands = replace(stands, phase=Phase.SUCCEEDED, status="SUCCESS")
                    entries.append(started(stands))
                if fate == "removed":
                    stands = replace(stands, stage=Stage.REMOVED)
                    entries.append(started(stands))
    return entries
