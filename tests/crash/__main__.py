"""`make crash`: the command line killed at every change of a file and every request of an apply, and at random moments.

Prints what became of the jobs, and every violation with the words that repeat it: `python -m tests.crash first 2
journal after 13`. Ends with 1 if there was any.
"""

import argparse
import multiprocessing
import os
import signal
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.applier.manifests import address
from tests.crash.report import tables
from tests.crash.scene import Launcher
from tests.crash.sweep import STORIES, Kill, Sweep, every, moments
from tests.crash.workers import begin, strike

SWEPT = {"first": 1, "edit": 1, "shared": 1, "s3": 3, "destroy": 3, "wait": 3}  # every so manieth point of each story
TIMED = ("first", "edit", "shared")  # killed at random moments, too


def main():
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("kill", nargs="*", help="one kill, as it was printed: STORY WORLD WHAT SIDE AT")
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--step", type=int, default=1, help="only every so manieth kill")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reconcile-crash-") as folder:
        if arguments.kill:
            return told([_once(Path(folder), Kill.parse(arguments.kill))])
        kills = _kills(Path(folder), arguments.moments)[:: arguments.step]
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(os.cpu_count(), spawn, begin, (folder,)) as pool:
            outcomes = list(_counted(pool, kills))
    addresses = {
        name: sorted({address(job) for job in (*story.before, *story.jobs)}) for name, story in STORIES.items()
    }
    print("\n" + tables(outcomes, addresses))
    return told(outcomes)


def told(outcomes):
    """The exit code, after all that was wrong was printed."""
    for outcome in outcomes:
        for wrong in outcome.wrong:
            print(f"{outcome.kill}: {wrong}")
    died = [outcome for outcome in outcomes if outcome.point]
    print(f"{len(died)} kills, {sum(bool(outcome.wrong) for outcome in outcomes)} with anything wrong")
    return int(any(outcome.wrong for outcome in outcomes))


def _counted(pool, kills):
    """An interrupt ends what is under way and begins nothing more."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for number, outcome in enumerate(pool.map(strike, kills), 1):
            yield outcome
            if number % 20 == 0:
                print(f"{number} of {len(kills)}", file=sys.stderr, flush=True)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _kills(folder, count):
    with Launcher() as launcher:
        sweep = Sweep(folder / "points", launcher)
        kills = []
        for story, step in SWEPT.items():
            kills += every(story, sweep.points(story))[::step]
        for story in TIMED:
            kills += moments(story, sweep.seconds(story), count // len(TIMED))
        return kills


def _once(folder, kill):
    with Launcher() as launcher:
        return Sweep(folder, launcher).strike(kill)


if __name__ == "__main__":
    sys.exit(main())
