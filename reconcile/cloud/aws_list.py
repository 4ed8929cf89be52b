"""Lists of any AWS service: their arguments, from a descriptor and a query, and their pages."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from botocore.model import OperationModel

from reconcile.cloud.paths import read
from reconcile.cloud.protocol import ListQuery, ReadFailed
from reconcile.kinds.descriptor import Descriptor, ListOp

Arguments = Mapping[str, Any]

_PAGE_TOKENS = ("nexttoken", "nextpagetoken", "pagetoken", "nextmarker", "marker")


class PageToken(NamedTuple):
    """The members that carry the place to go on from: of the output, and of the next input."""

    output: str
    input: str


def page_token(model: OperationModel) -> PageToken | None:
    """By their names, in the service's model: botocore has no paginator for many of these operations."""
    output, given = _member(model.output_shape), _member(model.input_shape)
    return PageToken(output, given) if output and given else None


def list_arguments(kind: Descriptor, operation: ListOp, query: ListQuery, model: OperationModel) -> list[Arguments]:
    """The arguments of each list that answers the query together: one, or one for each status that is asked for,
    where a service filters by one status at a time."""
    shared = dict(operation.page_size) | {
        argument: value
        for argument, member in operation.parent.items()
        if (value := read(query.parent, member)) is not None
    }
    return [{**shared, **_within(operation, narrow)} for narrow in _narrowings(kind, operation, query, model)]


def pages(call: Callable[[Arguments], Any], arguments: Arguments, token: PageToken | None) -> Iterator[Any]:
    """Raises ReadFailed for a service that goes round in circles."""
    seen: set[str] = set()
    while True:
        page = call(arguments)
        yield page
        place = page.get(token.output) if token and isinstance(page, Mapping) else None
        if not (token and place):
            return
        if place in seen:
            raise ReadFailed("the list does not end: the service gave the same page token twice; try again later")
        seen.add(place)
        arguments = {**arguments, token.input: place}


def _narrowings(kind: Descriptor, operation: ListOp, query: ListQuery, model: OperationModel) -> list[Arguments]:
    if query.name and operation.name:
        return [{operation.name: query.name}]
    if query.since and operation.since:
        return [{operation.since: query.since}]
    if query.live and operation.status:
        live = [status for status, phase in kind.phases.items() if phase.is_live]
        return [{operation.status: live}] if _takes_many(operation, model) else [{operation.status: s} for s in live]
    return [{}]


def _takes_many(operation: ListOp, model: OperationModel) -> bool:
    shape: Any = model.input_shape
    if operation.filter:
        shape = shape.members[operation.filter]
    return bool(shape.members[operation.status].type_name == "list")


def _within(operation: ListOp, narrow: Arguments) -> Arguments:
    return {operation.filter: narrow} if operation.filter and narrow else narrow


def _member(shape: Any) -> str:
    members = {name.lower(): name for name in shape.members} if shape else {}
    return next((members[name] for name in _PAGE_TOKENS if name in members), "")
