"""How a lock file is laid out: its head on the first line, then one record a line, found without being decoded."""

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson

from reconcile.errors import LockFileError
from reconcile.lockfile.codec import CHECKSUM, dumps, is_sealed, seal
from reconcile.lockfile.protocol import Head
from reconcile.model.address import NAME

VERSION = 1

_JOBS = b'"jobs":{\n'
_END = b"}}\n"
_COMMA = ord(",")
_ADDRESS = re.compile(rb"[A-Za-z0-9]+/" + NAME.pattern.encode())
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
    return b"%b,\n%b%b%b" % (orjson.dumps(members)[:-1], _JOBS, jobs and jobs + b"\n", _END)


def index(text: bytes, where: str) -> tuple[dict[bytes, int], frozenset[bytes]] | None:
    """Where each address has its line, and the addresses whose checksum does not fit. None unless the text is laid
    out as `render` does, every comma in its place: only then may lines be taken for records without parsing it all."""
    jobs = text.find(_JOBS)
    start, end = jobs + len(_JOBS), len(text) - len(_END)
    if not (text.startswith(b"{") and text.find(b",\n") + 2 == jobs and text.endswith(b"\n" + _END)):
        return None
    starts: dict[bytes, int] = {}
    suspects = set()
    view = memoryview(text)
    while start < end:
        stop = text.index(b"\n", start)
        more = stop + 1 < end
        if not (text.startswith(b'"', start) and text.endswith(b'"},\n' if more else b'"}\n', start, stop + 1)):
            return None
        key = text[start + 1 : text.index(b'"', start + 1)]
        if key in starts:
            raise _twice(where, key.decode(), f"lines {line_number(text, starts[key])} and {line_number(text, start)}")
        starts[key] = start
        if not is_sealed(view[start : stop - 1 if more else stop]):
            if not _ADDRESS.fullmatch(key):
                return None
            suspects.add(key)
        start = stop + 1
    return starts, frozenset(suspects)


def line_at(text: bytes, start: int, begin: int) -> bytes:
    """The line that begins at `start`, from `begin` on, without its comma."""
    end = text.index(b"\n", start)
    return text[begin : end - 1 if text[end - 1] == _COMMA else end]


def line_number(text: bytes, position: int) -> int:
    return text.count(b"\n", 0, position) + 1


def head_of(text: bytes, where: str) -> Head:
    try:
        members = orjson.loads(text[: text.index(b"\n") - 1] + b"}")
    except orjson.JSONDecodeError as error:
        raise _broken(error.msg, f"{where}:1:{error.colno}") from error
    return _head(members, where)


def laid_out(text: bytes, where: str) -> bytes:
    """The same content laid out as `render` does: a formatter, or a Git that changes line ends, had been at it."""
    if mark := _CONFLICT.search(text):
        raise LockFileError(
            f"The lock file holds a merge conflict: {mark[0].decode(errors='replace').strip()}",
            where=f"{where}:{line_number(text, mark.start())}",
            fix="Keep one line a job, the one with the higher attempt, and the head with the higher serial; remove "
            "the marks. The next plan looks at what changed.",
        )
    members = _loads(text, where)
    head = _head(members, where)
    jobs = members.get("jobs")
    if not isinstance(jobs, dict):
        raise _broken("it has no jobs", where)
    for key, job in jobs.items():
        if not (isinstance(job, dict) and _ADDRESS.fullmatch(key.encode())):
            raise _broken(f"{key!r} is not the record of a job", where)
    return render(head, [_relaid(key, job) for key, job in sorted(jobs.items())])


def _loads(text: bytes, where: str) -> Any:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            raise _twice(where, next(name for name in names if names.count(name) > 1), "")
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
        raise _broken("it is not UTF-8", f"{where}:{line_number(text, error.start)}") from error


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
        fix="Restore its last good version, or move it away and plan with --adopt, which finds the jobs again.",
    )


def _twice(where: str, name: str, lines: str) -> LockFileError:
    return LockFileError(
        f"{name} is in the lock file twice" + (f", in {lines}." if lines else "."),
        where=where,
        fix="Keep the line with the higher attempt.",
    )
