"""How words are set off on a terminal. Whether they are is decided by the caller, never here."""

from dataclasses import dataclass
from enum import StrEnum


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
