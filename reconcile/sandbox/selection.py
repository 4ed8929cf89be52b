"""Which jobs a list shows, in which order, and in pages."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from reconcile.kinds.descriptor import Descriptor
from reconcile.sandbox import paths
from reconcile.sandbox.job import Job
from reconcile.sandbox.rules import Refusal, Refused, Rules
from reconcile.sandbox.settings import Settings

_PAGE_TOKENS = ("NextToken", "nextToken", "NextPageToken", "nextPageToken")


def select(
    kind: Descriptor, jobs: Sequence[Job], params: Mapping[str, Any], now: float, settings: Settings, rules: Rules
) -> list[Job]:
    """The jobs that a list with these parameters shows, all pages of it. `jobs` are in the order of their creation.

    The order is documented for Comprehend's time filters, and that EMR Serverless groups by state when asked for
    several; else newest first, a guess.
    """
    newest_first = [job for job in reversed(jobs) if _of_parent(kind, job, params)]
    match kind.service:
        case "comprehend":
            return _comprehend(newest_first, params.get("Filter") or {}, now, settings, rules)
        case "emr-serverless":
            return _emr_serverless(newest_first, params, now)
        case "personalize":
            version = params.get("solutionVersionArn")
            return [job for job in newest_first if version in (None, job.request.get("solutionVersionArn"))]
    return _by_descriptor(kind, newest_first, params)


@dataclass(frozen=True, slots=True)
class Page:
    jobs: list[Job]
    next: str | None


def page(jobs: Sequence[Job], params: Mapping[str, Any], largest: Mapping[str, int], stale: Refusal) -> Page:
    """One page. Its token names the last job shown and the list it belongs to, so that jobs started meanwhile move
    nothing. Raises Refused for a token of another list."""
    size = next((params[member] for member in largest if params.get(member)), 0)
    size = min([size or 100, *largest.values()])
    asked = hashlib.sha256(orjson.dumps(_without_pages(params, largest), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    start = _after(jobs, next((params[name] for name in _PAGE_TOKENS if params.get(name)), ""), asked, stale)
    shown = list(jobs[start : start + size])
    more = start + size < len(jobs)
    return Page(shown, _token(asked, shown[-1].number) if more else None)


def page_members(token: str | None) -> dict[str, str]:
    """The token under each name that a service may have for it."""
    return dict.fromkeys(_PAGE_TOKENS, token) if token else {}


def _of_parent(kind: Descriptor, job: Job, params: Mapping[str, Any]) -> bool:
    parent = kind.list.parent if kind.list else {}
    return all(params.get(argument) in (None, paths.get(job.request, member)) for argument, member in parent.items())


def _comprehend(jobs: list[Job], filters: Mapping[str, Any], now: float, settings: Settings, rules: Rules) -> list[Job]:
    if len(filters) > 1:
        raise Refused(rules.filters, "Only one filter can be set at a time.")
    for name, wanted in filters.items():
        match name:
            case "JobName" if settings.comprehend_name_filter == "prefix":
                return [job for job in jobs if job.name.startswith(wanted)]
            case "JobName":
                return [job for job in jobs if job.name == wanted]
            case "JobStatus":
                return [job for job in jobs if job.step(now).status == wanted]
            case "SubmitTimeAfter":
                return [job for job in jobs if job.created > wanted]
            case "SubmitTimeBefore":
                return [job for job in reversed(jobs) if job.created < wanted]
    return jobs


def _emr_serverless(jobs: list[Job], params: Mapping[str, Any], now: float) -> list[Job]:
    states, mode = params.get("states") or (), params.get("mode")
    after, before = params.get("createdAtAfter", float("-inf")), params.get("createdAtBefore", float("inf"))
    kept = [job for job in jobs if after < job.created < before and mode in (None, job.request.get("mode", "BATCH"))]
    if not states:
        return kept
    return [job for state in dict.fromkeys(states) for job in kept if job.step(now).status == state]


def _by_descriptor(kind: Descriptor, jobs: list[Job], params: Mapping[str, Any]) -> list[Job]:
    if kind.list is None:
        return jobs
    given = (params.get(kind.list.filter) or {}) if kind.list.filter else params
    name = given.get(kind.list.name) if kind.list.name else None
    since = given.get(kind.list.since) if kind.list.since else None
    return [job for job in jobs if name in (None, job.name) and (since is None or job.created >= since)]


def _without_pages(params: Mapping[str, Any], largest: Mapping[str, int]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in largest and name not in _PAGE_TOKENS}


def _token(asked: str, number: int) -> str:
    return base64.urlsafe_b64encode(f"{asked}:{number}".encode()).decode()


def _after(jobs: Sequence[Job], token: str, asked: str, stale: Refusal) -> int:
    """Where the page starts. A job that the list has lost since (its status changed) is found by its neighbours."""
    if not token:
        return 0
    try:
        mark, _, number = base64.urlsafe_b64decode(token).decode().partition(":")
        last = int(number)
    except ValueError:
        mark, last = "", 0
    if mark != asked:
        raise Refused(stale, "The page token is not valid for this list.")
    numbers = [job.number for job in jobs]
    if last in numbers:
        return numbers.index(last) + 1
    rising = len(numbers) > 1 and numbers[0] < numbers[-1]
    return next((place for place, number in enumerate(numbers) if (number > last) is rising), len(numbers))
