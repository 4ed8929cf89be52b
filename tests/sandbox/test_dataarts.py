"""Huawei's own client against the sandbox."""

import pytest
import urllib3
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdlf.v1 import (
    DlfClient,
    JobParam,
    ListJobInstancesRequest,
    ListJobsRequest,
    RestoreJobInstanceRequest,
    RunOnceRequest,
    ShowJobInstanceRequest,
    ShowJobStatusRequest,
    StartJobReq,
    StartJobRequest,
    StopJobInstanceRequest,
    StopJobRequest,
)

PROJECT = "0123456789abcdef"


@pytest.fixture
def dlf(sandbox):
    credentials = BasicCredentials("sandbox", "sandbox", PROJECT)
    return DlfClient.new_builder().with_credentials(credentials).with_endpoint(sandbox.endpoint).build()


@pytest.fixture
def ask(sandbox):
    """The queries that the typed client cannot send."""
    pool = urllib3.PoolManager(retries=False)

    def get(path, **query):
        url = f"{sandbox.endpoint}/v1/{PROJECT}/jobs{path}"
        return pool.request("GET", url, fields=query, headers={"X-Auth-Token": "t"}).json()

    yield get
    pool.clear()


def status(dlf, name):
    return dlf.show_job_status(ShowJobStatusRequest(job_name=name)).status


def run(dlf, name):
    return dlf.run_once(RunOnceRequest(job_name=name, body=StartJobReq())).instance_id


def instance(dlf, name, number):
    return dlf.show_job_instance(ShowJobInstanceRequest(job_name=name, instance_id=number)).status


def refusal(call, *args):
    with pytest.raises(ClientRequestException) as error:
        call(*args)
    return error.value.status_code, error.value.error_code


def test_a_batch_schedule_is_switched_on_and_off(dlf):
    body = StartJobReq(job_params=[JobParam(name="day", value="today")])
    assert status(dlf, "nightly job/1") == "STOPPED"
    assert dlf.start_job(StartJobRequest(job_name="nightly job/1", body=body)).status_code == 204
    assert status(dlf, "nightly job/1") == "SCHEDULING"
    assert dlf.stop_job(StopJobRequest(job_name="nightly job/1")).status_code == 204
    assert status(dlf, "nightly job/1") == "STOPPED"


def test_a_real_time_job_takes_its_time(sandbox, dlf):
    words = [status(dlf, "rt-clicks")]
    dlf.start_job(StartJobRequest(job_name="rt-clicks"))
    words.append(status(dlf, "rt-clicks"))
    sandbox.control.advance(10)
    words.append(status(dlf, "rt-clicks"))
    dlf.stop_job(StopJobRequest(job_name="rt-clicks"))
    words.append(status(dlf, "rt-clicks"))
    sandbox.control.advance(15)
    assert [*words, status(dlf, "rt-clicks")] == ["STOPPED", "STARTING", "NORMAL", "STOPPING", "STOPPED"]


def test_starting_what_is_started_is_as_the_switch_says(sandbox, dlf):
    dlf.start_job(StartJobRequest(job_name="nightly"))
    dlf.start_job(StartJobRequest(job_name="nightly"))
    sandbox.control.settings(dataarts_start_started="refuse")
    assert refusal(dlf.start_job, StartJobRequest(job_name="nightly")) == (400, "DLF.3051")


def test_a_run_waits_runs_and_succeeds(sandbox, dlf):
    number = run(dlf, "nightly")
    words = [instance(dlf, "nightly", number)]
    for seconds in (10, 120):
        sandbox.control.advance(seconds)
        words.append(instance(dlf, "nightly", number))
    assert words == ["waiting", "running", "success"]
    assert status(dlf, "nightly") == "STOPPED"


def test_a_run_is_stopped_only_while_it_runs_and_restarted_only_after(sandbox, dlf):
    number = run(dlf, "nightly")
    named = {"job_name": "nightly", "instance_id": number}
    assert refusal(dlf.restore_job_instance, RestoreJobInstanceRequest(**named))[0] == 400
    dlf.stop_job_instance(StopJobInstanceRequest(**named))
    sandbox.control.advance(15)
    assert instance(dlf, "nightly", number) == "manual-stop"
    assert refusal(dlf.stop_job_instance, StopJobInstanceRequest(**named))[0] == 400
    dlf.restore_job_instance(RestoreJobInstanceRequest(**named))
    assert instance(dlf, "nightly", number) == "waiting"


