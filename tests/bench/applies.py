"""What applies cost: beside bare calls of boto3, under a service's limit of rates, and in bytes written."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from reconcile.manifest.cache import OFF, VARIABLE
from tests.bench.cloud import EMR_START, Cloud
from tests.bench.cost import Part
from tests.bench.jobs import edit, write_manifests
from tests.bench.settled import settle

STARTS, RATE, BURST = 2_000, 1.0, 25  # of EMR Serverless: one a second, after a burst
BEYOND = 60  # starts that have to wait for their turn
THREADS = 10

UNLIMITED, BARE, LIMITED = "apply of starts", "boto3: bare starts", "apply under a rate limit"
FEW_OF_MANY, FEW_OF_FEW = "apply of 10 changes of many jobs", "apply of 10 changes of few jobs"
APPLY = (sys.executable, "-m", "reconcile", "-C", ".", "apply", "--auto-approve", "--parallelism", str(THREADS))
NO_CACHE = {VARIABLE: OFF}
POOL = (sys.executable, str(Path(__file__).with_name("boto3_pool.py")))


def applies(
    folder: Path, count: int, cloud: Cloud, throttled: list[str], lock_files: dict[str, float]
) -> Iterator[Part]:
    """`throttled` is given the code of every start that was refused under the limit, `lock_files` the KB of those that
    the applies of a few changes wrote."""

    def count_refused() -> None:
        throttled.extend(filter(None, cloud.requests(EMR_START)))

    def weigh(name: str, project: Path) -> None:
        lock_files[name] = (project / "reconcile.lock.json").stat().st_size / 1e3

    starts = min(count, STARTS)
    jobs = write_manifests(folder / "apply", starts, a_file=100)
    yield Part(UNLIMITED, APPLY, jobs, 0, before=cloud.fresh(rates=False, project=jobs), peer=BARE)
    yield Part(BARE, (*POOL, str(starts), str(THREADS)), folder, 0, before=cloud.fresh(rates=False))
    some = write_manifests(folder / "limited", min(count, BURST + BEYOND), a_file=100, limits="", applications=1)
    limited = cloud.fresh(rates=True, project=some)
    yield Part(LIMITED, APPLY, some, 0, before=limited, after=count_refused, once=True)
    for name, size in ((FEW_OF_FEW, max(count // 10, 10)), (FEW_OF_MANY, count)):
        settled = write_manifests(folder / f"settled-{size}-applied", size, a_file=100)
        settle(settled)
        before = edit(settled, 10, cloud.fresh(rates=False, project=settled))
        yield Part(name, APPLY, settled, 0, NO_CACHE, before=before, after=partial(weigh, name, settled))


def allowed_seconds(count: int) -> float:
    """The time that the limit asks for: the last start's turn."""
    return max(0, min(count, BURST + BEYOND) - BURST) / RATE
