"""Every part once, small: that it does what it says. How long it takes is nothing to test."""

import json
import re

import pytest

from reconcile.applier.workspace import open_workspace
from reconcile.manifest.cache import OFF, VARIABLE
from reconcile.sandbox.client import Control
from tests.bench.__main__ import bench, table, verdict
from tests.bench.applies import APPLY, NO_CACHE, POOL
from tests.bench.cloud import a_cloud
from tests.bench.cost import Cost, Part, UnexpectedExit, cost_of, median, ratios
from tests.bench.fleet import bounds as fleet_bounds
from tests.bench.fleet import fleet
from tests.bench.jobs import edit, spec, write_manifests
from tests.bench.plans import NOBODY, PLAN
from tests.bench.profiled import profile
from tests.bench.settled import settle
from tests.bench.terraform import version


def test_one_round_measures_every_part_and_holds_it_against_every_bound(tmp_path):
    """In one test: workers would measure all of it once each."""
    report = bench(tmp_path, count=3, rounds=1)
    every_part_is_measured(report)
    every_bound_is_of_a_part_that_was_measured(report)
    the_report_is_json_and_tables(report)
    what_has_a_peer_is_compared_with_it(report)


def every_part_is_measured(report):
    for name, part in report["parts"].items():
        assert part["seconds"] > 0, name
        assert part["cpuSeconds"] > 0, name
        assert part["mb"] > 1, name
        assert len(part["rounds"]) == 1, name


def every_bound_is_of_a_part_that_was_measured(report):
    said = {each["what"]: each for each in report["bounds"]}
    assert len(said) == len(report["bounds"]) == (20 if version() else 15) - 1  # three starts wait for no turn
    assert all(each["met"] in (True, False) for each in said.values())
    assert said["plan of live jobs: requests, times the pages"]["met"]
    assert said["apply under a limit: starts throttled"]["met"]


def the_report_is_json_and_tables(report):
    assert json.loads(json.dumps(report)) == report
    lines = table(report).splitlines()
    assert len(lines) == len(report["parts"]) + 3
    assert all(line.startswith(name) for line, name in zip(lines[3:], report["parts"], strict=True))
    assert len(verdict(report).splitlines()) == len(report["bounds"])


def what_has_a_peer_is_compared_with_it(report):
    compared = {name for name, part in report["parts"].items() if "peerTakes" in part}
    plans = {name for name in report["parts"] if "a file" in name} if version() else set()
    assert compared == {"apply of starts", *plans}


def test_jobs_are_the_same_for_all(tmp_path):
    """As manifests, and as the bare calls that an apply is compared with."""
    opened = open_workspace(write_manifests(tmp_path / "project", 3, a_file=2), environ={VARIABLE: OFF})
    assert [job.spec for job in opened.jobs.values()] == [spec(number) for number in range(3)]


def test_starts_are_compared_with_the_same_requests(tmp_path):
    """But for tokens and the digest, which are as long."""
    project = write_manifests(tmp_path / "project", 1, a_file=1)
    told = []
    with a_cloud() as cloud:
        for command in (APPLY, (*POOL, "1", "1")):
            cost_of(Part("a start", command, project, 0, NO_CACHE, before=cloud.fresh(rates=False)))
            [job] = Control(cloud.present()["AWS_ENDPOINT_URL"]).jobs()
            text = json.dumps([job["request"], job["tags"]], sort_keys=True)
            text = text.replace(job["token"], "TOKEN").replace(job["token"][:8], "FIRST")
            told.append(re.sub("sha256:[0-9a-f]{64}", "DIGEST", text))
    ours, bare = told
    assert ours == bare


def test_a_profile_is_a_tree_of_calls(tmp_path):
    told = profile(write_manifests(tmp_path / "project", 3, a_file=2))
    assert "surveyed" in told


def test_an_edit_changes_one_job_a_file_each_time_in_another_way(tmp_path):
    folder = write_manifests(tmp_path / "project", 6, a_file=2)
    change = edit(folder, 2)
    seen = []
    for _ in range(2):
        change()
        seen.append({path.name: path.read_text() for path in sorted(folder.glob("etl-*"))})
    assert seen[0] != seen[1]
    assert [text.count("scripts/v2_") for text in seen[1].values()] == [1, 1, 0]


def test_a_plan_that_is_not_what_it_should_be_stops_the_measurement(tmp_path):
    """One settled job was changed: a plan without changes it is not."""
    folder = write_manifests(tmp_path / "project", 1, a_file=1)
    settle(folder)
    file = folder / "etl-0000000.yaml"
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


def test_a_fleet_is_planned_as_a_whole_and_applied_shard_by_shard(tmp_path):
    costs = dict(fleet(tmp_path, 400, 2))
    assert [name for name in costs if "no-change" not in name] == [
        *("plan --shard 0/2", "plan --shard 1/2", "apply --shard 0/2", "apply --shard 1/2"),
        *("status --all-shards", "status --all-shards --json"),
    ]
    assert len([name for name in costs if "no-change" in name]) == 6
    assert all(cost.seconds for cost in costs.values())
    assert len(list(fleet_bounds(costs, 400))) == 4
