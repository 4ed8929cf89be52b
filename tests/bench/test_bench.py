"""Every part once, small: that it does what it says. How long it takes is nothing to test."""

import json

import pytest

from tests.bench.__main__ import NOBODY, PLAN, bench, table
from tests.bench.cost import Cost, Part, UnexpectedExit, cost_of, median, ratios
from tests.bench.jobs import write_manifests
from tests.bench.settled import settle
from tests.bench.terraform import version


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return bench(tmp_path_factory.mktemp("bench"), count=3, rounds=1)


def test_every_part_is_measured(report):
    ours = ["reconcile --version", "no-change plan of 5", "no-change plan of 5, no cache"]
    ours += [
        part
        for layout in ("100 a file", "one a file")
        for part in (f"first plan, {layout}", f"no-change plan, {layout}", f"no-change plan, {layout}, no cache")
    ]
    terraforms = ["terraform: first plan", "terraform: no-change plan"] if version() else []
    assert list(report["parts"]) == ours + terraforms
    for part in report["parts"].values():
        assert part["seconds"] > 0
        assert part["cpuSeconds"] > 0
        assert part["mb"] > 1
        assert len(part["rounds"]) == 1


def test_the_report_is_json_and_a_table(report):
    assert json.loads(json.dumps(report)) == report
    lines = table(report).splitlines()
    assert len(lines) == len(report["parts"]) + 3
    assert all(line.startswith(name) for line, name in zip(lines[3:], report["parts"], strict=True))


@pytest.mark.skipif(not version(), reason="there is no terraform here")
def test_plans_are_compared_with_terraforms(report):
    compared = {name for name, part in report["parts"].items() if "terraformTakes" in part}
    assert compared == {name for name in report["parts"] if "a file" in name}


def test_a_plan_that_is_not_what_it_should_be_stops_the_measurement(tmp_path):
    """One settled job was changed: a plan without changes it is not."""
    folder = write_manifests(tmp_path / "project", 1, a_file=1)
    settle(folder)
    file = folder / "etl-00000.yaml"
    file.write_text(file.read_text().replace("etl_0.py", "changed.py"))
    with pytest.raises(UnexpectedExit, match="ended with 2, not with 0"):
        cost_of(Part("no-change plan", PLAN, folder, 0, NOBODY))


def test_memory_is_the_commands_own(tmp_path):
    """Not that of this process, which is far larger."""
    assert cost_of(Part("true", ("true",), tmp_path, 0)).mb < 20


def test_ratios_are_taken_within_a_round():
    ours = [Cost(1, 1, 10), Cost(2, 2, 10), Cost(4, 4, 10)]
    peers = [Cost(10, 20, 100), Cost(20, 40, 100), Cost(40, 80, 100)]
    assert median(ours) == Cost(2, 2, 10)
    assert ratios(ours, peers) == Cost(10, 20, 10)
