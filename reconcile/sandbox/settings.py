"""How the sandbox behaves. Every answer that only a live account could give is a switch here, with its default."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from reconcile.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """Durations are seconds of the services' time; `speed` of them pass in a second of the clock. Rates, the token's
    life, retention and what the services say about time go by the clock itself.

    Documented: the rates and the numbers of active jobs (they come with each kind), Comprehend's rules for a stop
    but for one, what EMR Serverless does with a run past its time-out. All else that has a choice here is a guess.
    """

    speed: float = 1.0
    seed: str = ""  # ids are made from it and a counter: the same seed and requests give the same ids

    pending: float = 10.0
    running: float = 120.0
    stopping: float = 15.0

    rates: bool = True  # answer more requests than a kind's limits allow with the service's throttle code
    capacity: bool = True  # refuse more live jobs than a kind's limits allow

    listing_delay: float = 1.0  # lists and filters do not show a job before; nothing is documented
    describe_delay: float = 0.0  # the same for describe
    retention: float | None = None  # a job that ended longer ago is not found any more; not documented (None: kept)

    token_lifetime: float = 86_400.0  # not documented for any service here
    token_repeat: Literal["replay", "refuse"] = "replay"  # a token again, with the same body
    token_mismatch: Literal["refuse", "replay"] = "refuse"  # a token again, with another body

    comprehend_name_filter: Literal["exact", "prefix"] = "exact"
    comprehend_stop_submitted: Literal["accept", "refuse"] = "accept"
    comprehend_capacity_code: str = "TooManyRequestsException"
    emr_cancel_ended: Literal["accept", "refuse"] = "accept"  # a cancel of a run that has ended
    personalize_words: Literal["PENDING", "CREATE PENDING"] = "PENDING"  # both spellings have been seen
    personalize_capacity_code: str = "LimitExceededException"
    personalize_failed_name: Literal["taken", "free"] = "taken"  # of a job whose creation failed

    dataarts_offset: Literal["page", "record"] = "page"  # what `offset` counts: the manual and Huawei's own code differ
    dataarts_start_started: Literal["accept", "refuse"] = "accept"  # start of a started job, stop of a stopped one
    dataarts_window: float | None = None  # without minPlanTime, instances older than this are not listed
    dataarts_published: bool = True  # False: the region does not serve start and run-immediate (APIGW.0101)

    def changed(self, changes: Mapping[str, Any]) -> "Settings":
        """These settings with others; values may be text. Raises UsageError, naming every problem."""
        hints = get_type_hints(Settings)
        unknown = sorted(set(changes) - set(hints))
        if unknown:
            raise UsageError(
                f"There is no setting {', '.join(unknown)}.",
                fix="One of: " + ", ".join(field.name for field in fields(Settings)),
            )
        return replace(self, **{name: _value(name, hints[name], value) for name, value in changes.items()})


DEFAULTS = Settings()


def _value(name: str, hint: Any, value: Any) -> Any:
    if get_origin(hint) is Literal:
        return _one_of(name, get_args(hint), value)
    if get_origin(hint) is UnionType:
        return None if value in (None, "", "none") else _value(name, get_args(hint)[0], value)
    if hint is bool:
        return _truth(name, value)
    if hint is float:
        return _number(name, value)
    return str(value)


def _one_of(name: str, choices: tuple[str, ...], value: Any) -> str:
    if value not in choices:
        raise UsageError(f"{name} is {value!r}, not one of {', '.join(choices)}.")
    return str(value)


def _truth(name: str, value: Any) -> bool:
    words = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}
    truth = value if isinstance(value, bool) else words.get(str(value).lower())
    if truth is None:
        raise UsageError(f"{name} is {value!r}, neither on nor off.")
    return truth


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    lowest = 1e-9 if name == "speed" else 0.0
    if isinstance(value, bool) or not lowest <= number < float("inf"):
        raise UsageError(f"{name} is {value!r}, not a number of {'at least' if not lowest else 'more than'} 0.")
    return number
