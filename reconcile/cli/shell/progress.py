"""What happens during an apply, as it happens: drawn with rich on a terminal, one plain line an event elsewhere."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconcile.cli.shell.session import Session
from reconcile.model.address import Address
from reconcile.model.result import Event, EventKind
from reconcile.report.event import event_text
from reconcile.report.lines import event_line

if TYPE_CHECKING:
    from rich.progress import Progress

_CARRIED_OUT = frozenset({
    EventKind.START_ACK, EventKind.ADOPTED, EventKind.STOP_ASKED, EventKind.FORGOTTEN, EventKind.FAILED,
})  # fmt: skip


@contextmanager
def progress(session: Session, elsewhere: Callable[[Event], None] | None = None) -> Iterator[Callable[[Event], None]]:
    """Gives what is to be called with every event, in the loop of its apply. `elsewhere` is told instead of people."""
    if elsewhere:
        yield lambda event: elsewhere(session.redacted(event))
    elif session.quiet:
        yield lambda _: None
    elif session.shows_progress:
        drawn = _Drawn(session)
        try:
            yield drawn
        finally:
            drawn.close()
    else:
        lines = _Lines(session)
        try:
            yield lines
        finally:
            lines.flush()


class _Lines:
    """Those of one turn of the loop are written together, right after it: on a slow stderr each write holds up the
    thousands of starts behind it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._style = session.error_style
        self._lines: list[str] = []

    def __call__(self, event: Event) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_soon(self.flush)
        event = self._session.redacted(event)
        self._lines.append(event_line(event) if self._session.logs_json else event_text(event, self._style))

    def flush(self) -> None:
        if self._lines:
            text, self._lines = "\n".join(self._lines), []
            self._session.log(text if self._session.logs_json else self._session.secrets.mask(text))


class _Drawn:
    """Events scroll by above a line that counts. Nothing is drawn before the first event: a question may come first."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._progress: Progress | None = None
        self._carried_out: set[Address] = set()
        self._live: set[Address] = set()

    def __call__(self, event: Event) -> None:
        bar = self._progress or self._begun()
        self._count(event)
        text = self._session.secrets.mask(event_text(self._session.redacted(event), self._session.error_style))
        bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        bar.update(bar.task_ids[0], done=len(self._carried_out), live=len(self._live))

    def close(self) -> None:
        if self._progress:
            self._progress.stop()

    def _count(self, event: Event) -> None:
        if event.address is None:
            return
        if event.kind in _CARRIED_OUT:
            self._carried_out.add(event.address)
        if event.phase and event.phase.is_live and event.kind is not EventKind.FORGOTTEN:
            self._live.add(event.address)
        else:
            self._live.discard(event.address)

    def _begun(self) -> "Progress":
        from rich.console import Console  # noqa: PLC0415 - only who watches an apply pays for rich
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        console = Console(stderr=True, no_color=not self._session.error_style.ansi)
        text = TextColumn("changes carried out: {task.fields[done]}, jobs under way: {task.fields[live]}")
        self._progress = Progress(SpinnerColumn(), text, TimeElapsedColumn(), console=console, transient=True)
        self._progress.add_task("", total=None, done=0, live=0)
        self._progress.start()
        return self._progress
