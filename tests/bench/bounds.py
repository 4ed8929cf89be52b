"""What the figures are held against: ratios, as medians of the rounds' own, and amounts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tests.bench import applies, plans
from tests.bench.cost import Cost, median, ratios


class Bound(NamedTuple):
    """`value` is to be at most `bound`, or at least, where `least`."""

    what: str
    value: float
    bound: float
    least: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.bound if self.least else self.value <= self.bound


def bounds(
    count: int, costs: Mapping[str, Sequence[Cost]], throttled: int, lock_files: Mapping[str, float], reads: float
) -> Iterator[Bound]:
    """`costs` of each round, by part; `lock_files` the KB of those that applies of a few changes wrote; `reads` the
    requests of a plan of live jobs for each page of them."""
    cost = {name: median(theirs) for name, theirs in costs.items()}
    many, one = plans.no_change(plans.MANY_A_FILE), plans.no_change(plans.ONE_A_FILE)

    def times(name: str, other: str) -> Cost:
        return ratios(costs[other], costs[name])

    if plans.TERRAFORM_FIRST in cost:
        first = times(plans.TERRAFORM_FIRST, plans.first(plans.MANY_A_FILE))
        yield Bound("first plan: times Terraform's CPU", first.cpu_seconds, 45, least=True)
        for name in (many, one):
            theirs = times(plans.TERRAFORM_NO_CHANGE, name)
            yield Bound(f"{name}: times Terraform's CPU", theirs.cpu_seconds, 100, least=True)
            yield Bound(f"{name}: times Terraform's seconds", theirs.seconds, 80, least=True)
    yield Bound(f"{many}: MB", cost[many].mb, 100)
    yield Bound("one a file, times 100 a file", times(one, many).cpu_seconds, 1.5)
    yield Bound(f"{plans.EDITED_PLAN}, times no change", times(plans.EDITED_PLAN, many).cpu_seconds, 1.1)
    yield Bound("a job of ten times as many, times a job", times(plans.TENFOLD, many).cpu_seconds / 10, 1.2)
    yield Bound("ten times the jobs: KB a job beyond 80 MB", (cost[plans.TENFOLD].mb - 80) * 1e3 / (count * 10), 1.5)
    floor = times(f"{many}, no cache", plans.LEAST)
    yield Bound("no-change plan, no cache, times the floor", floor.cpu_seconds, 2)
    yield Bound(f"{plans.VERSION}: seconds", cost[plans.VERSION].seconds, 0.08)
    yield Bound(f"{plans.FEW_WARM}: seconds", cost[plans.FEW_WARM].seconds, 0.25)
    yield Bound(f"{plans.FEW_COLD}: seconds", cost[plans.FEW_COLD].seconds, 0.5)
    throughput = times(applies.BARE, applies.UNLIMITED).seconds
    yield Bound("apply of starts: throughput, times boto3's", throughput, 0.9, least=True)
    if allowed := applies.allowed_seconds(count):
        yield Bound("apply under a limit, times the time it allows", cost[applies.LIMITED].seconds / allowed, 1.05)
    yield Bound("apply under a limit: starts throttled", throttled, 0)
    yield Bound("plan of live jobs: requests, times the pages", reads, 1)
    many_kb, few_kb = (cost[name].written_kb for name in (applies.FEW_OF_MANY, applies.FEW_OF_FEW))
    yield Bound("bytes of 10 changes: many jobs, times few", many_kb / max(few_kb, 1), 1.2)
    many_kb, few_kb = many_kb - lock_files[applies.FEW_OF_MANY], few_kb - lock_files[applies.FEW_OF_FEW]
    yield Bound("the same beside the lock file, written once", many_kb / max(few_kb, 1), 1.2)
