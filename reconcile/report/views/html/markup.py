"""Markup that is made in one place, so that no text can become a part of it."""

from collections.abc import Iterable
from html import escape

from reconcile.report.terms import clipped
from reconcile.report.visible import visible, visible_lines

LONGEST = 2_000  # characters of one text of people or services; nobody reads on

_VOID = frozenset({"input", "link", "meta"})


class Markup(str):
    """Text that is markup already. Any other text is escaped where it is put into an element."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str | int) -> Markup:
    """`class_` and `for_` lose their line, `aria_label` becomes `aria-label`. False leaves an attribute out, True
    gives it no value, and an empty class is none."""
    head = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{head}>")
    return Markup(f"<{head}>{''.join(map(safe, children))}</{name}>")


def joined(parts: Iterable[Markup], between: str = "") -> Markup:
    return Markup(safe(between).join(parts))


def safe(text: str) -> Markup:
    """What a browser or a terminal would obey is shown instead: tags, control characters, marks of direction."""
    return text if isinstance(text, Markup) else Markup(escape(visible(text)))


def lines(text: str) -> Markup:
    """As `safe`, where the line breaks of the text are meant."""
    return Markup(escape(visible_lines(text)))


def cut(text: str, longest: int = LONGEST) -> str:
    return clipped(text, longest)


def _attribute(key: str, value: str | int) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is False or (name == "class" and not value):
        return ""
    return f" {name}" if value is True else f' {name}="{safe(str(value))}"'
