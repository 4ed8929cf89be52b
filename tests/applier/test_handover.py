"""Work handed over to threads: its results come back together, and nobody waits for what was given up."""

import asyncio
import threading

import pytest

from reconcile.applier.daemons import Daemons, NoThreads
from reconcile.applier.handover import Handover
from reconcile.applier.runtime import Threads


@pytest.fixture
def threads():
    threads = Daemons(2, "test")
    yield threads
    threads.shutdown()


def test_what_the_work_gives_or_raises_comes_back(threads):
    async def both():
        handover = Handover(threads)
        acts = (lambda: 1), (lambda: [][0]), (lambda: next(iter([])))
        return await asyncio.gather(*map(handover.call, acts), return_exceptions=True)

    given, raised, stopped = asyncio.run(both())
    assert given == 1
    assert isinstance(raised, IndexError)
    assert isinstance(stopped, RuntimeError)


def test_results_that_arrive_while_the_loop_is_busy_are_taken_in_one_turn(threads):
    async def wake_ups():
        loop, handover, woken = asyncio.get_running_loop(), Handover(threads), []
        wake = loop.call_soon_threadsafe
        loop.call_soon_threadsafe = lambda *given: woken.append(wake(*given))
        acts = [asyncio.ensure_future(handover.call(threading.Event)) for _ in range(20)]
        await asyncio.sleep(0)
        _drain(threads)
        await asyncio.gather(*acts)
        return len(woken)

    assert asyncio.run(wake_ups()) == 1


def test_work_that_was_given_up_before_its_turn_is_never_begun(threads):
    begun, gate = [], threading.Event()

    async def give_up():
        handover = Handover(threads)
        held = [asyncio.ensure_future(handover.call(gate.wait)) for _ in range(2)]
        late = asyncio.ensure_future(handover.call(lambda: begun.append(1)))
        await asyncio.sleep(0)
        late.cancel()
        gate.set()
        await asyncio.gather(*held)
        _drain(threads)
        return late.cancelled()

    assert asyncio.run(give_up())
    assert begun == []


def test_a_result_that_comes_after_its_loop_has_ended_bothers_nobody(threads):
    gate = threading.Event()

    async def leave():
        act = asyncio.ensure_future(Handover(threads).call(gate.wait))
        await asyncio.sleep(0)
        act.cancel()

    asyncio.run(leave())
    gate.set()
    assert threads.submit(int).result(10) == 0, "no thread died of it"


def test_where_the_system_gives_fewer_threads_those_that_are_there_do_all(monkeypatch):
    _threads_are_given(monkeypatch, 1)
    threads = Daemons(10, "test")
    gate, names = threading.Event(), []
    held = threads.submit(gate.wait)
    others = [threads.submit(lambda: names.append(threading.current_thread().name)) for _ in range(3)]
    gate.set()
    for each in (held, *others):
        each.result(10)
    assert names == ["test-1"] * 3
    threads.shutdown()


def test_work_that_no_thread_can_be_had_for_is_never_begun(monkeypatch):
    begun = []
    _threads_are_given(monkeypatch, 0)
    threads = Daemons(2, "test")
    with pytest.raises(NoThreads, match="no thread") as caught:
        threads.begin(lambda: begun.append("refused"))
    monkeypatch.undo()
    threads.submit(begun.append, "later").result(10)
    assert begun == ["later"]
    assert "container" in caught.value.fix
    threads.shutdown()


def test_reads_leave_a_thread_to_calls_and_one_to_writes(monkeypatch):
    _threads_are_given(monkeypatch, 3)
    threads = Threads(10)
    assert list(threads.pool.map(int, "12")) == [1, 2]

    async def all_kinds():
        return await threads.call(lambda: "call"), await threads.write(lambda: "write")

    assert asyncio.run(all_kinds()) == ("call", "write")
    threads.close()


def _threads_are_given(monkeypatch, number):
    start, left = threading.Thread.start, [number]

    def limited(thread):
        if not left[0]:
            raise RuntimeError("can't start new thread")
        left[0] -= 1
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)


def _drain(threads):
    """Returns when both threads are past all that was put before."""
    both = threading.Barrier(2)
    for future in [threads.submit(both.wait, 10) for _ in range(2)]:
        future.result(10)
