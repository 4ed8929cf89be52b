"""Runs one command and prints what it cost: `python -I -S launch.py COMMAND...` gives one JSON object on stdout.

A program of its own, and a tiny one: Linux counts into a process's peak memory what its parent held when it was forked,
so that a parent of 100 MB would make every command look as large.
"""

import json
import os
import sys
import time


def main(command):
    nowhere = os.open(os.devnull, os.O_RDWR)
    started = time.monotonic()
    child = os.posix_spawnp(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 0), (os.POSIX_SPAWN_DUP2, nowhere, 1)],
    )
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - started
    unit = 1 if sys.platform == "darwin" else 1024
    cost = {
        "exit": os.waitstatus_to_exitcode(status),
        "seconds": seconds,
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "mb": usage.ru_maxrss * unit / 1e6,
        "writtenKb": usage.ru_oublock * 512 / 1e3,
    }
    print(json.dumps(cost))


main(sys.argv[1:])
