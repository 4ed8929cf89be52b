"""A file's text: UTF-8, without characters that YAML forbids."""

import re

from reconcile.kinds.content import Flaw

_FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
# Not compiled: that takes longer than to read 100 manifests, and next to none needs it.
_UNFIT = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\r(?!\n)"


def text_of(content: bytes) -> str:
    """The text without a byte order mark. Raises Flaw."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        raise Flaw(f"this is not UTF-8: byte 0x{content[error.start]:02x}", line, column) from error
    if not text.isascii() or b"\r" in content or len(content.translate(None, _FORBIDDEN)) != len(content):
        text = text.removeprefix("\ufeff")
        _check_characters(text)
    return text


def _check_characters(text: str) -> None:
    match = re.search(_UNFIT, text)
    if match is None:
        return
    line, column = text.count("\n", 0, match.start()) + 1, match.start() - text.rfind("\n", 0, match.start())
    if match[0] == "\r":
        raise Flaw("a carriage return without a line feed; end lines with a line feed", line, column)
    raise Flaw(f"the character U+{ord(match[0]):04X} is not allowed in YAML", line, column)
