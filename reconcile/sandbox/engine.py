"""A local cloud in one object: jobs of every AWS kind of the catalog, over a clock that is given to it.

No sockets, no files, no time and no chance of its own: the same calls at the same times give the same answers. What
is documented of the services is kept; what is not is a switch (`settings`). DataArts, which is no AWS service, is in
`dataarts`, over the same world.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, NamedTuple

from reconcile.kinds.descriptor import Descriptor, Rate
from reconcile.sandbox import events, paths, tags, view
from reconcile.sandbox.job import Job
from reconcile.sandbox.rules import Refused, Rules, rules_of
from reconcile.sandbox.selection import page, page_members, select
from reconcile.sandbox.starts import Start, check_tags, start
from reconcile.sandbox.world import World

Members = dict[str, Any]


class Verb(Enum):
    START = "start"
    DESCRIBE = "describe"
    LIST = "list"
    STOP = "stop"
    TAGS = "tags"
    TAG = "tag"
    UNTAG = "untag"

    @property
    def is_of_jobs(self) -> bool:
        """Of jobs of one kind, not of whatever has an ARN."""
        return self not in (Verb.TAGS, Verb.TAG, Verb.UNTAG)


class Route(NamedTuple):
    """What an operation does, and to jobs of which kind. Tags are of a service: their kind is any of its."""

    verb: Verb
    kind: Descriptor


class Engine:
    """Safe for threads."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._routes = _routes(world.kinds.values())

    @property
    def services(self) -> frozenset[str]:
        """botocore's names of the services whose jobs live here."""
        return frozenset(service for service, _ in self._routes)

    def route(self, service: str, operation: str) -> Route | None:
        """None for an operation that belongs to no kind of the catalog."""
        return self._routes.get((service, operation))

    def call(
        self, service: str, operation: str, place: str, params: Mapping[str, Any], *, listed_in: float | None = None
    ) -> Members:
        """The members of the reply and perhaps more. `place` is a region; times are seconds since the epoch.
        `listed_in`: a job started by this call is listed so many seconds later, not after the usual delay.
        Raises Refused as the service would; KeyError for an operation without a route."""
        verb, kind = self._routes[service, operation]
        with self.world.lock:
            rules = rules_of(kind, self.world.settings)
            self.world.spend(place, operation, _rate(verb, kind), rules.throttled, "Rate exceeded")
            match verb:
                case Verb.START:
                    return self._started(kind, start(self.world, Start(kind, rules, place, params, listed_in)))
                case Verb.DESCRIBE:
                    return self._describe(kind, rules, place, params)
                case Verb.LIST:
                    return self._list(kind, rules, place, params)
                case Verb.STOP:
                    return self._stop(kind, rules, place, params)
                case Verb.TAGS | Verb.TAG | Verb.UNTAG:
                    return self._tags(verb, kind, rules, params)

    def _started(self, kind: Descriptor, job: Job) -> Members:
        return {**view.described(kind, job, self.world.now()), **_named(kind, job)}

    def _describe(self, kind: Descriptor, rules: Rules, place: str, params: Mapping[str, Any]) -> Members:
        job = self._job(kind, kind.describe.arguments if kind.describe else {}, rules, place, params)
        seen = view.described(kind, job, self.world.now())
        return paths.nested(kind.describe.item if kind.describe else "", seen)

    def _list(self, kind: Descriptor, rules: Rules, place: str, params: Mapping[str, Any]) -> Members:
        assert kind.list is not None
        now = self.world.now()
        jobs = select(kind, self.world.listed(kind.kind, place), params, now, self.world.settings, rules)
        shown = page(jobs, params, kind.list.page_size, rules.stale_page)
        items = [view.listed(kind, job, now) for job in shown.jobs]
        return {**paths.nested(kind.list.items, items), **page_members(shown.next)}

    def _stop(self, kind: Descriptor, rules: Rules, place: str, params: Mapping[str, Any]) -> Members:
        job = self._job(kind, kind.stop.arguments if kind.stop else {}, rules, place, params)
        return self._started(kind, events.stop(self.world, job, after=params.get("shutdownGracePeriodInSeconds")))

    def _tags(self, verb: Verb, kind: Descriptor, rules: Rules, params: Mapping[str, Any]) -> Members:
        given = {name.lower(): value for name, value in params.items()}
        arn = given.get("resourcearn", "")
        job = next((job for job in self.world.memory.jobs() if job.arn == arn and self.world.found(job)), None)
        if job is None:
            raise Refused(rules.no_resource, f"There is no resource {arn}.")
        if verb is Verb.TAGS:
            shown = tags.write(job.tags, kind.start.tag_style)
            return {"ResourceArn": arn, "Tags": shown, "tags": shown}
        held = {**job.tags, **tags.read(given.get("tags"))}
        kept = {name: text for name, text in held.items() if name not in given.get("tagkeys", ())}
        check_tags(kind, rules, kept)
        self.world.memory.keep(replace(job, tags=kept))
        return {}

    def _job(
        self, kind: Descriptor, arguments: Mapping[str, str], rules: Rules, place: str, params: Mapping[str, Any]
    ) -> Job:
        """The job that the arguments of a describe or a stop name."""
        argument_of = {part: argument for argument, part in arguments.items()}
        key = tuple(str(params.get(argument_of.get(part, part))) for part in sorted(kind.id))
        job = self.world.memory.table(kind.kind, place).get(key)
        if job is None or not self.world.found(job) or job.described > self.world.now():
            raise Refused(rules.missing, f"The job {'/'.join(key)} does not exist.")
        return job


def _named(kind: Descriptor, job: Job) -> Members:
    """The id as the reply to a start names it."""
    return {source.partition(".")[2]: job.id[part] for part, source in kind.id.items()}


def _rate(verb: Verb, kind: Descriptor) -> Rate | None:
    limits = kind.limits
    return {Verb.START: limits.start, Verb.LIST: limits.list, Verb.STOP: limits.stop}.get(verb, limits.read)


def _routes(kinds: Iterable[Descriptor]) -> dict[tuple[str, str], Route]:
    routes: dict[tuple[str, str], Route] = {}
    for kind in kinds:
        if kind.driver != "aws":
            continue
        operations = {
            kind.start.operation: Verb.START,
            kind.describe.operation if kind.describe else "": Verb.DESCRIBE,
            kind.list.operation if kind.list else "": Verb.LIST,
            kind.stop.operation if kind.stop else "": Verb.STOP,
            "ListTagsForResource": Verb.TAGS,
            "TagResource": Verb.TAG,
            "UntagResource": Verb.UNTAG,
        }
        for operation, verb in operations.items():
            if operation:
                routes.setdefault((kind.service, operation), Route(verb, kind))
    return routes
