"""Places in the project's folder, as they are called from elsewhere."""

from dataclasses import replace
from posixpath import normpath

from reconcile.model.job import Place


def under(folder: str, place: Place) -> Place:
    """The place from where the project's folder is called so: "" from that folder itself."""
    return replace(place, file=normpath(f"{folder}/{place.file}")) if folder else place
