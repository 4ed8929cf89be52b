"""Values that leave this process in requests only: what stands for them, and how text is rid of them."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

SHORTEST = 4  # characters; anything shorter is a part of ordinary text, and could not be kept out of it

_ENV = "env."
_COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 8}  # some 50 ms for each guess
_SHORTEST_LINE = 8
_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_XML_ATTRIBUTE = _XML | {ord('"'): "&quot;"}
_HTML = _XML_ATTRIBUTE | {ord("'"): "&#x27;"}


class Secrets:
    """One for each run. What was added, or asked for once, is masked from then on."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = environ or {}
        self._values: dict[str, str] = {}
        self._digests: dict[tuple[str, str, str], str] = {}
        self._masks: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def add(self, reference: str, value: str) -> None:
        """`var.password`, and what it stands for."""
        if self._values.get(reference) == value:
            return
        self._values[reference] = value
        if len(value) >= SHORTEST:
            masks = dict.fromkeys(_forms(value), f"${{{reference}}}") | self._masks
            stay = {text: text for text in masks.values()}  # what was masked may be masked again, and stays as it is
            masks = stay | masks
            longest_first = sorted(masks, key=len, reverse=True)
            self._masks, self._pattern = masks, re.compile("|".join(map(re.escape, longest_first)))

    def get(self, reference: str) -> str | None:
        """What it stands for; None where that is not set. An empty variable counts as none: so CI hides secrets."""
        new = reference.startswith(_ENV) and reference not in self._values
        if new and (value := self._environ.get(reference.removeprefix(_ENV))):
            self.add(reference, value)
        return self._values.get(reference)

    def unset(self, references: Iterable[str]) -> list[str]:
        """Those that stand for nothing, sorted."""
        return sorted(reference for reference in references if self.get(reference) is None)

    def digests(self, references: Iterable[str], *, salt: str) -> dict[str, str]:
        """What tells a changed value, and is of no use for finding it: slow to compute, salted and short."""
        return {reference: self._digest(reference, salt) for reference in sorted(references)}

    def differ(self, digests: Mapping[str, str], *, salt: str) -> bool:
        """Whether any of these references stands for something else now. One that is not set tells nothing."""
        return any(
            self.get(reference) is not None and self._digest(reference, salt) != digest
            for reference, digest in digests.items()
        )

    @property
    def hides_any(self) -> bool:
        """Whether `mask` could change a text."""
        return self._pattern is not None

    def mask(self, text: str) -> str:
        """The text with references where their values stood."""
        pattern, masks = self._pattern, self._masks
        return pattern.sub(lambda found: masks[found[0]], text) if pattern and text else text

    def _digest(self, reference: str, salt: str) -> str:
        value = self.get(reference) or ""
        key = reference, value, salt
        if key not in self._digests:
            salted = json.dumps([salt, reference]).encode()
            made = hashlib.scrypt(value.encode(errors="surrogateescape"), salt=salted, **_COST)
            self._digests[key] = f"scrypt:{made.hex()}"
        return self._digests[key]


def _forms(value: str) -> set[str]:
    """How a service, an error or a report may write it. Of several lines, each by itself too."""
    lines = [value, *(line for line in value.splitlines() if len(line.strip()) >= _SHORTEST_LINE)]
    forms: set[str] = set()
    for text in (*lines, *(line.strip() for line in lines)):
        data = text.encode(errors="surrogateescape")
        forms |= {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]}
        forms |= {
            "".join(each if each.isprintable() else repr(each)[1:-1] for each in text),
            base64.b64encode(data).decode(),
        }
        forms |= {quote(data), quote(data, safe=""), quote_plus(data)}
    forms |= {text.translate(escapes) for text in forms for escapes in (_XML, _XML_ATTRIBUTE, _HTML)}
    return {form for form in forms if len(form) >= SHORTEST}
