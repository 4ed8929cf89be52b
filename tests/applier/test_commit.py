"""Journal lines that share a write, where writes fail or their waiters are gone."""

import asyncio

import pytest

from reconcile.applier.commit import GroupCommit
from reconcile.errors import LockFileError
from reconcile.lockfile.protocol import Entry, EntryKind
from reconcile.model.address import Address


class Disk:
    """Stands for the lease and for the thread that writes: each write waits until the test lets it go."""

    def __init__(self):
        self.written = []
        self.fail = 0  # so many of the next writes
        self.go = asyncio.Event()

    def append(self, entries, *, durable):
        self.written.append([entry.address.name for entry in entries])
        if self.fail:
            self.fail -= 1
            raise LockFileError("The disk is full.")

    async def write(self, work):
        await self.go.wait()
        return work()


def line(name):
    return Entry(EntryKind.OUTCOME, Address("Kind", name), None)


def on_a_disk(test):
    async def run():
        disk = Disk()
        await asyncio.wait_for(test(disk, GroupCommit(disk, disk)), timeout=10)

    asyncio.run(run())


def test_lines_that_come_during_a_write_go_out_together_and_in_order():
    async def test(disk, journal):
        journal.note(line("a"))
        await asyncio.sleep(0)
        waiters = [asyncio.ensure_future(journal.durable(line(name))) for name in "bc"]
        await asyncio.sleep(0)
        journal.note(line("d"))
        disk.go.set()
        await asyncio.gather(*waiters)
        await journal.flush()
        assert disk.written == [["a"], ["b", "c", "d"]]

    on_a_disk(test)


def test_who_waits_behind_a_write_that_fails_is_answered_and_the_rest_is_still_given_to_the_lease():
    async def test(disk, journal):
        disk.fail = 1
        journal.note(line("a"))
        await asyncio.sleep(0)
        waiter = asyncio.ensure_future(journal.durable(line("b")))
        await asyncio.sleep(0)
        disk.go.set()
        await waiter
        with pytest.raises(LockFileError):
            await journal.flush()
        assert disk.written == [["a"], ["b"]]

    on_a_disk(test)


def test_each_waiter_of_a_write_that_fails_is_told():
    async def test(disk, journal):
        disk.fail = 1
        disk.go.set()
        told = await asyncio.gather(journal.durable(line("a")), journal.durable(line("b")), return_exceptions=True)
        assert [type(each) for each in told] == [LockFileError, LockFileError]

    on_a_disk(test)


@pytest.mark.parametrize("fail", [0, 1])
def test_a_waiter_that_was_given_up_does_not_keep_later_lines_from_being_written(fail):
    async def test(disk, journal):
        disk.fail = fail
        waiter = asyncio.ensure_future(journal.durable(line("a")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiter.cancel()
        behind = asyncio.ensure_future(journal.durable(line("b")))
        await asyncio.sleep(0)
        disk.go.set()
        await behind
        assert disk.written == [["a"], ["b"]]

    on_a_disk(test)
