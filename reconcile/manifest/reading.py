"""Files read one by one: each is known by its stamp or its content, or parsed."""

from collections.abc import Iterable, Mapping, Sequence
from sys import intern
from typing import TYPE_CHECKING

from reconcile.kinds.content import Flaw, read_stamped
from reconcile.kinds.stamp import NO_STAMP, Stamp, Stamps
from reconcile.manifest.cache import Entry, digest_of
from reconcile.manifest.graph import is_sound
from reconcile.manifest.jobs import Jobs
from reconcile.manifest.sparing import Sparing
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
        self._has_secrets = False  # a file refers to one: it is parsed each time
        self._known_documents = 0
        self._settling: dict[Address, str] = {}
        self._jobs: dict[Address, DesiredJob] = {}
        self._unparsed = Unparsed(parsers)
        self._parser: Parser | None = None

    def read(self, files: list[Found]) -> None:
        """Those that are as they were come first, and at once where that can be."""
        as_before = [(file, entry) for file in files if (entry := self._as_before(file))]
        if not self._take(as_before):
            for each in as_before:
                self._take([each])
        for file in files:
            if file.shown not in self.entries:
                self._read(file)

    @property
    def is_whole(self) -> bool:
        """Whether all that was read is still there."""
        return not self._unparsed

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
        return Jobs(self._settling, self._jobs, self._unparsed.parse, may_need_secrets=self._has_secrets)

    @property
    def documents(self) -> int:
        return self._known_documents + (self._parser.documents if self._parser else 0)

    def _as_before(self, file: Found) -> Entry | None:
        entry = self._known.get(file.shown)
        return entry if entry and self._stamps.is_known(entry.stamp, file.path) else None

    def _read(self, file: Found) -> None:
        try:
            content, stamp = read_stamped(file.path)
        except Flaw:
            self._parse(file, None, "", NO_STAMP)
            return
        digest, entry = digest_of(content), self._known.get(file.shown)
        firm = self._stamps.is_firm(stamp)
        if entry and entry.digest == digest and self._take([(file, entry._replace(stamp=stamp) if firm else entry)]):
            return
        self._parse(file, content, digest, stamp if firm else NO_STAMP)

    def _take(self, known: Sequence[tuple[Found, Entry]]) -> bool:
        """Whether all could be taken: they cannot where the lock file does not vouch any more for what it did, or where
        what they refer to has another value."""
        entries = [entry for _, entry in known]
        if any(entry.uses and entry.uses != _digests(self._parsers.values, entry.uses) for entry in entries):
            return False
        settling = {_address(text): ending for entry in entries for text, ending in entry.settling.items()}
        if not self._vouches(entries, settling):
            return False
        self._hits += len(known)
        self._known_documents += sum(len(entry.settling) for entry in entries)
        self.entries |= {file.shown: entry for file, entry in known}
        self._settling |= settling
        for file, entry in known:
            self._unparsed.add(file, entry.digest, entry.settling.keys())
            for text, needed in entry.depends_on.items():
                self.edges[_address(text)] = tuple(map(_address, needed))
        return True

    def _vouches(self, entries: Sequence[Entry], settling: Mapping[Address, str]) -> bool:
        """Whether the lock file does so for all specs that were not validated."""
        trusted = self._sparing.trusted
        if all(entry.all_vouched for entry in entries):
            return all(map(trusted, settling, map(digest_in, settling.values())))
        return all(trusted(_address(text), digest) for entry in entries for text, digest in entry.trusted_digests)

    def _parse(self, file: Found, content: bytes | None, digest: str, stamp: Stamp) -> None:
        parser = self._started()
        found = parser.read(file, content)
        depends_on = {address: job.depends_on for address, job in found.jobs.items() if job.depends_on}
        self._settling |= found.settling
        self.edges |= depends_on
        if found.has_secrets:
            self._has_secrets = True
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
        if needless:
            self._unparsed.add(file, digest, [*map(str, needless)])

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
