"""A lock file as it was read: records are decoded when they are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import orjson

from reconcile.errors import LockFileError
from reconcile.lockfile.codec import digest_in, dumps, ending_in, record_from, record_json, seal
from reconcile.lockfile.layout import head_of, index, laid_out, line_at, line_number
from reconcile.lockfile.protocol import Head
from reconcile.model.address import Address
from reconcile.model.phase import Phase
from reconcile.model.record import Record


@dataclass(frozen=True, slots=True)
class Document:
    """A lock file as it was read. `starts` says where the line of an address begins in `text`."""

    where: str  # the file, for messages
    head: Head
    original: bytes  # what the file holds; `text` is that, unless something other than us had laid it out
    text: bytes
    starts: dict[bytes, int]
    suspects: frozenset[bytes]  # the addresses of lines whose checksum does not fit

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Address]:
        for key in self.starts:
            kind, _, name = key.decode().partition("/")
            yield Address(kind, name)

    def __contains__(self, address: Address) -> bool:
        return str(address).encode() in self.starts

    def get(self, address: Address) -> Record | None:
        """Decodes the record. One whose checksum does not fit is a suspect: taken for a running job that nobody has
        looked at, whatever it says, so that it is observed before anything is decided. Raises LockFileError."""
        key = str(address).encode()
        start = self.starts.get(key)
        if start is None:
            return None
        try:
            record = record_from(address, orjson.loads(line_at(self.text, start, start + len(key) + 3)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise LockFileError(
                f"{address} cannot be read from the lock file: {error!r}",
                where=self.place(key),
                fix="Take the line from the last good version of the file, or remove it and plan with --adopt.",
            ) from error
        return _doubted(record) if key in self.suspects else record

    def ending(self, address: Address) -> str:
        """`Record.ending`, "" for a suspect. Decodes nothing."""
        key = f"{address.kind}/{address.name}".encode()
        start = self.starts.get(key)
        if start is None or key in self.suspects:
            return ""
        return ending_in(self.text, start, self.text.find(b"\n", start))

    def digest(self, address: Address) -> str | None:
        """The record's digest, without decoding it; None where there is no record, or a suspect one."""
        key = f"{address.kind}/{address.name}".encode()
        start = self.starts.get(key)
        if start is None or key in self.suspects:
            return None
        return digest_in(self.text, start, self.text.find(b"\n", start))

    def line(self, address: Address) -> bytes:
        """The line as it is kept, without comma and line end. A suspect stays one until it is observed."""
        start = self.starts[str(address).encode()]
        return line_at(self.text, start, start)

    def place(self, key: bytes) -> str:
        return f"{self.where}:{line_number(self.text, self.starts[key])}"

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(
            f"{self.place(key)}: {key.decode()}: the checksum does not fit, as after a merge or an edit by hand; "
            "the job is observed again."
            for key in sorted(self.suspects)
        )


def nothing(where: str, project: str) -> Document:
    """What stands for a lock file that does not exist."""
    return Document(where, Head(project, lineage="", serial=0), b"", b"", {}, frozenset())


def parse(text: bytes, where: str) -> Document:
    """Raises LockFileError with the line where it is broken, was left by a merge, or is of a newer version."""
    ours = text
    found = index(text, where)
    if found is None:
        ours = laid_out(text, where)
        found = index(ours, where)
    assert found is not None  # what `laid_out` gives is laid out
    return Document(where, head_of(ours, where), text, ours, *found)


def record_line(record: Record) -> bytes:
    return seal(b'"%b":%b' % (str(record.address).encode(), dumps(record_json(record))))


def _doubted(record: Record) -> Record:
    return replace(record, phase=record.phase if record.is_intent else Phase.RUNNING, suspect=True)
