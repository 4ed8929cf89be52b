import itertools

import pytest

from reconcile.model.phase import Goal, Guarantee
from reconcile.model.settled import Wanted, settled_by, wanted_by
from tests.report.values import desired


@pytest.mark.parametrize(("goal", "guarantee"), list(itertools.product(Goal, Guarantee)))
def test_what_settles_a_job_tells_what_it_is_or_nothing(goal, guarantee):
    job = desired(goal=goal)
    told = wanted_by(settled_by(job, guarantee))
    assert told == (Wanted(goal, job.digest, job.generation) if told else None)
    assert bool(told) == (goal is Goal.COMPLETED and guarantee is not Guarantee.SWITCH)
