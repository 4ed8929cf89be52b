from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from reconcile.cloud.observe import observe
from reconcile.cloud.protocol import ListQuery, ReadFailed
from reconcile.model.address import Address
from reconcile.model.observed import Marks
from reconcile.model.phase import Phase
from reconcile.model.request import Failure, FailureKind, Question, Started, StartRequest, Stopped
from reconcile.sandbox.run import PROJECT, started
from reconcile.sandbox.settings import Settings
from tests.cloud.scripted import Reply, error, serving
from tests.cloud.test_dataarts_contract import KEYS, driver
from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]

SWITCH, RUN = "DataArtsJob", "DataArtsJobRun"
PARAMS = [{"name": "day", "value": "2026-11-22"}]


def request(kind, spec):
    address = Address(kind, "orders")
    return StartRequest(address, spec, "token", "", Marks("p", "d", address, 1, 1, 1, "s", "token"))


def test_a_run_is_asked_for_by_its_jobs_name_with_its_parameters(catalog):
    with serving(lambda asked: Reply({"instanceId": 132343})) as service:
        ours = driver(catalog, service.url, workspace="w-1")
        started = ours.start(catalog[RUN], request(RUN, {"jobName": "load orders", "jobParams": PARAMS}))
    assert started == Started({"jobName": "load orders", "instanceId": "132343"})
    (asked,) = service.asked
    assert asked.path == f"/v1/{PROJECT}/jobs/load%20orders/run-immediate"
    assert asked.body == {"jobParams": PARAMS}
    assert asked.headers["workspace"] == "w-1"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["authorization"].startswith("SDK-HMAC-SHA256 Access=sandbox, SignedHeaders=content-type;host;")


def test_reads_share_a_connection_and_each_start_has_its_own(catalog):
    """One that is kept may be closed from the other side while a start is on its way."""
    clients = []
    with started(settings=Settings(rates=False)) as server:
        take = server.process_request
        server.process_request = lambda asked, client: (clients.append(client), take(asked, client))
        ours = driver(catalog, server.endpoint)
        for _ in range(2):
            ours.describe(catalog[SWITCH], {"jobName": "j"})
        assert len(clients) == 1
        for _ in range(2):
            ours.start(catalog[RUN], request(RUN, {"jobName": "j"}))
        assert len(clients) == 3


def test_the_default_workspace_needs_no_header(catalog):
    with serving(lambda asked: Reply({"instanceId": 1})) as service:
        driver(catalog, service.url).start(catalog[RUN], request(RUN, {"jobName": "j"}))
    assert "workspace" not in service.asked[0].headers


def test_a_token_of_iam_is_sent_instead_of_a_signature(catalog):
    with serving(lambda asked: Reply({"instanceId": 1})) as service:
        environ = {**KEYS, "HUAWEICLOUD_SDK_AUTH_TOKEN": "MIIB"}
        driver(catalog, service.url, environ=environ).start(catalog[RUN], request(RUN, {"jobName": "j"}))
    assert service.asked[0].headers["x-auth-token"] == "MIIB"
    assert "authorization" not in service.asked[0].headers


def test_the_switch_is_read_and_turned_on_and_off(catalog, sandbox):
    sandbox.control.define(PROJECT, "orders", "REAL_TIME")
    sandbox.control.settings(pending=0)
    ours, kind, where = driver(catalog, sandbox.endpoint), catalog[SWITCH], {"jobName": "orders"}
    assert ours.describe(kind, where).phase is Phase.STOPPED
    assert ours.start(kind, request(SWITCH, {**where, "jobParams": PARAMS})) == Started(where)
    assert ours.describe(kind, where).phase.is_live
    assert ours.stop(kind, where) == Stopped()
    sandbox.control.advance(60)
    assert ours.describe(kind, where).phase is Phase.STOPPED


def test_a_switch_that_does_not_exist_is_not_there(catalog):
    with serving(lambda asked: error("DLF.0100", 400)) as service:
        assert driver(catalog, service.url).describe(catalog[SWITCH], {"jobName": "nobody"}) is None


@pytest.mark.parametrize("meaning", ["page", "record"])
def test_every_run_is_listed_once_whatever_offset_means(catalog, sandbox, meaning, monkeypatch):
    monkeypatch.setitem(catalog[RUN].list.page_size, "limit", 10)
    sandbox.control.settings(dataarts_offset=meaning)
    for name in ("orders", "orders of last year"):
        sandbox.control.define(PROJECT, name, "BATCH")
    ours, kind = driver(catalog, sandbox.endpoint), catalog[RUN]
    runs = {ours.start(kind, request(RUN, {"jobName": "orders"})).external_id["instanceId"] for _ in range(25)}
    ours.start(kind, request(RUN, {"jobName": "orders of last year"}))
    since = datetime.now(UTC) - timedelta(seconds=5)
    found = [
        run.external_id["instanceId"] for run in ours.list_jobs(kind, ListQuery({"jobName": "orders"}, since=since))
    ]
    assert len(found) == 25
    assert set(found) == runs


def test_runs_of_other_jobs_are_left_out_where_the_service_matches_names_loosely(catalog):
    rows = [{"instanceId": 1, "jobName": "orders", "status": "fail"}, {"instanceId": 2, "jobName": "orders2"}]
    with serving(lambda asked: Reply({"total": 2, "instances": rows})) as service:
        found = list(driver(catalog, service.url).list_jobs(catalog[RUN], ListQuery({"jobName": "orders"})))
    assert [(run.external_id["instanceId"], run.phase) for run in found] == [("1", Phase.FAILED)]
    assert service.asked[0].query["preciseQuery"] == "true"


