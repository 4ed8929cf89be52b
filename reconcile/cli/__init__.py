"""The command line: one command a file, and in `shell/` what they share. The only place that prints."""

from reconcile.cli.shell.main import main

__all__ = ["main"]
