"""One random story, from a seed alone: a world, its services' habits, and what happens in it.

A seed is a number, or a theme and a number (`deaths-12`, `s3-deaths-12`): what the story is mostly about, and whether
its lock file is in S3.
"""

import random
from dataclasses import replace

from reconcile.model.phase import Goal, OnChange, OnMissing, OnRemove, Protect
from reconcile.sandbox.settings import Settings
from tests.simulation.bucket import STORE_FAULTS
from tests.simulation.jobs import SORTS, declared
from tests.simulation.others import start_alike
from tests.simulation.process import Fate
from tests.simulation.wire import CALM, FAULTS, Weather
from tests.simulation.world import CONTENTS, World

STEPS = 14
MARKS = ("tags+name", "tags+name", "name")
SKEWS = (0.0, 2.0)  # seconds; where watches differ by more, see the README

# Every answer to what nobody here can know.
HABITS = {
    "listing_delay": (0.0, 1.0, 10.0),
    "describe_delay": (0.0, 0.0, 5.0),
    "retention": (None, None, 900.0),
    "token_lifetime": (60.0, 86_400.0),
    "token_repeat": ("replay", "refuse"),
    "token_mismatch": ("refuse", "replay"),
    "comprehend_name_filter": ("exact", "prefix"),
    "comprehend_stop_submitted": ("accept", "refuse"),
    "comprehend_capacity_code": ("TooManyRequestsException", "ResourceLimitExceededException"),
    "emr_cancel_ended": ("accept", "refuse"),
    "personalize_words": ("PENDING", "CREATE PENDING"),
    "personalize_capacity_code": ("LimitExceededException", "ResourceInUseException"),
    "personalize_failed_name": ("taken", "free"),
    "dataarts_offset": ("page", "record"),
    "dataarts_start_started": ("accept", "refuse"),
    "dataarts_window": (None, 3600.0),
}


def settings(rng):
    return Settings(seed="story", **{name: rng.choice(answers) for name, answers in HABITS.items()})


def policies(rng, sort):
    """What a manifest of this sort may say of its job's life."""
    job = declared(sort)
    changes = {"max_attempts": rng.choice((1, 2, 3))}
    if job.kind.can_stop:
        changes["on_change"] = rng.choice((OnChange.REPLACE, OnChange.REPLACE, OnChange.WAIT, OnChange.KEEP))
        changes["on_remove"] = rng.choice((OnRemove.STOP, OnRemove.STOP, OnRemove.LEAVE))
        changes["protect"] = rng.choice((frozenset(), frozenset(), frozenset({Protect.STOP}), frozenset(Protect)))
    changes["on_missing"] = rng.choice((OnMissing.BLOCK, OnMissing.BLOCK, OnMissing.RESTART))
    return changes


