"""Worlds that hypothesis makes up, and makes small where they break."""

import tempfile
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from reconcile.model.phase import Protect
from reconcile.sandbox.settings import Settings
from tests.simulation.__main__ import memory
from tests.simulation.bucket import STORE_FAULTS
from tests.simulation.jobs import SORTS, declared
from tests.simulation.others import start_alike
from tests.simulation.process import Fate
from tests.simulation.story import HABITS, MARKS, SKEWS
from tests.simulation.wire import FAULTS, Weather
from tests.simulation.world import CALM, World

steps = st.integers(1, 25)
fates = st.one_of(
    st.just(Fate()),
    st.builds(Fate, killed_at=steps, power=st.booleans()),
    st.builds(Fate, interrupted_at=steps),
    st.builds(Fate, paused_at=steps, pause=st.sampled_from((10.0, 40.0, 400.0))),
    st.builds(Fate, disk_full_at=steps),
    st.builds(Fate, slow=st.sampled_from((2.0, 6.0, 12.0))),
)
weathers = st.one_of(
    st.just(CALM),
    st.builds(Weather, st.sampled_from((0.2, 0.6)), st.sampled_from([(fault,) for fault in FAULTS]), st.booleans()),
    st.builds(Weather, st.just(0.4), st.just(()), store=st.sampled_from([(fault,) for fault in STORE_FAULTS])),
)


class Worlds(RuleBasedStateMachine):
    jobs = Bundle("jobs")

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="simulation-", dir=memory())
        self.world = None

    @initialize(
        habits=st.fixed_dictionaries({name: st.sampled_from(answers) for name, answers in HABITS.items()}),
        lease=st.sampled_from((0.0, 6.0, 30.0)),
        skew=st.sampled_from(SKEWS),
        marks=st.sampled_from(MARKS),
    )
    def begin(self, habits, **more):
        self.world = World(self.folder.name, "machine", Settings(seed="machine", **habits), **more)

    @rule(
        target=jobs,
        sort=st.sampled_from(sorted(SORTS)),
        most=st.integers(1, 3),
        protect=st.sampled_from((frozenset(), frozenset({Protect.STOP}))),
        depends=st.booleans(),
    )
    def declare(self, sort, most, protect, depends):
        others = tuple(self.world.manifests)[:1] if depends else ()
        name = f"j{len(self.world.manifests)}"
        job = declared(sort, name, max_attempts=most, protect=protect, depends_on=others)
        self.world.declare(job)
        return job

    @rule(job=jobs, content=st.sampled_from("ab"))
    def edit(self, job, content):
        if job.address in self.world.manifests:
            self.world.edit(job.address, content=content)

    @rule(job=jobs)
    def raise_generation(self, job):
        if job.address in self.world.manifests:
            self.world.edit(job.address, generation=self.world.manifests[job.address].generation + 1)

    @rule(job=jobs)
    def remove_or_declare_again(self, job):
        if job.address in self.world.manifests:
            self.world.remove(job.address)
        else:
            self.world.declare(job)

    @rule(fate=fates, weather=weathers)
    def apply(self, fate, weather):
        self.world.tell(f"apply {fate} {weather}")
        self.world.apply(fate, weather)

    @rule(seconds=st.sampled_from((0.5, 3.0)))
    def two_applies(self, seconds):
        self.world.apply(beside=((seconds, Fate()),))

    @rule(fate=fates)
    def sleeps_while_another_takes_the_lease(self, fate):
        self.world.apply(replace(fate, pause=400.0), beside=((7.0, Fate()),), meanwhile=((5.0, self.world.end_lease),))

    @rule(fate=fates)
    def destroy(self, fate):
        self.world.tell(f"destroy {fate}")
        self.world.apply(fate, destroy=True)

    @rule(job=jobs, of_project=st.booleans())
    def someone_starts_one_alike(self, job, of_project):
        if job.kind.driver == "aws" and self.world.project.providers["aws"].marks != "name":
            start_alike(self.world, job.address, of_project=of_project)

    @rule(versions=st.tuples(st.integers(0, 5), st.integers(0, 5)))
    def merge(self, versions):
        self.world.merge(*versions)

    @rule(seconds=st.sampled_from((1.0, 10.0, 40.0, 200.0)))
    def wait(self, seconds):
        self.world.wait(seconds)

    @rule(job=jobs, well=st.booleans())
    def end(self, job, well):
        self.world.end(job.address, well=well)

    @rule(job=jobs)
    def someone_stops_it(self, job):
        self.world.stop(job.address)

    @rule(everything=st.booleans())
    def lose(self, everything):
        self.world.wait(60.0 if everything else 0.0)
        self.world.lose(everything=everything)

    @rule(version=st.integers(0, 5))
    def restore(self, version):
        self.world.restore(version, clone=False)

    @invariant()
    def holds(self):
        if self.world is not None:
            self.world.hold()

    def teardown(self):
        try:
            if self.world is not None and not self.world.broken:
                self.world.converge()
        finally:
            self.folder.cleanup()


def test_no_world_that_can_be_made_up_breaks_an_invariant():
    run_state_machine_as_test(
        Worlds,
        settings=settings(
            max_examples=40,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
