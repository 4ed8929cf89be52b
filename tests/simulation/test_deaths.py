"""An apply dies at each of its steps, with all the ways that leaves things in; the next ones find out."""

import itertools

import pytest

from reconcile.sandbox.settings import Settings
from tests.simulation.jobs import SORTS, declared
from tests.simulation.process import Fate
from tests.simulation.world import World

LATE = Settings(seed="deaths", listing_delay=10.0, describe_delay=5.0, token_lifetime=60.0)


def worlds(folder, job):
    """A world for each step of a first apply, until there are no more steps to die at."""
    for number in itertools.count(1):
        place = folder / str(number)
        place.mkdir()
        world = World(place, number, LATE)
        world.declare(job)
        yield number, world


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("power", [False, True], ids=["killed", "without power"])
@pytest.mark.parametrize("edited", [False, True], ids=["as it was", "edited"])
def test_whatever_step_an_apply_dies_at_the_next_ones_start_each_job_once(tmp_path, sort, power, edited):
    job = declared(sort)
    for number, world in worlds(tmp_path, job):
        _, process = world.apply(Fate(killed_at=number, power=power))
        if edited:
            world.edit(job.address, content="b")
        world.apply()
        world.converge()
        contents = {birth.digest for birth in world.truth.of(job.address)}
        assert len(world.truth.of(job.address)) == len(contents), world.told
        if not process.dead:
            break
    assert number > 10


@pytest.mark.parametrize("sort", ["emr", "segment", "run"])
def test_whatever_step_a_second_apply_dies_at_the_third_one_goes_on(tmp_path, sort):
    job = declared(sort)
    for number, world in worlds(tmp_path, job):
        world.apply()
        world.wait(20.0)
        world.end(job.address, well=False)
        _, process = world.apply(Fate(killed_at=number))
        world.apply()
        world.converge()
        assert len(world.truth.of(job.address)) == 2, world.told
        if not process.dead:
            break
    assert number > 10
