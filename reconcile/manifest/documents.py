"""From a file's text to its documents, with the fast parser; marks those that it may have read too freely."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from reconcile.kinds.content import Flaw
from reconcile.kinds.yaml_text import LARGEST_DOCUMENT, chunks, parsed

# Tags, anchors, aliases and merge keys; numbers that are not written as anyone would (leading zeros, underscores,
# 0b, infinities) or may not fit into 64 bits. Too much is found, inside quotes say: that costs a closer look only.
_END = r"(?=[\s,\]}:]|\Z)"
_PLAIN = r"[-+]?(?:0|[1-9][0-9]{0,17})?(?:\.[0-9]{0,17})?(?:[eE][-+]?[0-9]{1,2})?"
_NUMBER = r"[-+]?(?:[0-9_.]+(?:[eE][-+]?[0-9_]+)?|0[xXoObB][0-9a-fA-F_]+|\.(?i:inf|nan))"
_ODD = re.compile(rf"(?:\A|[\s,\[{{:])(?:[&*]\S|!|<<|(?!{_PLAIN}{_END}){_NUMBER}{_END})")

# What each of those cannot do without. A search for one letter takes a fiftieth of the time that the pattern takes.
_HINTS = (
    re.compile(
        rf"0(?:(?<=[\s,\[{{:]0)|(?<=[\s,\[{{:][-+]0))(?:[0-9_.]+(?:[eE][-+]?[0-9_]+)?|[xXoObB][0-9a-fA-F_]+){_END}"
    ),
    re.compile(rf"_(?<=[-+0-9._\s,\[{{:]_)[0-9_.]*(?:[eE][-+]?[0-9_]+)?{_END}"),
    re.compile(rf"e(?:(?<=[0-9._]e)[-+]?[0-9_]{{3,}}{_END}|(?<=[0-9]{{200}}e))"),
    re.compile(rf"E(?:(?<=[0-9._]E)[-+]?[0-9_]{{3,}}{_END}|(?<=[0-9]{{200}}E))"),
    re.compile(rf"\.(?:(?i:inf|nan){_END}|(?<=[0-9]{{200}}\.))"),
)


class Document(NamedTuple):
    """One document of a file. Where `flaw` is given, `value` is nothing."""

    file: str
    first_line: int  # the line of the file that `text` begins in
    text: str
    value: Any
    is_odd: bool = False  # only a closer look can tell whether `value` is what was meant, or where the flaw is
    flaw: Flaw | None = None
    may_refer: bool = False  # it may hold a reference


def documents(file: str, text: str) -> Iterator[Document]:
    """Every document that is not empty."""
    return _json(file, text) if file.endswith(".json") else _yaml(file, text)


def _yaml(file: str, text: str) -> Iterator[Document]:
    is_odd, may_refer = _is_odd(text), _may_refer(text)  # once a file is faster than once a document
    for line, chunk in chunks(text):
        try:
            value = parsed(chunk)
        except Flaw as flaw:
            yield Document(file, line, chunk, None, not flaw.line and len(chunk) <= LARGEST_DOCUMENT, flaw)
        else:
            if value is not None:
                yield Document(
                    file,
                    line,
                    chunk,
                    value,
                    is_odd=is_odd and _is_odd(chunk),
                    may_refer=may_refer and _may_refer(chunk),
                )


def _is_odd(text: str) -> bool:
    if "!" in text or "&" in text or "*" in text or "<<" in text:
        return _ODD.search(text) is not None
    for hint in _HINTS:
        if hint.search(text):
            return _ODD.search(text) is not None
    return False


def _may_refer(text: str) -> bool:
    """A character may be written as an escape, which only parsing resolves."""
    return "${" in text or "\\" in text


def _json(file: str, text: str) -> Iterator[Document]:
    if not text.strip():
        return
    try:
        value = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        yield Document(file, 1, text, None, flaw=Flaw(f"broken JSON: {error.msg}", error.lineno, error.colno))
    except RecursionError:
        yield Document(file, 1, text, None, flaw=Flaw("nested too deeply"))
    except ValueError as error:  # a number of thousands of digits, and the two below
        yield Document(file, 1, text, None, len(text) <= LARGEST_DOCUMENT, Flaw(f"broken JSON: {error}"))
    else:
        is_odd = len(text) <= LARGEST_DOCUMENT and _is_odd(text)
        yield Document(file, 1, text, value, is_odd=is_odd, may_refer=_may_refer(text))


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a name is given twice in one object")
    return mapping


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
