"""The lock file in S3 with its journal, as it is read."""

from dataclasses import dataclass

from reconcile.lockfile.document import nothing, parse
from reconcile.lockfile.lease import Note
from reconcile.lockfile.s3_journal import Page, joined, read_pages
from reconcile.lockfile.s3_objects import Objects
from reconcile.lockfile.snapshot import Snapshot, combine, wrong_project


@dataclass(frozen=True, slots=True)
class State:
    """`etag` is of the file that was read; None where there was none."""

    snapshot: Snapshot
    pages: tuple[Page, ...]
    etag: str | None


def read_state(objects: Objects, project: str, note: Note) -> State:
    """The journal is read before the file: a fold in between shows what was folded in the file. `note` is what the
    lease said before either."""
    pages = read_pages(objects)
    stored = objects.get("")
    where = objects.where()
    document = parse(stored.body, where) if stored else nothing(where, project)
    if document.head.project != project:
        raise wrong_project(where, document.head.project, project)
    journal = joined(pages, document.head, objects.where("journal"))
    return State(combine(document, journal, note), pages, stored.etag if stored else None)
