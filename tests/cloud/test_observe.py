"""Questions answered against the sandbox; its log tells what that cost."""

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from reconcile.cloud.connect import connect
from reconcile.cloud.limits import Limiter
from reconcile.cloud.observe import observe
from reconcile.errors import GuardRefused
from reconcile.kinds.descriptor import Limits, Rate
from reconcile.model.address import Address
from reconcile.model.observed import IntentAge, Marks, ObservedJob
from reconcile.model.phase import Phase
from reconcile.model.project import Project, Provider
from reconcile.model.request import Question, Started, StartRequest
from reconcile.model.tokens import client_token, job_name
from reconcile.sandbox.run import PROJECT, environment
from tests.cloud.test_aws_contract import SPECS
from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]

ENTITIES, EMR, PERSONALIZE = SPECS
SWITCH, RUN = "DataArtsJob", "DataArtsJobRun"
AWS, DATAARTS = "aws/eu-west-1", f"dataarts/{PROJECT}/default"


@dataclass
class World:
    """A project with both providers on one sandbox."""

    sandbox: object
    catalog: dict
    project: Project

    @classmethod
    def on(cls, sandbox, catalog, **aws):
        providers = {
            "aws": Provider("aws", "aws", AWS, region="eu-west-1", endpoint_url=sandbox.endpoint, **aws),
            "dataarts": Provider(
                "dataarts", "dataarts", DATAARTS, endpoint_url=sandbox.endpoint, project_id=PROJECT, limits_off=True
            ),
        }
        return cls(sandbox, dict(catalog), Project("p", "p", "/", providers, "lock.json"))

    def __post_init__(self):
        self.connect()

    def connect(self):
        """Waiting for a turn takes no time here."""
        clock = itertools.count(0, 10)
        limiter = Limiter(lambda: float(next(clock)), lambda _: None)
        self.drivers = connect(self.project, self.catalog, writable=True, environ=environment(""), limiter=limiter)

    def question(self, kind, name, external_id=None, *, spec=None, **more):
        is_ours = kind.startswith("DataArts")
        given = SPECS[kind] if spec is None else spec
        where = ("dataarts", DATAARTS) if is_ours else ("aws", AWS)
        return Question(Address(kind, name), *where, given, external_id, **more)

    def start(self, kind, name, *, attempt=1, project="p", environment="default", own_name="", spec=None):
        address = Address(kind, name)
        token = client_token(project, environment, address, "sha256:00", 1, attempt)
        marks = Marks(project, environment, address, 1, attempt, attempt, "sha256:00", token)
        made = "" if own_name or not self.catalog[kind].start.name else job_name(name, attempt, token)
        given = dict(SPECS[kind] if spec is None else spec)
        if own_name:
            given[self.catalog[kind].start.name] = own_name
        where = "dataarts" if kind.startswith("DataArts") else "aws"
        started = self.drivers[where].start(self.catalog[kind], StartRequest(address, given, token, made, marks))
        assert isinstance(started, Started), started
        return started.external_id

    def see(self, *questions, now=None, pool=None):
        before = len(self.sandbox.control.log())
        found = observe(
            questions,
            self.drivers,
            self.catalog,
            project_id="p",
            environment="default",
            now=now or datetime.now(UTC),
            pool=pool,
        )
        self.cost = Counter(entry["operation"] for entry in self.sandbox.control.log()[before:])
        assert set(found.jobs) == {question.address for question in questions}
        return found

    def ask(self, *questions, **how):
        found = self.see(*questions, **how)
        answers = [found.jobs[question.address] for question in questions]
        return answers[0] if len(answers) == 1 else answers


@pytest.fixture
def world(sandbox, catalog):
    return World.on(sandbox, catalog)


def last(external_id):
    return list(external_id.values())[-1]


# -- the recorded job ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SPECS)
def test_a_recorded_job_is_seen_as_it_is(world, kind):
    external_id = world.start(kind, "nightly")
    seen = world.ask(world.question(kind, "nightly", external_id))
    assert (seen.phase, seen.job.external_id, seen.trouble) == (Phase.PENDING, external_id, "")
    world.sandbox.control.fail(last(external_id), "out of disk")
    seen = world.ask(world.question(kind, "nightly", external_id))
    assert seen.phase is Phase.FAILED
    assert seen.job.reason == "out of disk"


