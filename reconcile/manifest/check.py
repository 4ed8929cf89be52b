"""One document in; its job, or everything that is wrong with it, out."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from sys import intern

from reconcile.errors import nearest
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.envelope import envelope_problems
from reconcile.kinds.problems import SpecProblem
from reconcile.kinds.rules import members_read
from reconcile.manifest.desired import dependencies, desired_job
from reconcile.manifest.documents import Document
from reconcile.manifest.fill import NO_REFERENCES, fill, secret_in_the_open
from reconcile.manifest.finding import Finding
from reconcile.manifest.flaws import look_closer
from reconcile.manifest.in_file import InFile
from reconcile.manifest.loaded import Path, Trusted
from reconcile.manifest.no_manifest import no_manifest
from reconcile.manifest.providers import Providers
from reconcile.manifest.rules import rule_problems
from reconcile.model.address import NAME, Address
from reconcile.model.project import Provider
from reconcile.model.settled import settled_by
from reconcile.model.tokens import digest
from reconcile.model.variables import Values

_FORGOTTEN = Document("", 0, "", None)


class Checker:
    """Keeps what it found: the jobs of the file at hand, and what is wrong with any."""

    def __init__(
        self, catalog: Mapping[str, Descriptor], providers: Providers, trusted: Trusted, values: Values
    ) -> None:
        self.file = InFile()  # the one that is at hand
        self.documents: dict[Address, Document] = {}  # those with problems included
        self.edges: dict[Address, tuple[Address, ...]] = {}  # dependencies of those that have any
        self.twins: list[tuple[Document, Document]] = []  # of one address; the first one found comes second
        self.has_unread = False  # there is a document whose address, or whose kind, is not what was meant
        self.findings: list[Finding] = []
        self._catalog = catalog
        self._providers = providers
        self._trusted = trusted
        self._values = values
        self._filled = NO_REFERENCES  # the present document
        self._start = 0  # of the findings of the present document

    def check(self, document: Document, odd: list[Finding]) -> None:
        """`odd` is what is wrong with how it is written: values there are not what was meant."""
        self.findings += odd
        self._start = len(self.findings) - len(odd)
        if document.flaw is not None:
            self.has_unread = True
            return
        try:
            self._check(document)
        except RecursionError:
            self._find(document, (), "nested too deeply")

    def forget(self, addresses: Iterable[Address]) -> None:
        """All of these but that they are there."""
        self.documents.update(dict.fromkeys(addresses, _FORGOTTEN))

    def _check(self, document: Document) -> None:
        value = document.value
        if message := no_manifest(document):
            self.has_unread = True
            self._find(document, ("apiVersion",) if isinstance(value, dict) else (), message)
            return
        self._filled = NO_REFERENCES
        if document.may_refer:
            document = self._fill(document)
            value = document.value
        outside = envelope_problems(value)
        if outside:
            self._look_closer(document)
            self._add(document, (), outside)
        address = self._address(document)
        descriptor = self._descriptor(document)
        if descriptor is None or address is None or outside:
            self.has_unread = self.has_unread or descriptor is None or address is None
            if descriptor is not None and isinstance(value.get("spec"), dict):
                self._check_spec(document, descriptor)
            return
        if needed := dependencies(value):
            self.edges[address] = needed
        for path, message in rule_problems(descriptor, value):
            self._find(document, path, message)
        if self._filled.secrets:
            for path, message in secret_in_the_open(self._filled, members_read(descriptor)):
                self._find(document, path, message)
        provider = self._providers.choose(descriptor.driver, value.get("provider"))
        if isinstance(provider, str):
            self._find(document, ("provider",), provider)
        self._take(document, address, descriptor, provider)

    def _take(self, document: Document, address: Address, descriptor: Descriptor, provider: Provider | str) -> None:
        spec = document.value["spec"]
        scope = provider.scope if isinstance(provider, Provider) else ""
        content = ""
        try:
            content = digest(descriptor.kind, scope, spec)
        except TypeError as error:
            self._look_closer(document)
            if len(self.findings) == self._start:
                self._find(document, ("spec",), f"this cannot be JSON: {error}")
        if scope and content and not self._filled.secrets and self._trusted(address, content):
            self.file.vouched[address] = content
        else:
            self._check_spec(document, descriptor)
        if isinstance(provider, Provider):
            job = desired_job(document, address, descriptor, provider, content)
            self.file.jobs[address] = job
            self.file.settling[address] = settled_by(job, descriptor.guarantee)

    def _fill(self, document: Document) -> Document:
        """With plain values in their places."""
        self._filled = filled = fill(document, self._values)
        self.file.uses |= filled.uses
        self.file.has_secrets = self.file.has_secrets or bool(filled.secrets)
        self.findings += (Finding(document, *problem) for problem in filled.problems)
        return document._replace(value=filled.value)

    def _address(self, document: Document) -> Address | None:
        match document.value:
            case {"kind": str() as kind, "metadata": {"name": str() as name}} if NAME.fullmatch(name):
                address = Address(intern(kind), name)
            case _:
                return None
        first = self.documents.setdefault(address, document)
        if first is not document:
            self.twins.append((document, first))
            return None
        return address

    def _descriptor(self, document: Document) -> Descriptor | None:
        kind = document.value.get("kind")
        descriptor = self._catalog.get(kind) if isinstance(kind, str) else None
        if descriptor is None and isinstance(kind, str):
            self._find(document, ("kind",), f"unknown kind {kind}{nearest(kind, list(self._catalog))}")
        return descriptor

    @cached_property
    def _spec_problems(self) -> Callable[..., tuple[SpecProblem, ...]]:
        """Imported once: even an import that finds its module there already is felt where each manifest has one."""
        from reconcile.kinds.specs import spec_problems  # noqa: PLC0415 - settled manifests do without it

        return spec_problems

    def _check_spec(self, document: Document, descriptor: Descriptor) -> None:
        problems = self._spec_problems(
            descriptor,
            document.value["spec"],
            secret=self._values.secrets.get,
            secrets_at={path[1:]: names for path, names in self._filled.secrets.items()},
            has_references=document.may_refer,
        )
        if problems:
            self._add(document, ("spec",), problems)

    def _look_closer(self, document: Document) -> None:
        """Before others complain of what comes of it: is this what was written? Odd documents were asked before."""
        if not document.is_odd:
            self.findings += look_closer(document)

    def _add(self, document: Document, above: Path, problems: Iterable[SpecProblem]) -> None:
        """But where something is wrong with a value already, or with a name as it is written, no more is said."""
        said = {finding.path for finding in self.findings[self._start :]}
        for problem in problems:
            path = (*above, *problem.path)
            if path not in said and not (problem.at_key and not isinstance(path[-1], str)):
                message = problem.message
                if origin := self._filled.origin(path):
                    message = f"{message.removesuffix(': quote it')} (with the value of {origin})"
                self.findings.append(Finding(document, path, message, problem.at_key))

    def _find(self, document: Document, path: Path, message: str) -> None:
        self.findings.append(Finding(document, path, message))
