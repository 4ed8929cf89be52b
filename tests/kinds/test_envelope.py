import pytest

from reconcile.kinds.envelope import NAME_FORM, envelope_problems
from reconcile.kinds.project_file import project_problems, read_limits

MANIFEST = {
    "apiVersion": "reconcile/v1",
    "kind": "ComprehendEntitiesDetectionJob",
    "metadata": {"name": "invoices", "labels": {"team": "documents"}},
    "goal": "completed",
    "generation": 1,
    "retry": {"maxAttempts": 3},
    "lifecycle": {"onChange": "replace", "onRemove": "stop", "onMissing": "block", "protect": ["stop", "replace"]},
    "timeouts": {"stop": "60s"},
    "dependsOn": ["EMRServerlessJobRun/prepare"],
    "provider": "aws",
    "spec": {"LanguageCode": "en"},
}
PROJECT = {
    "apiVersion": "reconcile/v1",
    "kind": "Project",
    "metadata": {"name": "documents", "id": "0b1dbe5e-6c7f-4f0a-9c0e-0f6d5a1c7e21"},
    "providers": {
        "aws": {"region": "eu-west-1", "limits": "off", "marks": "name", "accountId": "012345678901"},
        "dataarts": {"type": "dataarts", "endpoint": "https://dayu-dlf.example", "projectId": "b3", "workspace": "w"},
        "slow": {"limits": {"EMRServerlessJobRun": {"start": "0.5/s", "list": "1/s burst 5", "active": 2}}},
    },
    "lockFile": "s3://bucket/reconcile.lock.json",
    "guards": {"maxStops": 10, "maxStopPercent": 30},
}


def with_(document, path, value):
    first, *rest = path
    return {**document, first: with_(document.get(first, {}), rest, value) if rest else value}


def test_a_manifest_with_every_field_is_right():
    assert envelope_problems(MANIFEST) == ()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("apiVersion",), "reconcile/v2", "'reconcile/v2' is not one of: reconcile/v1; did you mean reconcile/v1?"),
        (("goal",), "complete", "'complete' is not one of: completed, running, stopped; did you mean completed?"),
        (("goals",), "completed", "unknown field; did you mean goal?"),
        (("metadata", "name"), "Invoices", f"'Invoices' does not fit; write {NAME_FORM}"),
        (("metadata", "name"), "a\n", f"'a\\n' does not fit; write {NAME_FORM}"),
        (("metadata", "name"), None, f"nothing is given; write {NAME_FORM}"),
        (("metadata", "labels", "year"), 2026, "2026 is a number; a string is needed: quote it"),
        (("generation",), 0, "0 is too small; at least 1 is needed"),
        (("generation",), 1.0, "1.0 is a number; a whole number is needed"),
        (("retry", "maxAttempts"), 0, "0 is too small; at least 1 is needed"),
        (("lifecycle", "onchange"), "wait", "unknown field; did you mean onChange?"),
        (("lifecycle", "protect"), "stop", "this is a string; a list is needed"),
        (("timeouts", "stop"), "1 minute", "'1 minute' does not fit; write a duration such as 60s, 5m or 2h"),
        (("timeouts", "stop"), 5, "5 is a number; write a duration such as 60s, 5m or 2h"),
        (("spec",), [], "this is a list; a mapping is needed"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_told_at_its_place(path, value, message):
    assert [(problem.path, problem.message) for problem in envelope_problems(with_(MANIFEST, path, value))] == [
        (path, message)
    ]


def test_what_a_manifest_cannot_do_without_is_told_all_at_once():
    assert [problem.path for problem in envelope_problems({})] == [("apiVersion",), ("kind",), ("metadata",), ("spec",)]
    assert envelope_problems([])[0].message == "this is a list; a mapping is needed"


def test_a_project_file_with_every_field_is_right():
    assert project_problems(PROJECT) == ()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("providers", "aws", "accountId"), 12345678901, "12345678901 is a number; a string is needed: quote it"),
        (("providers", "aws", "type"), "azure", "'azure' is not one of: aws, dataarts"),
        (("providers", "aws", "Region"), "x", "unknown field; did you mean region?"),
        (("providers", "aws", "limits"), "none", "'none' is not a mapping; or write off"),
        (
            ("providers", "aws", "limits"),
            {"EMRServerlessJobRun": {"start": 5}},
            "EMRServerlessJobRun.start: 5 is not a rate; write it like 1/s, or 1/s burst 25",
        ),
        (("guards", "maxStopPercent"), 101, "101 is too large; at most 100 is allowed"),
    ],
)
def test_what_is_wrong_with_a_project_file_is_told_at_its_place(path, value, message):
    assert [(problem.path, problem.message) for problem in project_problems(with_(PROJECT, path, value))] == [
        (path, message)
    ]


def test_limits_are_read_as_the_catalogs_are():
    limits = read_limits({"EMRServerlessJobRun": {"start": "5/s burst 2", "active": 3}})["EMRServerlessJobRun"]
    assert (limits.start.per_second, limits.start.burst, limits.active) == (5, 2, 3)
    assert read_limits("off") is None
