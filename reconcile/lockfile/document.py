"""A lock file as it was read: records are decoded when they are asked for."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

import orjson

from reconcile.errors import LockFileError
from reconcile.lockfile.codec import digest_in_line, dumps, record_from, record_json, seal
from reconcile.lockfile.index import Index, index
from reconcile.lockfile.layout import head_of, laid_out
from reconcile.lockfile.protocol import Head
from reconcile.lockfile.text import InMemory, Text, line_number
from reconcile.model.address import Address
from reconcile.model.phase import Phase
from reconcile.model.record import Record
from reconcile.model.settled import digest_in


@dataclass(frozen=True, slots=True)
class Document:
    """A lock file as it was read."""

    where: str  # the file, for messages
    head: Head
    text: Text
    index: Index

    @property
    def original(self) -> bytes:
        """What the file holds."""
        return self.text.original

    @property
    def suspects(self) -> Set[bytes]:
        """The addresses of lines whose checksum does not fit."""
        return self.index.suspects

    def __len__(self) -> int:
        return len(self.index.starts)

    def __iter__(self) -> Iterator[Address]:
        for key in self.index.starts:
            kind, _, name = key.decode().partition("/")
            yield Address(kind, name)

    def __contains__(self, address: Address) -> bool:
        return _key(address) in self.index.starts

    def get(self, address: Address) -> Record | None:
        """Decodes the record. One whose checksum does not fit is a suspect: taken for a running job that nobody has
        looked at, whatever it says, so that it is observed before anything is decided. Raises LockFileError."""
        key = _key(address)
        start = self.index.starts.get(key)
        if start is None:
            return None
        line = self.text.line(start)
        try:
            record = record_from(address, orjson.loads(_without_comma(line)[len(key) + 3 :]))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise LockFileError(
                f"{address} cannot be read from the lock file: {error!r}",
                where=self.place(key),
                fix="Take the line from the last good version of the file, or remove it: a plan looks for its job.",
            ) from error
        return _doubted(record) if key in self.suspects else record

    def ending(self, address: Address) -> str:
        """`Record.ending`, "" for a suspect. Decodes nothing."""
        return self.index.endings.get(_key(address), b"").decode()

    def digest(self, address: Address) -> str | None:
        """The record's digest, without decoding it; None where there is no record, or a suspect one."""
        if ending := self.ending(address):
            return digest_in(ending)
        key = _key(address)
        start = self.index.starts.get(key)
        if start is None or key in self.suspects:
            return None
        return digest_in_line(self.text.line(start))

    def line(self, address: Address) -> bytes:
        """The line as it is kept, without comma and line end. A suspect stays one until it is observed."""
        return _without_comma(self.text.line(self.index.starts[_key(address)]))

    def place(self, key: bytes) -> str:
        return f"{self.where}:{line_number(self.text, self.index.starts[key])}"

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(
            f"{self.place(key)}: {key.decode()}: the checksum does not fit, as after a merge or an edit by hand; "
            "the job is observed again."
            for key in sorted(self.suspects)
        )


def nothing(where: str, project: str) -> Document:
    """What stands for a lock file that does not exist."""
    return Document(where, Head(project, lineage="", serial=0), InMemory(b"", b""), Index({}, {}, set()))


def parse(text: bytes, where: str) -> Document:
    """Raises LockFileError with the line where it is broken, was left by a merge, or is of a newer version."""
    return parse_text(InMemory(text, text), where)


def parse_text(text: Text, where: str) -> Document:
    """As `parse`, wherever the text is."""
    found = index(text, where)
    if found is None:
        text = InMemory(laid_out(text.original, where), text.original)
        found = index(text, where)
    assert found is not None  # what `laid_out` gives is laid out
    return Document(where, head_of(text.line(0), where), text, found)


def record_line(record: Record) -> bytes:
    return seal(b'"%b":%b' % (str(record.address).encode(), dumps(record_json(record))))


def _key(address: Address) -> bytes:
    return f"{address.kind}/{address.name}".encode()


def _without_comma(line: bytes) -> bytes:
    return line[:-1] if line.endswith(b",") else line


def _doubted(record: Record) -> Record:
    return replace(record, phase=record.phase if record.is_intent else Phase.RUNNING, suspect=True)
