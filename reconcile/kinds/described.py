"""From a job as its service shows it to the spec that would start one like it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.shapes import Shape, input_of, model_of
from reconcile.model.observed import TAG_PREFIX

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Stands in a spec for a value that is not told; `why` in words for people."""

    why: str


HIDDEN = Gap("not told here: the service's model calls it sensitive")
REQUIRED = Gap("required, and not shown by the service")
UNSEEN = Gap("not shown by the service: give it if the job was started with it")


def spec_of(kind: Descriptor, job: Mapping[str, Any], identity: Mapping[str, str]) -> dict[str, Any]:
    """Members in the order of the service's model. Token, name and what else is ours to give are left out."""
    start, shape = kind.start, input_of(kind)
    own = {start.token, start.name, start.tags}
    required = {*shape.required, *kind.required}
    shown = _members_shown(kind)
    given = dict(_of_identity(kind, identity))
    spec: dict[str, Any] = {}
    for name, member in shape.members.items():
        if name in own:
            continue
        value = given.get(name, _at(job, _path(kind, name)))
        told = None if value is None else _told(value, member)
        if told not in (None, {}, []):
            spec[name] = told
        elif name in required:
            spec[name] = REQUIRED if told is None else told
        elif value is None and _path(kind, name)[0] not in shown:
            spec[name] = UNSEEN
    return spec | _tags(kind, job)


def _path(kind: Descriptor, member: str) -> Path:
    renamed = kind.describe.spec.get(member, member) if kind.describe else member
    return tuple(renamed.split("."))


def _at(job: Any, path: Path) -> Any:
    for part in path:
        job = job.get(part) if isinstance(job, Mapping) else None
    return job


def _of_identity(kind: Descriptor, identity: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for part, path in kind.id.items():
        side, _, member = path.partition(".")
        if side == "input" and part in identity:
            yield member, identity[part]


def _members_shown(kind: Descriptor) -> frozenset[str]:
    """What the service can show of a job: where it does not, nothing was given."""
    if kind.describe is None or kind.driver != "aws":
        return frozenset()
    output = model_of(kind.service).output(kind.describe.operation)
    item = output.at(kind.describe.item) if output else None
    return frozenset(item.members) if item else frozenset()


def _told(value: Any, shape: Shape) -> Any:
    """The value without members that a start does not take; None for what is no JSON value."""
    if shape.is_sensitive:
        return HIDDEN
    match value:
        case Mapping() if shape.type == "structure":
            return _structure(value, shape)
        case Mapping() if shape.type == "map":
            told = {str(key): _told(item, shape.element) for key, item in value.items()}
            return {key: item for key, item in told.items() if item is not None}
        case list() if shape.type == "list":
            items = [_told(item, shape.element) for item in value]
            return HIDDEN if HIDDEN in items else items
        case str() | bool() | int() | float() | Mapping() | list():
            return value
        case _:
            return None


def _structure(value: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    told = {name: _told(value[name], member) for name, member in shape.members.items() if value.get(name) is not None}
    lacking = {name: REQUIRED for name in shape.required if told.get(name) is None}
    return {name: item for name, item in told.items() if item not in (None, {}, [])} | lacking


def _tags(kind: Descriptor, job: Mapping[str, Any]) -> dict[str, Any]:
    """The user's own, where the job shows tags."""
    shown = _at(job, tuple(kind.describe.tags.split("."))) if kind.describe and kind.describe.tags else None
    if kind.start.tag_style != "map" or not isinstance(shown, Mapping):
        return {}
    own = {key: text for key, text in shown.items() if not str(key).startswith((TAG_PREFIX, "aws:"))}
    return {kind.start.tags: own} if own else {}
