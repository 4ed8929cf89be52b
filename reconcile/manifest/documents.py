"""From a file's text to its documents, with the fast parser; marks those that it may have read too freely."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

import yaml_rs

from reconcile.manifest.content import Flaw

LARGEST_DOCUMENT = 2**20

_ALIASES = yaml_rs.AliasLimits(max_total_replayed_events=10_000, max_replay_stack_depth=16)
_MARKER = re.compile(r"\n(?=(?:---|\.\.\.)(?:\s|\Z))")  # at the start of a line, these mean nothing else
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_PLACE = re.compile(r"YAML parse error at line (?P<line>\d+), column (?P<column>\d+)\n.*\n(?P<what>.+)", re.DOTALL)

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

# A level of nesting takes two characters at least, and ten thousand levels overflow the parser's stack. A number of a
# million digits takes seconds. A short document can hold neither.
_HARMLESS = 4096
_ENDLESS = re.compile(r"[\s,\[{:][-+]?(?:0[xXoObB][0-9a-fA-F_]{1024}|[0-9_.]{1024})")
_NESTING = re.compile(r"^(?:[ \t]|[-?:][ \t]|[&!]\S*[ \t]){1024}", re.MULTILINE)


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
    for line, chunk in _chunks(text):
        try:
            value = _parsed(chunk)
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


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Each document's text, from its marker on, and the line that it begins in."""
    start, line = 0, 1
    for match in _MARKER.finditer(text):
        yield line, text[start : match.end()]
        line += text.count("\n", start, match.end())
        start = match.end()
    yield line, text[start:]


def _parsed(chunk: str) -> Any:
    if len(chunk) > _HARMLESS:
        _check_size(chunk)
    if "%" in chunk and (directive := _DIRECTIVE.search(chunk)):
        raise Flaw("directives (%YAML, %TAG) are not supported; remove the line", _line(chunk, directive), 1)
    if chunk.startswith("..."):
        chunk = "   " + chunk[3:]
    try:
        return yaml_rs.loads(chunk, parse_datetime=False, alias_limits=_ALIASES)
    except (ValueError, TypeError) as error:  # a TypeError: a mapping as a name in a mapping
        raise _broken(str(error)) from error


def _check_size(chunk: str) -> None:
    if len(chunk) > LARGEST_DOCUMENT:
        raise Flaw(f"this document has {len(chunk) / 2**20:.1f} MB; at most {LARGEST_DOCUMENT // 2**20} MB are read")
    if nesting := _NESTING.search(chunk):
        raise Flaw("nested too deeply", _line(chunk, nesting), 1)
    if endless := _ENDLESS.search(chunk):
        raise Flaw("a number of more than a thousand digits; quote it to keep it as text", _line(chunk, endless), 1)


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def _broken(error: str) -> Flaw:
    if match := _PLACE.match(error):
        return Flaw(f"broken YAML: {match['what']}", int(match["line"]), int(match["column"]))
    if error.startswith("alias"):
        return Flaw("the aliases of this document expand to far more than what is written; write it out")
    return Flaw(f"broken YAML: {error}")


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
