"""A drift report as metrics, in the text format that Prometheus's textfile collector reads."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from reconcile.model.drift import Drift, DriftKind

Labels = Mapping[str, str]


def drift_prometheus(drift: Drift, *, project: str, environment: str, kinds: Iterable[str]) -> str:
    """Of these kinds of jobs, and those that were found, every count is there: 0 is a value. Ends with a newline."""
    own = {"project": project, "environment": environment} | ({"shard": str(drift.shard)} if drift.shard else {})
    named = sorted({*kinds, *(finding.kind for finding in drift.findings)})
    open_, accepted = Counter[tuple[str, DriftKind]](), Counter[str]()
    for finding in drift.findings:
        if finding.accepted:
            accepted[finding.kind] += 1
        else:
            open_[finding.kind, finding.drift] += 1
    words = [word for word in DriftKind if word is not DriftKind.IN_SYNC]
    lines = [
        *_metric(
            "reconcile_drift_jobs",
            "Jobs that are not as declared and recorded, by kind and how they drift, without those accepted.",
            [({**own, "kind": kind, "drift": word.value}, open_[kind, word]) for kind in named for word in words],
        ),
        *_metric(
            "reconcile_drift_accepted_jobs",
            "Jobs whose drift is accepted.",
            [({**own, "kind": kind}, accepted[kind]) for kind in named],
        ),
        *_metric("reconcile_drift_in_sync_jobs", "Jobs that are in sync.", [(own, drift.counts[DriftKind.IN_SYNC])]),
        *_metric(
            "reconcile_drift_last_run_timestamp_seconds",
            "When reconcile last looked for drift and could tell.",
            [(own, int(drift.at.timestamp()))],
        ),
    ]
    return "\n".join(lines) + "\n"


def _metric(name: str, about: str, samples: Iterable[tuple[Labels, int]]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{told}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
