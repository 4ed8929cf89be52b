"""What goes over the wire, and what is made of what comes back, where the sandbox is too well-behaved to show it."""

import json
from datetime import UTC, datetime

import pytest

from reconcile.cloud.aws_client import Clients, NotARead, Use, reads_of
from reconcile.cloud.protocol import ListQuery, ReadFailed
from reconcile.errors import GuardRefused
from reconcile.model.address import Address
from reconcile.model.observed import Marks
from reconcile.model.project import Provider
from reconcile.model.request import Failure, FailureKind, Started, StartRequest
from tests.cloud.scripted import Reply, error, serving
from tests.cloud.test_aws_contract import SPECS, driver

ENTITIES, EMR, PERSONALIZE = SPECS
SINCE = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def request(kind):
    address = Address(kind, "nightly")
    return StartRequest(
        address, SPECS[kind], "t" * 36, "nightly-1-tttttttt", Marks("p", "d", address, 1, 1, 1, "s", "t")
    )


def job(number, status="IN_PROGRESS"):
    return {"JobId": str(number), "JobStatus": status, "JobName": f"n{number}", "SubmitTime": 1e9, "JobArn": "arn"}


def page(*jobs, token=None):
    return Reply({"EntitiesDetectionJobPropertiesList": list(jobs)} | ({"NextToken": token} if token else {}))


def listed(found):
    return [sighting.external_id["JobId"] for sighting in found]


def test_pages_are_followed_and_parents_and_sizes_sent(catalog):
    pages = {None: page(job(1), job(2), token="b"), "b": page(job(3), token="c"), "c": page()}
    with serving(lambda asked: pages[asked.body.get("NextToken")]) as service:
        assert listed(driver(catalog, service.url).list_jobs(catalog[ENTITIES], ListQuery({}))) == ["1", "2", "3"]
    assert {asked.body["MaxResults"] for asked in service.asked} == {500}
    with serving(lambda asked: Reply({"jobRuns": []})) as service:
        list(driver(catalog, service.url).list_jobs(catalog[EMR], ListQuery(SPECS[EMR], since=SINCE)))
    (asked,) = service.asked
    assert asked.path == "/applications/00f1example/jobruns"
    assert asked.query == {"maxResults": "50", "createdAtAfter": "2026-03-04T05:06:07Z"}


def test_a_list_that_goes_round_in_circles_ends_in_words(catalog):
    with (
        serving(lambda asked: page(job(1), token="again")) as service,
        pytest.raises(ReadFailed, match="same page token"),
    ):
        list(driver(catalog, service.url).list_jobs(catalog[ENTITIES], ListQuery({})))
    assert len(service.asked) == 2


def test_pages_are_asked_for_only_as_far_as_they_are_read(catalog):
    with serving(lambda asked: page(job(1), token=asked.body.get("NextToken", "") + "x")) as service:
        next(driver(catalog, service.url).list_jobs(catalog[ENTITIES], ListQuery({})))
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        (ListQuery({}), [None]),
        (ListQuery({}, name="n"), [{"JobName": "n"}]),
        (ListQuery({}, since=SINCE), [{"SubmitTimeAfter": SINCE.timestamp()}]),
        (ListQuery({}, name="n", since=SINCE, live=True), [{"JobName": "n"}]),
        (ListQuery({}, live=True), [{"JobStatus": s} for s in ("SUBMITTED", "IN_PROGRESS", "STOP_REQUESTED")]),
    ],
)
def test_one_filter_at_a_time_is_sent(catalog, query, filters):
    with serving(lambda asked: page()) as service:
        list(driver(catalog, service.url).list_jobs(catalog[ENTITIES], query))
    assert [asked.body.get("Filter") for asked in service.asked] == filters


def test_a_service_that_takes_many_statuses_is_asked_once(catalog):
    with serving(lambda asked: Reply({"jobRuns": []})) as service:
        list(driver(catalog, service.url).list_jobs(catalog[EMR], ListQuery(SPECS[EMR], live=True)))
    assert len(service.asked) == 1
    assert "states" in service.asked[0].query


@pytest.mark.parametrize("refusal", [error("InvalidFilterException"), error("InternalServerException", 500)])
@pytest.mark.parametrize("query", [ListQuery({}, since=SINCE), ListQuery({}, live=True)])
def test_a_service_that_cannot_filter_is_listed_without(catalog, refusal, query):
    with serving(lambda asked: refusal if "Filter" in asked.body else page(job(1))) as service:
        assert listed(driver(catalog, service.url).list_jobs(catalog[ENTITIES], query)) == ["1"]


