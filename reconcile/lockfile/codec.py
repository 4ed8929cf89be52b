"""A record as JSON, and lines that carry their own checksum. The same record always gives the same bytes."""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from reconcile.model.address import Address
from reconcile.model.job import STOP_TIMEOUT, ExternalId
from reconcile.model.phase import Goal, OnRemove, Phase, Protect, Stage
from reconcile.model.record import Attempt, Record

CHECKSUM = "~crc32"  # sorts after every other member, so that what it covers is simply all of the line before it

_SEAL = len(',"~crc32":"00000000"}')

# Looking a word up is four times as fast as calling its enum, and a plan of 10,000 jobs does it 40,000 times.
_STAGES = {stage.value: stage for stage in Stage}
_GOALS = {goal.value: goal for goal in Goal}
_PHASES = {phase.value: phase for phase in Phase}
_NO_PROTECT: frozenset[Protect] = frozenset()


def dumps(value: Any) -> bytes:
    """Canonical JSON: sorted, without spaces, in UTF-8."""
    return orjson.dumps(value, default=dict, option=orjson.OPT_SORT_KEYS)  # dict: mappings that are not dicts


def seal(text: bytes) -> bytes:
    """Adds the checksum as the last member. `text` ends with the brace of an object that has members."""
    covered = text[:-1]
    return b'%b,"~crc32":"%08x"}' % (covered, zlib.crc32(covered))


def is_sealed(text: bytes | memoryview) -> bool:
    """Whether the line, without its comma and line end, is as it was sealed."""
    try:
        return int(bytes(text[-10:-2]), 16) == zlib.crc32(text[:-_SEAL])
    except ValueError:
        return False


def record_json(record: Record) -> dict[str, Any]:
    """The members of a record, without those that are empty or at their default. A digest is always there: that of a
    job adopted by its name may not be known."""
    members: dict[str, Any] = {
        "kind": record.address.kind,
        "provider": record.provider,
        "scope": record.scope,
        "stage": record.stage,
        "goal": record.goal,
        "digest": record.digest,
        "generation": record.generation,
        "attempt": record.attempt,
        "highest": record.highest,
        "tries": record.tries,
        "phase": record.phase,
    }
    for name, value in (
        ("done", record.ending),
        ("clientToken", record.client_token),
        ("jobName", record.job_name),
        ("spec", record.spec),
        ("secrets", record.secrets),
        ("externalId", record.external_id),
        ("status", record.status),
        ("statusReason", record.status_reason),
        ("intentAt", record.intent_at and _text(record.intent_at)),
        ("startedAt", record.started_at and _text(record.started_at)),
        ("endedAt", record.ended_at and _text(record.ended_at)),
        ("stopRequestedAt", record.stop_requested_at and _text(record.stop_requested_at)),
        ("onRemove", record.on_remove is not OnRemove.STOP and record.on_remove),
        ("protect", record.protect and sorted(record.protect)),
        ("dependsOn", record.depends_on and list(map(str, record.depends_on))),
        ("labels", record.labels),
        ("history", record.history and [_attempt_json(attempt) for attempt in record.history]),
        ("previous", record.previous and record_json(record.previous)),
        ("doubtedAt", record.doubted_at and _text(record.doubted_at)),
        ("stopTaken", record.stop_taken),
    ):
        if value:
            members[name] = value
    if record.stop_timeout != STOP_TIMEOUT:
        members["stopTimeout"] = record.stop_timeout
    return members


_DIGEST, _ENDING = b'"digest":"', b'","done":"'


def digest_in_line(line: bytes) -> str | None:
    """The record's own digest: the first in its line, as members are sorted, and in a string quotes are escaped."""
    digest = line.find(_DIGEST)
    if digest < 0:
        return None
    first = digest + len(_DIGEST)
    last = line.find(b'"', first)
    return line[first:last].decode() if last >= 0 else None


def ending_in(line: bytes, start: int, end: int) -> bytes:
    """`Record.ending` of the record whose text lies there, without decoding it. Members are sorted: nothing that
    could hold others comes before the record's own digest, and its ending follows at once."""
    digest = line.find(_DIGEST, start, end)
    if digest < 0:
        return b""
    mark = line.find(b'"', digest + len(_DIGEST), end)
    if mark < 0 or not line.startswith(_ENDING, mark):
        return b""
    first = mark + len(_ENDING)
    return line[first : line.find(b'"', first, end)]


def record_from(address: Address, members: Mapping[str, Any]) -> Record:
    """The record of these members. Raises KeyError, TypeError or ValueError where they are not a record's."""
    get = members.get
    previous = get("previous")
    return Record(
        address,
        members["provider"],
        members["scope"],
        _STAGES[members["stage"]],
        _GOALS[members["goal"]],
        members["digest"],
        members["generation"],
        members["attempt"],
        members["highest"],
        members["tries"],
        get("clientToken", ""),
        get("jobName", ""),
        get("spec") or {},
        get("externalId") or {},
        _PHASES[members["phase"]],
        get("status", ""),
        get("statusReason", ""),
        _time(get("intentAt")),
        _time(get("startedAt")),
        _time(get("endedAt")),
        _time(get("stopRequestedAt")),
        OnRemove(members["onRemove"]) if "onRemove" in members else OnRemove.STOP,
        frozenset(map(Protect, members["protect"])) if "protect" in members else _NO_PROTECT,
        get("stopTimeout", STOP_TIMEOUT),
        tuple(map(Address.parse, members["dependsOn"])) if "dependsOn" in members else (),
        get("labels") or {},
        tuple(map(_attempt_from, members["history"])) if "history" in members else (),
        record_from(address, previous) if previous else None,
        get("secrets") or {},
        _time(get("doubtedAt")),
        get("stopTaken", False),  # not in files of before it was known: in doubt, such a stop is not taken for ours
    )


def _attempt_json(attempt: Attempt) -> dict[str, Any]:
    members = {
        "attempt": attempt.attempt,
        "generation": attempt.generation,
        "digest": attempt.digest,
        "clientToken": attempt.client_token,
        "externalId": attempt.external_id,
        "phase": attempt.phase,
        "status": attempt.status,
        "startedAt": _text(attempt.started_at),
        "endedAt": _text(attempt.ended_at),
    }
    return _filled(members)


def _attempt_from(members: Mapping[str, Any]) -> Attempt:
    external_id: ExternalId = members.get("externalId") or {}
    return Attempt(
        members["attempt"],
        members["generation"],
        members["digest"],
        members.get("clientToken", ""),
        external_id,
        _PHASES[members["phase"]],
        members.get("status", ""),
        _time(members.get("startedAt")),
        _time(members.get("endedAt")),
    )


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing. A digest is always there: that of a job adopted by its name may not be known."""
    return {name: value for name, value in members.items() if value or value == 0 or name == "digest"}


def _text(at: datetime | None) -> str | None:
    """`2026-11-22T02:03:04.123Z`."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    text = orjson.dumps(at.astimezone(UTC)).decode()  # in quotes; isoformat takes twice as long
    return f"{text[1:24]}Z" if at.microsecond else f"{text[1:20]}.000Z"


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