def test_a_job_that_the_service_forgot_is_missing_only_after_it_was_described(world):
    ids = [world.start(ENTITIES, f"n{number}") for number in range(3)]
    world.sandbox.control.forget(last(ids[1]))
    seen = world.ask(*(world.question(ENTITIES, f"n{number}", ids[number]) for number in range(3)))
    assert [one.phase for one in seen] == [Phase.PENDING, Phase.MISSING, Phase.PENDING]
    assert seen[1].trouble == ""
    assert world.cost == {"ListEntitiesDetectionJobs": 1, "DescribeEntitiesDetectionJob": 1}


def test_a_job_that_a_late_list_does_not_show_is_there(world):
    world.sandbox.control.settings(listing_delay=100)
    ids = [world.start(ENTITIES, f"n{number}") for number in range(3)]
    seen = world.ask(*(world.question(ENTITIES, f"n{number}", ids[number]) for number in range(3)))
    assert [one.phase for one in seen] == [Phase.PENDING] * 3


@pytest.mark.parametrize(
    ("kind", "count", "cost"),
    [
        (ENTITIES, 1, {"DescribeEntitiesDetectionJob": 1}),
        (ENTITIES, 5, {"ListEntitiesDetectionJobs": 1}),
        (EMR, 5, {"GetJobRun": 5}),  # ten a second, and lists only one
        (EMR, 12, {"ListJobRuns": 1}),
    ],
)
def test_one_list_or_many_descriptions_whichever_the_limits_make_cheaper(world, kind, count, cost):
    world.sandbox.control.settings(capacity=False)
    ids = [world.start(kind, f"n{number}") for number in range(count)]
    found = world.see(*(world.question(kind, f"n{number}", ids[number]) for number in range(count)))
    assert {job.phase for job in found.jobs.values()} == {Phase.PENDING}
    assert world.cost == cost
    assert found.calls == sum(cost.values())


def test_a_list_is_left_as_soon_as_describing_what_remains_costs_less(world):
    kind = world.catalog[ENTITIES]
    world.sandbox.control.settings(capacity=False)
    world.catalog[ENTITIES] = replace(
        kind, list=replace(kind.list, page_size={"MaxResults": 5}), limits=Limits(list=Rate(10), read=Rate(40))
    )
    world.connect()
    old = world.start(ENTITIES, "old")
    for number in range(10):
        world.start(ENTITIES, f"other{number}")
    new = [world.start(ENTITIES, f"n{number}") for number in range(4)]
    questions = [world.question(ENTITIES, f"n{number}", new[number]) for number in range(4)]
    seen = world.ask(world.question(ENTITIES, "old", old), *questions)
    assert [one.phase for one in seen] == [Phase.PENDING] * 5
    assert world.cost == {"ListEntitiesDetectionJobs": 1, "DescribeEntitiesDetectionJob": 1}


def test_groups_of_another_parent_are_listed_apart(world):
    spec = {**SPECS[EMR], "applicationId": "00f2other"}
    here, there = world.start(EMR, "here"), world.start(EMR, "there", spec=spec)
    seen = world.ask(
        world.question(EMR, "here", here, look=True), world.question(EMR, "there", there, spec=spec, look=True)
    )
    assert [one.phase for one in seen] == [Phase.PENDING] * 2
    assert world.cost["ListJobRuns"] == 2


def test_the_answers_are_the_same_in_a_pool(world):
    ids = {name: world.start(kind, name) for kind, name in ((ENTITIES, "a"), (EMR, "b"), (PERSONALIZE, "c"))}
    questions = [
        world.question(kind, name, ids[name], look=True)
        for kind, name in ((ENTITIES, "a"), (EMR, "b"), (PERSONALIZE, "c"))
    ]
    with ThreadPoolExecutor(4) as pool:
        pooled = world.see(*questions, pool=pool)
    assert pooled.jobs == world.see(*questions).jobs


# -- a look for our marks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SPECS)
def test_a_job_that_nobody_recorded_is_found_by_its_marks(world, kind):
    first = world.start(kind, "nightly")
    world.sandbox.control.fail(last(first))
    second = world.start(kind, "nightly", attempt=2)
    world.start(kind, "nightly", attempt=3, project="another")
    world.start(kind, "nightly", attempt=4, environment="test")
    world.start(kind, "weekly")
    seen = world.ask(world.question(kind, "nightly", look=True))
    assert (seen.phase, seen.job) == (Phase.MISSING, None)
    assert [(job.external_id, job.marks.attempt, job.phase) for job in seen.marked] == [
        (second, 2, Phase.PENDING),
        (first, 1, Phase.FAILED),
    ]


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize(
    ("ended", "given", "recorded"),
    [
        (True, "sales-of-7", ""),
        (True, "sales-of-${job.attempt}", ""),
        (True, "other", "sales-of-7"),  # an intent, written when the manifest said so
        (False, "other", ""),
    ],
)
def test_a_job_under_the_users_own_name_is_found_by_its_marks(world, kind, ended, given, recorded):
    external_id = world.start(kind, "nightly", own_name="sales-of-7")
    if ended:
        world.sandbox.control.complete(last(external_id))
    spec = {**SPECS[kind], world.catalog[kind].start.name: given}
    seen = world.ask(world.question(kind, "nightly", spec=spec, look=True, job_name=recorded))
    assert [job.external_id for job in seen.marked] == [external_id]


