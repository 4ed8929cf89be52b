"""The kinds that a project knows, for commands that need no project file."""

from collections.abc import Iterable, Mapping

from reconcile.cli.shell.session import Session
from reconcile.errors import UsageError, nearest
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.load import load_catalog
from reconcile.kinds.sources import OWN_FOLDER


def catalog_of(session: Session) -> Mapping[str, Descriptor]:
    """The built-in kinds, and the project's own in `kinds/`."""
    return load_catalog(session.folder / OWN_FOLDER)


def kind_named(name: str, catalog: Mapping[str, Descriptor], *, also: Iterable[str] = ()) -> Descriptor:
    """Raises UsageError with the nearest right word, which may be one of `also`."""
    if name not in catalog:
        raise UsageError(
            f"There is no kind {name!r}{nearest(name, (*catalog, *also))}", fix="`reconcile kinds` lists them."
        )
    return catalog[name]
