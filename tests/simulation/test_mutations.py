"""The simulation finds what is wrong with code that is wrong: each mutation breaks an invariant within a few stories
that hold without it."""

import pytest

from tests.simulation import mutations
from tests.simulation.__main__ import tell
from tests.simulation.world import Violation

STORIES = 30

# The first of the stories that are told: near one that finds it, so that this takes seconds.
FIRST = {
    mutations.journal_never_written: 0,
    mutations.random_tokens: 0,
    mutations.no_adoption_search: 0,
    mutations.resume_that_never_looks: 45,
    mutations.removed_record_deleted: 205,
    mutations.attempt_left_out_of_the_token: 0,
    mutations.intent_written_after_the_call: 0,
    mutations.interrupted_start_replanned: 25,
    mutations.lease_not_checked: 40,
    mutations.outcome_dropped: 65,
    mutations.replace_that_does_not_wait: 5,
}


@pytest.mark.parametrize("mutation", FIRST, ids=lambda mutation: mutation.__name__)
def test_code_that_is_wrong_in_this_way_is_found_out(mutation):
    found = next(filter(lambda seed: _breaks(mutation, seed), range(FIRST[mutation], FIRST[mutation] + STORIES)), None)
    assert found is not None
    tell(found)  # and it is the mutation's doing


def _breaks(mutation, seed):
    try:
        with mutation():
            tell(seed)
    except Violation:
        return True
    return False
