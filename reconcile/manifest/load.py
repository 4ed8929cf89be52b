"""Every manifest of a project: its jobs, or every problem of every file at once."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

from reconcile.errors import ReconcileError
from reconcile.manifest.cache import Entry, digest_of
from reconcile.manifest.collector import collector_off
from reconcile.manifest.content import Flaw, read_content, read_stamped
from reconcile.manifest.graph import is_sound
from reconcile.manifest.jobs import Jobs
from reconcile.manifest.problem import Loaded, Trusted
from reconcile.manifest.stamp import NO_STAMP, Stamp, Stamps
from reconcile.manifest.walk import Found, find_manifests
from reconcile.model.address import Address
from reconcile.model.job import DesiredJob
from reconcile.model.problem import Problem
from reconcile.model.project import Project
from reconcile.model.settled import is_settled, settled_by
from reconcile.model.variables import NO_VALUES, Values

if TYPE_CHECKING:
    from reconcile.kinds.descriptor import Descriptor
    from reconcile.manifest.parse import Parser


class ManifestChanged(ReconcileError):
    """A manifest is not the one any more that was loaded."""

    code = "manifest-changed"


class Memory(NamedTuple):
    """What earlier loads found in files, by the files' names, with everything else that decides as it is now."""

    known: Mapping[str, Entry]
    keep: Callable[[dict[str, Entry]], None]
    borrowed: bool = False  # of another folder: kept again as this one's own, which nobody else replaces


def load_jobs(
    project: Project,
    catalog: Mapping[str, "Descriptor"],
    *,
    trusted: Trusted,
    ended: Callable[[Address], str] = lambda _: "",
    elsewhere: Callable[[Address], bool] = lambda _: False,
    memory: Memory | None = None,
    values: Values = NO_VALUES,
) -> Loaded:
    """`trusted`: the lock file holds this digest for this address, validated with the same catalog. `ended`: see
    Record.ending; of what is settled no job is kept, nor of what is `elsewhere`. Raises CatalogError where a kind's
    descriptor does not fit its service.

    All of them change nothing but time and space: with any problem at all, everything is read and kept without them.
    """
    with collector_off():
        files, refused = find_manifests(project)
        known = memory.known if memory and not refused else {}
        load = _Load(project, catalog, trusted, ended, elsewhere, known, values)
        load.read(files)
        if not (load.is_whole or load.is_sound):
            load = _Load(project, catalog, trusted, lambda _: "", lambda _: False, {}, values)
            load.read(files)
        problems, faulty = load.problems(refused)
        if memory and not problems and (memory.borrowed or load.entries != known):
            memory.keep(load.entries)
    return Loaded(load.jobs(), load.edges, tuple(sorted(problems, key=_place)), len(files), load.documents, faulty)


