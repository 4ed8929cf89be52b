"""Random stories, always the same ones; `make fuzz` tells others."""

import pytest

from tests.simulation.__main__ import replay, tell
from tests.simulation.world import Violation


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_no_story_breaks_an_invariant(first):
    for seed in range(first, first + 20):
        try:
            tell(seed)
        except Violation as violation:
            pytest.fail(f"{violation}\nagain: {replay(seed)}")
