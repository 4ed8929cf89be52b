"""What is remembered of one look for drift."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconcile.model.drift import DriftKind, Finding
from reconcile.model.job import written


@dataclass(frozen=True, slots=True)
class Look:
    """`found` by key (see `key_of`); a job that was looked at and is not there was in sync. `about` are the keys that
    a look with --target was about, None for the whole project. `unmanaged`: it was also for jobs that nobody declared.
    """

    run: str  # random, of this one run: it is in the history once
    project: str
    environment: str
    at: datetime
    found: Mapping[str, DriftKind]
    counts: Mapping[DriftKind, int]
    about: frozenset[str] | None = None
    unmanaged: bool = False
    shard: str = ""  # 3/16, of a divided project

    def covers(self, finding: Finding) -> bool:
        if finding.drift is DriftKind.UNMANAGED:
            return self.unmanaged
        return self.about is None or key_of(finding) in self.about


def key_of(finding: Finding) -> str:
    """The address; of an unmanaged job kind and id."""
    if finding.address is not None:
        return str(finding.address)
    return f"{finding.kind} {written(finding.external_id or {})}"
