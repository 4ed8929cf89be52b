"""Reports whose every text is out to do harm."""

from dataclasses import replace

from reconcile.errors import LockFileError
from reconcile.model.address import Address
from reconcile.model.change import Action, FieldDiff, Plan
from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.model.job import Place
from reconcile.model.phase import Phase
from reconcile.model.problem import Problem, Problems
from reconcile.model.record import Attempt
from reconcile.model.result import Ended, Result, Row
from tests.report.html.samples import change
from tests.report.values import NOW

HOSTILE = (
    "</script></style></title></textarea><script>window.hacked = 1</script><b>bold</b><img src=x onerror='hacked=1'>"
    '" onfocus="window.hacked=1" autofocus \' `${window.hacked = 1}` <!-- <base href=//evil> ]]> &lt;b&gt; '
    "\x1b[2J\x1b]8;;http://evil\x07 \u202e drawkcab \u2066 \u05d0\u05d1 \x00 \ud800 \r\n" + "w" * 10_000
)


def _plan():
    start = change(ADDRESS, Action.REPLACE, HOSTILE, (ATTEMPT,), (OTHER,), diff=DIFF)
    return Plan((start, replace(start, address=OTHER)), 0, warnings=(HOSTILE,))


def _result():
    error = LockFileError(HOSTILE, where=HOSTILE, fix=HOSTILE)
    ended = (Action.START, Ended.FAILED, HOSTILE, 1, {"id": HOSTILE}, Phase.FAILED, HOSTILE, Place(HOSTILE, 1))
    return Result((Row(ADDRESS, *ended, (ATTEMPT,), (OTHER,)),), unmet=(ADDRESS,), error=error)


def _drift():
    finding = Finding(
        DriftKind.UNMANAGED, HOSTILE, HOSTILE, HOSTILE, status=HOSTILE, external_id={"id": HOSTILE}, attempts=(ATTEMPT,)
    )
    unmanaged = replace(finding, manifest=f"a: b\n{HOSTILE}")
    return Drift((replace(finding, diff=DIFF), unmanaged), 0, NOW, warnings=(HOSTILE,))


def _problems():
    found = (Problem(Place(HOSTILE, 1), str(ADDRESS), HOSTILE, HOSTILE), Problem(Place(HOSTILE), "", "", HOSTILE))
    return Problems(found, HOSTILE)


ADDRESS, OTHER = Address("EMRServerlessJobRun", HOSTILE), Address(HOSTILE, "b")
ATTEMPT = Attempt(1, 1, HOSTILE, HOSTILE, {HOSTILE: HOSTILE}, Phase.FAILED, HOSTILE, NOW.replace(hour=1), NOW)
DIFF = (
    FieldDiff(f"spec.{HOSTILE}", "changed", f"a{HOSTILE}", {HOSTILE: [HOSTILE]}),
    FieldDiff(HOSTILE, "added", None, HOSTILE),
)
HOSTILE_REPORTS = {"plan": _plan(), "result": _result(), "drift": _drift(), "problems": _problems()}
