"""`python -m reconcile` is the same as `reconcile`."""

from reconcile.cli import run

run()
