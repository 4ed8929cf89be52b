"""Rate limits, as token buckets that the engine's clock fills."""

from dataclasses import dataclass, field

from reconcile.kinds.descriptor import Rate

# A request that its client spaced right may arrive a little early; no service measures as finely as a local clock.
_SLACK = 0.2


@dataclass(slots=True)
class Buckets:
    """One bucket for each place and operation. Not kept in the state file: a restart finds them full."""

    _levels: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def take(self, place: str, operation: str, rate: Rate, now: float) -> bool:
        """Whether one more request is within the rate; if so, it is counted."""
        most = max(float(rate.burst), rate.per_second)  # what may come in a second may come at once
        level, since = self._levels.get((place, operation), (most, now))
        level = min(most, level + max(0.0, now - since) * rate.per_second)
        within = level >= 1 - _SLACK
        self._levels[place, operation] = (level - 1 if within else level, now)
        return within
