"""`make bench`: what plans and applies of many jobs cost, beside Terraform's and boto3's: tables, and JSON."""

import argparse
import compileall
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import reconcile
from tests.bench import terraform
from tests.bench.applies import applies
from tests.bench.bounds import Bound, bounds
from tests.bench.calls import reads_of_a_plan
from tests.bench.cloud import a_cloud
from tests.bench.cost import Cost, Part, costs_of, median, ratios
from tests.bench.plans import plans, terraforms


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
    print("\n" + verdict(report))


def bench(folder: Path, count: int, rounds: int) -> dict[str, Any]:
    """Builds the worlds in `folder` and measures every part, with the program compiled, as installers leave it."""
    compileall.compile_dir(Path(reconcile.__file__).parent, quiet=1)
    throttled: list[str] = []
    lock_files: dict[str, float] = {}
    with a_cloud() as cloud:
        reads = reads_of_a_plan(folder, count, cloud)
        parts = [
            *plans(folder, count, cloud),
            *terraforms(folder, count),
            *applies(folder, count, cloud, throttled, lock_files),
        ]
        costs = costs_of(parts, rounds, lambda line: print(line, file=sys.stderr, flush=True))
    return {
        "jobs": count,
        "rounds": rounds,
        "machine": {"cpus": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
        "terraform": terraform.version() or None,
        "parts": {part.name: _told(part, costs) for part in parts},
        "bounds": [_held(bound) for bound in bounds(count, costs, len(throttled), lock_files, reads)],
    }


def table(report: dict[str, Any]) -> str:
    """For people: a line a part."""
    lines = [f"{report['jobs']:,} jobs, median of {report['rounds']}; {_versions(report)}", ""]
    lines.append(f"{'':42}{'seconds':>9}{'CPU s':>9}{'MB':>7}   the peer takes")
    for name, part in report["parts"].items():
        figures = f"{part['seconds']:9.2f}{part['cpuSeconds']:9.2f}{part['mb']:7.0f}"
        lines.append(f"{name:42}{figures}{_beside(part.get('peerTakes'))}")
    return "\n".join(lines)


def verdict(report: dict[str, Any]) -> str:
    """For people: a line a bound."""
    return "\n".join(
        f"{'met   ' if each['met'] else 'MISSED'} {each['what']:56}{each['value']:9.2f}, "
        f"at {'least' if each['least'] else 'most'} {each['bound']:g}"
        for each in report["bounds"]
    )


def _beside(times: dict[str, float] | None) -> str:
    if not times:
        return ""
    return f"   {times['seconds']:.1f} × the time, {times['cpuSeconds']:.1f} × the CPU, {times['mb']:.1f} × the memory"


def _told(part: Part, costs: Mapping[str, Sequence[Cost]]) -> dict[str, Any]:
    told: dict[str, Any] = _figures(median(costs[part.name]))
    if part.peer in costs:
        told["peerTakes"] = _figures(ratios(costs[part.name], costs[part.peer]))
    return told | {"rounds": [_figures(cost) for cost in costs[part.name]]}


def _figures(cost: Cost) -> dict[str, float]:
    return {
        "seconds": round(cost.seconds, 3),
        "cpuSeconds": round(cost.cpu_seconds, 3),
        "mb": round(cost.mb, 1),
        "writtenKb": round(cost.written_kb),
    }


def _held(bound: Bound) -> dict[str, Any]:
    return {**bound._asdict(), "value": round(bound.value, 3), "met": bound.is_met}


def _versions(report: dict[str, Any]) -> str:
    machine = report["machine"]
    peer = f"Terraform {report['terraform']}" if report["terraform"] else "no terraform on the path"
    return f"Python {machine['python']}, {machine['cpus']} CPUs, {peer}"


if __name__ == "__main__":
    main()
