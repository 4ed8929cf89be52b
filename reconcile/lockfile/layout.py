"""How a lock file is laid out: its head on the first line, then one record a line."""

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson

from reconcile.errors import LockFileError
from reconcile.lockfile.codec import CHECKSUM, dumps, seal
from reconcile.lockfile.index import ADDRESS, END, JOBS, twice
from reconcile.lockfile.protocol import Head
from reconcile.lockfile.text import InMemory, line_number

VERSION = 1

_CONFLICT = re.compile(rb"^(<{7}|\|{7}|={7}|>{7})( .*)?\r?$", re.MULTILINE)


def render(head: Head, lines: Iterable[bytes]) -> bytes:
    """The whole text. `lines` come from `record_line` or `Document.line`, in the order of their addresses."""
    members: dict[str, str | int] = {
        "version": VERSION,
        "project": head.project,
        "lineage": head.lineage,
        "serial": head.serial,
        "validatedWith": head.validated_with,
    }
    if head.plan:
        members["plan"] = head.plan
    jobs = b",\n".join(lines)
    return b"".join((orjson.dumps(members)[:-1], b",\n", JOBS, jobs, b"\n" if jobs else b"", END))


def head_of(line: bytes, where: str) -> Head:
    """`line` is the first one."""
    try:
        members = orjson.loads(line[:-1] + b"}")
    except orjson.JSONDecodeError as error:
        raise _broken(error.msg, f"{where}:1:{error.colno}") from error
    return _head(members, where)


def laid_out(text: bytes, where: str) -> bytes:
    """The same content laid out as `render` does: a formatter, or a Git that changes line ends, had been at it."""
    if mark := _CONFLICT.search(text):
        raise LockFileError(
            f"The lock file holds a merge conflict: {mark[0].decode(errors='replace').strip()}",
            where=f"{where}:{line_number(InMemory(text, text), mark.start())}",
            fix="Keep one line a job, the one with the higher attempt, and the head with the higher serial; remove "
            "the marks. The next plan looks at what changed.",
        )
    members = _loads(text, where)
    head = _head(members, where)
    jobs = members.get("jobs")
    if not isinstance(jobs, dict):
        raise _broken("it has no jobs", where)
    for key, job in jobs.items():
        if not (isinstance(job, dict) and ADDRESS.fullmatch(key.encode())):
            raise _broken(f"{key!r} is not the record of a job", where)
    return render(head, [_relaid(key, job) for key, job in sorted(jobs.items())])


def _loads(text: bytes, where: str) -> Any:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            raise twice(where, next(name for name in names if names.count(name) > 1))
        return found

    try:
        return json.loads(text, object_pairs_hook=members)
    except json.JSONDecodeError as error:
        line = text.splitlines()[error.lineno - 1 : error.lineno]
        key = re.match(rb'\s*"([^"/]+/[^"]+)":', line[0]) if line else None
        about = f" ({key[1].decode(errors='replace')})" if key else ""
        raise _broken(f"{error.msg}{about}", f"{where}:{error.lineno}:{error.colno}") from error
    except RecursionError as error:
        raise _broken("it is nested too deeply", where) from error
    except UnicodeDecodeError as error:
        raise _broken("it is not UTF-8", f"{where}:{line_number(InMemory(text, text), error.start)}") from error


def _relaid(key: str, job: dict[str, Any]) -> bytes:
    """The line with the checksum that it claims: whether that fits is found out later, as for any other."""
    claimed = job.pop(CHECKSUM, None)
    sealed = seal(b"%b:%b" % (dumps(key), dumps(job)))
    return sealed if sealed.endswith(b'"%b"}' % str(claimed).encode()) else sealed[:-10] + b'00000000"}'


def _head(members: Any, where: str) -> Head:
    match members:
        case {"version": int(version)} if version > VERSION:
            raise LockFileError(
                f"The lock file is of version {version}; this reconcile knows up to {VERSION}.",
                where=where,
                fix="Use the newer reconcile that wrote it.",
            )
        case {"version": int(), "project": str(project), "lineage": str(lineage), "serial": int(serial), **rest}:
            return Head(project, lineage, serial, str(rest.get("validatedWith", "")), str(rest.get("plan", "")))
        case _:
            raise LockFileError(
                "The head of the lock file lacks version, project, lineage or serial.",
                where=f"{where}:1",
                fix="Restore the file's last good version.",
            )


def _broken(what: str, where: str) -> LockFileError:
    return LockFileError(
        f"The lock file cannot be read: {what}.",
        where=where,
        fix="Restore its last good version, or move it away: a plan finds the jobs that their services still list.",
    )
