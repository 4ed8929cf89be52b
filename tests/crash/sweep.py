"""One apply, killed once; then applied again until there is nothing left to do; then every job is counted."""

import contextlib
import json
import random
import shutil
from dataclasses import dataclass, field

from tests.applier.manifests import address
from tests.crash.jobs import DESTROY, EDIT, FIRST, IN_S3, SHARED, TOKENS, WAIT
from tests.crash.scene import APPLY, APPROVED, LIVE, objects_in, scene
from tests.crash.traps import JOURNAL_SIDES, REQUEST_SIDES
from tests.crash.worlds import WORLDS

SETTLED = 40.0  # seconds: after the settle time of every kind
RELEASED = 4  # of so many leases in S3 that a kill leaves behind, one is left to run out
ROUNDS = 4  # applies after the kill: the next one, one after the settle time, one after a person was asked, one spare


@dataclass(frozen=True)
class Kill:
    """`what`: journal or request, and `at` the number of the call; or moment, and `at` the seconds after the first
    request."""

    story: str
    world: int
    what: str
    side: str
    at: float

    def __str__(self):
        return f"{self.story} {self.world} {self.what} {self.side or '-'} {self.at:g}"

    @classmethod
    def parse(cls, words):
        story, world, what, side, at = words
        return cls(story, int(world), what, side, float(at))

    @property
    def world_name(self):
        return WORLDS[self.world].name


@dataclass
class Outcome:
    """`point` names what it died at, "" where it did not die. `ways`: by address, how the next applies came to its
    job. `wrong`: what must never be."""

    kill: Kill
    point: str
    applies: int = 0
    begun: int = 0
    ways: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)


