"""What the figures are held against, each as a ratio or an amount of one and the same run."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.bench import applies, plans
from tests.bench.cost import Cost


class Bound(NamedTuple):
    """`value` is to be at most `bound`, or at least, where `least`."""

    what: str
    value: float
    bound: float
    least: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.bound if self.least else self.value <= self.bound


def bounds(count: int, cost: Mapping[str, Cost], throttled: int, reads: float) -> Iterator[Bound]:
    """`cost` are medians, by part; `reads` the requests of a plan of live jobs for each page of them."""
    many, one = plans.no_change(plans.MANY_A_FILE), plans.no_change(plans.ONE_A_FILE)
    if plans.TERRAFORM_FIRST in cost:
        first, theirs = cost[plans.first(plans.MANY_A_FILE)], cost[plans.TERRAFORM_FIRST]
        yield Bound("first plan: times Terraform's CPU", theirs.cpu_seconds / first.cpu_seconds, 45, least=True)
        for name in (many, one):
            ours, theirs = cost[name], cost[plans.TERRAFORM_NO_CHANGE]
            yield Bound(f"{name}: times Terraform's CPU", theirs.cpu_seconds / ours.cpu_seconds, 100, least=True)
            yield Bound(f"{name}: times Terraform's seconds", theirs.seconds / ours.seconds, 80, least=True)
    yield Bound(f"{many}: MB", cost[many].mb, 100)
    yield Bound("one a file, times 100 a file", cost[one].cpu_seconds / cost[many].cpu_seconds, 1.5)
    edited = cost[plans.EDITED_PLAN].cpu_seconds / cost[many].cpu_seconds
    yield Bound(f"{plans.EDITED_PLAN}, times no change", edited, 1.1)
    tenfold = cost[plans.TENFOLD]
    yield Bound("a job of ten times as many, times a job", tenfold.cpu_seconds / 10 / cost[many].cpu_seconds, 1.2)
    yield Bound("ten times the jobs: KB a job beyond 80 MB", (tenfold.mb - 80) * 1e3 / (count * 10), 1.5)
    yield Bound("no-change plan, no cache, times the floor", _times(cost, f"{many}, no cache", plans.LEAST), 2)
    yield Bound(f"{plans.VERSION}: seconds", cost[plans.VERSION].seconds, 0.08)
    yield Bound(f"{plans.FEW_WARM}: seconds", cost[plans.FEW_WARM].seconds, 0.25)
    yield Bound(f"{plans.FEW_COLD}: seconds", cost[plans.FEW_COLD].seconds, 0.5)
    throughput = cost[applies.BARE].seconds / cost[applies.UNLIMITED].seconds
    yield Bound("apply of starts: throughput, times boto3's", throughput, 0.9, least=True)
    if allowed := applies.allowed_seconds(count):
        yield Bound("apply under a limit, times the time it allows", cost[applies.LIMITED].seconds / allowed, 1.05)
    yield Bound("apply under a limit: starts throttled", throttled, 0)
    yield Bound("plan of live jobs: requests, times the pages", reads, 1)
    written = cost[applies.FEW_OF_MANY].written_kb / max(cost[applies.FEW_OF_FEW].written_kb, 1)
    yield Bound("bytes of 10 changes: many jobs, times few", written, 1.2)


def _times(cost: Mapping[str, Cost], name: str, other: str) -> float:
    return cost[name].cpu_seconds / cost[other].cpu_seconds
