import botocore.session
import jsonschema
import pytest

from reconcile.kinds.load import load_catalog
from reconcile.kinds.patterns import published
from reconcile.kinds.schema import all_schemas, manifest_schema
from tests.kinds.test_envelope import MANIFEST, PROJECT
from tests.kinds.test_specs import AWS, specs_of
from tests.kinds.worlds import wrong

CATALOG = load_catalog()


@pytest.fixture(scope="module")
def everything():
    schema = all_schemas(CATALOG)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def manifest(kind: str, spec) -> dict:
    goal = CATALOG[kind].goals[0].goal.value
    return MANIFEST | {"kind": kind, "spec": spec, "goal": goal}


def shape_of(kind: str):
    descriptor = CATALOG[kind]
    service = botocore.session.get_session().get_service_model(descriptor.service)
    return service.operation_model(descriptor.start.operation).input_shape


def is_expressible(shape, path) -> bool:
    """JSON Schema can say what is wrong there: all but patterns that its dialects read differently."""
    for part in path:
        if shape.type_name in ("list", "map"):
            keyed = shape.type_name == "map" and shape.key.metadata.get("pattern")
            if keyed and not published(keyed):
                return False
            shape = shape.member if shape.type_name == "list" else shape.value
        elif part in shape.members:
            shape = shape.members[part]
    pattern = shape.metadata.get("pattern")
    return pattern is None or bool(published(pattern))


@pytest.mark.parametrize(
    "kind", ["EMRServerlessJobRun", "ComprehendDocumentClassificationJob", "PersonalizeBatchInferenceJob"]
)
def test_the_schema_of_a_kind_takes_what_is_right_and_refuses_what_is_wrong(kind):
    schema = manifest_schema(CATALOG[kind])
    jsonschema.Draft202012Validator.check_schema(schema)
    validator, shape, start = jsonschema.Draft202012Validator(schema), shape_of(kind), CATALOG[kind].start
    specs = specs_of(kind, shape)
    for spec in specs:
        assert not list(validator.iter_errors(manifest(kind, spec)))
    refused = 0
    for case in wrong(shape, specs[0], skip=frozenset({start.token, start.name})):
        if is_expressible(shape, case.path):
            assert not validator.is_valid(manifest(kind, case.spec)), (case.what, case.path)
            refused += 1
    assert refused > 50


@pytest.mark.parametrize("kind", AWS)
def test_one_schema_serves_every_kind(kind, everything):
    spec = specs_of(kind, shape_of(kind))[0]
    assert not list(everything.iter_errors(manifest(kind, spec)))
    assert not everything.is_valid(manifest(kind, spec | {"Unheard": 1}))


def test_the_one_schema_knows_the_project_file_and_no_kinds_that_do_not_exist(everything):
    assert not list(everything.iter_errors(PROJECT))
    assert not everything.is_valid(PROJECT | {"lockfile": "x"})
    assert not everything.is_valid(MANIFEST | {"kind": "UnheardOfJob"})
    run = manifest("DataArtsJobRun", {"jobName": "load", "jobParams": [{"name": "a", "value": "b"}]})
    assert not list(everything.iter_errors(run))
    assert not everything.is_valid(manifest("DataArtsJobRun", {"jobParams": []}))


def test_a_goal_that_the_kind_does_not_have_is_refused(everything):
    assert not everything.is_valid(manifest("DataArtsJob", {"jobName": "load"}) | {"goal": "completed"})


def test_a_reference_may_stand_where_it_becomes_what_is_needed(everything):
    spec = {"applicationId": "${env.APPLICATION}", "executionRoleArn": "${var.role}", "mode": "${var.mode}"}
    spec["executionTimeoutMinutes"] = "${var.minutes}"
    spec["jobDriver"] = {"sparkSubmit": {"entryPoint": "s3://${var.bucket}/a.py", "entryPointArguments": "${var.all}"}}
    assert not list(everything.iter_errors(manifest("EMRServerlessJobRun", spec)))
    for text in ("10", "1${var.minutes}", "${env.MINUTES}"):
        assert not everything.is_valid(manifest("EMRServerlessJobRun", spec | {"executionTimeoutMinutes": text}))


def test_fields_are_described_in_plain_words():
    schema = manifest_schema(CATALOG["EMRServerlessJobRun"])
    driver = schema["$defs"]["SparkSubmit"]["properties"]["entryPoint"]
    assert driver["description"] == "The entry point for the Spark submit job run."
    assert "<" not in str(schema["$defs"]["CloudWatchLoggingConfiguration"])
    assert schema["description"] == CATALOG["EMRServerlessJobRun"].summary
