"""How many requests a plan needs, where many jobs of one kind live in one place."""

import math
from pathlib import Path

from reconcile.manifest.cache import OFF, VARIABLE
from tests.bench.applies import APPLY
from tests.bench.cloud import EMR_READS, Cloud
from tests.bench.cost import Part, cost_of
from tests.bench.jobs import write_manifests
from tests.bench.plans import NO_CHANGES, PLAN

LIVE, PAGE = 500, 50


def reads_of_a_plan(folder: Path, count: int, cloud: Cloud) -> float:
    """For each page that is full of jobs."""
    live = min(count, LIVE)
    jobs = write_manifests(folder / "live", live, a_file=100, applications=1)
    cost_of(Part("apply", APPLY, jobs, 0, {VARIABLE: OFF}, before=cloud.fresh(rates=False)))
    before = len(cloud.requests(*EMR_READS))
    cost_of(Part("plan of live jobs", PLAN, jobs, NO_CHANGES, {VARIABLE: OFF}, before=cloud.present))
    return (len(cloud.requests(*EMR_READS)) - before) / math.ceil(live / PAGE)
