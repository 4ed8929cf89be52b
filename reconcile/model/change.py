"""A plan: one change an address, and the counts that every view and exit code is made from."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from reconcile.errors import GuardRefused
from reconcile.model.address import Address
from reconcile.model.job import DesiredJob
from reconcile.model.phase import Guarantee
from reconcile.model.record import Record
from reconcile.model.shard import Shard


class Action(Enum):
    """What is to be done about an address. The value is the word in JSON, `symbol` what people see."""

    START = "start", "+"
    STOP = "stop", "-"
    REPLACE = "replace", "±"
    RESUME = "resume", "↻"
    ADOPT = "adopt", "←"
    FORGET = "forget", "×"
    WAIT = "wait", "…"
    BLOCKED = "blocked", "!"
    NONE = "none", " "

    __hash__ = object.__hash__  # Enum's own is not built in, and the actions of a plan are counted several times

    def __init__(self, word: str, symbol: str) -> None:
        self.word = word
        self.symbol = symbol

    @property
    def is_act(self) -> bool:
        """Apply does something for it."""
        return self not in (Action.WAIT, Action.BLOCKED, Action.NONE)

    @property
    def starts(self) -> bool:
        return self in (Action.START, Action.REPLACE, Action.RESUME)


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One member of the spec that differs. `before` or `after` is None where it was added or removed (see `change`)."""

    path: str  # spec.jobDriver.sparkSubmit.entryPointArguments[1]
    change: Literal["added", "removed", "changed"]
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the table says of one address. `record` is what stands before the action is carried out: the phase just
    seen, the job adopted, the intent dropped. `tries` is that of the attempt to be started, 0 if none is."""

    action: Action
    reason: str
    record: Record | None
    tries: int = 0
    then: Action | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A decision with what people and the applier need beside it."""

    address: Address
    decision: Decision
    guarantee: Guarantee
    desired: DesiredJob | None
    attempt: int = 0  # the attempt that is started, adopted or stopped; 0 where there is none
    client_token: str = ""
    diff: tuple[FieldDiff, ...] = ()
    after: tuple[Address, ...] = ()  # a stop: the dependants whose end must have been seen before

    @property
    def action(self) -> Action:
        return self.decision.action

    @property
    def then(self) -> Action | None:
        return self.decision.then

    @property
    def starts(self) -> bool:
        """Now, or with what follows its action."""
        return self.action.starts or (self.then is not None and self.then.starts)

    @property
    def reason(self) -> str:
        return self.decision.reason

    @property
    def needs(self) -> tuple[Address, ...]:
        """What its job depends on: as declared, or as recorded where no manifest declares it any more."""
        declared = self.desired or self.decision.record
        return declared.depends_on if declared else ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes in the order of their addresses. What needs no change is only counted.

    `refreshed` are records that need no change but were seen in another phase: apply writes them down.
    """

    changes: tuple[Change, ...]
    unchanged: int
    refreshed: tuple[Record, ...] = ()
    warnings: tuple[str, ...] = ()  # of the lock file that it was made from
    partial: bool = False  # made with --target
    shard: Shard | None = None  # that it is of; None: of the whole project
    refused: GuardRefused | None = None  # why it may not be applied
    counts: Mapping[Action, int] = field(init=False)

    def __post_init__(self) -> None:
        counted = Counter(change.action for change in self.changes)
        counted[Action.NONE] += self.unchanged
        object.__setattr__(self, "counts", {action: counted.get(action, 0) for action in Action})

    @property
    def was_made(self) -> bool:
        """A guard may refuse before anything is planned."""
        return self.refused is None or not self.is_empty

    @property
    def is_empty(self) -> bool:
        return not self.changes

    @property
    def acts(self) -> bool:
        return any(change.action.is_act for change in self.changes)
