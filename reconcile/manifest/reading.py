"""Files read one by one: each is known by its stamp or its content, or parsed."""

from collections.abc import Iterable, Mapping
from sys import intern
from typing import TYPE_CHECKING

from reconcile.manifest.cache import Entry, digest_of
from reconcile.manifest.content import Flaw, read_stamped
from reconcile.manifest.graph import is_sound
from reconcile.manifest.jobs import Jobs
from reconcile.manifest.sparing import Sparing
from reconcile.manifest.stamp import NO_STAMP, Stamp, Stamps
from reconcile.manifest.unparsed import Parsers, Unparsed
from reconcile.manifest.walk import Found
from reconcile.model.address import Address
from reconcile.model.job import DesiredJob
from reconcile.model.problem import Problem
from reconcile.model.settled import digest_in
from reconcile.model.variables import Values

if TYPE_CHECKING:
    from reconcile.manifest.parse import Parser


class Reading:
    """What was found so far."""

    def __init__(self, parsers: Parsers, sparing: Sparing, known: Mapping[str, Entry], *, remembers: bool) -> None:
        self.entries: dict[str, Entry] = {}  # of all files, for later loads; of none where nobody `remembers` them
        self.edges: dict[Address, tuple[Address, ...]] = {}
        self._parsers = parsers
        self._sparing = sparing
        self._known = known
        self._remembers = remembers
        self._stamps = Stamps(parsers.project.folder)
        self._hits = 0  # files that were not parsed
        self._known_documents = 0
        self._settling: dict[Address, str] = {}
        self._jobs: dict[Address, DesiredJob] = {}
        self._unparsed = Unparsed(parsers, {})
        self._parser: Parser | None = None

    def read(self, files: list[Found]) -> None:
        for file in files:
            entry = self._known.get(file.shown)
            if not (entry and self._stamps.is_known(entry.stamp, file.path) and self._take(file, entry)):
                self._read(file, entry)

    @property
    def is_whole(self) -> bool:
        """Whether all that was read is still there."""
        return not self._unparsed.files

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong, as far as can be told without saying what."""
        return (
            self.documents == len(self._settling)  # or addresses are given twice
            and (self._parser is None or self._parser.is_clean)
            and is_sound(self.edges, self._settling)
            and (self._hits > 0 or self._knows_all_kinds())
        )

    def problems(self, refused: list[Problem]) -> tuple[list[Problem], int]:
        """With their places, and the number of faulty manifests. `refused` are those of the files' names."""
        if self.is_sound:
            return refused, 0
        found, faulty = self._started().problems()
        return [*refused, *found], faulty

    def jobs(self) -> Jobs:
        return Jobs(self._settling, self._jobs, self._unparsed.parse)

    @property
    def documents(self) -> int:
        return self._known_documents + (self._parser.documents if self._parser else 0)

    def _read(self, file: Found, entry: Entry | None) -> None:
        try:
            content, stamp = read_stamped(file.path)
        except Flaw:
            self._parse(file, None, "", NO_STAMP)
            return
        digest = digest_of(content)
        firm = self._stamps.is_firm(stamp)
        if entry and entry.digest == digest and self._take(file, entry._replace(stamp=stamp) if firm else entry):
            return
        self._parse(file, content, digest, stamp if firm else NO_STAMP)

    def _take(self, file: Found, entry: Entry) -> bool:
        """Whether it could be taken: it cannot where the lock file does not vouch any more for what it did, or where
        what it refers to has another value."""
        if entry.uses and entry.uses != _digests(self._parsers.values, entry.uses):
            return False
        settling = {_address(text): ending for text, ending in entry.settling.items()}
        if not self._vouches(entry, settling):
            return False
        self._hits += 1
        self.entries[file.shown] = entry
        self._known_documents += len(settling)
        self._settling |= settling
        self._unparsed.files.update(dict.fromkeys(settling, (file, entry.digest)))
        for text, needed in entry.depends_on.items():
            self.edges[_address(text)] = tuple(map(_address, needed))
        return True

    def _vouches(self, entry: Entry, settling: Mapping[Address, str]) -> bool:
        """Whether the lock file does so for all specs that were not validated."""
        trusted = self._sparing.trusted
        if entry.all_vouched:
            return all(map(trusted, settling, map(digest_in, settling.values())))
        return all(trusted(_address(text), digest) for text, digest in entry.vouched.items())

    def _parse(self, file: Found, content: bytes | None, digest: str, stamp: Stamp) -> None:
        parser = self._started()
        found = parser.read(file, content)
        depends_on = {address: job.depends_on for address, job in found.jobs.items() if job.depends_on}
        self._settling |= found.settling
        self.edges |= depends_on
        if found.has_secrets:
            self._jobs |= found.jobs
            return  # nothing about a secret is kept
        if self._remembers:
            self.entries[file.shown] = Entry.of(
                digest,
                stamp,
                {str(address): ending for address, ending in found.settling.items()},
                {str(address): trusted for address, trusted in found.vouched.items() if address in found.jobs},
                {str(address): [*map(str, needed)] for address, needed in depends_on.items()},
                _digests(self._parsers.values, found.uses),
            )
        needless = self._sparing.needless(found.settling)
        for address in needless:
            del found.jobs[address]
        self._jobs |= found.jobs
        parser.forget(needless)
        self._unparsed.files.update(dict.fromkeys(needless, (file, digest)))

    def _started(self) -> "Parser":
        if self._parser is None:
            self._parser = self._parsers.make()
        return self._parser

    def _knows_all_kinds(self) -> bool:
        """Of the project file's limits and guards. Where a file is known, that was so."""
        project, catalog = self._parsers.project, self._parsers.catalog
        limited = (kind for provider in project.providers.values() for kind in provider.limits)
        return all(kind in catalog for kind in (*limited, *(project.guards.kinds or ())))


def _digests(values: Values, names: Iterable[str]) -> dict[str, str]:
    """Of what these plain references stand for."""
    plain = values.plain
    return {name: digest_of(repr(plain[name]).encode(errors="surrogateescape")) for name in names if name in plain}


def _address(text: str) -> Address:
    kind, _, name = text.partition("/")
    return Address(intern(kind), name)
