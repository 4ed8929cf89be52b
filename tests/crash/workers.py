"""Strikes of one process of many."""

import atexit
import os
from pathlib import Path

from tests.crash.scene import Launcher
from tests.crash.sweep import Sweep

_sweeps = []


def begin(folder):
    launcher = Launcher()
    atexit.register(launcher.close)
    _sweeps.append(Sweep(Path(folder) / str(os.getpid()), launcher))


def strike(kill):
    return _sweeps[0].strike(kill)
