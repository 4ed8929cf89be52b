import subprocess
import sys

import pytest

from reconcile.cloud.connect import connect
from reconcile.cloud.protocol import ListQuery
from reconcile.errors import ProjectError
from reconcile.model.project import Project, Provider
from tests.cloud.test_aws_contract import SPECS, driver

PROVIDERS = {
    "aws": Provider("aws", "aws", "aws/eu-west-1", region="eu-west-1"),
    "factory": Provider("factory", "dataarts", "dataarts/p/default", endpoint_url="dlf.example", project_id="p"),
    "odd": Provider("odd", "azure", "azure/x"),
}
PROJECT = Project("p", "p", "/", PROVIDERS, "lock.json")

LAZY = """
import sys
from reconcile.cloud.connect import connect
from reconcile.cloud.observe import observe
from reconcile.kinds.load import load_catalog
from reconcile.model.project import Project, Provider
drivers = connect(
    Project("p", "p", "/", {"aws": Provider("aws", "aws", "aws/r"), "d": Provider("d", "dataarts", "d/p/w")}, "l"),
    load_catalog(), writable=False, environ={},
)
assert set(drivers) == {"aws", "d"} and "aws" in drivers
print(sorted({"botocore", "boto3", "urllib3", "pydantic", "deepdiff", "rich"} & set(sys.modules)))
"""


def test_a_project_of_which_nothing_is_asked_imports_no_client():
    found = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_driver_is_made_once_for_its_provider(catalog):
    drivers = connect(PROJECT, catalog, writable=False, environ={})
    assert drivers["aws"] is drivers["aws"]
    assert drivers["aws"].provider is PROVIDERS["aws"]
    assert drivers["factory"].provider is PROVIDERS["factory"]
    assert len(drivers) == 3
    with pytest.raises(KeyError):
        drivers["nobody"]
    with pytest.raises(ProjectError, match="azure"):
        drivers["odd"]


@pytest.mark.parametrize("kind", SPECS)
def test_a_service_that_keeps_to_its_limits_never_has_to_refuse(catalog, kind):
    """Its clock is ours, and moves as we wait and at no other time: how busy the machine is makes no difference."""
    from reconcile.cloud.limits import Limiter
    from reconcile.sandbox.client import Control
    from reconcile.sandbox.run import started
    from reconcile.sandbox.settings import Settings
    from tests.cloud.contract import Case

    settings = Settings(seed="test", capacity=False, listing_delay=0)
    with started(settings=settings, clock=lambda: 1_800_000_000.0) as server:
        control = Control(server.endpoint)
        limiter = Limiter(lambda: control.about()["now"], control.advance)
        ours = driver(catalog, server.endpoint, limiter=limiter, limits={})
        case = Case(catalog[kind], SPECS[kind], lambda: ours, sandbox=None)
        for _ in range(30):
            job = case.started(ours)
            assert ours.describe(case.kind, job.external_id) is not None
        assert len(list(ours.list_jobs(case.kind, ListQuery(case.spec)))) == 30
        control.close()
