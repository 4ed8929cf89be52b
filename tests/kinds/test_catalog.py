import os
import subprocess
import sys

import pytest

from reconcile.kinds.descriptor import Rate
from reconcile.kinds.load import load_catalog
from reconcile.kinds.rules import default_goal, goal_problem, phase_of
from reconcile.kinds.sources import validated_with
from reconcile.model.phase import Goal, Guarantee, Phase
from reconcile.model.problem import InvalidFiles

OWN = """
kind: AthenaQuery
summary: A query.
driver: aws
service: athena
guarantee: token
start: {operation: StartQueryExecution, token: ClientRequestToken}
id: {QueryExecutionId: output.QueryExecutionId}
describe: {operation: GetQueryExecution, item: QueryExecution}
list: null
stop: {operation: StopQueryExecution}
job: {status: Status.State}
phases: {QUEUED: pending, RUNNING: running, SUCCEEDED: succeeded, FAILED: failed, CANCELLED: stopped}
goals: [{goal: completed}]
limits: {start: 0.5/s burst 3}
"""


@pytest.fixture
def own(tmp_path):
    def write(text: str = OWN, name: str = "athena.yaml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_every_job_of_the_services_at_hand_is_a_kind(catalog):
    tasks = "DocumentClassification DominantLanguageDetection EntitiesDetection EventsDetection KeyPhrasesDetection "
    tasks += "PiiEntitiesDetection SentimentDetection TargetedSentimentDetection TopicsDetection"
    others = {"EMRServerlessJobRun", "PersonalizeBatchSegmentJob", "PersonalizeBatchInferenceJob"}
    assert set(catalog) == {f"Comprehend{task}Job" for task in tasks.split()} | others | {
        "DataArtsJob",
        "DataArtsJobRun",
    }


def test_a_template_is_laid_under_the_kinds_that_it_is_for(catalog):
    kind = catalog["ComprehendTargetedSentimentDetectionJob"]
    assert kind.start.operation == "StartTargetedSentimentDetectionJob"
    assert kind.list.items == "TargetedSentimentDetectionJobPropertiesList"
    inference = catalog["PersonalizeBatchInferenceJob"]
    assert inference.id == {"batchInferenceJobArn": "output.batchInferenceJobArn"}


def test_what_cannot_be_stopped_has_no_such_goal(catalog):
    unstoppable = {kind.kind for kind in catalog.values() if not kind.can_stop}
    assert unstoppable == {
        "ComprehendDocumentClassificationJob",
        "ComprehendTopicsDetectionJob",
        "PersonalizeBatchSegmentJob",
        "PersonalizeBatchInferenceJob",
    }
    for kind in catalog.values():
        assert (Goal.STOPPED in {rule.goal for rule in kind.goals}) is kind.can_stop


def test_limits_and_guarantees_are_those_of_the_services(catalog):
    emr, entities = catalog["EMRServerlessJobRun"], catalog["ComprehendEntitiesDetectionJob"]
    assert (emr.limits.start, emr.limits.read) == (Rate(1, 25), Rate(10, 50))
    assert (entities.limits.start, entities.limits.active) == (Rate(1, 1), 10)
    assert catalog["PersonalizeBatchSegmentJob"].limits.active == 5
    assert {kind.kind: kind.guarantee for kind in catalog.values()} == {
        kind: Guarantee.TOKEN for kind in catalog if kind.startswith(("Comprehend", "EMR"))
    } | {
        "PersonalizeBatchSegmentJob": Guarantee.UNIQUE_NAME,
        "PersonalizeBatchInferenceJob": Guarantee.UNIQUE_NAME,
        "DataArtsJob": Guarantee.SWITCH,
        "DataArtsJobRun": Guarantee.LOOK_UP,
    }


@pytest.mark.parametrize(
    ("kind", "status", "phase"),
    [
        ("EMRServerlessJobRun", "QUEUED", Phase.PENDING),
        ("EMRServerlessJobRun", "PAUSED_BY_MAGIC", Phase.UNKNOWN),
        ("PersonalizeBatchSegmentJob", "IN PROGRESS", Phase.RUNNING),
        ("PersonalizeBatchSegmentJob", "CREATE PENDING", Phase.PENDING),
        ("DataArtsJobRun", "manual-stop", Phase.STOPPED),
        ("DataArtsJobRun", "SUCCESS", Phase.SUCCEEDED),
        ("DataArtsJob", "SCHEDULING", Phase.RUNNING),
        ("DataArtsJob", "", Phase.UNKNOWN),
    ],
)
def test_a_status_has_a_phase_and_one_never_heard_of_is_unknown(catalog, kind, status, phase):
    assert phase_of(catalog[kind], status) is phase


def test_a_streaming_run_is_there_to_stay_and_any_other_is_there_to_end(catalog):
    emr = catalog["EMRServerlessJobRun"]
    assert default_goal(emr, {}) is Goal.COMPLETED
    assert default_goal(emr, {"mode": "BATCH"}) is Goal.COMPLETED
    assert default_goal(emr, {"mode": "STREAMING"}) is Goal.RUNNING
    assert default_goal(catalog["DataArtsJob"], {"jobName": "x"}) is Goal.RUNNING


def test_a_goal_that_the_kind_does_not_have_is_refused_with_what_to_do(catalog):
    emr, topics = catalog["EMRServerlessJobRun"], catalog["ComprehendTopicsDetectionJob"]
    assert goal_problem(emr, Goal.RUNNING, {"mode": "STREAMING"}) == ""
    assert goal_problem(emr, Goal.STOPPED, {}) == ""
    assert "mode: STREAMING" in goal_problem(emr, Goal.RUNNING, {"mode": "BATCH"})
    assert goal_problem(topics, Goal.STOPPED, {}) == "comprehend cannot stop such a job; use one of: completed"
    assert goal_problem(catalog["DataArtsJob"], Goal.COMPLETED, {}).endswith("use one of: running, stopped")


def test_a_project_adds_kinds_of_its_own(own):
    kind = load_catalog(own())["AthenaQuery"]
    assert kind.limits.start == Rate(0.5, 3)
    assert kind.source == "kinds/athena.yaml"


def test_kinds_of_a_project_are_read_under_both_endings(own):
    folder = own()
    before = validated_with(folder)
    (folder / "more.yml").write_text(OWN.replace("AthenaQuery", "OtherQuery"))
    catalog = load_catalog(folder)
    assert (catalog["AthenaQuery"].source, catalog["OtherQuery"].source) == ("kinds/athena.yaml", "kinds/more.yml")
    assert validated_with(folder) != before, "what was found valid with other kinds is validated again"


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (
            OWN.replace("token: Client", "tokn: Client"),
            "kinds/athena.yaml:7",
            "start.tokn: unknown field; did you mean token?",
        ),
        (OWN.replace("RUNNING: running", "RUNNING: runing"), "kinds/athena.yaml:13", "'runing' is not one of: pending"),
        (OWN.replace("0.5/s burst 3", "fast"), "kinds/athena.yaml:15", "write it like 1/s, or 1/s burst 25"),
        (OWN.replace("0.5/s burst 3", "0/s"), "kinds/athena.yaml:15", "limits.start"),
        (OWN.replace("kind: AthenaQuery\n", ""), "kinds/athena.yaml:2", "kind: missing; it is required"),
        (OWN.replace("AthenaQuery", "Project"), "kinds/athena.yaml:2", "'Project' cannot be the name of a kind"),
        (
            OWN.replace("AthenaQuery", "EMRServerlessJobRun"),
            "kinds/athena.yaml:2",
            "already defined in emr-serverless.yaml",
        ),
        (OWN.replace("[{goal: completed}]", "[]"), "kinds/athena.yaml:14", "at least one"),
        (OWN.replace("list: null", "list: 5"), "kinds/athena.yaml:10", "list: 5 is not a mapping"),
        (OWN + "---\n- 1\n", "kinds/athena.yaml:17", "is not a mapping"),
        ("kind: [\n", "kinds/athena.yaml:1:7", "broken YAML"),
        (f"{OWN}---\na: &a [{'x, ' * 200}]\nb: [{'*a, ' * 200}]\n", "kinds/athena.yaml:16", "the aliases"),
        (f"# no\u2028break\n{OWN.replace('burst 3', 'burst')}", "kinds/athena.yaml:16", "limits.start"),
    ],
)
def test_a_wrong_descriptor_is_refused_at_its_line(own, text, place, what):
    with pytest.raises(InvalidFiles) as refused:
        load_catalog(own(text))
    (told,) = map(str, refused.value.found)
    assert told.startswith(f"{place}:")
    assert what in told


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidFiles, match=r"kinds/a.yaml:1:1: this is not UTF-8: byte 0xff"):
        load_catalog(tmp_path)


