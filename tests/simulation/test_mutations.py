"""The simulation finds what is wrong with code that is wrong: each mutation breaks an invariant within a few stories
that hold without it."""

import pytest

from tests.simulation import mutations
from tests.simulation.__main__ import tell
from tests.simulation.world import Violation

STORIES = 80

THEMES = {
    mutations.journal_never_written: "deaths",
    mutations.random_tokens: "deaths",
    mutations.no_adoption_search: "losses",
    mutations.resume_that_never_looks: "deaths",
    mutations.removed_record_deleted: "removals",
    mutations.attempt_left_out_of_the_token: "removals",
    mutations.intent_written_after_the_call: "deaths",
    mutations.interrupted_start_replanned: "deaths",
    mutations.lease_not_checked: "takeovers",
    mutations.outcome_dropped: "anything",
    mutations.replace_that_does_not_wait: "takeovers",
}

FIRST = {  # stories before these are known to tell nothing; the tests are quicker without
    mutations.removed_record_deleted: 30,
    mutations.interrupted_start_replanned: 60,
    mutations.replace_that_does_not_wait: 40,
}
OF_STORES = (  # those that have to do with where the lock file is; `make fuzz` goes through the others there as well
    mutations.journal_never_written,
    mutations.intent_written_after_the_call,
    mutations.lease_not_checked,
    mutations.outcome_dropped,
)


@pytest.mark.parametrize("mutation", THEMES, ids=lambda mutation: mutation.__name__)
def test_code_that_is_wrong_in_this_way_is_found_out(mutation):
    finds_out(mutation, THEMES[mutation])


@pytest.mark.parametrize("mutation", OF_STORES, ids=lambda mutation: mutation.__name__)
def test_with_a_lock_file_in_s3_it_is_found_out_too(mutation):
    finds_out(mutation, f"s3-{THEMES[mutation]}")


def finds_out(mutation, theme):
    """Some story breaks, and does not without the mutation."""
    first = FIRST.get(mutation, 0)
    stories = (f"{theme}-{number}" for number in range(first, first + STORIES))
    found = next((seed for seed in stories if _breaks(mutation, seed)), None)
    assert found is not None
    tell(found)  # and it is the mutation's doing


def _breaks(mutation, seed):
    try:
        with mutation():
            tell(seed)
    except Violation:
        return True
    return False