def test_a_list_that_fails_on_a_later_page_is_no_answer(catalog):
    replies = {None: page(job(1), token="b"), "b": error("InvalidRequestException")}
    with serving(lambda asked: replies[asked.body.get("NextToken")]) as service, pytest.raises(ReadFailed):
        list(driver(catalog, service.url).list_jobs(catalog[ENTITIES], ListQuery({}, since=SINCE)))


def test_what_does_not_exist_holds_no_jobs(catalog):
    with serving(lambda asked: error("ResourceNotFoundException", 404)) as service:
        assert list(driver(catalog, service.url).list_jobs(catalog[EMR], ListQuery(SPECS[EMR]))) == []


@pytest.mark.parametrize(
    "torn",
    [
        Reply(b"<html>Welcome</html>"),
        Reply(b""),
        Reply([1]),
        Reply({"EntitiesDetectionJobPropertiesList": []}, torn=True),
    ],
)
def test_a_reply_that_cannot_be_read_is_never_an_empty_list(catalog, torn):
    with serving(lambda asked: torn) as service, pytest.raises(ReadFailed):
        list(driver(catalog, service.url).list_jobs(catalog[ENTITIES], ListQuery({})))


@pytest.mark.parametrize(
    ("kind", "reply", "expected"),
    [
        (EMR, error("ConflictException", 409), FailureKind.CONFLICT),
        (EMR, error("ThrottlingException", 400), FailureKind.THROTTLED),
        (EMR, error("ResourceNotFoundException", 400), FailureKind.MISSING),
        (EMR, error("ValidationException", 400), FailureKind.REFUSED),
        (EMR, error("AccessDeniedException", 403), FailureKind.DENIED),
        (EMR, error("ExpiredTokenException", 400), FailureKind.DENIED),
        (PERSONALIZE, error("ResourceAlreadyExistsException"), FailureKind.EXISTS),
        (PERSONALIZE, error("LimitExceededException"), FailureKind.CAPACITY),
        (ENTITIES, error("TooManyRequestsException", 400), FailureKind.THROTTLED),
        (ENTITIES, error("InvalidRequestException", 400), FailureKind.REFUSED),
        (ENTITIES, error("InternalServerException", 400), FailureKind.SERVER_ERROR),
        (ENTITIES, error("NobodyKnowsException", 503), FailureKind.SERVER_ERROR),
        (ENTITIES, error("ThrottlingException", 503), FailureKind.THROTTLED),
        (ENTITIES, Reply(b"<html>Bad Gateway</html>", 502), FailureKind.SERVER_ERROR),
        (ENTITIES, Reply(b"<html>Forbidden</html>", 403), FailureKind.LOST),
        (ENTITIES, Reply(b"<html>Welcome</html>", 200), FailureKind.LOST),
        (ENTITIES, Reply({}), FailureKind.LOST),
        (ENTITIES, Reply(b""), FailureKind.LOST),
        (ENTITIES, Reply(dropped=True), FailureKind.LOST),
    ],
)
def test_a_failed_start_is_told_by_its_code(catalog, kind, reply, expected):
    with serving(lambda asked: reply) as service:
        failure = driver(catalog, service.url).start(catalog[kind], request(kind))
    assert isinstance(failure, Failure)
    assert failure.kind is expected, failure
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [("InvalidRequestException", FailureKind.TERMINAL), ("JobNotFoundException", FailureKind.MISSING)],
)
def test_a_failed_stop_is_told_by_its_code(catalog, code, expected):
    with serving(lambda asked: error(code)) as service:
        failure = driver(catalog, service.url).stop(catalog[ENTITIES], {"JobId": "1"})
    assert isinstance(failure, Failure)
    assert failure.kind is expected


def test_the_service_may_say_when_to_come_back(catalog):
    answer = error("ThrottlingException", 429, **{"Retry-After": "7"})
    with serving(lambda asked: answer) as service:
        failure = driver(catalog, service.url).start(catalog[EMR], request(EMR))
    assert failure.retry_after == 7


def test_a_spec_that_botocore_refuses_is_not_sent_and_its_values_are_not_told(catalog):
    wrong = {**SPECS[EMR], "jobDriver": {"sparkSubmit": {"entryPoint": ["password, type: x"]}}}
    start = request(EMR)
    start = StartRequest(start.address, wrong, start.client_token, start.job_name, start.marks)
    with serving(lambda asked: Reply({})) as service:
        failure = driver(catalog, service.url).start(catalog[EMR], start)
    assert failure.kind is FailureKind.REFUSED
    assert "entryPoint" in failure.message
    assert "password" not in failure.message
    assert service.asked == []


