"""AWS's own SDK against the sandbox: it must take it for the services."""

import threading
from concurrent.futures import ThreadPoolExecutor

import botocore.exceptions
import pytest
import urllib3
from botocore import xform_name

from reconcile.kinds.load import load_catalog
from tests.sandbox.requests import EMR, ENTITIES, SEGMENT, smallest

AWS_KINDS = [kind for kind in load_catalog().values() if kind.driver == "aws"]
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/{}/aws4_request, SignedHeaders=host"}


def call(client, operation, **members):
    return getattr(client, xform_name(operation))(**members)


def refusal(call, *args, **members):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(*args, **members)
    return error.value.response["Error"]["Code"], error.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("kind", AWS_KINDS, ids=lambda kind: kind.kind)
def test_every_kind_is_started_described_listed_and_stopped(sandbox, kind):
    client = sandbox.aws(kind.service)
    members = {**smallest(kind.kind), kind.start.name: "nightly"}
    reply = call(client, kind.start.operation, **members)
    sources = {"input": members, "output": reply}
    parts = {part: sources[path.split(".")[0]][path.split(".")[1]] for part, path in kind.id.items()}
    described = call(client, kind.describe.operation, **parts)[kind.describe.item]
    parents = {argument: members[member] for argument, member in kind.list.parent.items()}
    (listed,) = call(client, kind.list.operation, **parents)[kind.list.items]
    shared = {part: path for part, path in kind.id.items() if part in kind.list.id}
    assert described[kind.job.name] == listed[kind.job.name] == "nightly"
    assert described[kind.job.status] == listed[kind.job.status]
    assert {part: listed[kind.list.id[part]] for part in shared} == {part: parts[part] for part in shared}
    (held,) = sandbox.control.jobs(kind.kind)
    assert (held["name"], held["phase"]) == ("nightly", "pending")
    if kind.can_stop:
        call(client, kind.stop.operation, **parts)
        assert sandbox.control.jobs(kind.kind)[0]["phase"] == "stopping"


def test_a_token_that_the_sdk_resends_starts_one_job_from_many_threads(sandbox):
    client = sandbox.aws("comprehend")
    gate = threading.Barrier(8)

    def start(_):
        gate.wait()
        return client.start_entities_detection_job(ClientRequestToken="once", **ENTITIES)["JobId"]

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(start, range(8)))) == 1
    (job,) = sandbox.control.jobs()
    assert (job["token"], job["replays"]) == ("once", 7)


def test_an_sdk_that_lost_the_reply_finds_its_job_by_the_token_it_made(sandbox):
    sandbox.control.fault("drop", operation="StartJobRun")
    run = sandbox.aws("emr-serverless", attempts=3).start_job_run(**EMR)["jobRunId"]
    assert [job["id"]["jobRunId"] for job in sandbox.control.jobs()] == [run]


def test_an_sdk_that_lost_the_reply_to_a_start_without_token_is_told_that_the_name_exists(sandbox):
    sandbox.control.fault("drop", service="personalize")
    client = sandbox.aws("personalize", attempts=3)
    assert refusal(client.create_batch_segment_job, jobName="films", **SEGMENT)[0] == "ResourceAlreadyExistsException"


def test_errors_come_with_code_and_status_of_the_model(sandbox):
    comprehend, emr = sandbox.aws("comprehend"), sandbox.aws("emr-serverless")
    emr.start_job_run(clientToken="t", name="a", **EMR)
    assert refusal(comprehend.describe_events_detection_job, JobId="0") == ("JobNotFoundException", 404)
    assert refusal(emr.start_job_run, clientToken="t", name="b", **EMR) == ("ConflictException", 409)
    with pytest.raises(comprehend.exceptions.JobNotFoundException):
        comprehend.stop_entities_detection_job(JobId="0")


def test_what_the_model_forbids_and_the_sdk_lets_through_is_refused(sandbox):
    comprehend, emr = sandbox.aws("comprehend"), sandbox.aws("emr-serverless")
    start = comprehend.start_entities_detection_job
    for wrong in ({"LanguageCode": "xx"}, {"ClientRequestToken": "a b"}, {"JobName": "n" * 257}, {"JobName": "a\nb"}):
        assert refusal(start, **{**ENTITIES, **wrong}) == ("InvalidRequestException", 400)
    assert refusal(emr.start_job_run, **{**EMR, "applicationId": "00f-UPPER"}) == ("ValidationException", 400)
    assert refusal(emr.list_job_runs, applicationId="00f", maxResults=51) == ("ValidationException", 400)
    assert sandbox.control.jobs() == []


