"""The engine alone, under a clock that only the test moves."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconcile.kinds.load import load_catalog
from reconcile.sandbox.dataarts import DataArts
from reconcile.sandbox.engine import Engine
from reconcile.sandbox.memory import Memory
from reconcile.sandbox.rules import Refused
from reconcile.sandbox.settings import DEFAULTS
from reconcile.sandbox.world import World

CATALOG = load_catalog()
APP = "00f"


@dataclass
class Cloud:
    """Short names for the calls that the tests make."""

    changes: dict[str, Any] = field(default_factory=dict)
    time: float = 1_000_000.0

    def __post_init__(self):
        settings = DEFAULTS.changed({"rates": False, "listing_delay": 0, **self.changes})
        self.engine = Engine(World(CATALOG.values(), lambda: self.time, settings, Memory()))
        self.tokens = map("token-{}".format, itertools.count())

    def comprehend(self, operation, **members):
        return self.engine.call("comprehend", operation, "eu-west-1", members)

    def entities(self, name="a", **members):
        token = members.pop("token", None) or next(self.tokens)
        return self.comprehend("StartEntitiesDetectionJob", JobName=name, ClientRequestToken=token, **members)["JobId"]

    def status(self, job_id):
        shown = self.comprehend("DescribeEntitiesDetectionJob", JobId=job_id)
        return shown["EntitiesDetectionJobProperties"]["JobStatus"]

    def stop(self, job_id):
        return self.comprehend("StopEntitiesDetectionJob", JobId=job_id)["JobStatus"]

    def listed(self, **members):
        return self.comprehend("ListEntitiesDetectionJobs", **members)["EntitiesDetectionJobPropertiesList"]

    def names(self, **filters):
        return [job["JobName"] for job in self.listed(Filter=filters)]

    def emr(self, operation, **members):
        return self.engine.call("emr-serverless", operation, "eu-west-1", {"applicationId": APP, **members})

    def spark(self, **members):
        return self.emr("StartJobRun", **{"clientToken": next(self.tokens), **members})["jobRunId"]

    def state(self, run):
        return self.emr("GetJobRun", jobRunId=run)["jobRun"]["state"]

    def personalize(self, operation, **members):
        return self.engine.call("personalize", operation, "eu-west-1", members)

    def segment(self, name):
        return self.personalize("CreateBatchSegmentJob", jobName=name)["batchSegmentJobArn"]

    def refusal(self, call, *args, **members):
        with pytest.raises(Refused) as refused:
            call(*args, **members)
        return refused.value.code


@pytest.fixture
def cloud():
    return Cloud()


def seen(cloud, look, *times):
    """What a look says so many seconds from now, one after the other."""
    begin, words = cloud.time, []
    for seconds in times:
        cloud.time = begin + seconds
        words.append(look())
    return words


def test_a_comprehend_job_walks_from_submitted_to_completed(cloud):
    job = cloud.entities()
    words = seen(cloud, lambda: cloud.status(job), 0, 9, 10, 129, 130)
    assert words == ["SUBMITTED", "SUBMITTED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]


def test_an_emr_run_passes_through_all_its_states(cloud):
    run = cloud.spark()
    words = seen(cloud, lambda: cloud.state(run), 0, 4, 7, 10, 130)
    assert words == ["SUBMITTED", "PENDING", "SCHEDULED", "RUNNING", "SUCCESS"]


@pytest.mark.parametrize(
    ("words", "walk"),
    [
        ("PENDING", ["PENDING", "IN PROGRESS", "ACTIVE"]),
        ("CREATE PENDING", ["CREATE PENDING", "CREATE IN_PROGRESS", "ACTIVE"]),
    ],
)
def test_a_personalize_job_is_spelled_as_the_switch_says(words, walk):
    cloud = Cloud({"personalize_words": words})
    arn = cloud.segment("films")
    shown = seen(cloud, lambda: cloud.personalize("DescribeBatchSegmentJob", batchSegmentJobArn=arn), 0, 10, 130)
    assert [job["batchSegmentJob"]["status"] for job in shown] == walk


def test_speed_shortens_every_life():
    cloud = Cloud({"speed": 60})
    job = cloud.entities()
    assert seen(cloud, lambda: cloud.status(job), 0, 1, 130 / 60) == ["SUBMITTED", "IN_PROGRESS", "COMPLETED"]


def test_a_streaming_run_runs_until_it_is_cancelled(cloud):
    run = cloud.spark(mode="STREAMING")
    assert seen(cloud, lambda: cloud.state(run), 10, 10**7) == ["RUNNING", "RUNNING"]
    cloud.emr("CancelJobRun", jobRunId=run)
    assert seen(cloud, lambda: cloud.state(run), 0, 15) == ["CANCELLING", "CANCELLED"]


def test_a_run_past_its_timeout_is_cancelled_by_the_service_and_says_so(cloud):
    run = cloud.spark(executionTimeoutMinutes=1)
    assert seen(cloud, lambda: cloud.state(run), 69, 70, 85) == ["RUNNING", "CANCELLING", "CANCELLED"]
    assert "timeout" in cloud.emr("GetJobRun", jobRunId=run)["jobRun"]["stateDetails"]


def test_the_same_token_and_body_give_the_original_job_even_after_it_ended(cloud):
    job = cloud.entities(token="t", LanguageCode="en")
    assert cloud.entities(token="t", LanguageCode="en") == job
    cloud.time += 130
    assert cloud.entities(token="t", LanguageCode="en") == job
    assert cloud.status(job) == "COMPLETED"
    assert len(cloud.listed()) == 1


def test_the_same_token_with_another_body_is_refused_in_the_words_of_the_service(cloud):
    cloud.entities(token="t", LanguageCode="en")
    assert cloud.refusal(cloud.entities, token="t", LanguageCode="de") == "InvalidRequestException"
    cloud.spark(clientToken="t", name="a")
    assert cloud.refusal(cloud.spark, clientToken="t", name="b") == "ConflictException"


def test_a_service_may_not_compare_bodies():
    cloud = Cloud({"token_mismatch": "replay"})
    assert cloud.entities(token="t", LanguageCode="en") == cloud.entities(token="t", LanguageCode="de")


def test_a_token_is_forgotten_when_its_life_is_over(cloud):
    job = cloud.entities(token="t")
    cloud.time += DEFAULTS.token_lifetime
    assert cloud.entities(token="t") != job


def test_a_token_is_of_one_operation_and_one_region(cloud):
    cloud.entities(token="t")
    cloud.comprehend("StartKeyPhrasesDetectionJob", ClientRequestToken="t", JobName="other")
    cloud.engine.call("comprehend", "StartEntitiesDetectionJob", "eu-west-2", {"ClientRequestToken": "t"})
    assert len(list(cloud.engine.world.memory.jobs())) == 3


def test_a_personalize_name_is_taken_for_ever(cloud):
    cloud.segment("films")
    cloud.time += 10**8
    assert cloud.refusal(cloud.segment, "films") == "ResourceAlreadyExistsException"


def test_a_stop_is_requested_and_then_done(cloud):
    job = cloud.entities()
    cloud.time += 20
    assert cloud.stop(job) == "STOP_REQUESTED"
    assert cloud.stop(job) == "STOP_REQUESTED"
    cloud.time += 15
    assert cloud.status(job) == "STOPPED"
    assert cloud.stop(job) == "STOPPED"


def test_a_job_that_completes_while_it_stops_has_completed(cloud):
    job = cloud.entities()
    cloud.time += 120
    assert cloud.stop(job) == "STOP_REQUESTED"
    assert seen(cloud, lambda: cloud.status(job), 9, 10, 15) == ["STOP_REQUESTED", "COMPLETED", "COMPLETED"]


def test_a_completed_comprehend_job_cannot_be_stopped(cloud):
    job = cloud.entities()
    cloud.time += 130
    assert cloud.refusal(cloud.stop, job) == "InvalidRequestException"


@pytest.mark.parametrize(("switch", "code"), [("accept", None), ("refuse", "ValidationException")])
def test_a_cancel_of_an_ended_run_is_as_the_switch_says(switch, code):
    cloud = Cloud({"emr_cancel_ended": switch})
    run = cloud.spark()
    cloud.time += 130
    if code:
        assert cloud.refusal(cloud.emr, "CancelJobRun", jobRunId=run) == code
    else:
        cloud.emr("CancelJobRun", jobRunId=run)
    assert cloud.state(run) == "SUCCESS"


def test_lists_show_a_job_late_and_describe_at_once():
    cloud = Cloud({"listing_delay": 5})
    job = cloud.entities()
    assert cloud.status(job) == "SUBMITTED"
    assert seen(cloud, lambda: len(cloud.listed()), 4.9, 5) == [0, 1]


def test_one_job_can_be_listed_later_than_others(cloud):
    cloud.engine.call("comprehend", "StartEntitiesDetectionJob", "eu-west-1", {"JobName": "late"}, listed_in=30)
    cloud.entities("prompt")
    assert seen(cloud, cloud.names, 0, 29.9, 30) == [["prompt"], ["prompt"], ["prompt", "late"]]


def test_describe_can_be_late_as_well():
    cloud = Cloud({"describe_delay": 5})
    job = cloud.entities()
    assert cloud.refusal(cloud.status, job) == "JobNotFoundException"
    cloud.time += 5
    assert cloud.status(job) == "SUBMITTED"


def test_ended_jobs_are_not_found_after_the_retention():
    cloud = Cloud({"retention": 100})
    job = cloud.entities()
    cloud.time += 229
    assert cloud.names() == ["a"]
    cloud.time += 1
    assert cloud.names() == []
    assert cloud.refusal(cloud.status, job) == "JobNotFoundException"


def three_jobs(cloud):
    for name in ("one", "two", "oneself"):
        cloud.entities(name)
        cloud.time += 10


def test_the_name_filter_is_exact_or_a_prefix():
    cloud, lenient = Cloud(), Cloud({"comprehend_name_filter": "prefix"})
    three_jobs(cloud)
    three_jobs(lenient)
    assert cloud.names(JobName="one") == ["one"]
    assert lenient.names(JobName="one") == ["oneself", "one"]


def test_time_filters_bound_and_order(cloud):
    three_jobs(cloud)
    assert cloud.names(SubmitTimeAfter=1_000_000.0) == ["oneself", "two"]
    assert cloud.names(SubmitTimeBefore=1_000_020.0) == ["one", "two"]


def test_the_status_filter_knows_the_status_of_now(cloud):
    three_jobs(cloud)
    assert cloud.names(JobStatus="IN_PROGRESS") == ["oneself", "two", "one"]
    cloud.time += 100
    assert cloud.names(JobStatus="COMPLETED") == ["one"]


def test_two_filters_are_one_too_many(cloud):
    assert cloud.refusal(cloud.names, JobName="a", JobStatus="STOPPED") == "InvalidFilterException"


def test_emr_runs_are_listed_by_states_in_groups_time_and_mode(cloud):
    cloud.spark(name="old")
    cloud.time += 60
    cloud.spark(name="stream", mode="STREAMING")
    cloud.time += 1
    cloud.spark(name="new")

    def names(**members):
        return [run["name"] for run in cloud.emr("ListJobRuns", **members)["jobRuns"]]

    assert names() == ["new", "stream", "old"]
    assert names(states=["RUNNING", "SUBMITTED"]) == ["old", "new", "stream"]
    assert names(createdAtAfter=1_000_000.0, mode="BATCH") == ["new"]
    assert names(createdAtBefore=1_000_060.0) == ["old"]
    assert [run["name"] for run in cloud.emr("ListJobRuns", applicationId="00other")["jobRuns"]] == []


def test_pages_cover_everything_once_while_jobs_are_added():
    cloud = Cloud({"capacity": False})
    for number in range(25):
        cloud.entities(f"job-{number}")
    names, token = [], {}
    while True:
        page = cloud.comprehend("ListEntitiesDetectionJobs", MaxResults=10, **token)
        names += [job["JobName"] for job in page["EntitiesDetectionJobPropertiesList"]]
        cloud.entities("added")
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert names == [f"job-{number}" for number in reversed(range(25))]


def test_a_page_token_of_another_list_is_refused(cloud):
    for _ in range(3):
        cloud.entities()
    token = cloud.comprehend("ListEntitiesDetectionJobs", MaxResults=1)["NextToken"]
    filtered = {"MaxResults": 1, "NextToken": token, "Filter": {"JobName": "a"}}
    assert cloud.refusal(cloud.comprehend, "ListEntitiesDetectionJobs", **filtered) == "InvalidRequestException"
    assert cloud.refusal(cloud.listed, NextToken="%%%") == "InvalidRequestException"


def test_rates_are_each_operations_and_fill_again():
    cloud = Cloud({"rates": True})
    cloud.entities()
    assert cloud.refusal(cloud.entities) == "TooManyRequestsException"
    assert cloud.names() == ["a"]
    cloud.time += 1
    cloud.entities()


def test_emr_takes_a_burst_and_then_throttles():
    cloud = Cloud({"rates": True})
    for _ in range(25):
        cloud.spark()
    assert cloud.refusal(cloud.spark) == "ThrottlingException"


def test_only_so_many_jobs_of_a_kind_are_active_and_a_resend_is_none(cloud):
    for number in range(10):
        cloud.entities(token=f"t{number}")
    assert cloud.refusal(cloud.entities, token="t10") == "TooManyRequestsException"
    assert cloud.entities(token="t3")
    cloud.comprehend("StartKeyPhrasesDetectionJob", JobName="another type")
    cloud.time += 130
    cloud.entities(token="t10")


def test_personalize_says_limit_exceeded(cloud):
    for number in range(5):
        cloud.segment(f"films-{number}")
    assert cloud.refusal(cloud.segment, "films-5") == "LimitExceededException"


def test_a_resource_has_fifty_tags_at_most(cloud):
    tags = [{"Key": str(number), "Value": ""} for number in range(51)]
    assert cloud.refusal(cloud.entities, Tags=tags) == "TooManyTagsException"
    assert cloud.refusal(cloud.spark, tags=dict.fromkeys(map(str, range(51)), "")) == "ValidationException"
    assert cloud.names() == []


def test_applications_exist_unless_their_id_says_otherwise(cloud):
    assert cloud.refusal(cloud.spark, applicationId="missing1") == "ResourceNotFoundException"


def test_a_job_is_of_one_kind_and_one_region(cloud):
    job = cloud.entities()
    other_kind = cloud.refusal(cloud.comprehend, "DescribeKeyPhrasesDetectionJob", JobId=job)
    with pytest.raises(Refused, match="does not exist"):
        cloud.engine.call("comprehend", "DescribeEntitiesDetectionJob", "eu-west-2", {"JobId": job})
    assert other_kind == "JobNotFoundException"


def test_the_same_seed_and_calls_give_the_same_answers():
    def story(seed):
        cloud = Cloud({"seed": seed})
        return [cloud.entities(), cloud.spark(), cloud.segment("films"), cloud.listed()]

    assert story("a") == story("a")
    assert story("a") != story("b")


def test_a_definition_that_is_switched_off_is_not_forgotten_after_the_retention():
    cloud = Cloud({"retention": 100})
    dataarts = DataArts(cloud.engine.world)
    asked = ("ShowJobStatus", "project/default", {"jobName": "hourly"})
    assert dataarts.call(*asked)["status"] == "STOPPED"
    cloud.time += 1000
    assert dataarts.call(*asked)["status"] == "STOPPED"
