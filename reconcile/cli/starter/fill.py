"""Templates: `@NAME@` stands for a value. Alone on a line it stands for whole lines, or none; `@INCLUDE file@` stands
for the lines of another template, as deep as itself."""

import re
from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent / "templates"
_INCLUDE = re.compile(r"^( *)@INCLUDE ([-a-z.]+)@$", re.MULTILINE)
_NAME = re.compile(r"^@([A-Z_]+)@\n|@([A-Z_]+)@", re.MULTILINE)


def filled(name: str, values: Mapping[str, str]) -> str:
    """Raises KeyError where the template wants what is not given."""
    text = _INCLUDE.sub(_included, _template(name))
    return _NAME.sub(lambda match: values[match[1] or match[2]], text)


def _template(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _included(match: re.Match[str]) -> str:
    return "\n".join(f"{match[1]}{line}" for line in _template(match[2]).splitlines())
