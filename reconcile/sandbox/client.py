"""A small client of the control calls, for tests and the command line."""

from typing import Any

import orjson
import urllib3

from reconcile.errors import ReconcileError


class NoSandbox(ReconcileError):
    """No sandbox answers at the endpoint."""

    code = "no-sandbox"


class ControlError(ReconcileError):
    """The sandbox answered a control call with no."""

    code = "sandbox-control"


class Control:
    """Raises NoSandbox or ControlError. Safe for threads."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=2, read=30))

    def about(self) -> dict[str, Any]:
        return self._call("GET", "")

    def jobs(self, kind: str = "") -> list[dict[str, Any]]:
        """Every job, in the order of their starts; see `control.shown` for the members."""
        return [job for job in self._call("GET", "/jobs")["jobs"] if kind in ("", job["kind"])]

    def stop(self, job_id: str) -> dict[str, Any]:
        """As if someone else had called the service's own stop."""
        return self._call("POST", "/stop", id=job_id)

    def fail(self, job_id: str, reason: str = "Failed on request.") -> dict[str, Any]:
        return self._call("POST", "/fail", id=job_id, reason=reason)

    def complete(self, job_id: str) -> dict[str, Any]:
        return self._call("POST", "/complete", id=job_id)

    def forget(self, job_id: str) -> dict[str, Any]:
        return self._call("POST", "/forget", id=job_id)

    def fault(self, wrong: str, **about: Any) -> None:
        """`about`: service, operation, kind, count, skip, seconds, after; see `faults.Fault`."""
        self._call("POST", "/faults", wrong=wrong, **about)

    def faults(self) -> list[dict[str, Any]]:
        """Those that still wait for a request."""
        return list(self._call("GET", "/faults")["faults"])

    def clear_faults(self) -> None:
        self._call("DELETE", "/faults")

    def advance(self, seconds: float) -> float:
        """The time that it is then."""
        return float(self._call("POST", "/advance", seconds=seconds)["now"])

    def define(self, project: str, name: str, job_type: str, workspace: str = "default") -> dict[str, Any]:
        """A DataArts job definition; `job_type` is BATCH or REAL_TIME."""
        return self._call("POST", "/define", project=project, workspace=workspace, name=name, type=job_type)

    def log(self) -> list[dict[str, Any]]:
        return list(self._call("GET", "/log")["requests"])

    def settings(self, **changes: Any) -> dict[str, Any]:
        """All of them, after these changes."""
        answer = self._call("POST", "/settings", **changes) if changes else self._call("GET", "/settings")
        return dict(answer["settings"])

    def close(self) -> None:
        self._pool.clear()

    def _call(self, method: str, path: str, **document: Any) -> dict[str, Any]:
        url = f"{self.endpoint}/_sandbox{path}"
        try:
            answer = self._pool.request(method, url, body=orjson.dumps(document) if document else None)
            reply = orjson.loads(answer.data)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise NoSandbox(
                "No sandbox answers.",
                where=self.endpoint,
                fix="Start one with `reconcile sandbox serve`, and give its endpoint.",
            ) from error
        if answer.status != 200:
            raise ControlError(str(reply.get("error", reply)), where=url, fix=str(reply.get("fix", "")))
        return dict(reply)
