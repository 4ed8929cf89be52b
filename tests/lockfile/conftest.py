import os

import pytest

pytest.register_assert_rewrite("tests.lockfile.contract")


@pytest.fixture
def calls_of(monkeypatch):
    """`calls_of("write", "fsync")`: the list that the names of these calls of `os` are put in from now on."""

    def record(*names):
        calls = []
        for name in names:
            monkeypatch.setattr(os, name, _noting(name, getattr(os, name), calls))
        return calls

    return record


def _noting(name, real, calls):
    def call(*args, **kwargs):
        calls.append(name)
        return real(*args, **kwargs)

    return call
