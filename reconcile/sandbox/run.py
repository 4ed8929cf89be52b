"""A sandbox as a process: served until it is told to end, or for as long as one command runs."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from reconcile.errors import ReconcileError
from reconcile.kinds.load import load_catalog
from reconcile.sandbox.application import Application
from reconcile.sandbox.memory import Memory, load
from reconcile.sandbox.settings import DEFAULTS, Settings
from reconcile.sandbox.transport import HOST, Server
from reconcile.sandbox.world import World

DEFAULT_PORT = 4577
REGION = "eu-west-1"
PROJECT = "0123456789abcdef0123456789abcdef"
_OURS_ONLY = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    "X_AUTH_TOKEN",
)


class SandboxError(ReconcileError):
    """The sandbox, or the command that was to run with it, cannot be started."""

    code = "sandbox"


@contextlib.contextmanager
def started(
    *,
    port: int = 0,
    state: Path | None = None,
    settings: Settings = DEFAULTS,
    clock: Callable[[], float] = time.time,
) -> Iterator[Server]:
    """A sandbox in threads of this process. Ids differ from those of any other unless the settings have a seed.
    Raises SandboxError where the port is taken, StateError for a file that cannot be read."""
    memory = _remembered(state)
    seeded = settings if settings.seed else settings.changed({"seed": secrets.token_hex(8)})
    application = Application(World(load_catalog().values(), clock, seeded, memory), state)
    try:
        server = Server(port, application.answer)
    except OSError as error:
        raise SandboxError(
            f"The sandbox cannot listen: {error.strerror}.", where=f"{HOST}:{port}", fix="Give --port 0 for a free one."
        ) from error
    server.begin()
    try:
        yield server
    finally:
        server.close()


def _remembered(state: Path | None) -> Memory:
    """What the file holds; a file that could not be written later is refused now."""
    if state is None:
        return Memory()
    memory = load(state)
    try:
        memory.save(state)
    except OSError as error:
        raise SandboxError(f"The sandbox cannot keep its state: {error.strerror}.", where=str(state)) from error
    return memory


def serve(port: int, state: Path | None, settings: Settings, ready: Callable[[str], None]) -> None:
    """Serves until SIGINT or SIGTERM. Calls `ready` with the endpoint once requests are answered. Main thread only."""
    end = threading.Event()
    with (
        _signals({signal.SIGINT, signal.SIGTERM}, lambda *_: end.set()),
        started(port=port, state=state, settings=settings) as server,
    ):
        ready(server.endpoint)
        end.wait()


def environment(endpoint: str) -> dict[str, str]:
    """What points AWS SDKs, the DataArts client and `reconcile` at a sandbox."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "DATAARTS_ENDPOINT": endpoint,
        "HUAWEICLOUD_SDK_AK": "sandbox",
        "HUAWEICLOUD_SDK_SK": "sandbox",
        "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT,
        "RECONCILE_SANDBOX": endpoint,
    }


def run(command: Sequence[str], *, state: Path | None = None, settings: Settings = DEFAULTS) -> int:
    """Runs a command, without a shell, beside a sandbox that ends with it. Gives its exit code, as a shell counts it.

    Signals are passed on; but a Ctrl-C, which the terminal sends to the command as well, is left to the command. Main
    thread only. Raises SandboxError where the command cannot be started."""
    with started(state=state, settings=settings) as server:
        try:
            child = subprocess.Popen(command, env=inherited(os.environ, server.endpoint))  # noqa: S603
        except OSError as error:
            raise SandboxError(f"The command cannot be started: {error.strerror}.", where=command[0]) from error

        def pass_on(number: int, _: FrameType | None) -> None:
            if child.poll() is None and not (number == signal.SIGINT and _terminal_sends_it_too()):
                child.send_signal(number)

        with _signals({signal.SIGINT, signal.SIGTERM, signal.SIGHUP}, pass_on):
            code = child.wait()
    return code if code >= 0 else 128 - code


def inherited(outer: Mapping[str, str], endpoint: str) -> dict[str, str]:
    """An environment in which nothing but the sandbox is meant: other credentials and endpoints are left out, and no
    proxy stands between."""
    kept = {
        name: value
        for name, value in outer.items()
        if name not in _OURS_ONLY and not name.startswith("AWS_ENDPOINT_URL_")
    }
    direct = ",".join(filter(None, (kept.get("NO_PROXY") or kept.get("no_proxy"), HOST)))
    return {**kept, **environment(endpoint), "NO_PROXY": direct, "no_proxy": direct}


@contextlib.contextmanager
def _signals(numbers: set[signal.Signals], act: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    before = {number: signal.signal(number, act) for number in numbers}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _terminal_sends_it_too() -> bool:
    try:
        return sys.stdin is not None and sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False
