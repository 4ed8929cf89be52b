"""The three forms that an answer can have, and the lines of one of them."""

from enum import Enum, auto

import click

from reconcile.cli.shell.session import Session
from reconcile.cli.shell.streams import OutputLost


class Form(Enum):
    TEXT = auto()
    JSON = auto()  # one document
    LINES = auto()  # one object a line, while the command is at work


def form_of(*, as_json: bool, json_lines: bool) -> Form:
    """Raises UsageError."""
    if as_json and json_lines:
        raise click.UsageError("--json and --json-lines are two forms of one answer: give one of them.")
    return Form.JSON if as_json else Form.LINES if json_lines else Form.TEXT


class Lines:
    """Writes lines of JSON, made of redacted values, to stdout. That they can be written no more ends no work: it is
    told when that is done."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lost: OutputLost | None = None

    def write(self, line: str) -> None:
        try:
            self._session.answer_data(line)
        except OutputLost as error:
            self._lost = self._lost or error

    def close(self) -> None:
        """Raises OutputLost where a line was lost."""
        if self._lost:
            raise self._lost
