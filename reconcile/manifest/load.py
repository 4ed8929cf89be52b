"""Every manifest of a project: its jobs, or every problem of every file at once."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from reconcile.manifest.cache import Entry
from reconcile.manifest.collector import collector_off
from reconcile.manifest.loaded import Loaded
from reconcile.manifest.reading import Reading
from reconcile.manifest.sparing import NOTHING_SPARED, Sparing
from reconcile.manifest.unparsed import Parsers
from reconcile.manifest.walk import find_manifests
from reconcile.model.project import Project
from reconcile.model.variables import NO_VALUES, Values

if TYPE_CHECKING:
    from reconcile.kinds.descriptor import Descriptor


class Memory(NamedTuple):
    """What earlier loads found in files, by the files' names, with everything else that decides as it is now."""

    known: Mapping[str, Entry]
    keep: Callable[[dict[str, Entry]], None]
    borrowed: bool = False  # of another folder: kept again as this one's own, which nobody else replaces


def load_jobs(
    project: Project,
    catalog: Mapping[str, "Descriptor"],
    *,
    sparing: Sparing = NOTHING_SPARED,
    memory: Memory | None = None,
    values: Values = NO_VALUES,
) -> Loaded:
    """With any problem at all, everything is read and kept, whatever could be spared or is remembered. Raises
    CatalogError where a kind's descriptor does not fit its service."""
    parsers = Parsers(project, catalog, values, sparing.trusted)
    with collector_off():
        files, refused = find_manifests(project)
        known = memory.known if memory and not refused else {}
        reading = Reading(parsers, sparing, known, remembers=memory is not None)
        reading.read(files)
        if not (reading.is_whole or reading.is_sound):
            reading = Reading(parsers, Sparing(sparing.trusted), {}, remembers=memory is not None)
            reading.read(files)
        problems, faulty = reading.problems(refused)
        if memory and not problems and (memory.borrowed or reading.entries != known):
            memory.keep(reading.entries)
    found = tuple(sorted(problems, key=lambda problem: problem.place.order))
    return Loaded(reading.jobs(), reading.edges, found, len(files), reading.documents, faulty)
