"""A spec read back from what a service shows of a job, through YAML, is the spec that would start one like it."""

import botocore.session
import pytest
import yaml_rs

from reconcile.kinds.described import HIDDEN, REQUIRED, UNSEEN, spec_of
from reconcile.kinds.load import load_catalog
from reconcile.kinds.specs import spec_problems
from reconcile.model.address import Address
from reconcile.report.manifest import manifest_yaml
from tests.kinds.worlds import right

KINDS = load_catalog()
OPEN = [name for name, kind in KINDS.items() if kind.service in ("comprehend", "personalize")]


@pytest.fixture(scope="module")
def models():
    session = botocore.session.Session()
    return {kind.service: session.get_service_model(kind.service) for kind in KINDS.values() if kind.driver == "aws"}


def through_yaml(kind, spec):
    text = manifest_yaml(Address(kind.kind, "nightly"), "aws", spec, about=["a\nb"])
    document = yaml_rs.loads(text, parse_datetime=False)
    assert (document["kind"], document["metadata"]) == (kind.kind, {"name": "nightly"})
    return document["spec"]


@pytest.mark.parametrize("name", OPEN)
def test_what_is_shown_can_be_declared(name, models):
    kind = KINDS[name]
    operation = models[kind.service].operation_model(kind.start.operation)
    own = frozenset({kind.start.token, kind.start.name, kind.start.tags})
    shown = set(
        models[kind.service].operation_model(kind.describe.operation).output_shape.members[kind.describe.item].members
    )
    for given in right(operation.input_shape, own)[:3]:
        given = {member: value for member, value in given.items() if member in shown}
        told = spec_of(kind, {**given, kind.job.name: "theirs", kind.job.status: "RUNNING", "Odd": object()}, {})
        parsed = through_yaml(kind, told)
        assert parsed == without_nothing(given)
        lacking = {member for member, value in told.items() if value in (REQUIRED, UNSEEN)}
        problems = [problem.path[0] for problem in spec_problems(kind, parsed) if problem.message[:7] == "missing"]
        assert set(problems) <= lacking


def without_nothing(value):
    """Empty members are as good as none."""
    if isinstance(value, dict):
        kept = {key: without_nothing(member) for key, member in value.items()}
        return {key: member for key, member in kept.items() if member not in ({}, [])}
    return [without_nothing(item) for item in value] if isinstance(value, list) else value


def test_words_that_yaml_takes_for_something_else_stay_words():
    odd = {"no": "no", "a b": "null", "c": "2026-11-21", "d": "x: #y\n\u2028\x7f\x1b[1m🙂", "e": 1.5, "f": True}
    kind = KINDS["EMRServerlessJobRun"]
    assert through_yaml(kind, {"tags": odd, "list": [odd, [odd]]}) == {"tags": odd, "list": [odd, [odd]]}


def test_what_is_sensitive_or_not_shown_is_to_be_filled_in():
    kind = KINDS["EMRServerlessJobRun"]
    spark = {"entryPoint": "s3://secret", "entryPointArguments": ["secret"], "sparkSubmitParameters": "secret"}
    job = {
        "executionRole": "arn:aws:iam::123456789012:role/r",
        "jobDriver": {"sparkSubmit": spark},
        "tags": {"team": "web", "aws:x": "1", "reconcile:project": "p"},
        "createdAt": object(),
    }
    spec = spec_of(kind, job, {"applicationId": "00f1", "jobRunId": "00g1"})
    assert (spec["applicationId"], spec["executionRoleArn"]) == ("00f1", job["executionRole"])
    assert (spec["jobDriver"]["sparkSubmit"]["entryPoint"], spec["tags"]) == (HIDDEN, {"team": "web"})
    assert "secret" not in manifest_yaml(Address(kind.kind, "a"), "aws", spec, about=[])
    assert spec_of(kind, {}, {})["executionRoleArn"] is REQUIRED
    assert spec_of(KINDS["DataArtsJobRun"], {}, {"jobName": "load"}) == {"jobName": "load", "jobParams": UNSEEN}
