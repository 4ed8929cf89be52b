"""What dependencies tie together."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reconcile.manifest.graph import groups
from reconcile.model.address import Address

ADDRESSES = st.builds(Address, st.sampled_from(["A", "B"]), st.integers(0, 30).map(str))


@given(st.dictionaries(ADDRESSES, st.lists(ADDRESSES, max_size=3), max_size=20))
def test_a_group_is_what_dependencies_tie_together_and_no_more(edges):
    first = groups(edges)
    assert all(first[address] == first[other] for address, others in edges.items() for other in others)
    assert all(first[root] == root and root <= address for address, root in first.items())
    assert first == connected(edges)


def connected(edges):
    """The slow way: whatever is next to each other takes the smaller name, until nothing changes."""
    pairs = [(address, other) for address, others in edges.items() for other in others]
    names = {address: address for pair in pairs for address in pair}
    for _ in names:
        for one, two in pairs:
            names[one] = names[two] = min(names[one], names[two])
    return names


def test_a_long_chain_is_no_trouble():
    chain = [Address("A", str(number)) for number in range(50_000)]
    assert len(set(groups({one: (two,) for one, two in pairwise(chain)}).values())) == 1
