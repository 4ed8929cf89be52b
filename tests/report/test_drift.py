import dataclasses
import json

import pytest

from reconcile.model.drift import Drift, DriftKind
from reconcile.report.drift_json import drift_json
from reconcile.report.drift_text import drift_line, drift_text
from reconcile.report.style import Style
from tests.report.values import NOW, drift


@pytest.mark.parametrize("width", [80, 140])
def test_a_drift_report_reads_well(golden, width):
    golden(f"drift-{width}.txt", drift_text(drift(), Style(width=width)))


def test_its_json_has_it_all(golden):
    golden("drift.json", drift_json(drift()))


def test_json_without_drift_has_every_count():
    told = json.loads(drift_json(Drift((), 3, NOW)))
    assert told["summary"] == dict.fromkeys([kind.value for kind in DriftKind], 0) | {"inSync": 3}


@pytest.mark.parametrize(
    ("findings", "in_sync", "line"),
    [
        ((), 0, "No drift."),
        ((), 40, "No drift; 40 in sync."),
        (drift().findings[:2], 40, "Drift: 2 stopped (1 of them accepted); 40 in sync."),
        (drift().findings[5:6], 0, "No drift; 1 unmanaged."),
    ],
)
def test_the_last_line_counts_what_there_is(findings, in_sync, line):
    assert drift_text(Drift(findings, in_sync, NOW), Style()).splitlines()[-1] == line


def test_times_are_counted_as_people_count():
    (found,) = drift().findings[:1]
    for times, words in ((2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (21, "21st"), (112, "112th")):
        told = dataclasses.replace(drift(), findings=(dataclasses.replace(found, times=times),))
        assert f"for the {words} time" in drift_text(told, Style())
    assert drift_line(drift()).startswith("Drift: 2 stopped, 1 failed, 1 missing")