def test_each_run_is_a_new_one_with_a_number_of_its_own(dlf, ask):
    numbers = {int(run(dlf, "nightly")) for _ in range(3)}
    assert {entry["instanceId"] for entry in ask("/instances/detail")["instances"]} == numbers
    assert dlf.list_job_instances(ListJobInstancesRequest()).total == 3


@pytest.mark.parametrize("unit", ["page", "record"])
def test_offset_counts_what_the_switch_says(sandbox, dlf, ask, unit):
    sandbox.control.settings(dataarts_offset=unit)
    for _ in range(5):
        run(dlf, "nightly")

    def shown(offset):
        reply = ask("/instances/detail", jobName="nightly", preciseQuery="true", limit="2", offset=str(offset))
        return [entry["instanceId"] for entry in reply["instances"]]

    everything = [entry["instanceId"] for entry in ask("/instances/detail", limit="1000")["instances"]]
    assert shown(1) == (everything[2:4] if unit == "page" else everything[1:3])


def test_instances_are_filtered_by_name_time_and_status(sandbox, dlf, ask):
    run(dlf, "nightly")
    run(dlf, "nightly-too")
    first = ask("/instances/detail", jobName="nightly", preciseQuery="true")["instances"][0]
    later = sandbox.control.advance(130) * 1000
    run(dlf, "nightly")
    assert ask("/instances/detail", jobName="nightly")["total"] == 3
    assert ask("/instances/detail", jobName="nightly", preciseQuery="true")["total"] == 2
    assert ask("/instances/detail", minPlanTime=str(int(later)))["total"] == 1
    assert ask("/instances/detail", status="success")["total"] == 2
    assert ask("/instances/detail", maxPlanTime=str(first["planTime"]))["instances"][-1] == {
        **first,
        "status": "success",
        **dict.fromkeys(("endTime", "lastUpdateTime"), first["planTime"] + 130000),
        "startTime": first["planTime"] + 10_000,
        "executeTime": 120_000,
    }


def test_jobs_are_listed_by_type_and_part_of_the_name(sandbox, dlf, ask):
    for name in ("nightly", "weekly", "rt-clicks"):
        dlf.start_job(StartJobRequest(job_name=name))
    sandbox.control.define(PROJECT, "plain", "REAL_TIME")
    assert {job["name"] for job in ask("")["jobs"]} == {"nightly", "weekly"}
    assert {job["name"] for job in ask("", jobType="REAL_TIME")["jobs"]} == {"rt-clicks", "plain"}
    assert ask("", jobName="eek")["total"] == dlf.list_jobs(ListJobsRequest()).total - 1 == 1


def test_workspaces_hold_different_jobs(dlf):
    dlf.start_job(StartJobRequest(job_name="nightly", workspace="other"))
    assert status(dlf, "nightly") == "STOPPED"
    assert dlf.show_job_status(ShowJobStatusRequest(job_name="nightly", workspace="other")).status == "SCHEDULING"


def test_errors_are_the_services_own(sandbox, dlf):
    long = StartJobReq(job_params=[JobParam(name="n" * 65, value="")])
    assert refusal(status, dlf, "missing-job") == (400, "DLF.0100")
    assert refusal(instance, dlf, "nightly", "1") == (400, "DLF.0137")
    assert refusal(run, dlf, "rt-clicks") == (400, "DLF.0136")
    assert refusal(dlf.start_job, StartJobRequest(job_name="a", body=long)) == (400, "DLF.3051")
    sandbox.control.settings(dataarts_published=False)
    assert refusal(run, dlf, "nightly") == (404, "APIGW.0101")


def test_a_throttle_is_the_gateways_own(sandbox, ask):
    sandbox.control.fault("throttle", service="dataarts")
    assert ask("/nightly/status")["error_code"] == "APIGW.0308"
    sandbox.control.settings(rates=True)
    assert {ask("/nightly/status").get("error_code") for _ in range(60)} == {None, "APIGW.0308"}


def test_requests_without_credentials_or_sense_are_refused(sandbox):
    pool = urllib3.PoolManager(retries=False)
    url = f"{sandbox.endpoint}/v1/{PROJECT}/jobs"
    token = {"X-Auth-Token": "t"}
    assert pool.request("GET", url).status == 401
    assert pool.request("GET", f"{url}?limit=-1", headers=token).status == 400
    assert pool.request("POST", f"{url}/a/start", body=b"{", headers=token).status == 400
    assert pool.request("POST", f"{url}/a/dance", headers=token).json()["error_code"] == "APIGW.0101"
    pool.clear()
