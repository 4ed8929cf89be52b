"""JSON Schema (2020-12) of what `--json` and `--json-lines` print, format version 1.0.

A later 1.x may add members, and nothing else: readers skip those that they do not know."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconcile.model.change import Action
from reconcile.model.drift import DriftKind
from reconcile.model.phase import Goal, Guarantee, Phase
from reconcile.model.result import Ended, EventKind
from reconcile.report.encode import FORMAT_VERSION
from reconcile.report.result import ENDED_WORDS

Schema = Mapping[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NUMBER: Schema = {"type": "integer", "minimum": 1}
_TIME: Schema = {"type": "string", "format": "date-time", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$"}
_DATE: Schema = {"type": "string", "format": "date"}
_ADDRESS: Schema = {"type": "string", "pattern": "^[^/]+/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"}
_ID: Schema = {"type": "object", "additionalProperties": _TEXT, "minProperties": 1}
_VERSION: Schema = {"type": "string", "pattern": r"^1\.[0-9]+$", "examples": [FORMAT_VERSION]}
_EXIT: Schema = {"type": "integer", "minimum": 0, "maximum": 255}
_OPTIONAL = frozenset({"shard", "refused"})  # told where there is one


def output_schemas() -> Mapping[str, Schema]:
    """By the words of `reconcile schema WORD`."""
    return {"plan": _plan(), "result": _result(), "drift": _drift(), "problems": _problems(), "events": _events()}


def _plan() -> Schema:
    members = {"formatVersion": _VERSION, **_PLAN_SUMMARY, "changes": _list(_object(_CHANGE))}
    return _document("reconcile plan --json", members)


def _result() -> Schema:
    row = {
        "address": _ADDRESS,
        "action": _ACTION,
        "ended": _words(ENDED_WORDS.values()),
        "detail": _TEXT,
        "attempt": _COUNT,
        "phase": _words(Phase),
        "status": _TEXT,
        "id": _or_null(_ID),
    }
    members = {"formatVersion": _VERSION, **_RESULT_SUMMARY, "results": _list(_object(row))}
    return _document("reconcile apply --json, reconcile destroy --json", members)


def _drift() -> Schema:
    members = {"formatVersion": _VERSION, "at": _TIME, **_DRIFT_SUMMARY, "findings": _list(_object(_FINDING))}
    return _document("reconcile drift --json", members)


def _problems() -> Schema:
    members = {"formatVersion": _VERSION, **_PROBLEMS_SUMMARY, "problems": _list(_object(_PROBLEM))}
    return _document("reconcile validate --json, and what --json prints where files are wrong", members)


def _events() -> Schema:
    event = {
        "address": _or_null(_ADDRESS),
        "attempt": _COUNT,
        "clientToken": _TEXT,
        "id": _or_null(_ID),
        "phase": _or_null(_words(Phase)),
        "status": _TEXT,
        "text": _TEXT,
    }
    lines = {
        "plan_change": _CHANGE,
        "plan_complete": {**_PLAN_SUMMARY, "exit": _EXIT},
        **{kind.value: event for kind in EventKind},
        "apply_complete": {**_RESULT_SUMMARY, "exit": _EXIT},
        "drift_finding": _FINDING,
        "drift_complete": {**_DRIFT_SUMMARY, "exit": _EXIT},
        "problem": _PROBLEM,
        "problems_complete": {**_PROBLEMS_SUMMARY, "exit": _EXIT},
    }
    return {
        "$schema": _DIALECT,
        "title": "one line of --json-lines",
        "type": "object",
        "required": ["formatVersion", "type", "at"],
        "properties": {"type": _words(lines)},
        "oneOf": [_line(sort, members) for sort, members in lines.items()],
    }


def _line(sort: str, members: Mapping[str, Schema]) -> Schema:
    return _object({"formatVersion": _VERSION, "type": {"const": sort}, "at": _TIME, **members})


def _document(title: str, members: Mapping[str, Schema]) -> Schema:
    return {"$schema": _DIALECT, "title": title, **_object(members)}


def _object(members: Mapping[str, Schema]) -> Schema:
    """All of them are always there, but for the few that are optional."""
    required = [name for name in members if name not in _OPTIONAL]
    return {"type": "object", "required": required, "properties": members}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _words(words: Iterable[str]) -> Schema:
    return {"enum": [str(word) for word in words]}


def _counts(words: Iterable[str]) -> Schema:
    return _object(dict.fromkeys(words, _COUNT))


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_ACTION = _words(action.word for action in Action)
_SHARD = _object({"index": _COUNT, "count": _COUNT})
_PLAN_SUMMARY: Mapping[str, Schema] = {
    "shard": _SHARD,
    "summary": _counts(action.word for action in Action),
    "refused": _object({"what": _TEXT, "fix": _TEXT}),
}
_DRIFT_COUNTS = _counts(kind.value for kind in DriftKind)
_FIELD = _object({"path": _TEXT, "change": _words(("added", "removed", "changed")), "before": {}, "after": {}})
_DIFF = _list(_FIELD)
_CHANGE: Mapping[str, Schema] = {
    "address": _ADDRESS,
    "action": _ACTION,
    "then": _or_null(_ACTION),
    "reason": _TEXT,
    "guarantee": _words(Guarantee),
    "attempt": _COUNT,
    "clientToken": _TEXT,
    "diff": _DIFF,
}
_FINDING: Mapping[str, Schema] = {
    "drift": _words(DriftKind),
    "address": _or_null(_ADDRESS),
    "kind": _TEXT,
    "name": _TEXT,
    "reason": _TEXT,
    "goal": _or_null(_words(Goal)),
    "phase": _or_null(_words(Phase)),
    "status": _TEXT,
    "attempt": _COUNT,
    "id": _or_null(_ID),
    "place": _or_null(_TEXT),
    "diff": _DIFF,
    "since": _or_null(_TIME),
    "times": _COUNT,
    "accepted": _or_null(_object({"until": _DATE, "reason": _TEXT})),
    "manifest": _TEXT,
}
_DRIFT_SUMMARY: Mapping[str, Schema] = {
    "shard": _SHARD,
    "partial": _FLAG,
    "warnings": _list(_TEXT),
    "summary": _DRIFT_COUNTS,
    "overTime": _list(_object({"at": _TIME, "summary": _DRIFT_COUNTS})),
}
_PROBLEM: Mapping[str, Schema] = {
    "file": _TEXT,
    "line": _or_null(_NUMBER),
    "column": _or_null(_NUMBER),
    "address": _or_null(_TEXT),
    "field": _or_null(_TEXT),
    "message": _TEXT,
}
_ERROR = _or_null(_object(dict.fromkeys(("code", "what", "where", "fix"), _TEXT)))
_RESULT_SUMMARY: Mapping[str, Schema] = {
    "shard": _SHARD,
    "summary": _counts(ENDED_WORDS[ended] for ended in Ended),
    "interrupted": _FLAG,
    "unmet": _list(_ADDRESS),
    "error": _ERROR,
}
_PROBLEMS_SUMMARY: Mapping[str, Schema] = {"shard": _SHARD, "what": _TEXT, "error": _ERROR}
