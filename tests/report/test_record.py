import json

import pytest

from reconcile.report.record import record_json, record_text
from reconcile.report.style import Style
from tests.report.values import record


@pytest.mark.parametrize("width", [80, 140])
def test_a_record_tells_the_story_of_its_address(golden, width):
    golden(f"record-{width}.txt", record_text(record(), Style(width=width), spec=record().spec))


def test_its_json_has_it_all(golden):
    golden("record.json", record_json(record(), spec=record().spec))


def test_only_the_masked_spec_is_shown():
    secret = record(spec={"password": "hunter2"})
    masked = {"password": "(sensitive)"}
    assert "hunter2" not in record_text(secret, Style(), spec=masked)
    assert json.loads(record_json(secret, spec=masked))["spec"] == masked


def test_what_a_cloud_says_is_shown_and_not_obeyed():
    text = record_text(record(status="\x1b]0;x\x07", status_reason="line\n\x1b[2Jtwo"), Style(), spec={"a\x1b": "\x1b"})
    assert "\x1b" not in text
    assert "line \\x1b[2Jtwo" in text
