"""How single values are worded wherever they appear: ids, ages, times, tokens, values of a spec."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from reconcile.model.job import written
from reconcile.model.shard import Shard
from reconcile.report.visible import visible

NOTHING = "-"
SHORT_TOKEN = 8
_STEPS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def short_token(token: str) -> str:
    return token[:SHORT_TOKEN]


def id_text(external_id: Mapping[str, str] | None) -> str:
    """`00f1/00g2`: the parts of an id, without their names."""
    return visible(written(external_id)) if external_id else NOTHING


def age_text(since: datetime | None, now: datetime) -> str:
    """`3d4h`, `12m5s`: the two largest units. A clock that is behind shows `0s`."""
    if since is None:
        return NOTHING
    left = max(0, int((now - since) / timedelta(seconds=1)))
    for place, (unit, seconds) in enumerate(_STEPS[:-1]):
        if left >= seconds:
            next_unit, next_seconds = _STEPS[place + 1]
            rest = left % seconds // next_seconds
            return f"{left // seconds}{unit}" + (f"{rest}{next_unit}" if rest else "")
    return f"{left}s"


def time_text(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ") if at else NOTHING


def shard_words(shard: Shard | None) -> str:
    """`, shard 3/16`, to go behind the name of a project; nothing where it is not divided."""
    return f", shard {shard}" if shard else ""


def shard_line(shard: Shard) -> str:
    return f"Shard {shard}: what belongs to other shards of the project is not shown."


def value_text(value: object) -> str:
    """One value of a spec, as JSON on one line."""
    return visible(json.dumps(value, ensure_ascii=False, default=str))


def clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
