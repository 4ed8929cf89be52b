"""The sandbox that applies talk to: a new one, without any jobs, for each measurement."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from reconcile.sandbox.client import Control
from reconcile.sandbox.run import environment, started
from reconcile.sandbox.settings import Settings

EMR_START, EMR_READS = "StartJobRun", ("ListJobRuns", "GetJobRun")


class Cloud:
    """One sandbox at a time."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._present = stack.enter_context(ExitStack())
        self._endpoint = ""

    def fresh(self, *, rates: bool, project: Path | None = None) -> Callable[[], Mapping[str, str]]:
        """What makes a new one, for a project that remembers no more than it does now, and gives its environment."""
        lock_file = project / "reconcile.lock.json" if project else None
        text = lock_file.read_bytes() if lock_file and lock_file.exists() else None

        def begin() -> Mapping[str, str]:
            self._present.close()
            server = self._present.enter_context(
                started(settings=Settings(rates=rates, capacity=False, listing_delay=0.0))
            )
            self._endpoint = server.endpoint
            if lock_file:
                _restore(lock_file, text)
            return environment(server.endpoint)

        return begin

    def requests(self, *operations: str) -> list[str]:
        """The error codes, "" for none, of the latest requests of the present one."""
        return [each["code"] for each in Control(self._endpoint).log() if each["operation"] in operations]

    def present(self) -> Mapping[str, str]:
        return environment(self._endpoint)


def _restore(lock_file: Path, text: bytes | None) -> None:
    for file in lock_file.parent.glob(f"{lock_file.name}*"):
        file.unlink()
    if text is not None:
        lock_file.write_bytes(text)


@contextmanager
def a_cloud() -> Iterator[Cloud]:
    with ExitStack() as stack:
        yield Cloud(stack)
