"""`reconcile completion`"""

import click
from click.shell_completion import get_completion_class

from reconcile.cli.shell.session import Session

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, *, shell: str) -> None:
    """Print what lets a SHELL (bash, zsh or fish) complete commands, options, kinds and the addresses of jobs.

    \b
    Examples:
      echo 'eval "$(reconcile completion bash)"' >> ~/.bashrc
      echo 'eval "$(reconcile completion zsh)"' >> ~/.zshrc       # after compinit
      reconcile completion fish > ~/.config/fish/completions/reconcile.fish

    Exit codes: 0 done, 64 there is no such shell.
    """
    session: Session = context.obj
    made = get_completion_class(shell)
    assert made is not None
    root = context.find_root()
    session.answer(made(root.command, {}, "reconcile", "_RECONCILE_COMPLETE").source().strip())
