"""A report for code scanning: SARIF 2.1.0, one result for each thing that needs attention, at its manifest's line."""

from typing import Any
from urllib.parse import quote

from reconcile.report.about import About
from reconcile.report.attention import Level, Notice, notices
from reconcile.report.encode import json_text, json_time
from reconcile.report.formats import Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"

_RULES = {
    "manifest/wrong": "Something in a file of the project that is wrong.",
    "plan/blocked": "A job about which only a person can decide.",
    "plan/guard": "A plan that a guard of the project refuses.",
    "plan/stop": "A job that will be stopped.",
    "plan/replace": "A job that will be stopped and started anew.",
    "apply/failed": "A change that failed.",
    "apply/blocked": "A job about which only a person can decide.",
    "apply/not-tried": "A change that this apply did not come to.",
    "drift/stopped": "A job that somebody else stopped.",
    "drift/failed": "A job that ended without success.",
    "drift/missing": "A job that its service does not know any more.",
    "drift/changed": "A job that was changed behind our back.",
    "drift/unmanaged": "A job that no manifest declares.",
    "drift/pending": "A manifest that has not been applied yet.",
    "drift/unknown": "A job whose service could not be asked.",
}
_OTHER = "What ended the command early."


def sarif(report: Report, about: About) -> str:
    found = notices(report, about)
    rules = {notice.rule: notice.level for notice in found}
    driver = {"name": "reconcile", "version": about.version, "rules": [_rule(*item) for item in sorted(rules.items())]}
    places = sorted(rules)
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "endTimeUtc": json_time(about.at)}],
        "automationDetails": {"id": _category(report, about)},
        "columnKind": "unicodeCodePoints",
        "results": [_result(notice, places.index(notice.rule)) for notice in found],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _category(report: Report, about: About) -> str:
    """What one run finds takes the place of what an earlier one of the same category found, and of no other."""
    shard = report.shard
    return f"reconcile/{about.project}/" + (f"shard-{shard.index}-of-{shard.count}/" if shard else "")


def _rule(rule: str, level: Level) -> dict[str, Any]:
    return {
        "id": rule,
        "name": "".join(map(str.title, rule.replace("-", "/").split("/"))),
        "shortDescription": {"text": _RULES.get(rule, _OTHER)},
        "defaultConfiguration": {"level": level.value},
    }


def _result(notice: Notice, rule: int) -> dict[str, Any]:
    excused = [{"kind": "external", "status": "accepted", "justification": notice.excuse}] if notice.excuse else []
    return {
        "ruleId": notice.rule,
        "ruleIndex": rule,
        "level": notice.level.value,
        "message": {"text": f"{notice.name}: {notice.message}"},
        "locations": [_location(notice)],
        "partialFingerprints": {"job/v1": ":".join(filter(None, (notice.rule, notice.name, notice.field)))},
        **({"suppressions": excused} if excused else {}),
    }


def _location(notice: Notice) -> dict[str, Any]:
    place = notice.place
    region = {"startLine": max(1, place.line)} | ({"startColumn": place.column} if place.column else {})
    file = {"uri": quote(place.file.encode("utf-8", "surrogatepass")), "uriBaseId": _ROOT}
    return {"physicalLocation": {"artifactLocation": file, "region": region}}
