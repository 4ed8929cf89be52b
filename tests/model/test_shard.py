"""Which part of a project an address belongs to."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.manifest.graph import groups
from reconcile.model.address import Address
from reconcile.model.shard import Shard, shard_in

ADDRESSES = st.builds(Address, st.sampled_from(["A", "B"]), st.integers(0, 30).map(str))


@pytest.mark.parametrize("count", [1, 2, 16, 97])
def test_every_address_is_in_one_shard(count):
    for address in (Address("A", str(number)) for number in range(50)):
        assert sum(Shard(index, count).holds(address) for index in range(count)) == 1


def test_shards_are_of_about_one_size():
    addresses = [Address("EMRServerlessJobRun", f"job-{number}") for number in range(16_000)]
    sizes = [sum(map(Shard(index, 16).holds, addresses)) for index in range(16)]
    assert sum(sizes) == 16_000
    assert max(sizes) < 1.15 * 1000


def test_an_address_stays_in_its_shard_for_good():
    """What is written in lock files must be found there by the next version as well."""
    assert Shard(13, 16).holds(Address("EMRServerlessJobRun", "nightly"))


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


def test_a_lock_file_tells_its_shard():
    whole = "/project/reconcile.lock.json"
    for shard in (Shard(0, 1), Shard(15, 16)):
        assert shard_in(shard.lock_file(whole), whole) == shard
    for name in (
        whole,
        f"{whole}.journal",
        f"{whole}.shard-1-of-2.journal",
        f"{whole}.shard-01-of-2",
        "x.shard-1-of-2",
    ):
        assert shard_in(name, whole) is None
