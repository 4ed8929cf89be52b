"""What a job of ours carries: marks to tags and back, in the three styles in which services take tags.

Services differ in what a tag may hold; letters, digits, space and `_ . : / + - @` pass everywhere, and so does `=`,
which therefore stands for the percent sign of an ordinary percent-encoding (that itself is refused).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconcile.model.address import Address
from reconcile.model.observed import TAG_PREFIX, Marks
from reconcile.model.tokens import LONGEST_NAME, split_job_name

_REFUSED = re.compile(r"[^A-Za-z0-9 _.:/+@-]")
_ESCAPED = re.compile(r"(?:=[0-9A-F]{2})+")
_NUMBER = re.compile(r"[0-9]{1,9}")


def with_marks(given: Any, marks: Marks, style: str) -> Any:
    """The user's own tags, if there are any, and ours, as the service takes them. `style` is a descriptor's."""
    tags = dict(_pairs(given, style)) | {TAG_PREFIX + key: _encode(value) for key, value in _words(marks).items()}
    if style == "map":
        return tags
    key, value = style.split("/")
    return [{key: name, value: text} for name, text in tags.items()]


def marks_of(tags: Any, style: str) -> Marks | None:
    """Our marks among a job's tags. Total: None where there are none, or where they make no sense."""
    own = ((name, text) for name, text in _pairs(tags, style) if name.startswith(TAG_PREFIX))
    words = {name.removeprefix(TAG_PREFIX): _decode(text) for name, text in own}
    try:
        marks = Marks(
            project=words["project"],
            environment=words["environment"],
            address=Address.parse(words["address"]),
            generation=_number(words["generation"]),
            attempt=_number(words["attempt"]),
            tries=_number(words["try"]),
            digest=words["digest"],
            client_token=words["token"],
        )
    except (KeyError, ValueError):
        return None
    return marks if marks.attempt and marks.client_token else None


def bears_name_of(address: Address, name: str) -> bool:
    """Whether a job's name is one that was made for this address: its name, perhaps cut, with attempt and token."""
    match split_job_name(name):
        case (own, _, _):
            return own == address.name or (len(name) >= LONGEST_NAME and address.name.startswith(own))
        case _:
            return False


def marks_in_name(project: str, environment: str, address: Address, name: str) -> Marks | None:
    """All that a name can tell, for a provider whose jobs carry no tags: the attempt, and the token's first eight.
    The rest is "" or 0, which never equals what a tag says."""
    match split_job_name(name):
        case (_, attempt, token) if bears_name_of(address, name):
            return Marks(project, environment, address, 0, attempt, 0, "", token)
        case _:
            return None


def _words(marks: Marks) -> dict[str, str]:
    return {
        "project": marks.project,
        "environment": marks.environment,
        "address": str(marks.address),
        "generation": str(marks.generation),
        "attempt": str(marks.attempt),
        "try": str(marks.tries),
        "digest": marks.digest,
        "token": marks.client_token,
    }


def _pairs(tags: Any, style: str) -> Iterator[tuple[str, str]]:
    if style == "map":
        items = list(tags.items()) if isinstance(tags, Mapping) else []
    else:
        key, _, value = style.partition("/")
        given = tags if isinstance(tags, list | tuple) else []
        items = [(item.get(key), item.get(value)) for item in given if isinstance(item, Mapping)]
    for name, text in items:
        if isinstance(name, str) and isinstance(text, str):
            yield name, text


def _encode(text: str) -> str:
    return _REFUSED.sub(lambda match: "".join(f"={byte:02X}" for byte in match[0].encode()), text)


def _decode(text: str) -> str:
    """Bytes that are no UTF-8 become replacement characters: they equal nothing of ours."""
    return _ESCAPED.sub(lambda match: bytes.fromhex(match[0].replace("=", "")).decode(errors="replace"), text)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)
