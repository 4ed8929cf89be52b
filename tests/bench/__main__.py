"""`make bench`: what plans of many jobs cost, beside Terraform's of the same jobs. Prints a table, writes JSON."""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reconcile.manifest.cache import OFF, VARIABLE
from reconcile.sandbox.run import environment, started
from reconcile.sandbox.settings import Settings
from tests.bench import terraform
from tests.bench.cost import Cost, Part, costs_of, median, ratios
from tests.bench.jobs import write_manifests
from tests.bench.settled import settle

RECONCILE = (sys.executable, "-m", "reconcile")
PLAN = (*RECONCILE, "-C", ".", "plan", "--detailed-exitcode")
CHANGES, NO_CHANGES = 2, 0
FEW = 5
TERRAFORM_FIRST, TERRAFORM_NO_CHANGE = "terraform: first plan", "terraform: no-change plan"

# Credentials for a place where nobody listens: one call, and the plan is blocked instead of empty.
NOBODY = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=Path("bench.json"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
        report = bench(Path(folder), arguments.jobs, arguments.rounds)
    arguments.output.write_text(json.dumps(report, indent=2) + "\n")
    print(table(report))


def bench(folder: Path, count: int, rounds: int) -> dict[str, Any]:
    """Builds the worlds in `folder` and measures every part."""
    cache = {VARIABLE: str(folder / "cache")}
    with started(settings=Settings(rates=False)) as sandbox:
        parts = [
            *_ours(folder, count, {**environment(sandbox.endpoint), **cache}, {**NOBODY, **cache}),
            *_terraforms(folder, count),
        ]
        costs = costs_of(parts, rounds, lambda line: print(line, file=sys.stderr, flush=True))
    return {
        "jobs": count,
        "rounds": rounds,
        "machine": {"cpus": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
        "terraform": terraform.version() or None,
        "parts": {part.name: _told(part, costs) for part in parts},
    }


def table(report: dict[str, Any]) -> str:
    """For people: a line a part."""
    lines = [f"{report['jobs']:,} jobs, median of {report['rounds']}; {_versions(report)}", ""]
    lines.append(f"{'':42}{'seconds':>9}{'CPU s':>9}{'MB':>7}   Terraform takes")
    for name, part in report["parts"].items():
        figures = f"{part['seconds']:9.2f}{part['cpuSeconds']:9.2f}{part['mb']:7.0f}"
        times = part.get("terraformTakes")
        beside = f"   {times['seconds']:.1f} × the time, {times['mb']:.1f} × the memory" if times else ""
        lines.append(f"{name:42}{figures}{beside}")
    return "\n".join(lines)


def _ours(folder: Path, count: int, sandbox: Mapping[str, str], nobody: Mapping[str, str]) -> Iterator[Part]:
    """First plans ask the sandbox; plans without changes have nobody to ask, and fail if they try to.

    The first round of a plan without changes fills its cache, unless there is none.
    """
    cold = {**nobody, VARIABLE: OFF}
    settled = write_manifests(folder / "few", FEW, a_file=1)
    settle(settled)
    yield Part("reconcile --version", (*RECONCILE, "--version"), folder, NO_CHANGES)
    yield Part(f"no-change plan of {FEW}", PLAN, settled, NO_CHANGES, nobody)
    yield Part(f"no-change plan of {FEW}, no cache", PLAN, settled, NO_CHANGES, cold)
    for layout, a_file in (("100 a file", 100), ("one a file", 1)):
        first = write_manifests(folder / f"first-{a_file}", count, a_file=a_file)
        settled = write_manifests(folder / f"settled-{a_file}", count, a_file=a_file)
        settle(settled)
        yield Part(f"first plan, {layout}", PLAN, first, CHANGES, sandbox, peer=TERRAFORM_FIRST)
        yield Part(f"no-change plan, {layout}", PLAN, settled, NO_CHANGES, nobody, peer=TERRAFORM_NO_CHANGE)
        yield Part(f"no-change plan, {layout}, no cache", PLAN, settled, NO_CHANGES, cold, peer=TERRAFORM_NO_CHANGE)


def _terraforms(folder: Path, count: int) -> Iterator[Part]:
    if terraform.version():
        first = terraform.write_configuration(folder / "terraform-first", count, in_state=False)
        settled = terraform.write_configuration(folder / "terraform-settled", count, in_state=True)
        yield Part(TERRAFORM_FIRST, terraform.PLAN, first, CHANGES, terraform.ENVIRON)
        yield Part(TERRAFORM_NO_CHANGE, terraform.PLAN, settled, NO_CHANGES, terraform.ENVIRON)


def _told(part: Part, costs: Mapping[str, Sequence[Cost]]) -> dict[str, Any]:
    told: dict[str, Any] = _figures(median(costs[part.name]))
    if part.peer in costs:
        told["terraformTakes"] = _figures(ratios(costs[part.name], costs[part.peer]))
    return told | {"rounds": [_figures(cost) for cost in costs[part.name]]}


def _figures(cost: Cost) -> dict[str, float]:
    return {"seconds": round(cost.seconds, 3), "cpuSeconds": round(cost.cpu_seconds, 3), "mb": round(cost.mb, 1)}


def _versions(report: dict[str, Any]) -> str:
    machine = report["machine"]
    peer = f"Terraform {report['terraform']}" if report["terraform"] else "no terraform on the path"
    return f"Python {machine['python']}, {machine['cpus']} CPUs, {peer}"


if __name__ == "__main__":
    main()
