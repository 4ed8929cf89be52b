"""What of a value is masked before it is rendered, and what programs go by and stays."""

from datetime import UTC, datetime

import pytest

from reconcile.errors import Exit, GuardRefused, Unrecorded
from reconcile.model.address import Address
from reconcile.model.change import Action, Change, Decision, FieldDiff, Plan
from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.model.job import Place
from reconcile.model.phase import Guarantee
from reconcile.model.redaction import redacted
from reconcile.model.result import Ended, Event, EventKind, Result, Row
from reconcile.model.secrets import Secrets

WORD = "start"  # of a reason, an action, an address, a token, an id and a place
HIDDEN = "${var.word}"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
ADDRESS = Address("Kind", "start-a")


@pytest.fixture
def mask():
    secrets = Secrets()
    secrets.add("var.word", WORD)
    return secrets.mask


def plan(text):
    after = {"start": [text, 7, None, {"deep": text}]}
    diff = FieldDiff("spec.start", "changed", text, after)
    decision = Decision(Action.START, f"to {text} it", None, then=Action.REPLACE)
    change = Change(ADDRESS, decision, Guarantee.TOKEN, None, 1, "token-start", (diff,))
    return Plan((change,), 3, warnings=(f"a {text}",))


def row(text):
    return Row(ADDRESS, Action.START, Ended.DONE, text, 1, {"start": "start"}, place=Place("start.yaml", 3))


@pytest.mark.parametrize(
    "made",
    [
        plan,
        lambda text: Result((row(text),), unmet=(ADDRESS,)),
        lambda text: Event(EventKind.START_ACK, NOW, text, ADDRESS, 1, "start", {"id": "start"}),
        lambda text: Drift((Finding(DriftKind.CHANGED, "start", "start", text, ADDRESS),), 1, NOW, warnings=(text,)),
    ],
)
def test_texts_are_masked_and_names_tokens_ids_and_places_stay(made, mask):
    assert redacted(made(WORD), mask) == made(HIDDEN)


def test_what_holds_no_secret_stays_the_same_object(mask):
    value = plan("stop")
    assert redacted(value, Secrets().mask) is value
    other = plan(HIDDEN).changes[0].diff[0].after
    assert redacted(other, mask) is other


@pytest.mark.parametrize("sort", [GuardRefused, Unrecorded])
def test_an_error_stays_of_its_class(sort, mask):
    error = sort("cannot start", where="at start", fix="start it")
    made = redacted(Result((), error=error), mask)
    assert (made.error.what, made.error.where, made.error.fix) == (f"cannot {HIDDEN}", f"at {HIDDEN}", f"{HIDDEN} it")
    assert str(made.error) == f"cannot {HIDDEN}\n  at: at {HIDDEN}\n  fix: {HIDDEN} it"
    assert (type(made.error), made.exit) == (sort, sort.exit)
    assert sort.exit is not Exit.DONE


def test_what_was_masked_is_not_masked_again():
    secrets = Secrets()
    secrets.add("var.data", "data")
    secrets.add("env.PASSWORD", "data-and-more")
    once = secrets.mask("data; data-and-more")
    assert once == "${var.data}; ${env.PASSWORD}"
    assert secrets.mask(once) == once
