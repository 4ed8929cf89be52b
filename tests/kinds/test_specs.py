import copy
from dataclasses import replace

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.kinds.load import load_catalog
from reconcile.kinds.specs import sensitive, spec_problems
from tests.kinds.worlds import right, wrong

CATALOG = load_catalog()
AWS = [kind for kind, descriptor in CATALOG.items() if descriptor.driver == "aws"]
ROLE = "arn:aws:iam::123456789012:role/job"
RUN = {"applicationId": "00f", "executionRoleArn": ROLE, "jobDriver": {"sparkSubmit": {"entryPoint": "s3://b/x.py"}}}


def messages(kind: str, spec: dict) -> dict:
    return {problem.path: problem.message for problem in spec_problems(CATALOG[kind], spec)}


@pytest.fixture(scope="module")
def shape_of():
    """botocore's own view of a kind's start request."""
    session = botocore.session.get_session()
    services = {service: session.get_service_model(service) for service in {CATALOG[kind].service for kind in AWS}}

    def shape(kind: str):
        descriptor = CATALOG[kind]
        return services[descriptor.service].operation_model(descriptor.start.operation).input_shape

    return shape


def specs_of(kind: str, shape) -> list[dict]:
    """Right ones, by botocore's model and the rules that its descriptor adds."""
    descriptor = CATALOG[kind]
    made = right(shape, frozenset({descriptor.start.token}))
    for spec in made:
        for group in descriptor.any_of:
            spec.setdefault(group[0], made[0].get(group[0]))
    return made


@pytest.mark.parametrize("kind", AWS)
def test_a_spec_that_the_model_allows_is_accepted_at_every_bound(kind, shape_of):
    for spec in specs_of(kind, shape_of(kind)):
        before = copy.deepcopy(spec)
        assert spec_problems(CATALOG[kind], spec) == ()
        assert spec == before


@pytest.mark.parametrize("kind", AWS)
def test_a_spec_that_is_wrong_by_one_constraint_is_refused_there_and_only_there(kind, shape_of):
    shape, start = shape_of(kind), CATALOG[kind].start
    seen = 0
    for spec in specs_of(kind, shape)[:2]:
        for case in wrong(shape, spec, skip=frozenset({start.token, start.name})):
            found = [problem.path for problem in spec_problems(CATALOG[kind], case.spec)]
            assert found == [case.path], (case.what, case.path, found)
            seen += 1
    assert seen > 100


@pytest.mark.parametrize("kind", CATALOG)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ).filter(lambda value: isinstance(value, dict))
)
@settings(max_examples=15)
def test_nothing_that_yaml_can_hold_is_too_odd_to_be_judged(kind, spec):
    assert all(problem.message for problem in spec_problems(CATALOG[kind], spec))


def test_all_problems_are_told_at_once_in_words_that_help():
    found = messages(
        "EMRServerlessJobRun",
        {
            "applicationId": "00F",
            "executionRoleArn": "arn:aws:iam:",
            "jobDriver": {"sparkSubmt": {}},
            "mode": "batch",
            "name": 12345678901,
            "executionTimeoutMinutes": -1,
            "retryPolicy": {"maxAttempts": True},
            "tags": {"": "x"},
        },
    )
    assert found == {
        ("applicationId",): "does not match the pattern [0-9a-z]+",
        ("executionRoleArn",): "12 characters, at least 20 are needed",
        ("jobDriver", "sparkSubmt"): "unknown field; did you mean sparkSubmit?",
        ("mode",): "'batch' is not one of: BATCH, STREAMING; did you mean BATCH?",
        ("name",): "12345678901 is a number; a string is needed: quote it",
        ("executionTimeoutMinutes",): "-1 is too small; at least 0 is needed",
        ("retryPolicy", "maxAttempts"): "true is a boolean; a whole number is needed",
        ("tags", ""): "the key '': 0 characters, at least 1 is needed",
    }


def test_of_two_drivers_one_is_too_many_and_what_else_is_wrong_is_told_too():
    spec = RUN | {"jobDriver": {"sparkSubmit": {"entryPoint": 5}, "hive": {"query": "x"}}}
    assert messages("EMRServerlessJobRun", spec) == {
        ("jobDriver",): "two of sparkSubmit, hive are given; exactly one is needed",
        ("jobDriver", "sparkSubmit", "entryPoint"): "this is a number; a string is needed: quote it",
    }


def test_a_classification_needs_a_classifier_or_a_flywheel(shape_of):
    kind = "ComprehendDocumentClassificationJob"
    spec = specs_of(kind, shape_of(kind))[0]
    classifier = spec.pop("DocumentClassifierArn")
    spec.pop("FlywheelArn", None)
    assert messages(kind, spec) == {
        (): "none of DocumentClassifierArn, FlywheelArn is given; one of them is needed",
    }
    flywheel = {"FlywheelArn": "arn:aws:comprehend:eu-west-1:123456789012:flywheel/f"}
    assert messages(kind, spec | flywheel) == {}
    assert messages(kind, spec | flywheel | {"DocumentClassifierArn": classifier}) == {}


def test_the_token_is_not_the_users_to_write():
    assert (
        "makes the client token itself" in messages("EMRServerlessJobRun", RUN | {"clientToken": "x"})["clientToken",]
    )