def test_the_recorded_job_is_among_the_marked_ones(world):
    external_id = world.start(EMR, "nightly")
    seen = world.ask(world.question(EMR, "nightly", external_id, look=True))
    assert seen.marked == (seen.job,)
    assert seen.job.marks is not None


def test_marks_are_asked_for_only_where_a_name_leaves_room_for_doubt(world):
    for number in range(5):
        world.start(ENTITIES, f"other{number}")
    world.start(ENTITIES, "nightly")
    world.ask(world.question(ENTITIES, "nightly", look=True))
    assert world.cost == {"ListEntitiesDetectionJobs": 1, "ListTagsForResource": 1}


@pytest.mark.parametrize("kind", [ENTITIES, EMR])
def test_a_look_since_a_time_sees_live_jobs_of_any_age_and_no_old_history(world, kind):
    world.sandbox.control.complete(last(world.start(kind, "nightly", attempt=2)))
    world.sandbox.control.settings(running=1e6)
    world.sandbox.control.advance(3600)
    live = world.start(kind, "nightly", attempt=3)
    world.sandbox.control.advance(3600)
    recent = world.start(kind, "nightly", attempt=4)
    world.sandbox.control.fail(last(recent))
    now = datetime.now(UTC) + timedelta(hours=2)
    seen = world.ask(world.question(kind, "nightly", look=True, since=now - timedelta(minutes=1)), now=now)
    assert [job.external_id for job in seen.marked] == [recent, live]


def test_names_alone_tell_where_tags_are_not_allowed(sandbox, catalog):
    world = World.on(sandbox, catalog, marks="name")
    external_id = world.start(ENTITIES, "nightly", attempt=2)
    seen = world.ask(world.question(ENTITIES, "nightly", look=True))
    (job,) = seen.marked
    assert (job.external_id, job.marks.attempt) == (external_id, 2)
    assert client_token("p", "default", Address(ENTITIES, "nightly"), "sha256:00", 1, 2).startswith(
        job.marks.client_token
    )
    assert "ListTagsForResource" not in world.cost


def test_live_jobs_of_a_kind_are_counted_whoever_started_them(world):
    ids = [world.start(ENTITIES, "a"), world.start(ENTITIES, "b", project="another")]
    world.start(EMR, "c")
    world.sandbox.control.complete(last(ids[0]))
    found = world.see(
        world.question(ENTITIES, "new", look=True, since=datetime.now(UTC)), world.question(EMR, "new", look=True)
    )
    assert found.active == {(ENTITIES, AWS): 1, (EMR, AWS): 1}
    assert world.see(world.question(ENTITIES, "b", ids[1])).active == {}


# -- kinds without marks ------------------------------------------------------------------------------------------


def test_a_switch_is_read_whether_it_is_recorded_or_not(world):
    world.sandbox.control.define(PROJECT, "orders", "REAL_TIME")
    question = world.question(SWITCH, "orders", spec={"jobName": "orders"})
    assert world.ask(question).phase is Phase.STOPPED
    world.start(SWITCH, "orders", spec={"jobName": "orders"})
    seen = world.ask(replace(question, look=True))
    assert seen.phase.is_live
    assert seen.job.external_id == {"jobName": "orders"}
    assert world.cost == {"ShowJobStatus": 1}


def test_runs_since_the_intent_might_be_ours_and_earlier_ones_are_not(world):
    spec = {"jobName": "orders"}
    world.sandbox.control.define(PROJECT, "orders", "BATCH")
    world.start(RUN, "orders", spec=spec)
    world.sandbox.control.advance(60)
    intent = datetime.now(UTC) + timedelta(seconds=60)
    ours = world.start(RUN, "orders", spec=spec)
    question = world.question(RUN, "orders", spec=spec, look=True, intent_at=intent)
    assert [run.external_id for run in world.ask(question).candidates] == [ours]
    recorded = world.ask(replace(question, external_id=ours))
    assert (recorded.phase, recorded.candidates) == (Phase.PENDING, ())
    assert world.ask(replace(question, intent_at=None)) == ObservedJob()


