"""Which operations only read, by what their services call them. A descriptor's word alone is not enough for it."""

import re

_VERB = re.compile(r"(?:BatchGet|BatchDescribe|Describe|Get|Head|List|Lookup|Search|Show)(?![a-z])")
_METHODS = frozenset({"GET", "HEAD"})


def is_read(operation: str, method: str = "") -> bool:
    """`method`: of HTTP, where the service's protocol makes use of it."""
    return method in _METHODS or _VERB.match(operation) is not None
