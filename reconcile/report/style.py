"""How words are set off on a terminal. Whether they are is decided by the caller, never here."""

from dataclasses import dataclass
from enum import StrEnum

from reconcile.model.change import Action
from reconcile.model.phase import Phase
from reconcile.model.result import Ended


class Look(StrEnum):
    """The value is the parameter of the ANSI sequence that switches it on."""

    BOLD = "1"
    DIM = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    BLUE = "34"
    CYAN = "36"
    ALARM = "1;31"


@dataclass(frozen=True, slots=True)
class Style:
    """Whether output may hold ANSI sequences, and after how many columns its lines are wrapped."""

    ansi: bool = False
    width: int = 1_000_000  # as good as never: what is piped stays one line a thing

    def paint(self, text: str, look: Look) -> str:
        return f"\x1b[{look}m{text}\x1b[0m" if self.ansi and text else text


PLAIN = Style()

ACTION_LOOKS = {
    Action.START: Look.GREEN,
    Action.STOP: Look.RED,
    Action.REPLACE: Look.YELLOW,
    Action.RESUME: Look.CYAN,
    Action.ADOPT: Look.CYAN,
    Action.FORGET: Look.YELLOW,
    Action.WAIT: Look.BLUE,
    Action.BLOCKED: Look.ALARM,
    Action.NONE: Look.DIM,
}

PHASE_LOOKS = {
    Phase.PENDING: Look.CYAN,
    Phase.RUNNING: Look.CYAN,
    Phase.STOPPING: Look.YELLOW,
    Phase.STOPPED: Look.YELLOW,
    Phase.SUCCEEDED: Look.GREEN,
    Phase.FAILED: Look.RED,
    Phase.MISSING: Look.RED,
    Phase.UNKNOWN: Look.ALARM,
}

ENDED_LOOKS = {
    Ended.DONE: Look.GREEN,
    Ended.FAILED: Look.RED,
    Ended.WAITING: Look.BLUE,
    Ended.BLOCKED: Look.ALARM,
    Ended.NOT_TRIED: Look.YELLOW,
}
