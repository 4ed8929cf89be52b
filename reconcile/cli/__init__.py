"""One command a file; the only place that prints."""

import sys


def main() -> None:
    """The `reconcile` command."""
    sys.exit("not built yet")
