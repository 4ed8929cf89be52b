"""What nobody here can know: an apply dies at its worst moments, and the next ones start each job once, whatever the
answer is. `make crash` and the random stories go through the answers as well."""

from dataclasses import fields

import pytest

from reconcile.sandbox.settings import DEFAULTS, Settings
from tests.simulation.jobs import SORTS, declared
from tests.simulation.process import Fate
from tests.simulation.story import HABITS
from tests.simulation.world import World

KNOWN = {"speed", "seed", "pending", "running", "stopping", "rates", "capacity"}  # documented, or the sandbox's own
UNSERVED = {"dataarts_published"}  # where it is off nothing can be started
OF_SERVICE = {
    "comprehend": ("entities", "classify"),
    "emr": ("emr", "stream"),
    "personalize": ("segment",),
    "dataarts": ("switch", "run"),
}
WORST = (9, 11)  # steps of a first apply: its intent is written, or its request has had its effect
ANSWERS = [  # all other tests have the default ones
    (switch, answer)
    for switch, answers in HABITS.items()
    for answer in dict.fromkeys(answers)
    if answer != getattr(DEFAULTS, switch)
]


def test_every_unknown_is_a_switch_that_is_gone_through():
    assert set(HABITS) == {field.name for field in fields(Settings)} - KNOWN - UNSERVED


@pytest.mark.parametrize(("switch", "answer"), ANSWERS, ids=str)
def test_an_interrupted_start_starts_once_under_the_other_answer(tmp_path, switch, answer):
    settings = Settings(**{"seed": "unknown", "running": 100_000.0, "listing_delay": 10.0, switch: answer})
    for sort in OF_SERVICE.get(switch.partition("_")[0], SORTS):
        for step in WORST:
            folder = tmp_path / f"{sort}{step}"
            folder.mkdir()
            world, job = World(folder, step, settings), declared(sort)
            world.declare(job)
            _, process = world.apply(Fate(killed_at=step))
            assert process.dead
            world.apply()
            world.converge()
            assert len(world.truth.of(job.address)) == (sort != "switch"), world.told
