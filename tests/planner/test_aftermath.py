"""What follows a start that failed, over the whole product of its inputs."""

from itertools import product

import pytest

from reconcile.model.phase import Guarantee
from reconcile.model.request import FailureKind
from reconcile.planner.aftermath import Next, after_look, after_start, may_have_acted

UNGUARDED = (Guarantee.LOOK_UP, Guarantee.SWITCH)
HARMLESS = (FailureKind.NOT_SENT, FailureKind.THROTTLED)
UNSURE = (FailureKind.SERVER_ERROR, FailureKind.LOST)
TAKEN = (FailureKind.EXISTS, FailureKind.CONFLICT)
REFUSED = tuple(kind for kind in FailureKind if kind not in (*HARMLESS, *UNSURE, *TAKEN))

# failure, guarantee, young, in doubt (None: either) -> next
ROWS = (
    (HARMLESS, Guarantee, True, False, Next.RETRY),
    (HARMLESS, (Guarantee.TOKEN, Guarantee.UNIQUE_NAME), True, True, Next.RETRY),
    (HARMLESS, UNGUARDED, True, True, Next.LOOK),
    (HARMLESS, Guarantee, False, False, Next.CLOSE),
    (HARMLESS, Guarantee, False, True, Next.LEAVE),
    (UNSURE, (Guarantee.TOKEN,), True, None, Next.RESEND),
    (UNSURE, (Guarantee.TOKEN,), False, None, Next.LOOK),
    (UNSURE, (Guarantee.UNIQUE_NAME, *UNGUARDED), None, None, Next.LOOK),
    (TAKEN, Guarantee, None, None, Next.LOOK),
    (REFUSED, Guarantee, None, False, Next.CLOSE),
    (REFUSED, Guarantee, None, True, Next.LEAVE),
)
PRODUCT = list(product(FailureKind, Guarantee, (True, False), (True, False)))


@pytest.mark.parametrize("failure", FailureKind)
def test_every_failure_is_followed_by_what_its_one_row_says(failure):
    for kind, guarantee, young, in_doubt in PRODUCT:
        if kind is not failure:
            continue
        hits = [
            after
            for kinds, guarantees, is_young, doubted, after in ROWS
            if kind in kinds and guarantee in guarantees and is_young in (None, young) and doubted in (None, in_doubt)
        ]
        assert hits == [after_start(kind, guarantee, young=young, in_doubt=in_doubt)], (guarantee, young, in_doubt)


def follows(after: Next) -> list[tuple[FailureKind, Guarantee, bool, bool]]:
    return [case for case in PRODUCT if after_start(case[0], case[1], young=case[2], in_doubt=case[3]) is after]


def test_only_a_young_token_is_sent_again_after_an_answer_was_lost():
    assert all(guarantee is Guarantee.TOKEN and young for _, guarantee, young, _ in follows(Next.RESEND))


def test_nothing_goes_out_twice_without_a_guard_once_it_may_have_acted():
    again = follows(Next.RESEND) + follows(Next.RETRY)
    assert not [case for case in again if case[1] in UNGUARDED and (case[3] or may_have_acted(case[0]))]


def test_an_intent_is_closed_only_where_no_try_can_have_had_an_effect():
    assert not [case for case in follows(Next.CLOSE) if case[3] or may_have_acted(case[0])]


def test_a_definite_refusal_leaves_no_doubt_behind():
    assert {kind for kind in FailureKind if may_have_acted(kind)} == {*UNSURE, *TAKEN}


# --- after a look that found no job of its own

# failure, guarantee, in doubt, resumed, something is seen to hold the name (None: either) -> next
LOOKED = (
    (tuple(kind for kind in FailureKind if kind not in TAKEN), Guarantee, None, None, None, Next.LEAVE),
    (TAKEN, (Guarantee.UNIQUE_NAME,), False, None, None, Next.CLOSE),
    (TAKEN, (Guarantee.UNIQUE_NAME,), True, True, True, Next.ASK),
    (TAKEN, (Guarantee.UNIQUE_NAME,), True, True, False, Next.LEAVE),
    (TAKEN, (Guarantee.UNIQUE_NAME,), True, False, None, Next.LEAVE),
    (TAKEN, (Guarantee.TOKEN, *UNGUARDED), None, False, None, Next.LEAVE),
    (TAKEN, (Guarantee.TOKEN, *UNGUARDED), None, True, True, Next.ASK),
    ((FailureKind.CONFLICT,), (Guarantee.TOKEN,), None, True, False, Next.ASK),
    ((FailureKind.EXISTS,), (Guarantee.TOKEN,), None, True, False, Next.LEAVE),
    (TAKEN, UNGUARDED, None, True, False, Next.LEAVE),
)


@pytest.mark.parametrize("failure", FailureKind)
def test_every_look_in_vain_is_followed_by_what_its_one_row_says(failure):
    for guarantee, *facts in product(Guarantee, *[(True, False)] * 3):
        hits = [
            after
            for kinds, guarantees, *whens, after in LOOKED
            if failure in kinds
            and guarantee in guarantees
            and all(when in (None, fact) for when, fact in zip(whens, facts, strict=True))
        ]
        in_doubt, resumed, held = facts
        assert hits == [after_look(failure, guarantee, in_doubt=in_doubt, resumed=resumed, held=held)], facts


def test_a_person_is_not_asked_about_a_name_that_nothing_holds():
    for failure, in_doubt, resumed in product(FailureKind, (True, False), (True, False)):
        after = after_look(failure, Guarantee.UNIQUE_NAME, in_doubt=in_doubt, resumed=resumed, held=False)
        assert after is not Next.ASK
