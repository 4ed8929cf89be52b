"""One job that the sandbox holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconcile.sandbox import life
from reconcile.sandbox.life import Step, Steps


@dataclass(frozen=True, slots=True)
class Job:
    """`place` is what a list of its kind is for: an AWS region, or projectId/workspace. `request` is the body of its
    start, without token and tags. Times are seconds since the epoch. `replays` counts starts that it answered again.
    """

    number: int
    kind: str
    place: str
    id: Mapping[str, str]
    name: str
    arn: str
    created: float
    listed: float
    described: float
    request: Mapping[str, Any]
    steps: Steps
    token: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    replays: int = 0
    forgotten: bool = False

    def step(self, now: float) -> Step:
        return life.at(self.steps, now)

    @property
    def key(self) -> tuple[str, ...]:
        """What names the job among those of its kind and place."""
        return tuple(self.id[part] for part in sorted(self.id))

    def called(self, text: str) -> bool:
        """Whether people may mean this job by `text`: its name, its ARN or a part of its id that only it has."""
        return text in (self.name, self.arn) or text == next(reversed(list(self.id.values())), "")
