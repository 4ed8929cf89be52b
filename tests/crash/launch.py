"""Runs command lines of reconcile, each in a process of its own, forked from one that has read what they need: the
modules, and the services' models.

Without arguments: a JSON document a line on stdin says what to run; one on stdout tells its process, and one how it
ended. In the child a trap may be set, its clock may be later than the machine's, and reconcile itself may be broken
(see `broken`).
"""

import importlib
import json
import os
import runpy
import sys
import traceback
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import reconcile.cli
from reconcile.applier.runtime import Threads
from reconcile.cloud.aws_client import Clients, Use
from reconcile.kinds.load import load_catalog
from reconcile.kinds.specs import spec_problems
from reconcile.model.project import Provider
from tests.crash import broken
from tests.crash.traps import trap

IMPORTS = ("deepdiff", "reconcile.cloud.aws", "reconcile.cloud.dataarts", "rich.table")
SETTLE = 20  # seconds: less than that of any kind, more than any other pause
CLOCKS = ("reconcile.applier.runtime", "reconcile.cli.shell.session", "reconcile.cloud.dataarts_http")


def main():
    if len(sys.argv) > 1:
        alone(float(sys.argv[1]), sys.argv[2:])
        return
    read_ahead()
    for line in sys.stdin:
        run(json.loads(line))


def alone(later, arguments):
    """This process becomes `python -m reconcile` with these arguments, its clock so many seconds later."""
    set_forward(later)
    sys.argv = ["reconcile", *arguments]
    runpy.run_module("reconcile", run_name="__main__", alter_sys=True)


def read_ahead():
    assert reconcile.cli
    for name in IMPORTS:
        importlib.import_module(name)
    clients = Clients(Provider("aws", "aws", "", region="eu-west-1"), only=None)
    for kind in load_catalog().values():
        spec_problems(kind, {})
        if kind.driver == "aws":
            clients.get(kind.service, Use.READ)


def run(order):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os._exit(become(order, writing))
    os.close(writing)
    answer(pid=child)
    status = os.waitpid(child, 0)[1]
    with os.fdopen(reading) as told:
        answer(status=os.waitstatus_to_exitcode(status), at=told.read())


def answer(**members):
    print(json.dumps(members), flush=True)


def become(order, writing):
    """The exit code of `python -m reconcile` with these arguments."""
    for descriptor, path in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(order["environ"])
    sys.argv = ["reconcile", *order["arguments"]]
    if order["broken"]:
        getattr(broken, order["broken"])()
    set_forward(order["later"])
    if order["trap"]:
        write = os.write
        trap(*order["trap"], lambda at: write(writing, at.encode()))
    try:
        runpy.run_module("reconcile", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
        code = 99
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def set_forward(seconds):
    """Every clock that the command reads the date from."""

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(seconds=seconds)

    for name in CLOCKS:
        importlib.import_module(name).datetime = Later
    sleep = Threads.sleep

    async def hurried(self, wanted):
        """The time in which an apply looks twice has passed with the clocks."""
        await sleep(self, wanted if wanted < SETTLE else 0)

    Threads.sleep = hurried


if __name__ == "__main__":
    main()