@pytest.mark.parametrize(
    ("seconds", "age"),
    [(0, IntentAge.YOUNG), (29, IntentAge.YOUNG), (30, IntentAge.SETTLED), (-500, IntentAge.YOUNG)],
)
def test_an_intent_is_young_until_its_kind_has_settled_and_while_clocks_disagree(world, seconds, age):
    now = datetime.now(UTC)
    question = world.question(EMR, "nightly", look=True, intent_at=now - timedelta(seconds=seconds))
    assert world.ask(question, now=now).age is age


# -- trouble ------------------------------------------------------------------------------------------------------


def test_a_list_that_failed_leaves_its_group_unknown_and_no_other(world):
    ids = [world.start(ENTITIES, "a"), world.start(EMR, "b")]
    world.sandbox.control.fault("expired", operation="ListEntitiesDetectionJobs", count=9)
    bad, new, good = world.ask(
        world.question(ENTITIES, "a", ids[0]),
        world.question(ENTITIES, "new", look=True),
        world.question(EMR, "b", ids[1], look=True),
    )
    assert (bad.phase, new.phase, good.phase) == (Phase.UNKNOWN, Phase.UNKNOWN, Phase.PENDING)
    assert "ListEntitiesDetectionJobs" in new.trouble
    assert "credentials" in new.trouble


def test_a_description_that_failed_leaves_one_job_unknown(world):
    ids = [world.start(EMR, "a"), world.start(EMR, "b")]
    world.sandbox.control.fault("expired", operation="GetJobRun")
    bad, good = world.ask(world.question(EMR, "a", ids[0]), world.question(EMR, "b", ids[1]))
    assert (bad.phase, good.phase) == (Phase.UNKNOWN, Phase.PENDING)
    assert "GetJobRun" in bad.trouble


def test_marks_that_cannot_be_read_leave_unknown_whoever_might_own_the_job(world):
    world.start(ENTITIES, "nightly")
    world.sandbox.control.fault("expired", operation="ListTagsForResource")
    nightly, weekly = world.ask(
        world.question(ENTITIES, "nightly", look=True), world.question(ENTITIES, "weekly", look=True)
    )
    assert (nightly.phase, weekly.phase) == (Phase.UNKNOWN, Phase.MISSING)
    assert "ListTagsForResource" in nightly.trouble


@pytest.mark.parametrize("recorded", [True, False])
def test_a_status_that_nothing_maps_is_unknown_and_says_what_to_add(world, recorded):
    external_id = world.start(EMR, "nightly")
    kind = world.catalog[EMR]
    phases = {status: phase for status, phase in kind.phases.items() if status != "SUBMITTED"}
    world.catalog[EMR] = replace(kind, phases=phases)
    seen = world.ask(world.question(EMR, "nightly", external_id if recorded else None, look=not recorded))
    assert seen.phase is Phase.UNKNOWN
    assert "'SUBMITTED'" in seen.trouble
    assert "emr-serverless.yaml" in seen.trouble


def test_what_the_project_no_longer_describes_is_unknown_and_says_why(world):
    question = world.question(EMR, "nightly", {"applicationId": "a", "jobRunId": "r"})
    gone, moved, kindless = world.ask(
        replace(question, provider="old"),
        replace(question, address=Address(EMR, "moved"), scope="aws/us-east-1"),
        replace(question, address=Address("MyJob", "nightly")),
    )
    assert [one.phase for one in (gone, moved, kindless)] == [Phase.UNKNOWN] * 3
    assert "provider old" in gone.trouble
    assert "aws/us-east-1" in moved.trouble
    assert "MyJob" in kindless.trouble
    assert world.cost == {}


def test_what_cannot_be_asked_in_one_place_says_nothing_of_its_kind_in_another(world):
    here = world.question(EMR, "nightly", {"applicationId": "a", "jobRunId": "r"})
    elsewhere = replace(here, address=Address(EMR, "moved"), scope="aws/us-east-1")
    for asked in ((here, elsewhere), (elsewhere, here)):
        seen = dict(zip((each.address.name for each in asked), world.ask(*asked), strict=True))
        assert (seen["nightly"].phase, seen["moved"].phase) == (Phase.MISSING, Phase.UNKNOWN)


def test_the_wrong_account_ends_the_look_before_it_begins(sandbox, catalog):
    world = World.on(sandbox, catalog, account_ids=("999999999999",))
    with pytest.raises(GuardRefused, match="999999999999"):
        world.ask(world.question(EMR, "nightly", look=True))


def test_nothing_is_asked_where_nothing_is_in_question(world):
    found = world.see()
    assert (found.jobs, found.active, found.calls) == ({}, {}, 0)
