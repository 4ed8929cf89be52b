"""What several commands of the sandbox take: which sandbox is meant, and settings."""

from collections.abc import Sequence

import click

from reconcile.errors import UsageError
from reconcile.sandbox.run import DEFAULT_PORT
from reconcile.sandbox.transport import HOST

endpoint = click.option(
    "--endpoint",
    envvar="RECONCILE_SANDBOX",
    default=f"http://{HOST}:{DEFAULT_PORT}",
    show_default=True,
    show_envvar=True,
    help="The sandbox that is meant.",
)


def pairs(changes: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` each. Raises UsageError."""
    for change in changes:
        if "=" not in change:
            raise UsageError(f"{change!r} is not of the form NAME=VALUE.")
    return {name: value for name, _, value in (change.partition("=") for change in changes)}