def test_paginators_and_filters_work_as_the_sdk_sends_them(sandbox):
    client = sandbox.aws("emr-serverless")
    for number in range(7):
        client.start_job_run(name=f"run-{number}", **EMR)
    began = client.get_job_run(applicationId=EMR["applicationId"], jobRunId=sandbox.control.jobs()[0]["id"]["jobRunId"])
    pages = client.get_paginator("list_job_runs").paginate(
        applicationId=EMR["applicationId"],
        states=["SUBMITTED", "RUNNING"],
        createdAtBefore=began["jobRun"]["createdAt"].replace(year=2100),
        PaginationConfig={"PageSize": 3},
    )
    assert [len(page["jobRuns"]) for page in pages] == [3, 3, 1]
    assert client.list_job_runs(applicationId="00f", createdAtAfter=0)["jobRuns"] == []


def test_tags_are_kept_shown_and_changed_in_the_shape_of_each_service(sandbox):
    comprehend, emr, personalize = (sandbox.aws(name) for name in ("comprehend", "emr-serverless", "personalize"))
    arn = comprehend.start_entities_detection_job(Tags=[{"Key": "team", "Value": "a"}], **ENTITIES)["JobArn"]
    comprehend.tag_resource(ResourceArn=arn, Tags=[{"Key": "more", "Value": "b"}])
    comprehend.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert comprehend.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "more", "Value": "b"}]
    run = emr.start_job_run(tags={"team": "a"}, **EMR)
    shown = emr.get_job_run(applicationId=run["applicationId"], jobRunId=run["jobRunId"])["jobRun"]
    assert shown["tags"] == {"team": "a"}
    assert emr.list_tags_for_resource(resourceArn=run["arn"])["tags"] == {"team": "a"}
    tags = [{"tagKey": "team", "tagValue": "a"}]
    arn = personalize.create_batch_segment_job(jobName="films", tags=tags, **SEGMENT)["batchSegmentJobArn"]
    assert personalize.list_tags_for_resource(resourceArn=arn)["tags"] == tags
    assert refusal(personalize.list_tags_for_resource, resourceArn=arn + "x")[0] == "ResourceNotFoundException"


def test_a_failed_job_says_why_and_when(sandbox):
    client = sandbox.aws("comprehend")
    job = client.start_entities_detection_job(**ENTITIES)["JobId"]
    sandbox.control.fail(job, "No such bucket.")
    shown = client.describe_entities_detection_job(JobId=job)["EntitiesDetectionJobProperties"]
    assert (shown["JobStatus"], shown["Message"]) == ("FAILED", "No such bucket.")
    assert shown["EndTime"] >= shown["SubmitTime"]


def test_regions_hold_different_jobs(sandbox):
    sandbox.aws("comprehend", region="eu-west-2").start_entities_detection_job(**ENTITIES)
    assert sandbox.aws("comprehend").list_entities_detection_jobs()["EntitiesDetectionJobPropertiesList"] == []


def test_everything_else_is_answered_by_moto(sandbox):
    s3 = sandbox.aws("s3", region="us-east-1")
    s3.create_bucket(Bucket="lock-files")
    s3.put_object(Bucket="lock-files", Key="a/ü b.json", Body=b"{}", IfNoneMatch="*")
    assert refusal(s3.put_object, Bucket="lock-files", Key="a/ü b.json", IfNoneMatch="*") == ("PreconditionFailed", 412)
    assert s3.get_object(Bucket="lock-files", Key="a/ü b.json")["Body"].read() == b"{}"
    assert s3.head_object(Bucket="lock-files", Key="a/ü b.json")["ContentLength"] == 2
    assert sandbox.aws("sts").get_caller_identity()["Account"] == "123456789012"


@pytest.mark.parametrize("service", ["comprehend", "emr-serverless"])
@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff\xfe", b'{"JobName": 1, "Filter": []}'])
def test_a_malformed_request_is_refused_and_harms_nothing(sandbox, service, body):
    target = {"X-Amz-Target": "Comprehend_20171127.StartEntitiesDetectionJob"} if service == "comprehend" else {}
    headers = {"Authorization": SIGNED["Authorization"].format(service), **target}
    pool = urllib3.PoolManager(retries=False)
    reply = pool.request("POST", f"{sandbox.endpoint}/applications/00f/jobruns", body=body, headers=headers)
    assert reply.status == 400
    assert reply.json()["__type"] in ("InvalidRequestException", "ValidationException")
    assert sandbox.control.jobs() == []
    pool.clear()


def test_a_request_without_credentials_is_refused(sandbox):
    pool = urllib3.PoolManager(retries=False)
    target = {"X-Amz-Target": "Comprehend_20171127.ListEntitiesDetectionJobs"}
    reply = pool.request("POST", sandbox.endpoint, body=b"{}", headers=target)
    assert (reply.status, reply.headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")
    pool.clear()
