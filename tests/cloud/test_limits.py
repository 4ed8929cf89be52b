import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.cloud.limits import Bucket, Limiter, limits_of
from reconcile.errors import ProjectError
from reconcile.kinds.descriptor import Limits, Rate
from reconcile.model.project import Provider


class Clock:
    """Sleeping is what makes time go by; it may last longer than was asked for."""

    def __init__(self, lateness=()):
        self.now = 1000.0
        self._lateness = iter(lateness)

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds + next(self._lateness, 0.0)


@settings(max_examples=200)
@given(
    rate=st.builds(Rate, st.sampled_from([0.5, 1.0, 10.0, 30.0, 0.3]), st.integers(1, 30)),
    pauses=st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.3, 1.0, 40.0]), max_size=80),
    lateness=st.lists(st.floats(0, 2), max_size=80),
)
def test_no_window_of_time_sees_more_requests_than_the_limit_allows(rate, pauses, lateness):
    clock = Clock(lateness)
    bucket = Bucket(rate, clock, clock.sleep)
    taken = []
    for pause in pauses:
        clock.now += pause
        bucket.take()
        taken.append(clock.now)
    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            allowed = rate.burst + rate.per_second * (taken[last] - start)
            assert last - first + 1 <= allowed + 1e-6


def test_a_burst_passes_at_once_and_the_rest_at_the_rate():
    clock = Clock()
    bucket = Bucket(Rate(1, 25), clock, clock.sleep)
    for _ in range(25):
        bucket.take()
    assert clock.now == 1000
    for _ in range(10):
        bucket.take()
    assert 1010 <= clock.now < 1011


@settings(max_examples=100)
@given(
    per_second=st.sampled_from([0.5, 1.0, 30.0]),
    delays=st.lists(st.floats(0, 0.9), min_size=1, max_size=40),
)
def test_in_the_long_run_the_rate_is_kept_though_requests_arrive_unevenly(per_second, delays):
    """As soon as a turn is in hand, none arrives before the service lets it in, and hardly any time is lost."""
    clock = Clock()
    bucket = Bucket(Rate(per_second, 25), clock, clock.sleep)
    turn = 1 / per_second
    began = clock.now
    for _ in range(25 + 20):  # the burst, and what it takes to have a turn in hand
        bucket.take()
    arrived = steady = clock.now
    level = 25 + (steady - began) * per_second - 45  # what the service still has for us
    for number in range(200):
        bucket.take()
        early = (0.9 - delays[number % len(delays)]) * turn
        level = min(25.0, level + max(0.0, clock.now - early - arrived) * per_second) - 1
        arrived = max(arrived, clock.now - early)
        assert level >= 0
    assert clock.now - steady <= 200 * turn * 1.006


def test_those_who_came_first_are_served_first():
    waiting, asleep, order = threading.Event(), threading.Event(), []
    clock = Clock()

    def sleep(seconds):
        asleep.set()
        assert waiting.wait(5)
        clock.sleep(seconds)

    bucket = Bucket(Rate(1), clock, sleep)
    bucket.take()
    threads = []
    for number in range(8):
        thread = threading.Thread(target=lambda n=number: (bucket.take(), order.append(n)))
        thread.start()
        threads.append(thread)
        assert asleep.wait(5)
        while bucket._waiting < number + 2:
            pass
    waiting.set()
    for thread in threads:
        thread.join(5)
    assert order == sorted(order)


def test_who_gives_up_waiting_takes_nothing_and_holds_up_nobody():
    clock = Clock()

    class Halted(Exception):
        pass

    def halt(_):
        raise Halted

    bucket = Bucket(Rate(1), clock, halt)
    bucket.take()
    with pytest.raises(Halted):
        bucket.take()
    clock.now += 2
    bucket.take()


@given(burst=st.integers(1, 5), unreserved=st.integers(0, 5))
def test_a_turn_that_was_reserved_is_there_when_it_was_promised(burst, unreserved):
    clock = Clock()
    bucket = Bucket(Rate(1, burst), clock, clock.sleep)
    for _ in range(unreserved):
        bucket.take()
    promised = [clock.now + seconds for seconds in iter(lambda: bucket.reserve(6), None)]
    assert burst <= len(promised) + unreserved <= burst + 6 + unreserved
    assert max(promised) <= clock.now + 6
    for turn in promised:
        clock.now = max(clock.now, turn)
        bucket.take()
        assert clock.now <= turn + 0.01


def test_kinds_scopes_and_groups_do_not_wait_for_each_other():
    clock = Clock()
    limiter = Limiter(clock, clock.sleep)
    limits = Limits(start=Rate(1), list=Rate(1))
    for group in ("start", "list"):
        for kind in ("A", "B"):
            for scope in ("aws/a", "aws/b"):
                limiter.wait(group, kind, scope, limits)
    assert clock.now == 1000
    limiter.wait("start", "A", "aws/a", limits)
    assert clock.now > 1000
    limiter.wait("stop", "A", "aws/a", limits)


AWS = Provider("aws", "aws", "aws/eu-west-1")


def test_the_project_file_has_the_last_word_on_limits(catalog):
    kind = catalog["EMRServerlessJobRun"]
    assert limits_of(AWS, kind) == kind.limits
    assert limits_of(replace(AWS, limits_off=True), kind) == Limits()
    own = replace(AWS, limits={kind.kind: {"start": "5/s burst 9", "read": "off", "active": 3}})
    assert limits_of(own, kind) == replace(kind.limits, start=Rate(5, 9), read=None, active=3)
    assert limits_of(own, catalog["PersonalizeBatchSegmentJob"]).active == 5


@pytest.mark.parametrize("given", [{"start": "fast"}, {"begin": "1/s"}, {"active": "many"}, {"start": 5}])
def test_a_limit_that_makes_no_sense_is_refused_at_its_place(catalog, given):
    with pytest.raises(ProjectError, match=r"providers.aws.limits.EMRServerlessJobRun"):
        limits_of(replace(AWS, limits={"EMRServerlessJobRun": given}), catalog["EMRServerlessJobRun"])
