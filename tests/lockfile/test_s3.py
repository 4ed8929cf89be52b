import pytest

from tests.lockfile.contract import StoreContract
from tests.lockfile.s3_place import S3Place
from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]


@pytest.fixture
def place(tmp_path, sandbox, monkeypatch):
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    return S3Place(tmp_path, sandbox.aws("s3"))


class TestS3Store(StoreContract):
    pass
