import json

import pytest

from reconcile.errors import LeaseHeld
from reconcile.model.change import Action
from reconcile.model.result import Ended, Event, EventKind, Result, Row
from reconcile.report.event import event_text
from reconcile.report.result import result_json, result_text
from reconcile.report.style import Style
from tests.report.values import LONG, NIGHTLY, NOW, result


@pytest.mark.parametrize("width", [80, 140])
def test_a_result_says_what_was_done_and_what_was_not(golden, width):
    golden(f"result-{width}.txt", result_text(result(), Style(width=width)))


def test_its_json_counts_everything(golden):
    golden("result.json", result_json(result()))


def test_an_apply_without_changes_says_so():
    assert result_text(Result(()), Style()) == "Applied: nothing to do."
    assert json.loads(result_json(Result(())))["summary"] == dict.fromkeys(
        ("done", "failed", "waiting", "blocked", "notTried"), 0
    )


def test_what_waits_is_said_to_go_on_later():
    waits = Row(LONG, Action.WAIT, Ended.WAITING, "it depends on EMRServerlessJobRun/nightly")
    assert "with the next apply" in result_text(Result((waits,)), Style())
    assert "with the next apply" not in result_text(Result((waits,), unmet=(LONG,)), Style())


def test_an_event_is_one_line():
    event = Event(EventKind.START_ACK, NOW, "started as 00f1/00g2\n\x1b[2J", NIGHTLY, 1)
    assert event_text(event, Style()) == "03:04:05 EMRServerlessJobRun/nightly: started as 00f1/00g2 \\x1b[2J"
    assert event_text(Event(EventKind.WAITING, NOW, "done"), Style()) == "03:04:05 done"
    assert event_text(event, Style(width=50)).splitlines()[1] == "         00f1/00g2 \\x1b[2J"


def test_what_ended_an_apply_early_is_in_its_json():
    error = LeaseHeld("Another apply is running.", where="here", fix="Wait.")
    told = json.loads(result_json(Result((), error=error)))["error"]
    assert told == {"code": "lease-held", "what": "Another apply is running.", "where": "here", "fix": "Wait."}
