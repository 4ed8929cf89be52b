"""Jobs that a load did not keep: their files are parsed when one of them is asked for after all."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from reconcile.errors import ReconcileError
from reconcile.kinds.content import Flaw, read_content
from reconcile.manifest.cache import digest_of
from reconcile.manifest.loaded import Trusted
from reconcile.manifest.walk import Found
from reconcile.model.address import Address
from reconcile.model.job import DesiredJob
from reconcile.model.project import Project
from reconcile.model.variables import Values

if TYPE_CHECKING:
    from reconcile.kinds.descriptor import Descriptor
    from reconcile.manifest.parse import Parser


class ManifestChanged(ReconcileError):
    """A manifest is not the one any more that was loaded."""

    code = "manifest-changed"


class Parsers(NamedTuple):
    """All that it takes to make one."""

    project: Project
    catalog: Mapping[str, "Descriptor"]
    values: Values
    trusted: Trusted

    def make(self) -> "Parser":
        from reconcile.manifest.parse import Parser  # noqa: PLC0415 - what is known does without parser and validator

        return Parser(self.project, self.catalog, self.trusted, self.values)


class Unparsed:
    """Filled while the files are read, and asked afterwards."""

    def __init__(self, parsers: Parsers) -> None:
        self._parsers = parsers
        self._files: list[tuple[Found, str, Collection[str]]] = []  # the digest of what was in it, and whose jobs

    def __len__(self) -> int:
        return len(self._files)

    def add(self, file: Found, digest: str, addresses: Collection[str]) -> None:
        """Addresses are written as `Kind/name`."""
        self._files.append((file, digest, addresses))

    def parse(self, address: Address) -> Mapping[Address, DesiredJob]:
        """The jobs of the file that holds this one. Raises ManifestChanged."""
        file, digest = self._by_address[str(address)]
        parser = self._parsers.make()
        with suppress(Flaw):
            content = read_content(file.path)
            if digest_of(content) == digest:
                jobs = parser.read(file, content).jobs
                if address in jobs and parser.is_clean:
                    return jobs
        raise ManifestChanged(
            "This file changed while it was being planned from.", where=file.path, fix="Run the command again."
        )

    @cached_property
    def _by_address(self) -> Mapping[str, tuple[Found, str]]:
        return {address: (file, digest) for file, digest, addresses in self._files for address in addresses}
