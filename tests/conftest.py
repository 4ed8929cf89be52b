import os

import pytest
from hypothesis import HealthCheck, settings

# How busy the machine is decides no test.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(autouse=True, scope="session")
def _no_ci():
    """A CI in which the tests run must not decide what commands say in them."""
    before = {name: os.environ.pop(name) for name in ("GITHUB_ACTIONS", "GITLAB_CI") if name in os.environ}
    yield
    os.environ.update(before)


@pytest.fixture(autouse=True, scope="session")
def _a_cache_of_their_own(tmp_path_factory):
    """Neither do the tests see the caches of who runs them, nor leave any behind."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before
