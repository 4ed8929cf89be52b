from dataclasses import replace
from pathlib import Path

import pytest

from reconcile.errors import CatalogError
from reconcile.kinds import lint as linter
from reconcile.kinds.descriptor import GoalRule, StopOp
from reconcile.kinds.lint import lint
from reconcile.kinds.shapes import input_of
from reconcile.kinds.sources import BUILT_IN
from reconcile.model.phase import Goal, Phase


def problems(descriptor):
    return [f"{each.field}: {each.message}".removeprefix(": ") for each in lint({descriptor.kind: descriptor})]


@pytest.fixture
def run(catalog):
    return catalog["EMRServerlessJobRun"]


@pytest.fixture
def entities(catalog):
    return catalog["ComprehendEntitiesDetectionJob"]


def test_the_catalog_agrees_with_every_services_own_model(catalog):
    assert lint(catalog) == ()


def test_a_problem_names_its_file_and_kind(run):
    (problem,) = lint({run.kind: replace(run, stop=StopOp("EndJobRun"))})
    place, _, what = str(problem).partition(": ")
    assert what == "EMRServerlessJobRun: stop: emr-serverless has no operation EndJobRun"
    file, line, column = place.split(":")
    assert (file, column) == ("emr-serverless.yaml", "1")
    assert (BUILT_IN / file).read_text().splitlines()[int(line) - 1].startswith("stop: ")


def test_what_is_said_of_the_start_is_checked(run):
    def start(**changes):
        return problems(replace(run, start=replace(run.start, **changes)))

    assert start(operation="StartRun")[0].startswith("emr-serverless has no operation StartRun")
    assert start(token="") == ["start.token: it is not given, though the service takes clientToken"]
    assert "not marked as the client token" in start(token="mode")[0]
    assert start(name="jobName") == ["start.name: StartJobRun has no member jobName"]
    assert start(tags="Tags") == ["start.tags: StartJobRun has no member Tags"]
    assert start(tag_style="Key/Value") == ["start.tagStyle: tags is in the style map, not 'Key/Value'"]
    for name in ("emr-serverlesss", "", "emr-serverles*", "../data/emr-serverless", "/emr-serverless"):
        assert problems(replace(run, service=name)) == [f"botocore has no service called {name!r}."]


def test_what_is_said_of_the_id_is_checked(run):
    def named(**parts):
        return problems(replace(run, id={**run.id, **parts}))

    assert named(applicationId="input.application") == ["id.applicationId: the start request has no member application"]
    assert named(jobRunId="output.id") == ["id.jobRunId: the reply of StartJobRun has no member id"]
    assert named(jobRunId="jobRunId") == ["id.jobRunId: 'jobRunId' begins with neither input. nor output."]


def test_what_is_said_of_describe_and_stop_is_checked(run):
    def described(**changes):
        return problems(replace(run, describe=replace(run.describe, **changes)))

    assert described(item="run")[0] == "describe.item: the path to its jobs leads nowhere"
    assert described(tags="labels") == ["describe.tags: a job that is described has no labels"]
    assert "describe: its operation needs the argument jobRunId" in described(
        arguments={"applicationId": "applicationId"}
    )
    assert "describe.arguments.jobRunId: the id has no part run" in described(
        arguments={"applicationId": "applicationId", "jobRunId": "run"}
    )
    assert "stop: its operation has no argument runId" in problems(
        replace(run, stop=StopOp("CancelJobRun", {"runId": "jobRunId", "applicationId": "applicationId"}))
    )


def test_what_is_said_of_the_list_is_checked(run, entities):
    def listed(descriptor=run, **changes):
        return problems(replace(descriptor, list=replace(descriptor.list, **changes)))

    assert "list.items: the path to its jobs leads nowhere" in listed(items="runs")
    assert listed(id={"jobRunId": "jobRunId"}) == ["list.id.jobRunId: an item has no jobRunId"]
    assert listed(id={}) == ["list.id: it does not say where the id's part jobRunId is"]
    assert "list: its operation needs the argument applicationId" in listed(parent={})
    assert listed(parent={"applicationId": "app"}) == ["list.parent.applicationId: the start request has no member app"]
    assert listed(page_size={"maxResults": 51}) == [
        "list.pageSize.maxResults: 51 is more than the 50 that the service allows"
    ]
    assert listed(page_size={"limit": 5}) == ["list: its operation has no argument limit"]
    assert listed(since="mode")[0].startswith("list.since: there is no timestamp called mode")
    assert listed(entities, name="Name")[0].startswith("list.name: there is no string called Name")
    assert listed(entities, filter="Filters") == ["list.filter: ListEntitiesDetectionJobs has no member Filters"]


