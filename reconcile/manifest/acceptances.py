"""The file in which a project's people agree to live with a drift: read, and checked like a manifest."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from reconcile.errors import ReconcileError
from reconcile.kinds.acceptances import acceptance_problems
from reconcile.manifest.documents import Document
from reconcile.manifest.finding import Finding
from reconcile.manifest.flaws import documents_in, flaws, read_documents
from reconcile.manifest.placing import placed
from reconcile.manifest.walk import ACCEPTED_FILE, Found
from reconcile.model.address import Address
from reconcile.model.drift import Acceptance, DriftKind


class AcceptanceError(ReconcileError):
    """The file of accepted drift cannot be read, or cannot be written."""

    code = "acceptances"


class Accepted(NamedTuple):
    """One entry: that job, as long as it drifts like that."""

    address: Address
    drift: DriftKind
    acceptance: Acceptance


def read_acceptances(folder: Path) -> tuple[Accepted, ...]:
    """Those of a project; none where there is no such file. Raises AcceptanceError with every problem."""
    path = folder / ACCEPTED_FILE
    if not path.exists():
        return ()
    return _checked(list(read_documents(Found(ACCEPTED_FILE, str(path)))), str(path))


def acceptances_in(text: str) -> tuple[Accepted, ...]:
    """Those of a text that is about to be written. Raises AcceptanceError."""
    return _checked(list(documents_in(Found(ACCEPTED_FILE, ""), text.encode())), ACCEPTED_FILE)


def _checked(documents: list[Document], where: str) -> tuple[Accepted, ...]:
    findings = [finding for document in documents[:1] for finding in _findings(document)]
    findings += [Finding(document, (), "this file holds one document") for document in documents[1:]]
    if findings:
        lines = "".join(f"\n  {problem}" for problem in placed(findings))
        raise AcceptanceError(f"The accepted drift is wrong.{lines}", where=where, fix="Correct the file.")
    return tuple(_accepted(entry) for document in documents for entry in document.value["accepted"])


def _findings(document: Document) -> Iterator[Finding]:
    found = flaws(document) or [
        Finding(document, problem.path, problem.message, problem.at_key)
        for problem in acceptance_problems(document.value)
    ]
    yield from found
    if not found:
        yield from _of_entries(document, document.value["accepted"])


def _of_entries(document: Document, entries: list[dict[str, Any]]) -> Iterator[Finding]:
    given = Counter(entry["address"] for entry in entries)
    for index, entry in enumerate(entries):
        if given[entry["address"]] > 1:
            yield Finding(document, ("accepted", index, "address"), "this address is given twice; keep one of them")
        try:
            date.fromisoformat(entry["until"])
        except ValueError:
            yield Finding(document, ("accepted", index, "until"), f"there is no day {entry['until']}")


def _accepted(entry: dict[str, Any]) -> Accepted:
    acceptance = Acceptance(date.fromisoformat(entry["until"]), entry["reason"])
    return Accepted(Address.parse(entry["address"]), DriftKind(entry["drift"]), acceptance)
