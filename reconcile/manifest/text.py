"""A file's text: regular, of bearable size, UTF-8, without characters that YAML forbids."""

import os
import re
import stat

LARGEST_FILE = 16 * 2**20

_FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
_UNFIT = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\r(?!\n)")


class Flaw(Exception):
    """What is wrong with a text, and where: `line` and `column` count from 1 (0: not known)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def read_text(path: str) -> str:
    """The text without a byte order mark. Raises Flaw."""
    try:
        content = _read(path)
    except OSError as error:
        raise Flaw(f"this file cannot be read: {error.strerror}") from error
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


def _read(path: str) -> bytes:
    """Not a pipe or a device, even if it took the file's place since it was listed: reading one might never end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise Flaw("this is not a regular file")
        if about.st_size > LARGEST_FILE:
            raise Flaw(f"this file has {about.st_size / 2**20:.0f} MB; at most {LARGEST_FILE // 2**20} MB are read")
        content = os.read(descriptor, about.st_size + 1)
        if len(content) != about.st_size:
            raise Flaw("somebody is writing this file; try again")
        return content
    finally:
        os.close(descriptor)


def _check_characters(text: str) -> None:
    match = _UNFIT.search(text)
    if match is None:
        return
    line, column = text.count("\n", 0, match.start()) + 1, match.start() - text.rfind("\n", 0, match.start())
    if match[0] == "\r":
        raise Flaw("a carriage return without a line feed; end lines with a line feed", line, column)
    raise Flaw(f"the character U+{ord(match[0]):04X} is not allowed in YAML", line, column)
