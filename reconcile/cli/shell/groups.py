"""Commands that are loaded when they are called, know the global options, and offer the nearest word."""

import functools
import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconcile.errors import ReconcileError, nearest

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_PREFIX = "RECONCILE"


class LazyGroup(click.Group):
    """Knows its commands by name and summary; `reconcile.cli.<name>` is imported when it is called."""

    def __init__(self, *args: Any, summaries: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.summaries = summaries
        self.params += _global_options(hidden=False)
        _name_variables(self)

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.summaries)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        return _loaded(cmd_name) if cmd_name in self.summaries else None

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """No command is loaded to tell its name."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - needed when somebody presses Tab only

        names = [name for name in self.summaries if name.startswith(incomplete)]
        return [
            *(CompletionItem(name, help=self.summaries[name]) for name in names),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in self.summaries and not word.startswith("-"):
            hint = nearest(word, self.summaries) or "; `reconcile --help` lists them"
            raise click.UsageError(f"There is no command {word!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


@functools.cache
def _loaded(name: str) -> click.Command:
    command = getattr(importlib.import_module(f"reconcile.cli.{name}"), name)
    assert isinstance(command, click.Command)
    _dress(command)
    return command


def _dress(command: click.Command) -> None:
    """Every option gets its variable, the global ones are understood after the command's name as well, and what ends
    the command early is told in its reports and as its answer too."""
    _name_variables(command)
    if command.callback:
        command.callback = _telling(command.callback)
    command.params += _global_options(hidden=True)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _dress(inner)


def _telling(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def told(*args: Any, **given: Any) -> Any:
        try:
            return callback(*args, **given)
        except ReconcileError as error:
            from reconcile.cli.shell.early import tell_early_end  # noqa: PLC0415 - most commands end well

            tell_early_end(click.get_current_context().obj, error)
            raise

    return told


def _name_variables(command: click.Command) -> None:
    """--lock-timeout is RECONCILE_LOCK_TIMEOUT, whichever command it belongs to."""
    for option in command.params:
        if isinstance(option, click.Option) and option.envvar is None:
            longest = max(option.opts, key=len)
            option.envvar = f"{_PREFIX}_{longest.lstrip('-').replace('-', '_').upper()}"
            option.show_envvar = True


def _global_options(*, hidden: bool) -> list[click.Parameter]:
    """Those after a command's name are not listed again, and leave the variables to the root."""

    def option(*names: str, **more: Any) -> click.Option:
        return click.Option(names, expose_value=False, callback=_keep, default=None, hidden=hidden, **more)

    directory = click.Path(path_type=Path)
    return [
        option("-C", "folder", metavar="DIR", type=directory, help="Folder of the project file.  [default: .]",
               envvar=None if hidden else f"{_PREFIX}_DIR", show_envvar=True),
        option("--shard", metavar="INDEX/COUNT", help="Only this part of the project, with a lock file of its own."),
        option("--no-color", is_flag=True, flag_value=True, help="No colours, as with NO_COLOR."),
        option("--quiet", "-q", is_flag=True, flag_value=True, help="Only the answer, warnings and errors."),
        option("--log-format", type=click.Choice(["text", "json"]), help="Of what goes to stderr.  [default: text]"),
        option("--debug", is_flag=True, flag_value=True, help="Show where in the program an error arose."),
    ]  # fmt: skip


def _keep(context: click.Context, option: click.Parameter, value: Any) -> None:
    if value is not None and option.name:
        setattr(context.obj, option.name, value)
