"""What `--json-lines` and `--log-format json` print while a command runs: one object a line, with type and time."""

from datetime import datetime
from typing import Any

from reconcile.errors import Exit
from reconcile.model.change import Change, Plan
from reconcile.model.drift import Drift, Finding
from reconcile.model.problem import Problem, Problems
from reconcile.model.result import Event, Result
from reconcile.report.drift_json import drift_summary_object, finding_object
from reconcile.report.encode import FORMAT_VERSION, json_line, json_time
from reconcile.report.plan_json import change_object, plan_summary_object
from reconcile.report.problems import problem_object, problems_summary_object
from reconcile.report.result import result_summary_object


def change_line(change: Change, at: datetime) -> str:
    return _line("plan_change", at, change_object(change))


def event_line(event: Event) -> str:
    about = {
        "address": str(event.address) if event.address else None,
        "attempt": event.attempt,
        "clientToken": event.client_token,
        "id": dict(event.external_id) if event.external_id else None,
        "phase": event.phase.value if event.phase else None,
        "status": event.status,
        "text": event.text,
    }
    return _line(event.kind.value, event.at, about)


def plan_end_line(plan: Plan, at: datetime, code: Exit) -> str:
    """The last line of a plan."""
    return _line("plan_complete", at, plan_summary_object(plan) | {"exit": int(code)})


def apply_end_line(result: Result, at: datetime, code: Exit) -> str:
    """The last line of an apply."""
    return _line("apply_complete", at, result_summary_object(result) | {"exit": int(code)})


def finding_line(finding: Finding, at: datetime) -> str:
    return _line("drift_finding", at, finding_object(finding))


def drift_end_line(drift: Drift, at: datetime, code: Exit) -> str:
    """The last line of a drift report."""
    return _line("drift_complete", at, drift_summary_object(drift) | {"exit": int(code)})


def problem_line(problem: Problem, at: datetime) -> str:
    """Where files are wrong, in place of all else."""
    return _line("problem", at, problem_object(problem))


def problems_end_line(problems: Problems, at: datetime, code: Exit) -> str:
    """The last line then."""
    return _line("problems_complete", at, problems_summary_object(problems) | {"exit": int(code)})


def log_line(level: str, text: str, at: datetime) -> str:
    """Anything else that is told: level is info, warning or error."""
    return _line("log", at, {"level": level, "text": text})


def _line(sort: str, at: datetime, about: dict[str, Any]) -> str:
    return json_line({"formatVersion": FORMAT_VERSION, "type": sort, "at": json_time(at)} | about)