class _Load:
    """Each file is known by its stamp or its content, or parsed."""

    def __init__(
        self,
        project: Project,
        catalog: Mapping[str, "Descriptor"],
        trusted: Trusted,
        ended: Callable[[Address], str],
        elsewhere: Callable[[Address], bool],
        known: Mapping[str, Entry],
        values: Values,
    ) -> None:
        self.entries: dict[str, Entry] = {}
        self.hits = 0  # files that were not parsed
        self._project = project
        self._catalog = catalog
        self._trusted = trusted
        self._ended = ended
        self._elsewhere = elsewhere
        self._known = known
        self._values = values
        self._stamps = Stamps(project.folder)
        self._settling: dict[Address, str] = {}
        self.edges: dict[Address, tuple[Address, ...]] = {}
        self._unparsed: dict[Address, tuple[Found, str]] = {}
        self._known_documents = 0
        self._parser: Parser | None = None

    def read(self, files: list[Found]) -> None:
        for file in files:
            entry = self._known.get(file.shown)
            if not (entry and self._stamps.is_known(entry.stamp, file.path) and self._take(file, entry)):
                self._read(file, entry)

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
            and (self.hits > 0 or self._knows_all_kinds())
        )

    def _knows_all_kinds(self) -> bool:
        """Of the project file's limits and guards. Where a file is known, that was so."""
        limited = (kind for provider in self._project.providers.values() for kind in provider.limits)
        return all(kind in self._catalog for kind in (*limited, *(self._project.guards.kinds or ())))

    def problems(self, refused: list[Problem]) -> tuple[list[Problem], int]:
        """With their places, and the number of faulty manifests. `refused` are those of the files' names."""
        if self.is_sound:
            return refused, 0
        found, faulty = self._started().problems()
        return [*refused, *found], faulty

    def jobs(self) -> Jobs:
        parsed = self._parser.jobs if self._parser else {}
        unparsed = _Unparsed(self._project, self._catalog, self._trusted, self._values, self._unparsed)
        return Jobs(self._settling, parsed, unparsed.parse)

    @property
    def documents(self) -> int:
        return self._known_documents + (self._parser.documents if self._parser else 0)

    def _take(self, file: Found, entry: Entry) -> bool:
        """Whether it could be taken: it cannot where the lock file does not vouch any more for what it did, or where
        what it refers to has another value."""
        if entry.uses and entry.uses != _digests(self._values, entry.uses):
            return False
        addresses = {text: _address(text) for text in entry.settling}
        for text, digest in entry.trusted_digests:
            if not self._trusted(addresses[text], digest):
                return False
        self.hits += 1
        self.entries[file.shown] = entry
        self._known_documents += len(addresses)
        self._settling.update(zip(addresses.values(), entry.settling.values(), strict=True))
        self._unparsed.update(dict.fromkeys(addresses.values(), (file, entry.digest)))
        for text, needed in entry.depends_on.items():
            self.edges[addresses[text]] = tuple(map(_address, needed))
        return True

    def _parse(self, file: Found, content: bytes | None, digest: str, stamp: Stamp) -> None:
        parser = self._started()
        found = parser.read(file, content)
        settling = {address: settled_by(job, self._catalog[address.kind].guarantee) for address, job in found.items()}
        self._settling |= settling
        self.edges |= {address: job.depends_on for address, job in found.items() if job.depends_on}
        if parser.uses is None:
            return  # nothing about a secret is kept
        self.entries[file.shown] = Entry.of(
            digest,
            stamp,
            {str(address): ending for address, ending in settling.items()},
            {str(address): parser.vouched[address] for address in found if address in parser.vouched},
            {str(address): [*map(str, job.depends_on)] for address, job in found.items() if job.depends_on},
            _digests(self._values, parser.uses),
        )
        own = [address for address in settling if not self._elsewhere(address)]
        is_done = all(is_settled(settling[address], self._ended(address)) for address in own)
        needless = settling.keys() if is_done else settling.keys() - set(own)
        parser.forget(needless)
        self._unparsed |= dict.fromkeys(needless, (file, digest))

    def _started(self) -> "Parser":
        if self._parser is None:
            self._parser = _parser(self._project, self._catalog, self._trusted, self._values)
        return self._parser


class _Unparsed(NamedTuple):
    """Files that were known by their content."""

    project: Project
    catalog: Mapping[str, "Descriptor"]
    trusted: Trusted
    values: Values
    files: Mapping[Address, tuple[Found, str]]  # with the digest of what was in it

    def parse(self, address: Address) -> Mapping[Address, DesiredJob]:
        """The jobs of the file that holds this one. Raises ManifestChanged."""
        file, digest = self.files[address]
        parser = _parser(self.project, self.catalog, self.trusted, self.values)
        with suppress(Flaw):
            content = read_content(file.path)
            if digest_of(content) == digest:
                parser.read(file, content)
        if address in parser.jobs and parser.is_clean:
            return parser.jobs
        raise ManifestChanged(
            "This file changed while it was being planned from.", where=file.path, fix="Run the command again."
        )


def _digests(values: Values, names: Iterable[str]) -> dict[str, str]:
    """Of what these plain references stand for."""
    plain = values.plain
    return {name: digest_of(repr(plain[name]).encode(errors="surrogateescape")) for name in names if name in plain}


def _parser(project: Project, catalog: Mapping[str, "Descriptor"], trusted: Trusted, values: Values) -> "Parser":
    from reconcile.manifest.parse import Parser  # noqa: PLC0415 - what is known is loaded without parser and validator

    return Parser(project, catalog, trusted, values)


def _address(text: str) -> Address:
    kind, _, name = text.partition("/")
    return Address(intern(kind), name)


def _place(problem: Problem) -> tuple[str, int, int]:
    return problem.place.file, problem.place.line, problem.place.column
