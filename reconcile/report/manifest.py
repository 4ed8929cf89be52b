"""A manifest in YAML, with comments where its author has to fill something in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconcile.kinds.described import Gap
from reconcile.model.address import Address
from reconcile.model.quoted import quoted
from reconcile.report.visible import prose

_PLAIN = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})  # that are more than text in YAML


def manifest_yaml(address: Address, provider: str, spec: Mapping[str, Any], *, about: Sequence[str]) -> str:
    """`about` are comments to stand on top, a line each. Ends with a newline."""
    head = [
        *(f"# {prose(line)}" for line in about),
        "apiVersion: reconcile/v1",
        f"kind: {address.kind}",
        f"metadata: {{name: {quoted(address.name)}}}",
        f"provider: {quoted(provider)}",
        "spec:",
    ]
    return "\n".join([*head, *(f"  {line}" for line in _lines(spec))]) + "\n"


def _lines(value: Any) -> Iterator[str]:
    """A mapping or a list, block style."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _member(f"{_key(str(key))}:", member)
    else:
        for member in value:
            yield from _member("-", member)


def _member(head: str, value: Any) -> Iterator[str]:
    if isinstance(value, Gap):
        yield f"# {head} …  # {value.why}"
    elif isinstance(value, Mapping | list) and value:
        yield head
        yield from (f"  {line}" for line in _lines(value))
    else:
        yield f"{head} {quoted(value)}"


def _key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) and key.lower() not in _WORDS else quoted(key)
