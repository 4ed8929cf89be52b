"""One more entry in the file of accepted drift, with all else in it kept as it was written."""

from pathlib import Path

import yaml

from reconcile.kinds.acceptances import KIND
from reconcile.kinds.content import Flaw, read_content
from reconcile.kinds.envelope import API_VERSION
from reconcile.kinds.nodes import compose
from reconcile.kinds.text import text_of
from reconcile.manifest.acceptances import AcceptanceError, Accepted, acceptances_in
from reconcile.manifest.walk import ACCEPTED_FILE
from reconcile.model.quoted import quoted

_HEAD = f"""# Drift that somebody has agreed to live with, until the end of a day (UTC). Reviewed like the manifests.
apiVersion: {API_VERSION}
kind: {KIND}
accepted:
"""


def accepted_text(folder: Path) -> str | None:
    """What the project's file holds; None where there is none yet. Raises AcceptanceError."""
    path = folder / ACCEPTED_FILE
    try:
        return text_of(read_content(str(path))) if path.exists() else None
    except Flaw as flaw:
        raise AcceptanceError(
            f"The accepted drift is wrong: {flaw.message}.", where=str(path), fix="Correct the file."
        ) from flaw


def with_acceptance(text: str | None, new: Accepted) -> str:
    """The file's text with this entry, in place of one of the same address. `text` None: there is no file yet. Raises
    AcceptanceError where the file is wrong, or is written in a way that leaves no room."""
    before = acceptances_in(text) if text is not None else ()
    made = _placed(text, new) if text is not None and before else f"{_head(text)}{_entry(new, '  ')}\n"
    others = [entry for entry in before if entry.address != new.address]
    try:
        told = acceptances_in(made)
    except AcceptanceError:
        told = ()
    if sorted(told, key=str) != sorted([*others, new], key=str):
        raise AcceptanceError(
            "The entry cannot be written into this file, as its entries are not written one below the other.",
            where=ACCEPTED_FILE,
            fix=f"Write it there by hand:\n{_entry(new, '  ')}",
        )
    return made


def _head(text: str | None) -> str:
    """All that stands above the first entry."""
    if text is None:
        return _HEAD
    lines = text.rstrip("\n").split("\n")
    kept = [line if not line.startswith("accepted:") else "accepted:" for line in lines]
    return "\n".join(kept) + "\n"


def _placed(text: str, new: Accepted) -> str:
    lines = text.rstrip("\n").split("\n")
    items = _items(text)
    same = next((item for item in items if _address(item) == str(new.address)), None)
    item = same or items[-1]
    first, last = item.start_mark.line, _last_line(item)
    indent = " " * max(item.start_mark.column - 2, 0)
    begin = first if same else last + 1
    return "\n".join([*lines[:begin], _entry(new, indent), *lines[last + 1 :]]) + "\n"


def _items(text: str) -> list[yaml.MappingNode]:
    root = compose(text)
    assert isinstance(root, yaml.MappingNode)  # it was read without a problem
    accepted = next(value for key, value in root.value if key.value == "accepted")
    return list(accepted.value)


def _address(item: yaml.MappingNode) -> str:
    return next(str(value.value) for key, value in item.value if key.value == "address")


def _last_line(item: yaml.MappingNode) -> int:
    """That of its last value: what follows, comments say, is not its own."""
    end = item.value[-1][1].end_mark
    return int(end.line if end.column else end.line - 1)


def _entry(new: Accepted, indent: str) -> str:
    members = {
        "address": str(new.address),
        "drift": new.drift.value,
        "until": quoted(new.acceptance.until.isoformat()),
        "reason": quoted(new.acceptance.reason),
    }
    lines = [f"{name}: {value}" for name, value in members.items()]
    return "\n".join([f"{indent}- {lines[0]}", *(f"{indent}  {line}" for line in lines[1:])])
