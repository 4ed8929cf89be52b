"""A kind, as data. `catalog/*.yaml` holds one a kind; a project adds its own in `kinds/`.

Paths are dotted member names (`jobRun.state`); all jobs are named by `id`, a mapping of parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconcile.model.job import Capabilities
from reconcile.model.phase import Goal, Guarantee, Phase


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `per_second` requests on average, `burst` at once."""

    per_second: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a service allows per scope. `read` is describe and tags; None means not limited."""

    start: Rate | None = None
    stop: Rate | None = None
    list: Rate | None = None
    read: Rate | None = None
    active: int | None = None


@dataclass(frozen=True, slots=True)
class StartOp:
    """`token`, `name` and `tags` are input members; `tag_style` is map, Key/Value or tagKey/tagValue."""

    operation: str
    token: str = ""
    name: str = ""
    unique_name: bool = False
    tags: str = ""
    tag_style: str = ""


@dataclass(frozen=True, slots=True)
class DescribeOp:
    """Its arguments are the id's parts under their own names, unless `arguments` says {argument: part}.

    `item` is the path to the job in the output, `tags` the path to tags in the job where it shows them. `spec` says
    where the job shows a member of its spec under another name: {member: path in the job}.
    """

    operation: str
    item: str = ""
    tags: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    spec: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListOp:
    """`id`: {id part: path in the item}; parts that come from `parent` need no path.

    `parent`: {argument: member of the spec}; `page_size`: {argument: largest allowed}; `since`: the argument that
    bounds the creation time from below; `name`: the argument that filters by name; `status`: the argument that filters
    by status; `filter`: the structure that holds these three, where there is one (of which a service may take only one
    member at a time). `foreign`: {path in the item: values by which the service says that no call like ours made it}.
    """

    operation: str
    items: str
    id: Mapping[str, str] = field(default_factory=dict)
    parent: Mapping[str, str] = field(default_factory=dict)
    page_size: Mapping[str, int] = field(default_factory=dict)
    since: str = ""
    name: str = ""
    status: str = ""
    filter: str = ""
    foreign: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StopOp:
    operation: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TagsOp:
    """Reads a job's tags where describe does not show them: {argument: path of the ARN in the job}."""

    operation: str
    argument: str
    arn: str
    items: str


@dataclass(frozen=True, slots=True)
class JobPaths:
    """Where a job, as listed or described, holds what we read; "" where it does not."""

    status: str
    name: str = ""
    reason: str = ""
    created: str = ""
    ended: str = ""
    arn: str = ""


@dataclass(frozen=True, slots=True)
class Errors:
    """Codes with a meaning of their own; botocore's throttle codes, 5xx and 4xx need no mention."""

    exists: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()
    capacity: tuple[str, ...] = ()
    throttled: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    terminal: tuple[str, ...] = ()  # of a stop: the job had ended


@dataclass(frozen=True, slots=True)
class GoalRule:
    """A goal of the kind, and the spec members that must have these values for it ({} : none)."""

    goal: Goal
    when: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Descriptor:
    kind: str
    summary: str  # one sentence, for `reconcile kinds`
    driver: str  # aws | dataarts: the type of provider that it needs
    service: str  # botocore's name of the service, or dataarts
    guarantee: Guarantee
    start: StartOp
    id: Mapping[str, str]  # {part: input.<member of the spec> | output.<member of the reply>}
    describe: DescribeOp | None
    list: ListOp | None
    stop: StopOp | None
    job: JobPaths
    phases: Mapping[str, Phase]
    goals: tuple[GoalRule, ...]
    tags: TagsOp | None = None
    limits: Limits = Limits()
    settle: float = 30.0
    errors: Errors = Errors()
    any_of: tuple[tuple[str, ...], ...] = ()  # of each group, at least one member must be given
    required: tuple[str, ...] = ()  # members that the service needs though its model does not say so
    shapes: Mapping[str, Any] = field(default_factory=dict)  # botocore-style shapes, for a service botocore lacks
    source: str = ""  # the file it was read from
    line: int = 0  # in which its document begins

    @property
    def can_stop(self) -> bool:
        return self.stop is not None

    def capabilities(self, *, max_active: int | None) -> Capabilities:
        """What the planner needs; `max_active` after the project file has had its say (None: no limit)."""
        return Capabilities(self.guarantee, self.can_stop, self.settle, max_active)
