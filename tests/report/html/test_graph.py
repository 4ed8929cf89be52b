import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.model.address import Address
from reconcile.report.views.html.graph import section
from reconcile.report.views.html.graph.heights import heights
from reconcile.report.views.html.graph.layers import columns
from reconcile.report.views.html.graph.network import Group, groups
from tests.report.html.samples import many
from tests.report.html.test_page import body

NAMES = st.integers(0, 11)


def address(place):
    return Address("K", f"n{place:02d}")


def needs_from(pairs):
    places = sorted({place for pair in pairs for place in pair})
    return {address(place): tuple(sorted({address(two) for one, two in pairs if one == place})) for place in places}


@given(st.sets(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] > pair[1]), min_size=1, max_size=30))
def test_arrows_lead_right_and_nothing_overlaps(pairs):
    needs = needs_from(pairs)
    drawn = list(groups(needs))
    assert sorted(job for group in drawn for job in group.needs) == sorted(needs)
    for group in drawn:
        layers = columns(group)
        place = {slot: column for column, slots in enumerate(layers.slots) for slot in slots}
        assert len(layers.lines) == group.edges
        for line in layers.lines:
            assert [place[slot] for slot in line] == list(range(place[line[0]], place[line[-1]] + 1))
        middle = heights(layers)
        for slots in layers.slots:
            assert all(middle[below] - middle[above] >= 29.8 for above, below in pairwise(slots))


@given(st.sets(st.tuples(NAMES, NAMES), min_size=1, max_size=30))
def test_even_needs_that_go_in_a_circle_are_drawn(pairs):
    for group in groups(needs_from(pairs)):
        assert set(heights(columns(group))) >= set(group.needs)


def test_jobs_that_hang_together_are_one_picture():
    needs = needs_from([(1, 0), (2, 1), (4, 3)])
    together = [set(group.needs) for group in groups(needs)]
    assert together == [{address(0), address(1), address(2)}, {address(3), address(4)}]
    assert all(one.isdisjoint(other) for one, other in combinations(together, 2))
    assert Group(needs).edges == 3


def test_every_job_of_a_network_of_fifty_is_drawn():
    page = body(many(50, needs=lambda place: {place // 2, place // 3} - {place}))
    assert len(re.findall('<g class="box|<g[^>]*class="box', page)) == 50
    assert "leaves out" not in page


@pytest.mark.parametrize("jobs", [3_000])
def test_a_network_too_large_for_a_picture_is_named_and_listed(jobs):
    chain = body(many(jobs, needs=lambda place: [place - 1] if place else []))
    assert f"leaves out {jobs} of {jobs} jobs" in chain
    assert 'class="box' not in chain
    assert f"{jobs - 1 - section.LISTED} more are left out." in chain

    pairs = body(many(jobs, needs=lambda place: [place - 1] if place % 2 else []))
    assert f"leaves out {jobs - section.BOXES} of {jobs} jobs" in pairs
    assert pairs.count('class="box') == section.BOXES
