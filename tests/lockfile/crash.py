"""Kills a child before every call by which an apply changes the world, and prints what the next commands find. After
one call is before the next."""

import itertools
import json
import os
import pkgutil
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.lockfile.records import about_to_start, holder, intent, record, started


def main(imports, opener, calls, folder):
    scope = {}
    exec(imports, scope)
    for step in itertools.count():
        if not run(step, scope, opener, calls, Path(folder)):
            return


def run(step, scope, opener, calls, folder):
    """One world, one child, one kill. False once there was no such step."""
    place = folder / str(step)
    place.mkdir()

    def store():
        return eval(opener.format(folder=repr(str(place))), scope)

    lease = store().acquire(holder(), timeout=0)
    lease.append([started(record("folded"))], durable=True)
    lease.fold(validated_with="")
    lease.append([about_to_start(intent("left"))], durable=True)
    lease.release()

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        tell = os.write
        trap(calls, step)
        work(store(), lambda what: tell(writing, f"{what}\n".encode()))
        os._exit(0)
    os.close(writing)
    status = os.waitpid(child, 0)[1]
    with os.fdopen(reading) as told:
        durable = told.read().split()
    killed = os.WIFSIGNALED(status)
    found = store().read()
    lease = store().acquire(holder(), timeout=0)
    taken = lease.snapshot()
    lease.append([started(record("next"))], durable=True)
    lease.fold(validated_with="")
    lease.release()
    after = store().read()
    report = {
        "step": step,
        "killed": killed,
        "durable": ["folded", "folded+", "left", *durable],
        "read": told_by(found),
        "taken": told_by(taken),
        "after": told_by(after),
        "serial": [found.head.serial, taken.head.serial, after.head.serial],
        "warnings": [*found.warnings, *taken.warnings, *after.warnings],
        "existed": found.existed and taken.existed and after.existed,
    }
    print(json.dumps(report), flush=True)
    return killed


def told_by(lockfile):
    """Names of jobs, with `+` where their outcome is known too."""
    names = [address.name for address in lockfile]
    return names + [f"{address.name}+" for address in lockfile if not lockfile.get(address).is_intent]


def work(store, tell):
    lease = store.acquire(holder(), timeout=0)
    tell("left")
    lease.append([about_to_start(intent("a")), about_to_start(intent("b"))], durable=True)
    tell("a b")
    lease.append([started(record("a"))], durable=False)
    lease.append([about_to_start(intent("c"))], durable=True)
    tell("a+ c")
    lease.fold(validated_with="")
    lease.append([about_to_start(intent("d"))], durable=True)
    tell("d")
    lease.append([started(record("d"))], durable=False)
    lease.fold(validated_with="")
    tell("d+")
    lease.release()


def trap(calls, step):
    """SIGKILL to ourselves instead of call number `step` of those."""
    count = itertools.count()
    kill, me = os.kill, os.getpid()

    def wrapped(real):
        def call(*args, **kwargs):
            if next(count) == step:
                kill(me, signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for name in calls:
        module, _, attribute = name.rpartition(".")
        owner = pkgutil.resolve_name(module)
        setattr(owner, attribute, wrapped(getattr(owner, attribute)))


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
