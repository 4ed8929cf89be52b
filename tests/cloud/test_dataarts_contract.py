import pytest

from reconcile.cloud.connect import connect
from reconcile.model.project import Project, Provider
from reconcile.sandbox.run import PROJECT, environment
from tests.cloud.contract import Case, DriverContract, with_limits
from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]

KEYS = environment("")


def driver(catalog, endpoint, *, writable=True, limits=None, limiter=None, environ=KEYS, workspace="default"):
    scope = f"dataarts/{PROJECT}/{workspace}"
    provider = Provider("dataarts", "dataarts", scope, endpoint_url=endpoint, project_id=PROJECT, workspace=workspace)
    project = Project("p", "p", "/", {"dataarts": with_limits(provider, limits)}, "lock.json")
    return connect(project, catalog, writable=writable, environ=environ, limiter=limiter)["dataarts"]


class TestDataArtsDriver(DriverContract):
    @pytest.fixture
    def case(self, catalog, sandbox):
        sandbox.control.define(PROJECT, "load orders", "BATCH")

        def made(*, endpoint=sandbox.endpoint, **how):
            return driver(catalog, endpoint, **how)

        spec = {"jobName": "load orders", "jobParams": [{"name": "day", "value": "2026-11-22"}]}
        return Case(catalog["DataArtsJobRun"], spec, made, sandbox)
