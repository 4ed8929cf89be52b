"""One request in, one reply out: who answers it, what goes wrong with it on request, and a log of what was seen."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reconcile.sandbox import aws, dataarts, dataarts_http, elsewhere, shapes
from reconcile.sandbox.aws import Protocols
from reconcile.sandbox.control import PREFIX, Parts, control
from reconcile.sandbox.dataarts import DataArts
from reconcile.sandbox.elsewhere import Elsewhere
from reconcile.sandbox.engine import Engine
from reconcile.sandbox.faults import Fault, Faults, Subject, Wrong
from reconcile.sandbox.http import Cut, Reply, Request
from reconcile.sandbox.rules import Refusal, Refused, Rules, rules_of
from reconcile.sandbox.world import World

_LOG_LENGTH = 10_000
_UNSIGNED = Refusal("MissingAuthenticationTokenException", 403)


@dataclass(frozen=True, slots=True)
class Task:
    """A request that was recognised: what to do, and how its service says no."""

    subject: Subject
    rules: Rules
    run: Callable[[float | None], Reply]  # given in how many seconds a job that it starts is listed
    refusal: Callable[[Refused], Reply]


class Application:
    """Safe for threads. `state`: the file that is replaced after each change."""

    def __init__(self, world: World, state: Path | None = None) -> None:
        self.world = world
        self.engine = Engine(world)
        self.dataarts = DataArts(world)
        self.faults = Faults()
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOG_LENGTH)
        self._parts = Parts(world, self.dataarts, self.faults, self.log)
        self._protocols = Protocols(self.engine.services)
        self._elsewhere = Elsewhere()
        self._state = state
        self._saved = world.memory.version
        self._requests = 0
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Reply:
        """Never raises for anything that a client can send."""
        if request.path == PREFIX or request.path.startswith(PREFIX + "/"):
            reply = control(self._parts, request)
            self._save()
            return reply
        try:
            task = self._task(request)
        except Refused as refused:  # only DataArts refuses what it cannot recognise
            return self._logged(Subject("dataarts", "", ""), dataarts_http.refusal(refused), refused.code, None)
        with self._lock:
            fault = self.faults.take(task.subject)
        reply, code = self._done(task, fault)
        self._save()
        return self._logged(task.subject, reply, code, fault)

    def _task(self, request: Request) -> Task:
        if dataarts_http.is_for_dataarts(request):
            return self._dataarts_task(request)
        call = self._protocols.recognise(request)
        route = self.engine.route(call.service, call.name) if call else None
        if call is None or route is None:
            scope = aws.scope_of(request)
            subject = Subject(scope.service if scope else "", call.name if call else request.method, "")
            return Task(
                subject,
                elsewhere.RULES,
                lambda _: self._elsewhere.answer(request),
                lambda refused: elsewhere.refusal(subject.service, refused),
            )
        about = Subject(call.service, call.name, route.kind.kind if route.verb.is_of_jobs else "")
        rules = rules_of(route.kind, self.world.settings)

        def run(listed_in: float | None) -> Reply:
            if aws.scope_of(request) is None:
                raise Refused(_UNSIGNED, "Missing Authentication Token")
            try:
                members = self._protocols.members(call, request)
            except shapes.Malformed as error:
                raise Refused(rules.invalid, str(error)) from error
            reply = self.engine.call(call.service, call.name, call.region, members, listed_in=listed_in)
            return self._protocols.reply(call, reply)

        return Task(about, rules, run, lambda refused: self._protocols.refusal(call, refused))

    def _dataarts_task(self, request: Request) -> Task:
        operation, place, params = dataarts_http.recognise(request)
        kind = self.world.kinds[dataarts.OPERATIONS[operation][0]]
        return Task(
            Subject("dataarts", operation, kind.kind),
            rules_of(kind, self.world.settings),
            lambda late: dataarts_http.reply(self.dataarts.call(operation, place, params, listed_in=late)),
            dataarts_http.refusal,
        )

    def _done(self, task: Task, fault: Fault | None) -> tuple[Reply, str]:
        """The reply, and the code of its error or ""."""
        refused = _before(task.rules, fault)
        if fault and fault.wrong is Wrong.RESET:
            return Reply(0, cut=Cut.RESET), ""
        if refused and not (fault and fault.after):
            return task.refusal(refused), refused.code
        try:
            late = fault.seconds if fault and fault.wrong is Wrong.LATE else None
            reply, code = task.run(late), ""
        except Refused as error:
            reply, code = task.refusal(error), error.code
        if refused:
            return task.refusal(refused), refused.code
        return _on_its_way(reply, fault), code

    def _logged(self, subject: Subject, reply: Reply, code: str, fault: Fault | None) -> Reply:
        with self._lock:
            self._requests += 1
            number = self._requests
            self.log.append(
                {
                    "number": number,
                    "at": self.world.now(),
                    **subject._asdict(),
                    "status": reply.status,
                    "code": code,
                    "fault": fault.wrong if fault else "",
                }
            )
        return replace(reply, headers={**reply.headers, "x-amzn-RequestId": f"sandbox-{number}"})

    def _save(self) -> None:
        with self.world.lock:
            if self._state and self.world.memory.version != self._saved:
                self.world.memory.save(self._state)
                self._saved = self.world.memory.version


def _before(rules: Rules, fault: Fault | None) -> Refused | None:
    """The refusal that a fault asks for, in the words of the service."""
    match fault.wrong if fault else None:
        case Wrong.THROTTLE:
            return Refused(rules.throttled, "Rate exceeded")
        case Wrong.ERROR_500:
            return Refused(rules.broken, "An internal error occurred")
        case Wrong.ERROR_503:
            return Refused(rules.unavailable, "The service is not available")
        case Wrong.EXPIRED:
            return Refused(rules.expired, "The security token included in the request is expired")
        case Wrong.CLOCK:
            return Refused(rules.clock, "Signature expired: the request was signed at another time than this")
    return None


def _on_its_way(reply: Reply, fault: Fault | None) -> Reply:
    match fault.wrong if fault else None:
        case Wrong.DROP:
            return replace(reply, cut=Cut.DROPPED)
        case Wrong.HALF:
            return replace(reply, cut=Cut.HALF)
        case Wrong.DELAY if fault:
            return replace(reply, delay=fault.seconds)
    return reply
