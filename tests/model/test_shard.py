"""Which part of a project an address belongs to."""

import pytest

from reconcile.model.address import Address
from reconcile.model.shard import Shard, shard_in


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


def test_a_lock_file_tells_its_shard():
    whole = "/project/reconcile.lock.json"
    for shard in (Shard(0, 1), Shard(15, 16)):
        for beside in ("", ".journal", ".journal/1/0"):  # of a first apply that died there is nothing else
            assert shard_in(shard.lock_file(whole) + beside, whole) == shard
    for name in (
        whole,
        f"{whole}.journal",
        f"{whole}.shard-1-of-2.lease",
        f"{whole}.shard-1-of-2.journal.3",
        f"{whole}.shard-01-of-2",
        f"{whole}.shard-2-of-2",
        "x.shard-1-of-2",
    ):
        assert shard_in(name, whole) is None