def test_all_that_is_wrong_with_all_descriptors_is_told_at_once(own):
    folder = own(
        OWN.replace("token: Client", "tokn: Client").replace("0.5/s burst 3", "fast").replace("job: {", "jb: {")
    )
    (folder / "b.yaml").write_text(f"{OWN.replace('AthenaQuery', 'Own')}---\n- 1\n---\nkind: [\n")
    (folder / "c.yaml").write_bytes(b"#" * (2**20 + 1))
    os.mkfifo(folder / "d.yaml")
    (folder / "e.yaml").write_text(f"{'- ' * 100_000}a\n")
    with pytest.raises(InvalidFiles) as refused:
        load_catalog(folder)
    told = [str(problem).removeprefix("kinds/") for problem in refused.value.found]
    assert [line.partition(": ")[0] for line in told] == [
        *("athena.yaml:7:41", "athena.yaml:12:1", "athena.yaml:15:10"),
        *("b.yaml:17:1", "b.yaml:19:7", "c.yaml", "d.yaml", "e.yaml:1:1"),
    ]
    assert "at most 1 MB are read" in told[5]
    assert (told[6], told[7]) == ("d.yaml: this is not a regular file", "e.yaml:1:1: nested too deeply")
    assert refused.value.summary.startswith("8 problems in kinds/")


def test_a_file_of_kinds_that_cannot_be_read_is_told_though_an_empty_one_was_known(own):
    folder = own("")
    before = validated_with(folder)
    (folder / "athena.yaml").unlink()
    os.mkfifo(folder / "athena.yaml")
    assert validated_with(folder) != before


def test_an_empty_file_holds_no_kinds(own, catalog):
    assert set(load_catalog(own("# nothing yet\n"))) == set(catalog)


def test_what_was_valid_stays_valid_until_the_catalog_or_botocore_changes(own, tmp_path):
    import botocore

    assert f"botocore {botocore.__version__}" in validated_with()
    assert validated_with() == validated_with(tmp_path)
    before = validated_with(own())
    assert before != validated_with()
    assert before == validated_with(own())
    assert before != validated_with(own(OWN.replace("burst 3", "burst 4")))


def test_loading_the_catalog_brings_nothing_heavy():
    code = (
        "import sys; from reconcile.kinds.load import load_catalog; load_catalog();"
        "from reconcile.kinds.sources import validated_with; validated_with();"
        "from reconcile.kinds.envelope import ENVELOPE; from reconcile.kinds import rules, specs, project_file;"
        "print(sorted({'pydantic', 'botocore', 'boto3', 'yaml', 'regex', 'rich', 'deepdiff'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
