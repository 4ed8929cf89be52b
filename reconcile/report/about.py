"""What a report says of itself: which project, which command, when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class About:
    """`folder`: of the project, relative to the repository's root where that is known ("" for the root itself), so
    that a reader of the repository finds the manifests' files; `here`: the same from where the command ran. `whole`:
    where a report that had to be cut stands entire, "" where it stands nowhere."""

    project: str
    command: str  # reconcile plan --target …
    version: str
    at: datetime
    folder: str = ""
    whole: str = ""
    here: str = ""


def command_word(command: str) -> str:
    """`plan`, of the command line of About."""
    return command.split()[1]
