import json

from reconcile.kinds.explain import ExplainedField, Explanation
from reconcile.kinds.load import load_catalog
from reconcile.report.explain import explain_text
from reconcile.report.kinds import kinds_json, kinds_text
from reconcile.report.style import Style

CATALOG = load_catalog()
RUN = CATALOG["EMRServerlessJobRun"]
SEGMENT = CATALOG["PersonalizeBatchSegmentJob"]


def test_the_table_says_what_guards_a_start_and_whether_there_is_a_stop():
    lines = [line.split() for line in kinds_text([SEGMENT, RUN], Style()).splitlines()]
    assert lines[:2] == [["KIND"], ["TOKEN", "STOP", "GOALS", "LIMITS"]]
    assert lines[2:4] == [["EMRServerlessJobRun"], ["clientToken", "yes", "completed,", "running,", "stopped"]]
    assert " ".join(lines[4]) == "start, stop, list 1/s burst 25; read 10/s burst 50"
    assert lines[5] == ["PersonalizeBatchSegmentJob"]
    assert lines[6] == ["none:", "unique-name", "none", "completed", "5", "active"]


def test_the_table_fits_every_terminal():
    assert max(map(len, kinds_text(CATALOG.values(), Style()).splitlines())) <= 80


def test_its_json_knows_every_kind_of_the_catalog():
    kinds = json.loads(kinds_json(CATALOG.values()))["kinds"]
    assert [kind["kind"] for kind in kinds] == sorted(CATALOG)
    (run,) = (kind for kind in kinds if kind["kind"] == RUN.kind)
    assert run["limits"]["start"] == {"perSecond": 1.0, "burst": 25}
    assert run["goals"] == ["completed", "running", "stopped"]


def test_an_explanation_reads_well(golden):
    explanation = Explanation(
        title="EMRServerlessJobRun.spec.mode",
        type="string",
        bounds=("1 to 64 characters", "pattern [A-Z]+"),
        enum=("BATCH", "STREAMING"),
        required=True,
        sensitive=True,
        documentation="The mode of the job run when it starts, told at a length that has to be wrapped.\n\nMore.",
        fields=(
            ExplainedField("entryPoint", "string", True, "Where the program is, which no line holds."),
            ExplainedField("arguments", "list of string", False, ""),
        ),
    )  # fmt: skip
    golden("explain-80.txt", explain_text(explanation, Style(width=80)))
