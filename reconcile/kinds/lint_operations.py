"""Whether what a descriptor says of operations, what they take and what they give is so in the service's model."""

from collections.abc import Iterable, Iterator, Mapping

from reconcile.kinds.descriptor import Descriptor, ListOp, TagsOp
from reconcile.kinds.lint_jobs import job_problems, jobs_told
from reconcile.kinds.reads import is_read
from reconcile.kinds.shapes import Model, Shape, model_of

_TAG_STYLES = ("map", "Key/Value", "key/value", "tagKey/tagValue")


def operation_problems(descriptor: Descriptor) -> Iterator[str]:
    """Of a descriptor whose start operation exists."""
    model = model_of(descriptor.service)
    missing = tuple(_missing_operations(descriptor, model))
    yield from missing
    if missing:
        return
    yield from _reads(descriptor, model)
    yield from _start(descriptor, model)
    told = jobs_told(descriptor, model)
    jobs = {name: job for name, job in told.items() if job is not None}
    yield from (f"{name}: the path to its jobs leads nowhere" for name in told if name not in jobs)
    yield from job_problems(descriptor, jobs)
    yield from _describe(descriptor, model, jobs)
    yield from _list(descriptor, model, jobs)
    yield from _stop(descriptor, model)
    yield from _tags(descriptor.tags, model, jobs)


def _missing_operations(descriptor: Descriptor, model: Model) -> Iterator[str]:
    for field in ("describe", "list", "stop", "tags"):
        operation = getattr(descriptor, field)
        if operation and operation.operation not in model.operations:
            yield f"{field}: {descriptor.service} has no operation {operation.operation}"


def _reads(descriptor: Descriptor, model: Model) -> Iterator[str]:
    """What a plan may send: a client that only reads refuses anything else."""
    for field in ("describe", "list", "tags"):
        operation = getattr(descriptor, field)
        if operation and not is_read(operation.operation, model.operations[operation.operation]["http"]["method"]):
            yield f"{field}: {operation.operation} is not known to be a read"


def _start(descriptor: Descriptor, model: Model) -> Iterator[str]:
    start, members = descriptor.start, _members(model.input(descriptor.start.operation))
    tokens = [name for name, member in members.items() if member.traits.get("idempotencyToken")]
    if start.token and start.token not in tokens:
        yield f"start.token: {start.token} is not marked as the client token; marked: {', '.join(tokens) or 'none'}"
    if tokens and not start.token:
        yield f"start.token: it is not given, though the service takes {', '.join(tokens)}"
    for field, name in (("name", start.name), ("tags", start.tags)):
        if name and name not in members:
            yield f"start.{field}: {start.operation} has no member {name}"
    if start.tags in members and start.tag_style != (style := _tag_style(members[start.tags])):
        yield f"start.tagStyle: {start.tags} is in the style {style}, not {start.tag_style!r}"
    output = model.output(start.operation)
    for part, path in descriptor.id.items():
        side, _, member = path.partition(".")
        if side == "output" and (output is None or output.at(member) is None):
            yield f"id.{part}: the reply of {start.operation} has no member {member}"


def _tag_style(tags: Shape) -> str:
    if tags.type == "map":
        return "map"
    names = "/".join(tags.element.members) if tags.type == "list" else ""
    return names if names in _TAG_STYLES else "none of ours"


def _describe(descriptor: Descriptor, model: Model, jobs: Mapping[str, Shape]) -> Iterator[str]:
    describe = descriptor.describe
    if describe is None:
        return
    taken = model.input(describe.operation)
    yield from _identified("describe", descriptor, describe.arguments, taken)
    item = jobs.get("describe.item")
    if describe.tags and item and item.at(describe.tags) is None:
        yield f"describe.tags: a job that is described has no {describe.tags}"
    spec = _members(model.input(descriptor.start.operation))
    for member, path in describe.spec.items():
        if member not in spec:
            yield f"describe.spec.{member}: the start request has no such member"
        elif item and item.at(path) is None:
            yield f"describe.spec.{member}: a job that is described has no {path}"


