"""`cloud.protocol.Driver` as a suite, over HTTP against the sandbox. A driver's own module says which kind it tries
it on, and how to make a start of it; see `Case`."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconcile.cloud.limits import Limiter
from reconcile.cloud.protocol import Driver, ListQuery, ReadFailed
from reconcile.kinds.descriptor import Descriptor
from reconcile.model.address import Address
from reconcile.model.observed import Marks
from reconcile.model.phase import Phase
from reconcile.model.request import Failure, FailureKind, Started, StartRequest, Stopped
from reconcile.model.tokens import client_token, job_name
from tests.cloud.scripted import closed_port

_attempts = itertools.count(1)


@dataclass(frozen=True)
class Case:
    """`connect(writable=…, endpoint=…)` makes a driver that talks to the sandbox, unless told another endpoint."""

    kind: Descriptor
    spec: dict[str, Any]
    connect: Callable[..., Driver]
    sandbox: Any

    def request(self, *, named: bool = True) -> StartRequest:
        attempt = next(_attempts)
        address = Address(self.kind.kind, "nightly")
        token = client_token("project", "default", address, "sha256:00", 1, attempt)
        marks = Marks("project", "default", address, 1, attempt, 1, "sha256:00", token)
        name = job_name("nightly", attempt, token) if self.kind.start.name and named else ""
        return StartRequest(address, self.spec, token, name, marks)

    def started(self, driver: Driver) -> Started:
        found = driver.start(self.kind, self.request())
        assert isinstance(found, Started), found
        return found

    @property
    def jobs(self) -> list[dict[str, Any]]:
        return self.sandbox.control.jobs(self.kind.kind)


class DriverContract:
    """Fixtures to give: `case`."""

    @pytest.fixture
    def driver(self, case: Case) -> Driver:
        return case.connect()

    def test_what_was_started_is_described_and_listed(self, case, driver):
        started = case.started(driver)
        described = driver.describe(case.kind, started.external_id)
        assert described is not None
        assert described.external_id == started.external_id
        assert described.phase.is_live
        listed = list(driver.list_jobs(case.kind, ListQuery(case.spec)))
        assert [job.external_id for job in listed] == [started.external_id]
        assert listed[0].created_at is not None
        assert listed[0].created_at.tzinfo is UTC

    def test_a_list_since_later_may_leave_out_and_one_since_earlier_shows(self, case, driver):
        started = case.started(driver)
        since = datetime.now(UTC) - timedelta(minutes=1)
        assert [job.external_id for job in driver.list_jobs(case.kind, ListQuery(case.spec, since=since))] == [
            started.external_id
        ]

    def test_a_live_list_shows_every_live_job(self, case, driver):
        started = [case.started(driver).external_id for _ in range(2)]
        live = {str(job.external_id) for job in driver.list_jobs(case.kind, ListQuery(case.spec, live=True))}
        assert {str(external_id) for external_id in started} <= live

    def test_a_job_that_ended_is_seen_in_its_end(self, case, driver):
        started = case.started(driver)
        case.sandbox.control.complete(list(started.external_id.values())[-1])
        described = driver.describe(case.kind, started.external_id)
        assert described is not None
        assert described.phase is Phase.SUCCEEDED

    def test_a_job_that_does_not_exist_is_not_there(self, case, driver):
        started = case.started(driver)
        case.sandbox.control.forget(list(started.external_id.values())[-1])
        assert driver.describe(case.kind, started.external_id) is None
        assert list(driver.list_jobs(case.kind, ListQuery(case.spec))) == []

    def test_marks_are_read_back_where_the_kind_carries_them(self, case, driver):
        request = case.request()
        assert isinstance(driver.start(case.kind, request), Started)
        (listed,) = driver.list_jobs(case.kind, ListQuery(case.spec))
        assert driver.marks(case.kind, listed) == (request.marks if case.kind.start.tags else None)

    def test_a_start_is_sent_once_whatever_becomes_of_it(self, case, driver):
        for wrong, expected in (
            ("throttle", FailureKind.THROTTLED),
            ("500", FailureKind.SERVER_ERROR),
            ("503", FailureKind.SERVER_ERROR),
            ("expired", FailureKind.DENIED),
            ("reset", FailureKind.LOST),
        ):
            before = len(case.sandbox.control.log())
            case.sandbox.control.fault(wrong, operation=case.kind.start.operation)
            failure = driver.start(case.kind, case.request())
            assert isinstance(failure, Failure), wrong
            if failure.code not in case.kind.errors.capacity:  # some say with one code that it is too fast or too much
                assert failure.kind is expected, (wrong, failure)
            assert len(case.sandbox.control.log()) == before + 1
        assert case.jobs == []

    @pytest.mark.parametrize("wrong", ["drop", "half"])
    def test_a_start_whose_reply_is_lost_says_so_and_has_had_its_effect(self, case, driver, wrong):
        case.sandbox.control.fault(wrong, operation=case.kind.start.operation)
        failure = driver.start(case.kind, case.request())
        assert isinstance(failure, Failure)
        assert failure.kind is FailureKind.LOST
        assert len(case.jobs) == 1

    def test_a_start_that_reaches_nobody_had_no_effect(self, case):
        failure = case.connect(endpoint=closed_port()).start(case.kind, case.request())
        assert isinstance(failure, Failure)
        assert failure.kind is FailureKind.NOT_SENT

    @pytest.mark.parametrize("wrong", ["drop", "half", "500"])
    def test_a_read_is_tried_again(self, case, driver, wrong):
        started = case.started(driver)
        for operation in (case.kind.describe.operation, case.kind.list.operation):
            case.sandbox.control.fault(wrong, operation=operation)
        assert driver.describe(case.kind, started.external_id) is not None
        assert len(list(driver.list_jobs(case.kind, ListQuery(case.spec)))) == 1

    def test_a_read_that_cannot_be_answered_is_no_answer(self, case, driver):
        started = case.started(driver)
        case.sandbox.control.fault("expired", count=9)
        with pytest.raises(ReadFailed, match=case.kind.describe.operation):
            driver.describe(case.kind, started.external_id)
        with pytest.raises(ReadFailed, match=case.kind.list.operation):
            list(driver.list_jobs(case.kind, ListQuery(case.spec)))

    def test_a_job_is_stopped(self, case, driver):
        if not case.kind.can_stop:
            pytest.skip("has no stop")
        started = case.started(driver)
        case.sandbox.control.advance(11)  # it runs
        assert isinstance(driver.stop(case.kind, started.external_id), Stopped)
        case.sandbox.control.advance(60)
        described = driver.describe(case.kind, started.external_id)
        assert described is not None
        assert described.phase is Phase.STOPPED

    def test_a_stop_of_a_job_that_is_not_there_says_so(self, case, driver):
        if not case.kind.can_stop:
            pytest.skip("has no stop")
        started = case.started(driver)
        case.sandbox.control.forget(list(started.external_id.values())[-1])
        failure = driver.stop(case.kind, started.external_id)
        assert isinstance(failure, Failure)
        assert failure.kind is FailureKind.MISSING

    def test_who_may_only_read_changes_nothing(self, case, driver):
        started = case.started(driver)
        reader = case.connect(writable=False)
        before = len(case.sandbox.control.log())
        refused = [reader.start(case.kind, case.request())]
        if case.kind.can_stop:
            refused.append(reader.stop(case.kind, started.external_id))
        assert [failure.kind for failure in refused] == [FailureKind.REFUSED] * len(refused)
        assert len(case.sandbox.control.log()) == before
        assert reader.describe(case.kind, started.external_id) is not None

    def test_requests_wait_for_their_turn(self, case):
        waited: list[float] = []
        now = [0.0]

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            now[0] += seconds

        driver = case.connect(limiter=Limiter(lambda: now[0], sleep), limits={case.kind.kind: {"read": "1/s"}})
        started = case.started(driver)
        for _ in range(3):
            driver.describe(case.kind, started.external_id)
        assert sum(waited) >= 2
        assert driver.calls == 4

    def test_many_threads_share_a_driver(self, case, driver):
        started = case.started(driver)
        found: list[object] = []
        threads = [
            threading.Thread(target=lambda: found.append(driver.describe(case.kind, started.external_id)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert None not in found
        assert driver.calls == 9

    def test_without_credentials_nothing_is_sent(self, case, monkeypatch):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        driver = case.connect(environ={})
        failure = driver.start(case.kind, case.request())
        assert isinstance(failure, Failure)
        assert failure.kind is FailureKind.DENIED
        with pytest.raises(ReadFailed, match="credentials"):
            list(driver.list_jobs(case.kind, ListQuery(case.spec)))
        assert case.sandbox.control.log() == []


def with_limits(provider: Any, limits: Any) -> Any:
    return replace(provider, limits=limits or {}, limits_off=limits is None)
