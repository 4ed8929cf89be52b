"""`make fleet`: a project of a million jobs: planned as a whole, and then in 16 shards, planned and applied one after
the other by the command line.

All jobs have succeeded but for a few that were edited since: their new contents are started by the shard that each
belongs to, on a sandbox, and counted there. With `--shards 0`, the plans of the whole only.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from reconcile.manifest.cache import VARIABLE
from reconcile.model.shard import Shard
from reconcile.sandbox.client import Control
from reconcile.sandbox.run import environment, started
from reconcile.sandbox.settings import Settings
from tests.bench.bounds import Bound
from tests.bench.cost import Cost, Part, cost_of
from tests.bench.jobs import edit, write_manifests
from tests.bench.plans import COLD, NOBODY, PLAN, RECONCILE
from tests.bench.settled import settle, settle_fleet

EDITED = 64
TIMES = 100  # as many jobs as the project that the whole is compared with
FIRST, AGAIN, NO_CACHE = "first no-change plan", "no-change plan", "no-change plan, no cache"
_ROW = "{:36}{:>10.2f}{:>10.2f}{:>8.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make fleet", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--shards", type=int, default=16)
    arguments = parser.parse_args()
    costs: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory(prefix="reconcile-fleet-") as folder:
        print(f"{arguments.jobs:,} jobs in {arguments.shards} shards, {os.cpu_count()} CPUs")
        print(f"{'':36}{'seconds':>10}{'CPU s':>10}{'MB':>8}", flush=True)
        for name, cost in fleet(Path(folder), arguments.jobs, arguments.shards):
            costs[name] = cost
            print(_ROW.format(name, cost.seconds, cost.cpu_seconds, cost.mb), flush=True)
    for bound in bounds(costs, arguments.jobs):
        print(f"{'met   ' if bound.is_met else 'MISSED'} {bound.what}: {bound.value:.2f}, at most {bound.bound:g}")


def fleet(folder: Path, jobs: int, count: int) -> Iterator[tuple[str, Cost]]:
    """Each step with its cost. Raises UnexpectedExit, and AssertionError where a job is not started just once."""
    few = write_manifests(folder / "few", jobs // TIMES, a_file=100)
    settle(few)
    yield from whole(few, jobs // TIMES, folder / "cache-few")
    project = write_manifests(folder / "fleet", jobs, a_file=100)
    settle_fleet(project, count)
    yield from whole(project, jobs, folder / "cache-whole")
    if count:
        yield from divided(project, jobs, count, folder / "cache")


def whole(project: Path, jobs: int, cache: Path) -> Iterator[tuple[str, Cost]]:
    """Plans of an undivided project in which nothing changed."""
    warm = NOBODY | {VARIABLE: str(cache)}
    for name, environ in ((NO_CACHE, COLD), (FIRST, warm), (AGAIN, warm)):
        yield _of(jobs, name), cost_of(Part(name, PLAN, project, 0, environ))


def divided(project: Path, jobs: int, count: int, cache: Path) -> Iterator[tuple[str, Cost]]:
    """Every shard planned; then, after a few edits, applied."""
    shards = [Shard(index, count) for index in range(count)]
    with started(settings=Settings(rates=False, capacity=False, listing_delay=0.0)) as server:
        environ = {**environment(server.endpoint), VARIABLE: str(cache)}

        def cost(*command: str, code: int = 0) -> Cost:
            return cost_of(Part(" ".join(command), (*RECONCILE, *command), project, code, environ))

        for shard in shards:
            yield f"plan --shard {shard}", cost("plan", "--detailed-exitcode", f"--shard={shard}")
        edit(project, min(EDITED, jobs // 100))()
        for shard in shards:
            yield f"apply --shard {shard}", cost("apply", "--auto-approve", f"--shard={shard}")
        for form in ([], ["--json"]):
            command = ("status", "--all-shards", *form)
            yield " ".join(command), cost(*command)
        names = [job["name"] for job in Control(server.endpoint).jobs()]
        assert len(names) == len(set(names)) == min(EDITED, jobs // 100), names


def bounds(cost: Mapping[str, Cost], jobs: int) -> Iterator[Bound]:
    """A straight line: what a job costs does not depend on how many there are."""
    for name in (AGAIN, NO_CACHE):
        all_of_them, few = cost[_of(jobs, name)], cost[_of(jobs // TIMES, name)]
        times = all_of_them.cpu_seconds / few.cpu_seconds / TIMES
        yield Bound(f"{name}: CPU seconds a job, times those of {jobs // TIMES:,}", times, 1.2)
        yield Bound(f"{name}: KB a job beyond 80 MB", (all_of_them.mb - 80) * 1e3 / jobs, 1.5)


def _of(jobs: int, name: str) -> str:
    return f"{name} of {jobs:,}"


if __name__ == "__main__":
    sys.exit(main())