@pytest.mark.parametrize("reply", [Reply(b""), Reply({}), Reply({"instances": None}), Reply(b"", 204)])
def test_a_reply_that_is_no_list_is_not_taken_for_an_empty_one(catalog, reply):
    with serving(lambda asked: reply) as service, pytest.raises(ReadFailed, match="without instances"):
        list(driver(catalog, service.url).list_jobs(catalog[RUN], ListQuery({"jobName": "orders"})))


@pytest.mark.parametrize("reply", [{"total": 0}, {"instances": []}, {"total": 0, "instances": None}])
def test_a_list_may_be_empty_in_every_way_that_says_so(catalog, reply):
    with serving(lambda asked: Reply(reply)) as service:
        assert list(driver(catalog, service.url).list_jobs(catalog[RUN], ListQuery({"jobName": "orders"}))) == []


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (error("APIGW.0308", 429), FailureKind.THROTTLED),
        (Reply(b"slow down", 429), FailureKind.THROTTLED),
        (error("APIGW.0301", 401), FailureKind.DENIED),
        (error("DLF.6888", 400), FailureKind.DENIED),
        (error("DLF.0100", 400), FailureKind.MISSING),
        (error("DLF.0136", 400), FailureKind.REFUSED),
        (Reply(b"<html>", 403), FailureKind.LOST),
        (error("DLF.0001", 500), FailureKind.SERVER_ERROR),
        (Reply(b"<html>", 502), FailureKind.SERVER_ERROR),
        (Reply({}, 200), FailureKind.LOST),
        (Reply(b"<html>", 200), FailureKind.LOST),
        (Reply({}, 302, headers={"Location": "/elsewhere"}), FailureKind.LOST),
        (Reply({"instanceId": 1}, torn=True), FailureKind.LOST),
        (Reply(dropped=True), FailureKind.LOST),
    ],
)
def test_a_failed_start_is_told_by_its_code(catalog, reply, expected):
    with serving(lambda asked: reply) as service:
        failure = driver(catalog, service.url).start(catalog[RUN], request(RUN, {"jobName": "j"}))
    assert isinstance(failure, Failure)
    assert failure.kind is expected, failure
    assert len(service.asked) == 1


@pytest.mark.parametrize("code", ["APIGW.0101", "DLF.3051"])
def test_a_region_that_lacks_the_route_is_named_as_the_cause(catalog, code):
    with serving(lambda asked: error(code, 404, "API not found")) as service:
        failure = driver(catalog, service.url).start(catalog[RUN], request(RUN, {"jobName": "j"}))
        assert failure.kind is FailureKind.REFUSED
        assert "this region does not serve this route" in failure.message
        with pytest.raises(ReadFailed, match="this region does not serve this route"):
            driver(catalog, service.url).describe(catalog[SWITCH], {"jobName": "j"})


def test_an_endpoint_without_a_scheme_is_taken_for_https(catalog):
    with serving(lambda asked: Reply({})) as service:
        failure = driver(catalog, service.url.removeprefix("http://")).start(
            catalog[RUN], request(RUN, {"jobName": "j"})
        )
    assert isinstance(failure, Failure)
    assert "SSL" in str(failure)
    assert service.asked == []


def instances(*items):
    return lambda asked: Reply({"total": len(items), "instances": list(items)})


def test_a_run_without_an_id_may_be_the_one_that_is_looked_for(catalog):
    shown = {"jobName": "load", "status": "running", "planTime": 1}
    with serving(instances(shown | {"instanceId": 1}, shown)) as service:
        listing = driver(catalog, service.url).list_jobs(catalog[RUN], ListQuery({"jobName": "load"}))
        with pytest.raises(ReadFailed, match="a run without instanceId"):
            list(listing)
        assert list(driver(catalog, service.url).list_jobs(catalog[RUN], ListQuery({"jobName": "other"}))) == []


def test_where_records_were_lost_a_run_by_schedule_is_none_of_ours_and_after_a_crash_it_may_be(catalog):
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def at(hours, number, kind):
        plan_time = int((now - timedelta(hours=hours)).timestamp() * 1000)
        shown = {"instanceId": number, "jobName": "load", "status": "success", "planTime": plan_time}
        return shown | ({"instanceType": kind} if kind is not None else {})

    runs = (at(1, 1, 0), at(2, 2, 2), at(3, 3, None), at(4, 4, 7), at(5, 5, 6), at(-2, 6, 2))
    spec, since = {"jobName": "load"}, now - timedelta(days=1)
    lost, crashed = Address(RUN, "lost"), Address(RUN, "crashed")
    with serving(instances(*runs)) as service:
        ours = driver(catalog, service.url)
        ask = partial(Question, provider="dataarts", scope=ours.provider.scope, spec=spec, look=True, since=since)
        seen = observe(
            [ask(lost, until=now), ask(crashed, intent_at=now - timedelta(hours=1, minutes=1))],
            {"dataarts": ours},
            catalog,
            project_id="p",
            environment="d",
            now=now,
            pool=None,
        ).jobs
    found = {address: [run.external_id["instanceId"] for run in seen[address].candidates] for address in seen}
    assert found == {lost: ["2", "3", "4"], crashed: ["1", "6"]}