def _list(descriptor: Descriptor, model: Model, jobs: Mapping[str, Shape]) -> Iterator[str]:
    listing = descriptor.list
    if listing is None:
        return
    taken, spec = model.input(listing.operation), _members(model.input(descriptor.start.operation))
    item = jobs.get("list.items")
    for part in descriptor.id:
        if part not in listing.id and part not in listing.parent:
            yield f"list.id: it does not say where the id's part {part} is"
    for part, path in listing.id.items():
        if part not in descriptor.id:
            yield f"list.id.{part}: the id has no such part"
        elif item and item.at(path) is None:
            yield f"list.id.{part}: an item has no {path}"
    for argument, member in listing.parent.items():
        if member not in spec:
            yield f"list.parent.{argument}: the start request has no member {member}"
    yield from _arguments("list", (*listing.parent, *listing.page_size), listing.parent, taken)
    yield from _page_size(listing, taken)
    yield from _filters(listing, taken)


def _page_size(listing: ListOp, taken: Shape | None) -> Iterator[str]:
    for argument, size in listing.page_size.items():
        shape = _members(taken).get(argument)
        most = shape.data.get("max") if shape else None
        if most is not None and size > most:
            yield f"list.pageSize.{argument}: {size} is more than the {most} that the service allows"


def _filters(listing: ListOp, taken: Shape | None) -> Iterator[str]:
    holder = taken.at(listing.filter) if taken else None
    if holder is None:
        yield f"list.filter: {listing.operation} has no member {listing.filter}"
        return
    for field, name, wanted in (("since", listing.since, "timestamp"), ("name", listing.name, "string")):
        shape = holder.members.get(name)
        if name and (shape is None or shape.type != wanted):
            yield f"list.{field}: there is no {wanted} called {name} in {holder.name}"
    status = holder.members.get(listing.status)
    if listing.status and (status is None or status.type not in ("string", "list")):
        yield f"list.status: there is no string or list called {listing.status} in {holder.name}"


def _stop(descriptor: Descriptor, model: Model) -> Iterator[str]:
    if descriptor.stop:
        taken = model.input(descriptor.stop.operation)
        yield from _identified("stop", descriptor, descriptor.stop.arguments, taken)


def _tags(tags: TagsOp | None, model: Model, jobs: Mapping[str, Shape]) -> Iterator[str]:
    if tags is None:
        return
    yield from _arguments("tags", (tags.argument,), (tags.argument,), model.input(tags.operation))
    if all(item.at(tags.arn) is None for item in jobs.values()):
        yield f"tags.arn: {' and '.join(jobs)} have no {tags.arn}"
    output = model.output(tags.operation)
    if output is None or output.at(tags.items) is None:
        yield f"tags.items: the reply of {tags.operation} has no {tags.items}"


def _identified(field: str, descriptor: Descriptor, arguments: Mapping[str, str], taken: Shape | None) -> Iterator[str]:
    """An operation on one job gets the parts of its id, under their own names unless the descriptor says otherwise."""
    for argument, part in arguments.items():
        if part not in descriptor.id:
            yield f"{field}.arguments.{argument}: the id has no part {part}"
    given = tuple(arguments or descriptor.id)
    yield from _arguments(field, given, given, taken)


def _arguments(field: str, named: Iterable[str], given: Iterable[str], taken: Shape | None) -> Iterator[str]:
    """All that are named exist, and all that the service needs are given."""
    for argument in named:
        if argument not in _members(taken):
            yield f"{field}: its operation has no argument {argument}"
    for argument in taken.required if taken else ():
        if argument not in given:
            yield f"{field}: its operation needs the argument {argument}"


def _members(shape: Shape | None) -> Mapping[str, Shape]:
    return shape.members if shape else {}
