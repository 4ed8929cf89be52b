"""`make fleet`: a project of a million jobs in 16 shards, planned and applied one after the other by the command line.

All jobs have succeeded but for a few that were edited since: their new contents are started by the shard that each
belongs to, on a sandbox, and counted there.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reconcile.applier.division import own_jobs
from reconcile.applier.workspace import divided, open_workspace
from reconcile.lockfile.choice import open_store
from reconcile.manifest.cache import VARIABLE
from reconcile.model.shard import Shard
from reconcile.sandbox.client import Control
from reconcile.sandbox.run import environment, started
from reconcile.sandbox.settings import Settings
from tests.bench.cost import Cost, Part, cost_of
from tests.bench.jobs import edit, write_manifests
from tests.bench.plans import RECONCILE
from tests.bench.settled import settle_in

EDITED = 64
_ROW = "{:28}{:>10.1f}{:>10.1f}{:>8.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make fleet", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--shards", type=int, default=16)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reconcile-fleet-") as folder:
        print(f"{arguments.jobs:,} jobs in {arguments.shards} shards, {os.cpu_count()} CPUs")
        print(f"{'':28}{'seconds':>10}{'CPU s':>10}{'MB':>8}", flush=True)
        for name, cost in fleet(Path(folder), arguments.jobs, arguments.shards):
            print(_ROW.format(name, cost.seconds, cost.cpu_seconds, cost.mb), flush=True)


def fleet(folder: Path, jobs: int, count: int) -> Iterator[tuple[str, Cost]]:
    """Each step with its cost. Raises UnexpectedExit, and AssertionError where a job is not started just once."""
    project = write_manifests(folder / "fleet", jobs, a_file=100)
    shards = [Shard(index, count) for index in range(count)]
    settle_shards(project, shards)
    with started(settings=Settings(rates=False, capacity=False, listing_delay=0.0)) as server:
        environ = {**environment(server.endpoint), VARIABLE: str(folder / "cache")}

        def cost(*command: str, code: int = 0) -> Cost:
            return cost_of(Part(" ".join(command), (*RECONCILE, *command), project, code, environ))

        for shard in shards:
            yield f"plan --shard {shard}", cost("plan", "--detailed-exitcode", f"--shard={shard}")
        edit(project, min(EDITED, jobs // 100))()
        for shard in shards:
            yield f"apply --shard {shard}", cost("apply", "--auto-approve", f"--shard={shard}")
        yield "status --all-shards --json", cost("status", "--all-shards", "--json")
        names = [job["name"] for job in Control(server.endpoint).jobs()]
        assert len(names) == len(set(names)) == min(EDITED, jobs // 100), names


def settle_shards(folder: Path, shards: list[Shard]) -> None:
    """Every job has succeeded, in the lock file of its shard."""
    whole = open_workspace(folder, environ={VARIABLE: "off"})
    for shard in shards:
        mine = own_jobs(shard, whole.jobs, {}, whole.catalog)
        settle_in(open_store(divided(whole.project, shard)), whole, mine)


if __name__ == "__main__":
    sys.exit(main())
