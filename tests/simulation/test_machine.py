"""Worlds that hypothesis makes up, and makes small where they break."""

import tempfile

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from reconcile.sandbox.settings import Settings
from tests.simulation.__main__ import memory
from tests.simulation.jobs import SORTS, declared
from tests.simulation.process import Fate
from tests.simulation.story import HABITS
from tests.simulation.wire import FAULTS, Weather
from tests.simulation.world import CALM, World

steps = st.integers(1, 25)
fates = st.one_of(
    st.just(Fate()),
    st.builds(Fate, killed_at=steps, power=st.booleans()),
    st.builds(Fate, interrupted_at=steps),
    st.builds(Fate, paused_at=steps, pause=st.sampled_from((10.0, 40.0, 400.0))),
    st.builds(Fate, disk_full_at=steps),
)
weathers = st.one_of(
    st.just(CALM),
    st.builds(Weather, st.sampled_from((0.2, 0.6)), st.sampled_from([(fault,) for fault in FAULTS]), st.booleans()),
)


class Worlds(RuleBasedStateMachine):
    jobs = Bundle("jobs")

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="simulation-", dir=memory())
        self.world = None

    @initialize(habits=st.fixed_dictionaries({name: st.sampled_from(answers) for name, answers in HABITS.items()}))
    def begin(self, habits):
        self.world = World(self.folder.name, "machine", Settings(seed="machine", **habits))

    @rule(target=jobs, sort=st.sampled_from(sorted(SORTS)), most=st.integers(1, 3))
    def declare(self, sort, most):
        job = declared(sort, f"j{len(self.world.manifests)}", max_attempts=most)
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
