"""The documents of a YAML file, parsed by the fast parser within bounds that no file of use comes near."""

import re
from collections.abc import Iterator
from typing import Any

import yaml_rs

from reconcile.kinds.content import Flaw

LARGEST_DOCUMENT = 2**20

_ALIASES = yaml_rs.AliasLimits(max_total_replayed_events=10_000, max_replay_stack_depth=16)
_MARKER = re.compile(r"\n(?=(?:---|\.\.\.)(?:\s|\Z))")  # at the start of a line, these mean nothing else
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_PLACE = re.compile(r"YAML parse error at line (?P<line>\d+), column (?P<column>\d+)\n.*\n(?P<what>.+)", re.DOTALL)

# A level of nesting takes two characters at least, and ten thousand levels overflow the parser's stack. A number of a
# million digits takes seconds. A short document can hold neither.
_HARMLESS = 4096
_ENDLESS = re.compile(r"[\s,\[{:][-+]?(?:0[xXoObB][0-9a-fA-F_]{1024}|[0-9_.]{1024})")
_NESTING = re.compile(r"^(?:[ \t]|[-?:][ \t]|[&!]\S*[ \t]){1024}", re.MULTILINE)


def chunks(text: str) -> Iterator[tuple[int, str]]:
    """Each document's text, from its marker on, and the line that it begins in."""
    start, line = 0, 1
    for match in _MARKER.finditer(text):
        yield line, text[start : match.end()]
        line += text.count("\n", start, match.end())
        start = match.end()
    yield line, text[start:]


def parsed(chunk: str) -> Any:
    """What it says. Raises Flaw, with its place in the chunk."""
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
