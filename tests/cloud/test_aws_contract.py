from dataclasses import replace

import pytest

from reconcile.cloud.connect import connect
from reconcile.model.project import Project, Provider
from tests.cloud.contract import Case, DriverContract, with_limits
from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]

ROLE = "arn:aws:iam::123456789012:role/jobs"
VERSION = "arn:aws:personalize:eu-west-1:123456789012:solution/s/v1"
COMPREHEND = {
    "LanguageCode": "en",
    "DataAccessRoleArn": ROLE,
    "InputDataConfig": {"S3Uri": "s3://bucket/in/"},
    "OutputDataConfig": {"S3Uri": "s3://bucket/out/"},
}
SPECS = {
    "ComprehendEntitiesDetectionJob": COMPREHEND,
    "EMRServerlessJobRun": {
        "applicationId": "00f1example",
        "executionRoleArn": ROLE,
        "jobDriver": {"sparkSubmit": {"entryPoint": "s3://bucket/job.py"}},
    },
    "PersonalizeBatchSegmentJob": {
        "solutionVersionArn": VERSION,
        "roleArn": ROLE,
        "jobInput": {"s3DataSource": {"path": "s3://bucket/in.json"}},
        "jobOutput": {"s3DataDestination": {"path": "s3://bucket/out/"}},
    },
}


def driver(catalog, endpoint, *, writable=True, limits=None, limiter=None, environ=None, **changes):
    provider = Provider("aws", "aws", "aws/eu-west-1", region="eu-west-1", endpoint_url=endpoint, **changes)
    project = Project("p", "p", "/", {"aws": with_limits(provider, limits)}, "lock.json")
    return connect(project, catalog, writable=writable, environ=environ or {}, limiter=limiter)["aws"]


class TestAwsDriver(DriverContract):
    @pytest.fixture(params=list(SPECS))
    def case(self, request, catalog, sandbox):
        def made(*, endpoint=sandbox.endpoint, **how):
            return driver(catalog, endpoint, **how)

        return Case(catalog[request.param], SPECS[request.param], made, sandbox)

    def test_the_users_own_tags_stay(self, case):
        kind = case.kind
        own = {"map": {"team": "docs"}}.get(kind.start.tag_style)
        if own is None:
            key, value = kind.start.tag_style.split("/")
            own = [{key: "team", value: "docs"}]
        request = case.request()
        case.connect().start(kind, replace(request, spec={**request.spec, kind.start.tags: own}))
        (job,) = case.jobs
        assert job["tags"]["team"] == "docs"
        assert job["tags"]["reconcile:address"] == f"{kind.kind}/nightly"
        assert job["token"] == (request.client_token if kind.start.token else "")
        assert job["name"] == request.job_name

    def test_no_tags_are_sent_where_they_are_not_allowed(self, case):
        driver = case.connect(marks="name")
        request = case.request()
        started = driver.start(case.kind, request)
        assert case.jobs[0]["tags"] == {}
        assert driver.marks(case.kind, driver.describe(case.kind, started.external_id)) is None

    def test_a_token_that_was_used_gives_the_job_that_it_was_used_for(self, case):
        if not case.kind.start.token:
            pytest.skip("has no token")
        driver, request = case.connect(), case.request()
        assert driver.start(case.kind, request) == driver.start(case.kind, request)
        assert len(case.jobs) == 1