def test_our_token_is_sent_and_never_one_of_the_sdks(catalog):
    with serving(lambda asked: Reply({"applicationId": "00f1example", "jobRunId": "r1", "arn": "a"})) as service:
        started = driver(catalog, service.url).start(catalog[EMR], request(EMR))
    assert started == Started({"applicationId": "00f1example", "jobRunId": "r1"})
    (asked,) = service.asked
    sent = json.loads(asked.content)
    assert sent["clientToken"] == "t" * 36
    assert sent["name"] == "nightly-1-tttttttt"
    assert sent["tags"]["reconcile:project"] == "p"
    assert sent["jobDriver"] == SPECS[EMR]["jobDriver"]


def test_a_reader_is_refused_by_its_client_whatever_calls_it(catalog):
    with serving(lambda asked: Reply({})) as service:
        provider = Provider("aws", "aws", "aws/eu-west-1", region="eu-west-1", endpoint_url=service.url)
        clients = Clients(provider, reads_of(catalog.values()))
        for use in Use:
            comprehend = clients.get("comprehend", use)
            with pytest.raises(NotARead):
                comprehend.stop_entities_detection_job(JobId="1")
            with pytest.raises(NotARead):
                comprehend.list_endpoints()
            comprehend.list_entities_detection_jobs()
    assert {asked.operation for asked in service.asked} == {"ListEntitiesDetectionJobs"}
    assert clients.get("comprehend", Use.READ) is clients.get("comprehend", Use.READ)


IDENTITY = (
    "<GetCallerIdentityResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><GetCallerIdentityResult>"
    "<Arn>arn:aws:iam::{0}:user/u</Arn><UserId>u</UserId><Account>{0}</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


def test_the_account_is_asked_for_once_and_only_where_the_project_names_one(catalog):
    answer = Reply(IDENTITY.format("111122223333").encode(), headers={"Content-Type": "text/xml"})
    with serving(lambda asked: answer) as service:
        driver(catalog, service.url).check_account()
        assert service.asked == []
        ours = driver(catalog, service.url, account_ids=("111122223333",), writable=False)
        ours.check_account()
        ours.check_account()
        assert len(service.asked) == 1
        with pytest.raises(GuardRefused, match="444455556666"):
            driver(catalog, service.url, account_ids=("444455556666",)).check_account()


def test_an_account_that_cannot_be_told_is_no_wrong_account(catalog):
    with (
        serving(lambda asked: error("ExpiredToken", 403)) as service,
        pytest.raises(ReadFailed, match="GetCallerIdentity"),
    ):
        driver(catalog, service.url, account_ids=("111122223333",)).check_account()


ROLE = (
    "<AssumeRoleResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><AssumeRoleResult><Credentials>"
    "<AccessKeyId>AKIDOFROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>of-role</SessionToken>"
    "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
)


def test_requests_are_signed_as_the_role_of_the_provider(catalog):
    def answer(asked):
        if b"AssumeRole" in asked.content:
            return Reply(ROLE.encode(), headers={"Content-Type": "text/xml"})
        return page()

    with serving(answer) as service:
        reader = driver(catalog, service.url, role_arn="arn:aws:iam::111122223333:role/r", writable=False)
        list(reader.list_jobs(catalog[ENTITIES], ListQuery({})))
        list(reader.list_jobs(catalog[ENTITIES], ListQuery({})))
    assert "AKIDEXAMPLE" in service.asked[0].headers["authorization"]
    assert [asked.headers["x-amz-security-token"] for asked in service.asked[1:]] == ["of-role", "of-role"]


def test_a_profile_that_does_not_exist_is_said_in_words(catalog):
    with pytest.raises(ReadFailed, match="nobody"):
        list(driver(catalog, "http://127.0.0.1:1", profile="nobody").list_jobs(catalog[EMR], ListQuery(SPECS[EMR])))


def test_the_environment_names_the_endpoint_as_it_does_for_every_sdk(catalog, monkeypatch):
    with serving(lambda asked: page(job(1))) as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL", service.url)
        assert listed(driver(catalog, "").list_jobs(catalog[ENTITIES], ListQuery({}))) == ["1"]
