"""The control calls, under /_sandbox: what the sandbox holds, and what is to happen to it.

GET  /_sandbox                 what this is
GET  /_sandbox/jobs            every job, with tags, token, status and phase
POST /_sandbox/stop            {"id"}: someone else stops the job, as its service lets them
POST /_sandbox/fail, complete  {"id"}: the job ends by itself, now
POST /_sandbox/forget          {"id"}: the service knows the job no more
GET, POST, DELETE /_sandbox/faults   those that wait, one more (see `faults.Fault`), none
POST /_sandbox/advance         {"seconds"}: the clock moves on
POST /_sandbox/define          {"project", "workspace", "name", "type"}: a DataArts job, REAL_TIME or BATCH
GET  /_sandbox/log             the latest requests: operation, status, code, fault
GET, POST /_sandbox/settings   as they are, or some of them changed (see `settings.Settings`)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from reconcile import __version__
from reconcile.errors import UsageError
from reconcile.model.phase import Phase
from reconcile.sandbox import events
from reconcile.sandbox.dataarts import DataArts
from reconcile.sandbox.definitions import JobType
from reconcile.sandbox.faults import Fault, Faults
from reconcile.sandbox.http import Reply, Request, json_reply
from reconcile.sandbox.job import Job
from reconcile.sandbox.rules import Refused
from reconcile.sandbox.world import World

PREFIX = "/_sandbox"
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """What control calls look at and change. `log` holds the latest requests."""

    world: World
    dataarts: DataArts
    faults: Faults
    log: Iterable[Mapping[str, Any]]


def control(parts: Parts, request: Request) -> Reply:
    """Answers 400 for what is wrong, 404 for what does not exist, and says why."""
    path = request.path.removeprefix(PREFIX).rstrip("/")
    answer = _CALLS.get((request.method, path))
    if answer is None:
        return json_reply({"error": f"There is no {request.method} {PREFIX}{path}."}, 404)
    try:
        with parts.world.lock:
            return json_reply(answer(parts, _document(request)))
    except UsageError as error:
        return json_reply({"error": error.what, "fix": error.fix}, 400)
    except Refused as refused:
        return json_reply({"error": f"{refused.code}: {refused.message}"}, 409)


def shown(world: World, job: Job) -> dict[str, Any]:
    """A job as control calls show it."""
    step = job.step(world.now())
    return {
        "kind": job.kind,
        "id": job.id,
        "name": job.name,
        "arn": job.arn,
        "place": job.place,
        "status": step.status,
        "phase": world.phase(job, step.status),
        "reason": step.reason,
        "token": job.token,
        "tags": job.tags,
        "created": job.created,
        "replays": job.replays,
        "forgotten": job.forgotten,
        "request": job.request,
    }


def _about(parts: Parts, _: Document) -> Any:
    return {"sandbox": __version__, "now": parts.world.now(), "kinds": sorted(parts.world.kinds)}


def _jobs(parts: Parts, _: Document) -> Any:
    world = parts.world
    return {"jobs": [shown(world, job) for job in sorted(world.memory.jobs(), key=lambda job: job.number)]}


def _stop(parts: Parts, document: Document) -> Any:
    world = parts.world
    job = _named(world, document)
    kind = world.kinds[job.kind]
    if not kind.can_stop:
        raise UsageError(f"{job.kind} cannot be stopped: its service has no such operation.", fix="Use fail instead.")
    return shown(world, events.stop(world, job))


def _fail(parts: Parts, document: Document) -> Any:
    world = parts.world
    reason = _text(document, "reason", "Failed on request.")
    return shown(world, events.end(world, _named(world, document), Phase.FAILED, reason))


def _complete(parts: Parts, document: Document) -> Any:
    return shown(parts.world, events.end(parts.world, _named(parts.world, document), Phase.SUCCEEDED))


def _forget(parts: Parts, document: Document) -> Any:
    job = _named(parts.world, document)
    events.forget(parts.world, job)
    return shown(parts.world, parts.world.memory.table(job.kind, job.place)[job.key])


def _faults(parts: Parts, _: Document) -> Any:
    return {"faults": [asdict(fault) for fault in parts.faults.waiting]}


def _add_fault(parts: Parts, document: Document) -> Any:
    parts.faults.add(Fault.of(document))
    return _faults(parts, document)


def _clear_faults(parts: Parts, document: Document) -> Any:
    parts.faults.clear()
    return _faults(parts, document)


def _advance(parts: Parts, document: Document) -> Any:
    seconds = document.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds <= 10**9:
        raise UsageError(f"seconds is {seconds!r}, not a number from 0 to 1e9: the clock only moves on.")
    parts.world.memory.advance(seconds)
    return {"now": parts.world.now()}


def _define(parts: Parts, document: Document) -> Any:
    job_type = JobType.of(_text(document, "type", JobType.BATCH))
    place = f"{_text(document, 'project')}/{_text(document, 'workspace', 'default')}"
    return shown(parts.world, parts.dataarts.define(place, _text(document, "name"), job_type))


def _log(parts: Parts, _: Document) -> Any:
    return {"requests": list(parts.log)}


def _settings(parts: Parts, _: Document) -> Any:
    return {"settings": asdict(parts.world.settings)}


def _change_settings(parts: Parts, document: Document) -> Any:
    parts.world.settings = parts.world.settings.changed(document)
    return _settings(parts, document)


_CALLS: Mapping[tuple[str, str], Callable[[Parts, Document], Any]] = {
    ("GET", ""): _about,
    ("GET", "/jobs"): _jobs,
    ("POST", "/stop"): _stop,
    ("POST", "/fail"): _fail,
    ("POST", "/complete"): _complete,
    ("POST", "/forget"): _forget,
    ("GET", "/faults"): _faults,
    ("POST", "/faults"): _add_fault,
    ("DELETE", "/faults"): _clear_faults,
    ("POST", "/advance"): _advance,
    ("POST", "/define"): _define,
    ("GET", "/log"): _log,
    ("GET", "/settings"): _settings,
    ("POST", "/settings"): _change_settings,
}


def _document(request: Request) -> Document:
    try:
        document = orjson.loads(request.body) if request.body else {}
    except ValueError as error:
        raise UsageError(f"The body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise UsageError("The body is not a JSON object.")
    return document


def _named(world: World, document: Document) -> Job:
    return world.job_called(_text(document, "id"))


def _text(document: Document, name: str, otherwise: str = "") -> str:
    text = document.get(name, otherwise)
    if not isinstance(text, str) or not text:
        raise UsageError(f"{name} is missing, or is not text.")
    return text
