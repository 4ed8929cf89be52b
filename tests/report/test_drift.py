import json

import pytest

from reconcile.model.drift import Drift, DriftKind
from reconcile.report.drift_json import drift_json
from reconcile.report.drift_text import drift_text, summary_line
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
        ((), 40, "No drift. 40 in sync."),
        (drift().findings[:2], 40, "Drift: 2 stopped (1 accepted); 40 in sync."),
        (drift().findings[5:6], 0, "No drift. 0 in sync, 1 unmanaged."),
    ],
)
def test_the_last_line_counts_what_there_is(findings, in_sync, line):
    assert summary_line(Drift(findings, in_sync, NOW)) == line
    assert line in drift_text(Drift(findings, in_sync, NOW), Style()).splitlines()
