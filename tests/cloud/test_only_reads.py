"""Who may only read changes nothing: of every kind, each write is refused before a byte has left."""

from dataclasses import replace

import botocore.session
import pytest
from botocore import xform_name

from reconcile.cloud.aws_client import Clients, NotARead, Use, reads_of
from reconcile.cloud.connect import connect
from reconcile.cloud.dataarts import ROUTES
from reconcile.cloud.dataarts_http import Gateway, Request
from reconcile.cloud.protocol import ReadFailed
from reconcile.kinds.descriptor import Errors
from reconcile.kinds.load import load_catalog
from reconcile.model.address import Address
from reconcile.model.observed import Marks
from reconcile.model.project import Project, Provider
from reconcile.model.request import Failure, FailureKind, StartRequest
from reconcile.sandbox.run import environment
from tests.cloud.scripted import Reply, serving
from tests.kinds.worlds import right

KINDS = load_catalog()
OF_AWS = [name for name, kind in KINDS.items() if kind.driver == "aws"]
KEYS = environment("")


@pytest.fixture(scope="module")
def service():
    """Would take anything."""
    with serving(lambda asked: Reply({})) as service:
        yield service


@pytest.fixture
def unasked(service):
    before = len(service.asked)
    yield service
    assert len(service.asked) == before


def providers(url):
    return {
        "aws": Provider("aws", "aws", "aws/eu-west-1", region="eu-west-1", endpoint_url=url),
        "dataarts": Provider("dataarts", "dataarts", "dataarts/p/w", endpoint_url=url, project_id="p", workspace="w"),
    }


def reader(url, catalog, kind):
    project = Project("p", "p", "/", providers(url), "lock.json")
    return connect(project, catalog, writable=False, environ=KEYS)[kind.driver]


def writes(kind):
    return [operation.operation for operation in (kind.start, kind.stop) if operation]


@pytest.mark.parametrize("name", KINDS)
def test_neither_a_start_nor_a_stop_of_any_kind_is_sent(name, unasked):
    kind = KINDS[name]
    ours = reader(unasked.url, KINDS, kind)
    identity = dict.fromkeys(kind.id, "00f1abcdexample1")
    address = Address(name, "nightly")
    marks = Marks("p", "default", address, 1, 1, 1, "sha256:0", "0" * 36)
    spec = {member: value for member, value in valid(kind).items() if member not in (kind.start.token, kind.start.tags)}
    refused = [ours.start(kind, StartRequest(address, spec, "0" * 36, "", marks))]
    if kind.can_stop:
        refused.append(ours.stop(kind, identity))
    assert [failure.kind for failure in refused] == [FailureKind.REFUSED] * len(refused)
    assert all("may only read" in failure.message for failure in refused), refused


@pytest.mark.parametrize("use", Use)
@pytest.mark.parametrize("name", OF_AWS)
def test_the_session_itself_refuses_every_operation_of_the_service_but_the_reads_of_its_kinds(name, use, unasked):
    kind = KINDS[name]
    client = Clients(providers(unasked.url)["aws"], reads_of(KINDS.values())).get(kind.service, use)
    model = client.meta.service_model
    allowed = {operation for service, operation in reads_of(KINDS.values()) if service == kind.service}
    for operation in writes(kind):
        with pytest.raises(NotARead):
            getattr(client, xform_name(operation))(**right(model.operation_model(operation).input_shape)[-1])
    sent = set()
    for operation in model.operation_names:
        event = f"before-call.{model.service_id.hyphenize()}.{operation}"
        try:
            client.meta.events.emit(event, model=model.operation_model(operation), params={"headers": {}})
            sent.add(operation)
        except NotARead:
            continue
    assert sent == allowed
    assert all(operation.startswith(("Get", "List", "Describe")) for operation in sent)


@pytest.mark.parametrize("name", [name for name in KINDS if KINDS[name].can_stop and KINDS[name].describe])
def test_a_descriptor_that_calls_a_write_a_read_is_not_obeyed(name, unasked):
    kind = KINDS[name]
    stop = kind.stop
    disguised = replace(kind, describe=replace(kind.describe, operation=stop.operation, arguments=stop.arguments))
    ours = reader(unasked.url, {name: disguised}, kind)
    with pytest.raises(ReadFailed, match="may only read"):
        ours.describe(disguised, dict.fromkeys(kind.id, "00f1abcdexample1"))


@pytest.mark.parametrize("operation", [name for name, route in ROUTES.items() if route.method != "GET"])
def test_dataarts_is_sent_nothing_but_questions(operation, unasked):
    gateway = Gateway(providers(unasked.url)["dataarts"], KEYS, writable=False)
    answer = gateway.send(Request(ROUTES[operation].method, ("jobs", "load")), Errors())
    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.REFUSED


def valid(kind):
    """A spec that the service's model has nothing against."""
    if kind.driver != "aws":
        return {"jobName": "load"}
    model = botocore.session.Session().get_service_model(kind.service)
    return right(model.operation_model(kind.start.operation).input_shape)[-1]
