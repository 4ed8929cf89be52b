"""What one apply is not done with: what it looks at once more, how long, and what each of them waits for."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from reconcile.applier.wait import Waiting
from reconcile.applier.work import Work
from reconcile.model.address import Address
from reconcile.model.change import Action, Change
from reconcile.model.result import Ended


@dataclass(frozen=True, slots=True)
class _Item:
    """Of what only waits: looked at until then (seconds since the epoch), and after the end of those jobs."""

    change: Change
    until: float
    asked: bool = False  # its stop was sent
    after: frozenset[Address] = frozenset()


class Agenda:
    """`stays`: the apply waits until every goal is met, so nothing is given up for its time."""

    def __init__(self, work: Work, waiting: Waiting, *, stays: bool) -> None:
        self._work = work
        self._waiting = waiting
        self._stays = stays
        self._items: dict[Address, _Item] = {}

    @property
    def addresses(self) -> frozenset[Address]:
        return frozenset(self._items)

    def open(self, changing: Collection[Address]) -> None:
        """Begins a round: what needs no change any more is done with."""
        self._items = {address: item for address, item in self._items.items() if address in changing}

    def is_put_off(self, change: Change) -> bool:
        """Whether it cannot be done in this round; its row says why."""
        work, item = self._work, self._items.get(change.address)
        if self._waiting.gave_up(change.address):
            return True
        if change.action in (Action.STOP, Action.REPLACE) and item is not None and item.asked:
            waits = replace(change.decision, action=Action.WAIT, reason="its end is under way")
            change = replace(change, decision=waits)
        if change.action is Action.BLOCKED:
            work.see(change.decision.record)
            self._end(change, Ended.BLOCKED, change.reason)
            return True
        if change.action is Action.WAIT:
            work.see(change.decision.record)
            if item is None or self._now() >= item.until:
                self._end(change, Ended.WAITING, change.reason)
            return True
        if self._waits_for_others(change, item):
            return True
        self._items.pop(change.address, None)
        return False

    def follow(self, change: Change, *, seconds: float) -> None:
        """Looks again, and goes on with what the job needs then; waits for that so long at most."""
        self._items[change.address] = _Item(change, self._now() + seconds)

    def await_end(self, change: Change) -> None:
        """Its stop was asked for: looks for its end, if anything comes after that."""
        follows = change.then is not None or change.action is Action.REPLACE
        if follows or any(change.address in item.after for item in self._items.values()):
            record = self._work.ledger.get(change.address)
            assert record is not None
            self._items[change.address] = _Item(change, self._now() + record.stop_timeout, asked=True)

    def add_again(self) -> None:
        """Ends a round: what was put off while it was carried out is looked at once more. A start that has to wait by
        then waits for the next apply, as any does: what it waits for may never come. A stop may have been taken."""
        for change in self._work.again.values():
            self.follow(change, seconds=_stop_timeout(change))

    def close(self) -> None:
        """The apply ends: what it has not come to has a row as well."""
        for address, item in self._items.items():
            if address not in self._work.rows:
                self._work.end(item.change, Ended.NOT_TRIED, "this apply ended before it was tried")

    def _waits_for_others(self, change: Change, item: _Item | None) -> bool:
        """A stop waits for the end of what depends on its job: as long as this apply looks after that."""
        before = item.after if item is not None else frozenset()
        live = [address for address in sorted({*before, *change.after}) if self._is_live(address)]
        if not live:
            return False
        comes = not before or self._stays or any(address in self._items for address in live)
        if comes and not any(self._waiting.gave_up(address) for address in live):
            self._items[change.address] = _Item(change, self._now() + _stop_timeout(change), after=frozenset(live))
        else:
            self._end(change, Ended.NOT_TRIED, f"{', '.join(map(str, live))} depends on it and has not ended")
        return True

    def _end(self, change: Change, ended: Ended, detail: str) -> None:
        self._work.end(change, ended, detail)
        self._items.pop(change.address, None)

    def _is_live(self, address: Address) -> bool:
        record = self._work.ledger.get(address)
        return record is not None and not record.is_tombstone and record.phase.is_live

    def _now(self) -> float:
        return self._work.runtime.now().timestamp()


def _stop_timeout(change: Change) -> float:
    """Seconds for which its end is looked for, where that is what the change is about."""
    record = change.decision.record
    return record.stop_timeout if record is not None and change.action in (Action.STOP, Action.REPLACE) else 0.0
