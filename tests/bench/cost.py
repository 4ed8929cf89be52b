"""What a command costs as a whole process: seconds, CPU seconds and peak memory."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")


class UnexpectedExit(Exception):
    """A command did not end as it must for its figures to mean anything."""


@dataclass(frozen=True, slots=True)
class Cost:
    seconds: float
    cpu_seconds: float
    mb: float
    written_kb: float = 0.0  # to disks


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is measured. `exit` is how it must end; `peer` names the part that it is compared with; `before`
    prepares each round, and gives what its environment has beside `environ`; `after` looks at
    what came of it."""

    name: str
    command: Sequence[str]
    folder: Path
    exit: int
    environ: Mapping[str, str] = field(default_factory=dict)
    peer: str = ""
    before: Callable[[], Mapping[str, str]] = dict
    after: Callable[[], None] = lambda: None
    once: bool = False  # in the first round only: it is long, and nothing else bears on it


def cost_of(part: Part) -> Cost:
    """Raises UnexpectedExit with what the command said."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(LAUNCHER), *part.command],
        cwd=part.folder,
        env={**os.environ, **part.environ, **part.before()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise UnexpectedExit(f"{part.name}: {done.stderr}")
    part.after()
    told = json.loads(done.stdout)
    if told["exit"] != part.exit:
        raise UnexpectedExit(f"{part.name}: ended with {told['exit']}, not with {part.exit}.\n{done.stderr}")
    return Cost(told["seconds"], told["cpuSeconds"], told["mb"], told["writtenKb"])


def costs_of(parts: Sequence[Part], rounds: int, tell: Callable[[str], None]) -> dict[str, list[Cost]]:
    """Every part once a round, one after the other: what slows the machine down for a while slows all of them."""
    costs: dict[str, list[Cost]] = {part.name: [] for part in parts}
    for number in range(rounds):
        for part in parts if number == 0 else [part for part in parts if not part.once]:
            cost = cost_of(part)
            costs[part.name].append(cost)
            tell(f"round {number + 1} of {rounds}: {part.name}: {cost.seconds:.2f} s, {cost.mb:.0f} MB")
    return costs


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.cpu_seconds for cost in costs),
        statistics.median(cost.mb for cost in costs),
        statistics.median(cost.written_kb for cost in costs),
    )


def ratios(costs: Sequence[Cost], peers: Sequence[Cost]) -> Cost:
    """How many times as much the peer took: the median of the rounds' own ratios."""
    return median(
        [
            Cost(peer.seconds / cost.seconds, peer.cpu_seconds / cost.cpu_seconds, peer.mb / cost.mb)
            for cost, peer in zip(costs, peers, strict=True)
        ]
    )
