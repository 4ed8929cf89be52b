import os

import pytest

from reconcile.sandbox.client import Control
from reconcile.sandbox.run import environment, started
from reconcile.sandbox.settings import Settings
from tests.applier.bench import Bench
from tests.applier.clock import Clock

SETTINGS = Settings(seed="test", rates=False, listing_delay=0, pending=2, running=20, stopping=3)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A sandbox whose jobs are pending for 2 s, run for 20 and take 3 to stop, by a clock that moves when asked."""
    clock = Clock()
    with started(settings=SETTINGS, clock=clock) as server:
        for name in [name for name in os.environ if name.startswith(("AWS_", "HUAWEICLOUD_", "DATAARTS_"))]:
            monkeypatch.delenv(name)
        for name, value in environment(server.endpoint).items():
            monkeypatch.setenv(name, value)
        control = Control(server.endpoint)
        yield Bench(tmp_path, control, clock)
        control.close()
