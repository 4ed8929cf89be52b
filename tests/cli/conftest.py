import os
import subprocess
import sys

import pytest


@pytest.fixture(autouse=True)
def _no_variables_of_ours(monkeypatch):
    """What is set around the tests must not decide them."""
    for name in [*filter(lambda name: name.startswith("RECONCILE_"), os.environ), "NO_COLOR"]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def reconcile(tmp_path):
    """Runs the real command line as a process of its own."""

    def run(*arguments, **more):
        command = [sys.executable, "-m", "reconcile", *map(str, arguments)]
        given = {"capture_output": True, "text": True, "cwd": tmp_path, "stdin": subprocess.DEVNULL} | more
        return subprocess.run(command, check=False, timeout=60, **given)

    return run
