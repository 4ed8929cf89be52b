import dataclasses
import json
from datetime import timedelta

import pytest

from reconcile.model.address import Address
from reconcile.model.observed import ObservedJob, Sighting
from reconcile.model.phase import Goal, Phase, Stage
from reconcile.report.status import status_json, status_row, status_text
from reconcile.report.style import Style
from reconcile.report.terms import age_text
from tests.report.values import LONG, NIGHTLY, NOW, desired, record

PLAIN = Style()
ARN = {"batchSegmentJobArn": "arn:aws:personalize:eu-west-1:123456789012:batch-segment-job/users-1-0b1d2c3d"}


def rows():
    return (
        status_row(LONG, desired(LONG), record(LONG, phase=Phase.SUCCEEDED, status="COMPLETED"), None),
        status_row(NIGHTLY, desired(goal=Goal.RUNNING), record(), None),
        status_row(
            Address("PersonalizeBatchSegmentJob", "users"), None, record(external_id=ARN, status="IN PROGRESS"), None
        ),
        status_row(Address("Topics", "new"), desired(), None, None),
    )


def text_of(rows, style=PLAIN):
    return "\n".join(status_text(rows, style, now=NOW))


@pytest.mark.parametrize("width", [80, 140])
def test_the_table_reads_well(golden, width):
    golden(f"status-{width}.txt", text_of(rows(), Style(width=width)))


def test_what_is_piped_stays_one_line_a_job():
    lines = text_of(rows()).splitlines()
    assert len(lines) == 1 + len(rows())
    assert lines[0].split() == ["ADDRESS", "GOAL", "PHASE", "STATUS", "ATTEMPT", "AGE", "ID"]
    assert lines[2].split() == [str(NIGHTLY), "running", "running", "RUNNING", "2", "2h2m", "00f1/00g2"]


def test_json_says_nothing_where_nothing_is_known(golden):
    golden("status.json", "\n".join(status_json(rows())))


def test_what_was_just_seen_outranks_the_record():
    seen = ObservedJob(Phase.STOPPED, Sighting({"jobRunId": "00g2"}, Phase.STOPPED, "CANCELLED"))
    row = status_row(NIGHTLY, desired(), record(), seen)
    assert (row.phase, row.status) == (Phase.STOPPED, "CANCELLED")


def test_completed_stays_completed_though_its_service_forgot_it():
    row = status_row(NIGHTLY, desired(), record(phase=Phase.SUCCEEDED, status="SUCCESS"), ObservedJob(Phase.MISSING))
    assert (row.phase, row.status) == (Phase.SUCCEEDED, "SUCCESS")


def test_a_service_that_cannot_be_asked_is_said_to_be_so():
    row = status_row(NIGHTLY, desired(), record(), ObservedJob(Phase.UNKNOWN, trouble="access\x1b denied"))
    text = text_of((row,))
    assert f"{NIGHTLY}: could not be asked: access\\x1b denied" in text


def test_an_intent_is_no_pending_job():
    row = status_row(NIGHTLY, desired(), record(stage=Stage.STARTING, external_id={}, phase=Phase.PENDING), None)
    assert "start not confirmed" in text_of((row,))
    assert json.loads("".join(status_json((row,))))["jobs"][0]["unconfirmed"] is True


def test_a_tombstone_counts_only_where_it_left_a_job_running():
    gone = record(stage=Stage.REMOVED, phase=Phase.SUCCEEDED)
    assert status_row(NIGHTLY, None, gone, None).phase is None
    assert status_row(NIGHTLY, None, dataclasses.replace(gone, phase=Phase.RUNNING), None).phase is Phase.RUNNING


def test_a_forgotten_job_that_is_declared_as_it_was_shows_what_a_plan_goes_by():
    gone = record(stage=Stage.REMOVED, phase=Phase.SUCCEEDED, digest=desired().digest, generation=1)
    assert status_row(NIGHTLY, desired(), gone, None).phase is Phase.SUCCEEDED
    assert status_row(NIGHTLY, desired(), dataclasses.replace(gone, generation=2), None).phase is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0s"), (0, "0s"), (59, "59s"), (60, "1m"), (61, "1m1s"), (3600, "1h"), (3725, "1h2m"), (90_000, "1d1h")],
)
def test_ages_show_their_two_largest_units(seconds, text):
    assert age_text(NOW - timedelta(seconds=seconds), NOW) == text