def test_every_status_has_a_phase_and_no_other_word_has_one(run):
    fewer = {status: phase for status, phase in run.phases.items() if status != "QUEUED"}
    assert problems(replace(run, phases=fewer)) == ["phases: no phase for QUEUED"]
    more = {**run.phases, "DONE": Phase.SUCCEEDED}
    assert problems(replace(run, phases=more)) == ["phases: the service has no status DONE"]


def test_what_is_read_from_a_job_is_there(run, entities):
    assert "job.status: list.items has no status" in problems(replace(run, job=replace(run.job, status="status")))
    assert problems(replace(run, job=replace(run.job, ended="finished"))) == [
        "job.ended: describe.item and list.items have no finished"
    ]
    assert problems(replace(entities, tags=replace(entities.tags, arn="Arn"))) == [
        "tags.arn: describe.item and list.items have no Arn"
    ]
    assert "tags.items: the reply of ListTagsForResource has no Labels" in problems(
        replace(entities, tags=replace(entities.tags, items="Labels"))
    )


def test_goals_and_rules_name_members_that_exist(run, catalog):
    topics = catalog["ComprehendTopicsDetectionJob"]
    stoppable = replace(topics, goals=(*topics.goals, GoalRule(Goal.STOPPED)))
    assert problems(stoppable) == ["goals: stopped cannot be reached without a stop operation"]
    assert problems(replace(run, goals=(GoalRule(Goal.RUNNING, {"mode": "STREAM"}),))) == [
        "goals: mode is never 'STREAM'"
    ]
    assert problems(replace(run, goals=(GoalRule(Goal.RUNNING, {"sort": 1}),))) == [
        "goals: the start request has no member sort"
    ]
    assert problems(replace(run, any_of=(("a", "mode"),), required=("b",))) == [
        "required: the start request has no member b",
        "anyOf.0: the start request has no member a",
    ]


def test_shapes_of_a_descriptor_are_whole(catalog):
    job = catalog["DataArtsJob"]
    without = {name: shape for name, shape in job.shapes.items() if name != "ParamValue"}
    assert problems(replace(job, shapes=without)) == ["shapes.JobParam: there is no shape 'ParamValue'"]
    assert problems(replace(job, shapes={})) == ["shapes: they are missing, and botocore has none for this service"]
    assert problems(replace(job, shapes={"Start": {"type": "struct"}})) == [
        "shapes: there is no Input, which is the shape of the spec",
        "shapes.Start: 'struct' is no type of a shape",
    ]
    assert problems(replace(job, driver="gcp")) == ["driver: 'gcp' is not one of: aws, dataarts"]


def test_a_pattern_that_no_engine_takes_is_told(catalog):
    job = catalog["DataArtsJob"]
    odd = {**job.shapes, "ParamType": {"type": "string", "pattern": "["}}
    assert problems(replace(job, shapes=odd)) == [
        "shape ParamType: no engine takes its pattern, so it goes unchecked: ["
    ]


def test_the_command_prints_problems_and_fails_on_any(tmp_path: Path, capsys):
    assert linter.main([]) == 0
    assert capsys.readouterr().out == ""
    text = "template: {}\n---\nkind: OddJob\nsummary: x\ndriver: aws\nservice: nothing\nguarantee: token\n"
    text += "start: {operation: A}\nid: {}\ndescribe: null\nlist: null\nstop: null\njob: {status: a}\nphases: {}\n"
    (tmp_path / "odd.yaml").write_text(text + "goals: [{goal: completed}]\n")
    assert linter.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == "kinds/odd.yaml:3:1: OddJob: botocore has no service called 'nothing'.\n"
    (tmp_path / "odd.yaml").write_text("kind: 5\n")
    assert linter.main([str(tmp_path)]) == 1
    assert "odd.yaml:1" in capsys.readouterr().err
    assert linter.main([str(tmp_path / "none")]) == 1


def test_a_service_that_does_not_exist_is_told_with_the_file_that_names_it(run):
    with pytest.raises(CatalogError) as error:
        input_of(replace(run, service="nothing", source="kinds/odd.yaml"))
    assert "botocore has no service called 'nothing'" in error.value.what
    assert error.value.where == f"kinds/odd.yaml ({run.kind})"
