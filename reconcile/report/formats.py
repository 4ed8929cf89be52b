"""The formats of `--report FORMAT=FILE`, by name: each a function from the value and `About` to text."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from reconcile.model.change import Plan
    from reconcile.model.drift import Drift
    from reconcile.model.problem import Problems
    from reconcile.model.result import Result
    from reconcile.report.about import About

# The last one where manifests are wrong. In words: a plan need not load what it takes to tell of the others.
Report: TypeAlias = "Plan | Result | Drift | Problems"

# The module is imported when its format is asked for; its function has the format's name: `markdown(report, about)`.
FORMATS = ("text", "json", "markdown", "html", "junit", "sarif")


def renderer(name: str) -> "Callable[[Report, About], str]":
    """`name` is one of FORMATS. What it gives is text that ends with a newline."""
    render: Callable[[Report, About], str] = getattr(import_module(f"reconcile.report.views.{name}"), name)
    return render
