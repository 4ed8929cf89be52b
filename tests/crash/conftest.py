import pytest

from tests.crash.scene import Launcher
from tests.crash.sweep import Sweep


@pytest.fixture(scope="session")
def launcher():
    with Launcher() as launcher:
        yield launcher


@pytest.fixture(scope="session")
def sweep(launcher, tmp_path_factory):
    return Sweep(tmp_path_factory.mktemp("sweep"), launcher)
