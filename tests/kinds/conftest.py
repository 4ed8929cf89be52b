import pytest

from reconcile.kinds.load import load_catalog


@pytest.fixture(scope="session")
def catalog():
    """The built-in kinds, by name."""
    return load_catalog()