def test_our_own_tags_are_reserved():
    assert messages("EMRServerlessJobRun", RUN | {"tags": {"team": "a"}}) == {}
    assert ("tags", "reconcile:token") in messages("EMRServerlessJobRun", RUN | {"tags": {"reconcile:token": "a"}})
    tags = [{"tagKey": "team", "tagValue": "a"}, {"tagKey": "reconcile:project", "tagValue": "a"}]
    assert ("tags", 1, "tagKey") in messages("PersonalizeBatchSegmentJob", {"tags": tags})


def test_a_reference_to_the_attempt_counts_as_what_it_becomes():
    kind = "PersonalizeBatchSegmentJob"
    assert ("jobName",) not in messages(kind, {"jobName": "segments-${job.generation}-${job.attempt}"})
    assert ("jobName",) not in messages(kind, {"jobName": "a" * 27 + "${job.token}"})
    assert "64 characters" in messages(kind, {"jobName": "a" * 28 + "${job.token}"})["jobName",]
    assert "pattern" in messages(kind, {"jobName": "segments-${env.USER}"})["jobName",]


def test_a_query_may_have_lines():
    assert messages("EMRServerlessJobRun", RUN | {"jobDriver": {"hive": {"query": "SELECT 1\nFROM x\n"}}}) == {}


def test_configurations_hold_configurations_and_all_are_checked():
    inner = {"classification": "spark", "properties": {"a": 5}}
    spec = RUN | {
        "configurationOverrides": {"applicationConfiguration": [{"classification": "x", "configurations": [inner]}]}
    }
    assert list(messages("EMRServerlessJobRun", spec)) == [
        ("configurationOverrides", "applicationConfiguration", 0, "configurations", 0, "properties", "a")
    ]


def test_a_value_that_is_sensitive_is_not_shown():
    spec = RUN | {"jobDriver": {"sparkSubmit": {"entryPoint": "s3://b/x", "entryPointArguments": [73500117]}}}
    (message,) = messages("EMRServerlessJobRun", spec).values()
    assert "73500117" not in message


def test_what_the_model_marks_as_sensitive_is_known_by_its_path():
    emr = CATALOG["EMRServerlessJobRun"]
    assert sensitive(emr, ("jobDriver", "sparkSubmit", "entryPointArguments", 0))
    assert sensitive(emr, ("jobDriver", "hive", "query"))
    properties = ("configurationOverrides", "applicationConfiguration", 3, "configurations", 0, "properties")
    assert sensitive(emr, properties)
    assert sensitive(emr, (*properties, "spark.password"))
    assert not sensitive(emr, ("executionRoleArn",))
    assert not sensitive(emr, ("no", "such", "path"))


def test_a_dataarts_run_is_checked_against_the_shapes_of_its_descriptor():
    assert messages("DataArtsJobRun", {"jobName": "load", "jobParams": [{"name": "day", "value": "1"}]}) == {}
    assert messages("DataArtsJobRun", {"jobParams": [{"name": "n" * 65, "value": "v" * 1025}, {"nam": "x"}]}) == {
        ("jobName",): "missing; it is required",
        ("jobParams", 0, "name"): "65 characters, at most 64 are allowed",
        ("jobParams", 0, "value"): "1025 characters, at most 1024 are allowed",
        ("jobParams", 1, "value"): "missing; it is required",
        ("jobParams", 1, "nam"): "unknown field; did you mean name?",
    }


def test_a_name_that_we_make_may_be_left_out(shape_of):
    kind = "PersonalizeBatchSegmentJob"
    spec = specs_of(kind, shape_of(kind))[0]
    assert messages(kind, {name: value for name, value in spec.items() if name != "jobName"}) == {}


def test_kinds_of_other_services_may_have_bytes_times_and_patterns_of_every_engine():
    members = {"data": "Bytes", "at": "Time", "any": "Anything", "weight": "Weight", "word": "Word", "extra": "Word"}
    shapes = {
        "Input": {"type": "structure", "members": {name: {"shape": shape} for name, shape in members.items()}},
        "Bytes": {"type": "blob", "max": 3},
        "Time": {"type": "timestamp"},
        "Anything": {"type": "structure", "document": True, "members": {}},
        "Weight": {"type": "double", "min": 0, "max": 1},
        "Word": {"type": "string", "pattern": "(?!aws).*"},
    }
    kind = replace(CATALOG["DataArtsJob"], shapes=shapes, required=("word",))

    def told(**spec) -> dict:
        return {problem.path: problem.message for problem in spec_problems(kind, spec)}

    assert told(data="YWJj", at="2026-11-21T08:00:00Z", any={"a": [1]}, weight=1, word="x") == {}
    assert told(data="YWJjZA==", at="yesterday", weight=float("nan"), word="awsome", extra=5) == {
        ("data",): "0 to 3 bytes are needed, in base64",
        ("at",): "is not a time; write it like 2026-11-21T08:00:00Z",
        ("weight",): "nan is a number; a finite number is needed",
        ("word",): "does not match the pattern (?!aws).*",
        ("extra",): "5 is a number; a string is needed: quote it",
    }
    assert told(data="?") == {("data",): "is not base64", ("word",): "missing; it is required"}


def test_names_of_fields_are_strings():
    assert messages("DataArtsJob", {"jobName": "x", 1: "y"}) == {(1,): "the name of a field is a string, and 1 is none"}


def test_a_required_field_that_is_mistyped_is_one_problem():
    spec = {"aplicationId": "00f", "executionRoleArn": ROLE}
    assert messages("EMRServerlessJobRun", spec) == {
        ("aplicationId",): "unknown field; did you mean applicationId?",
    }
    assert ("applicationId",) in messages("EMRServerlessJobRun", {"executionRoleArn": ROLE, "zzz": 1})