class Sweep:
    """Strikes in a folder of its own, one after the other. `broken` is done to reconcile beforehand."""

    def __init__(self, folder, launcher, broken=""):
        self._folder = folder
        self._launcher = launcher
        self._broken = broken
        self._count = 0
        self._kept = {}

    def points(self, story):
        """The calls of an undisturbed apply, in order: those that change files, and its requests."""
        return {what: self._undisturbed(story, what) for what in ("journal", "request")}

    def seconds(self, story):
        """How long an undisturbed apply lives after its first request."""
        with self._scene(story, WORLDS[0]) as made:
            return made.killed_after(60, command(STORIES[story]))[1]

    def strike(self, kill):
        world = WORLDS[kill.world]
        with self._scene(kill.story, world) as made:
            for fault in STORIES[kill.story].faults:
                made.control.fault(**fault)
            outcome = Outcome(kill, self._kill(made, kill))
            made.control.clear_faults()
            outcome.begun = sum(len(jobs) for jobs in made.jobs().values())
            made.pass_time(world.pause)
            if made.bucket and outcome.point and round(kill.at) % RELEASED:
                made.release()
            self._apply_until_done(made, outcome)
            self._count_jobs(made, outcome)
            return outcome

    def _kill(self, made, kill):
        if kill.what == "moment":
            return "moment" if made.killed_after(kill.at, command(STORIES[kill.story]))[0] else ""
        code, at, _ = made.run(
            *command(STORIES[kill.story]), trap=[kill.what, int(kill.at), kill.side], broken=self._broken
        )
        return f"{at} {kill.side}" if code == -9 else ""

    def _apply_until_done(self, made, outcome):
        """Until a plan has nothing left to do; after a destroy, a plan would start all anew: until one had nothing."""
        story = STORIES[outcome.kill.story]
        for _ in range(ROUNDS):
            patience = ("--lock-timeout", "20s") if made.bucket else ()
            code, _, out = made.run(*command(story), *patience, broken=self._broken)
            outcome.applies += 1
            if not out:
                outcome.wrong.append(f"apply ended with {code}: {made.said()[-800:]}")
                return
            rows = json.loads(out)["results"]
            for row in rows:
                if row["ended"] == "done":
                    outcome.ways.setdefault(row["address"], row["action"])
            self._refuse_doubles(made, outcome)
            left = {row["address"]: row for row in rows} if story.destroys else made.plan()
            if not left:
                return
            for one, change in left.items():
                if change["action"] == "blocked":
                    self._ask_a_person(made, outcome, one, change["reason"])
            made.pass_time(SETTLED)
        outcome.wrong.append(f"after {ROUNDS} applies there is still to do: {json.dumps(list(left.values()))[:800]}")

    def _ask_a_person(self, made, outcome, one, reason):
        """Where the plan says that only a person can tell, the person looks at what its service shows."""
        command = f"reconcile state settle {one}"
        if command not in reason:
            outcome.wrong.append(f"{one} is blocked: {reason}")
            return
        outcome.ways[one] = "asked"
        runs = made.jobs().get(one, [])
        told = ("--started", runs[0]["id"]["instanceId"]) if runs else ("--not-started",)
        code, _, _ = made.run("state", "settle", one, *told)
        if code:
            outcome.wrong.append(f"{command} ended with {code}: {made.said()}")

    def _refuse_doubles(self, made, outcome):
        outcome.wrong += [f"{one} has two jobs at once, or of one attempt" for one in made.doubles()]

    def _count_jobs(self, made, outcome):
        story, jobs = STORIES[outcome.kill.story], made.jobs()
        for one in sorted({*jobs, *map(address, (*story.before, *story.jobs))}):
            had, wanted = len(jobs.get(one, [])), story.starts(one)
            if had != wanted:
                outcome.wrong.append(f"{one} had {had} jobs, not {wanted}")
        for job in story.ended:
            if any(one["phase"] in LIVE for one in jobs[job]):
                outcome.wrong.append(f"{job} runs on")

    def _undisturbed(self, story, what):
        with self._scene(story, WORLDS[0]) as made:
            code, told, _ = made.run(*command(STORIES[story]), trap=[what, None, ""])
            assert code == 0, made.said()
            return told.split()

    @contextlib.contextmanager
    def _scene(self, name, world):
        story = STORIES[name]
        folder = self._folder / str(self._count)
        self._count += 1
        folder.mkdir(parents=True)
        like, objects = self._before(story) if story.before else (None, {})
        begins = {"like": like, "later": SETTLED if like else 0.0, "objects": objects if story.in_s3 else None}
        with scene(folder, self._launcher, world.made("crash", story.settings), **begins) as made:
            made.write(story.jobs)
            yield made
        shutil.rmtree(folder)

    def _before(self, story):
        """A folder in which its first manifests were applied, and the settle time has passed; and its bucket."""
        if story.name not in self._kept:
            folder = self._folder / f"before-{story.name}"
            folder.mkdir(parents=True)
            objects = {} if story.in_s3 else None
            with scene(folder, self._launcher, WORLDS[0].made("before"), like=folder, objects=objects) as made:
                made.write(story.before)
                code, _, _ = made.run(*APPLY)
                assert code == 0, made.said()
                made.pass_time(SETTLED)
                objects = objects_in(made.bucket, made.server.endpoint) if made.bucket else {}
            self._kept[story.name] = folder, objects
        return self._kept[story.name]


def command(story):
    return (*story.command, *APPROVED)


STORIES = {story.name: story for story in (FIRST, EDIT, SHARED, TOKENS, IN_S3, DESTROY, WAIT)}
SIDES = {"journal": JOURNAL_SIDES, "request": REQUEST_SIDES}


def steps_with(side, calls):
    """The numbers of the calls that one can die at on this side."""
    return [step for step, call in enumerate(calls) if side != "half" or call in ("write", "pwrite", "request")]


def every(story, points):
    """The kills at all these points, each in the next of the worlds."""
    at = [
        (what, side, step) for what, calls in points.items() for side in SIDES[what] for step in steps_with(side, calls)
    ]
    return [Kill(story, number % len(WORLDS), *place) for number, place in enumerate(at)]


def moments(story, seconds, count):
    """Kills at random moments of an apply that lives so long; the same ones every time."""
    chance = random.Random(f"moments of {story}")
    return [Kill(story, number % len(WORLDS), "moment", "", chance.uniform(0, seconds)) for number in range(count)]