class Story:
    def __init__(self, folder, seed):
        self.rng = random.Random(f"story {seed}")
        themes = {
            "anything": self._anything,
            "deaths": self._deaths,
            "takeovers": self._takeovers,
            "removals": self._removals,
            "losses": self._losses,
        }
        asked = str(seed).rpartition("-")[0]
        theme = asked.removeprefix("s3-") or self.rng.choice(("anything", *themes))
        in_s3 = asked.startswith("s3-") if asked else self.rng.random() < 0.4
        self._step = themes[theme]
        lease = self.rng.choice((6.0, 30.0)) if in_s3 else 0.0
        self._more_steps = 26 if in_s3 else 0
        self.world = World(
            folder, seed, settings(self.rng), lease=lease, skew=self.rng.choice(SKEWS), marks=self.rng.choice(MARKS)
        )
        sorts = self.rng.sample(sorted(SORTS), self.rng.choice((1, 1, 2)))
        self.jobs = [declared(sort, f"j{place}", **policies(self.rng, sort)) for place, sort in enumerate(sorts)]
        if len(self.jobs) > 1 and self.rng.random() < 0.4:
            self.jobs[1] = replace(self.jobs[1], depends_on=(self.jobs[0].address,))

    def tell(self):
        """Raises Violation where an invariant breaks, or where the world does not come to rest after it."""
        for job in self.jobs:
            self.world.declare(job)
        for _ in range(self.rng.randint(3, STEPS)):
            self._step(self.rng.choice(self.jobs))
            self.world.hold()
        self.world.converge()

    def _anything(self, job):
        self._one_of(
            job,
            {
                self._apply: 10,
                self._edit: 4,
                self._wait: 4,
                self._toggle: 2,
                self._end: 2,
                self._stop: 1,
                self._forget: 0.3,
                self._lose: 0.4,
                self._forget_tokens: 0.2,
                self._start_alike: 0.6,
                self._destroy: 0.5,
            },
        )

    def _deaths(self, job):
        """Applies that die early, and edits before anyone could see what became of them."""
        self._one_of(job, {self._dying_apply: 5, self._apply: 2, self._edit: 4, self._toggle: 1, self._short_wait: 1})

    def _takeovers(self, job):
        """Applies that sleep while another takes the lease."""
        self._one_of(job, {self._overtaken_apply: 4, self._apply: 1, self._edit: 2, self._wait: 1, self._end: 1})

    def _removals(self, job):
        """Manifests that come and go."""
        self._one_of(
            job,
            {
                self._plain_apply: 8,
                self._apply: 2,
                self._toggle: 4,
                self._destroy: 1,
                self._end: 3,
                self._edit: 1,
                self._wait: 2,
            },
        )

    def _losses(self, job):
        """Lock files that are lost, or come back."""
        self._one_of(
            job,
            {
                self._apply: 4,
                self._lose: 2,
                self._merge: 0.7,
                self._start_alike: 1,
                self._end: 1,
                self._edit: 1,
                self._wait: 1,
            },
        )

    def _one_of(self, job, steps):
        (step,) = self.rng.choices(list(steps), list(steps.values()))
        step(job)

    def _plain_apply(self, job):
        self.world.tell("apply")
        self.world.apply()

    def _dying_apply(self, job):
        fate = Fate(killed_at=self._moment(14, first=3), power=self.rng.random() < 0.3)
        weather = Weather(0.5, ("late",)) if self.rng.random() < 0.5 else CALM
        self.world.tell(f"apply {fate} {weather}")
        self.world.apply(fate, weather)

    def _overtaken_apply(self, job):
        """The lease file is removed, as people do who believe that its holder is dead."""
        fate = Fate(paused_at=self._moment(8), pause=self.rng.choice((15.0, 40.0, 400.0)))
        meanwhile = [(5.0, self.world.end_lease)]
        if self.rng.random() < 0.7:
            meanwhile.append((6.0, lambda: self._edit(job)))
        self.world.tell(f"apply {fate}, overtaken")
        self.world.apply(fate, beside=((7.0, Fate()),), meanwhile=meanwhile)

    def _apply(self, job):
        rng = self.rng
        fate = Fate()
        if rng.random() < 0.5:
            fate = rng.choice(
                (
                    Fate(killed_at=self._moment(30)),
                    Fate(killed_at=self._moment(30), power=True),
                    Fate(interrupted_at=self._moment(30)),
                    Fate(paused_at=self._moment(30), pause=rng.choice((10.0, 40.0, 400.0))),
                    Fate(disk_full_at=self._moment(30)),
                )
            )
        weather = self._weather() if rng.random() < 0.5 else CALM
        beside = () if rng.random() < 0.85 else ((rng.uniform(0.0, 5.0), Fate()),)
        meanwhile = ()
        if rng.random() < 0.2:
            act = rng.choice((self._end, self._stop, self._end_lease))
            meanwhile = ((rng.uniform(0.0, 20.0), lambda: act(job)),)
        self.world.tell(f"apply {fate} {weather}{' beside another' if beside else ''}")
        self.world.apply(fate, weather, wait=rng.random() < 0.1, beside=beside, meanwhile=meanwhile)

    def _weather(self):
        rng = self.rng
        faults = FAULTS if rng.random() < 0.5 else (rng.choice(FAULTS),)
        store = rng.choice(((), STORE_FAULTS, (rng.choice(STORE_FAULTS),))) if self.world.place.blocks else ()
        return Weather(rng.choice((0.1, 0.4, 0.8)), faults, reads=rng.random() < 0.5, store=store)

    def _moment(self, last, first=1):
        """The number of a step. An apply takes more of them where its store is asked request by request."""
        return self.rng.randint(first, last + self._more_steps)

    def _edit(self, job):
        now = self.world.manifests.get(job.address)
        if now is None:
            return
        match self.rng.choice(("content", "content", "content", "generation", "goal")):
            case "content":
                self.world.edit(job.address, content=next(each for each in CONTENTS if each != now.content))
            case "generation":
                self.world.edit(job.address, generation=now.generation + 1)
            case "goal":
                goals = {rule.goal for rule in job.kind.goals if not rule.when} - {now.goal}
                other = self.rng.choice(sorted({*goals, job.goal} - {now.goal}) or [now.goal])
                if other is not Goal.COMPLETED or job.sort != "stream":
                    self.world.edit(job.address, goal=other)

    def _toggle(self, job):
        if job.address in self.world.manifests:
            self.world.remove(job.address)
        else:
            self.world.declare(job)

    def _wait(self, job):
        self.world.wait(self.rng.choice((1.0, 5.0, 20.0, 40.0, 200.0)))

    def _short_wait(self, job):
        self.world.wait(self.rng.choice((1.0, 5.0)))

    def _end(self, job):
        self.world.end(job.address, well=self.rng.random() < 0.5)

    def _stop(self, job):
        self.world.stop(job.address)

    def _end_lease(self, job):
        self.world.end_lease()

    def _forget(self, job):
        self.world.forget(job.address)

    def _forget_tokens(self, job):
        self.world.wait(60.0)
        self.world.forget_tokens()

    def _start_alike(self, job):
        """Where names are the only marks, a name like ours is ours."""
        of_project = self.rng.random() < 0.5
        if job.kind.driver == "aws" and self.world.project.providers["aws"].marks != "name":
            start_alike(self.world, job.address, of_project=of_project)

    def _destroy(self, job):
        fate = Fate(killed_at=self._moment(30)) if self.rng.random() < 0.4 else Fate()
        weather = self._weather() if self.rng.random() < 0.3 else CALM
        self.world.tell(f"destroy {fate} {weather}")
        self.world.apply(fate, weather, destroy=True)

    def _merge(self, job):
        self.world.merge(self.rng.randrange(10), self.rng.randrange(10))

    def _lose(self, job):
        elsewhere = self.rng.random() < 0.5
        if elsewhere:  # what knows of no other lock file, used within the settle time: no design makes that safe
            self.world.wait(60.0)
        if self.rng.random() < 0.5:
            self.world.lose(everything=elsewhere)
        else:
            self.world.restore(self.rng.randrange(10), clone=elsewhere)
