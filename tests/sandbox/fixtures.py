"""`sandbox`: a local cloud of its own for each test, in threads of the test's process.

    def test_something(sandbox):
        client = sandbox.aws("comprehend")
        sandbox.control.advance(10)      # pending jobs run
        sandbox.control.fault("drop", operation="StartJobRun")

Its clock is the real one and can be moved on: what takes seconds there takes no time in a test. Rates are off and
lists show new jobs at once, unless a test says otherwise: `sandbox.control.settings(rates=True, listing_delay=5)`.
To use it, import it in a test module or a conftest: `from tests.sandbox.fixtures import sandbox`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from reconcile.sandbox.client import Control
from reconcile.sandbox.run import environment, started
from reconcile.sandbox.settings import Settings


@dataclass(frozen=True)
class Sandbox:
    """`environment` points a process at it; `aws` makes a client that never sends anything twice by itself."""

    endpoint: str
    control: Control

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.endpoint)

    def aws(self, service: str, *, region: str = "eu-west-1", attempts: int = 1, read_timeout: float = 30) -> Any:
        import boto3
        from botocore.config import Config

        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
            config=Config(
                retries={"total_max_attempts": attempts, "mode": "standard"}, read_timeout=read_timeout, proxies={}
            ),
        )


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with started(settings=Settings(seed="test", rates=False, listing_delay=0)) as server:
        control = Control(server.endpoint)
        yield Sandbox(server.endpoint, control)
        control.close()
