"""How references are told from a service's own `${…}`, and that text comes out as it was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.model.references import Ambiguous, Reference, kept, parts, references, resolve, secret_references

PIECES = st.sampled_from(["$", "{", "}", "${", "$$", "job.attempt", "var.x", "VAR", "env", "env.HOME", ".", "a", "ü"])
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@pytest.mark.parametrize(
    "text", ["${}", "${HOME}", "${spark.home}", "${env:HOME}", "${sysenv.x}", "$${HOME}", "$var.x", "${ var.x }", "${"]
)
def test_a_services_own_words_are_no_references_and_stay_as_they_are(text):
    assert list(parts(text)) == [text]
    assert resolve({"a": [text]}, lambda name: pytest.fail(name)) == {"a": [text]}
    assert kept([text]) == text


def test_the_parts_of_a_text_are_its_words_and_its_references():
    text = "s3://${var.bucket}/${job.attempt}$${var.x}-${Vars.y}${env}"
    assert list(parts(text)) == [
        "s3://", Reference("var.bucket"), "/", Reference("job.attempt"), "${var.x}-", Reference("Vars.y"),
        Reference("env"),
    ]  # fmt: skip
    assert list(references({"a": [text, 1], "b": {"c": "${env.X}"}, "${var.z}": None})) == [
        "var.bucket", "job.attempt", "Vars.y", "env", "env.X",
    ]  # fmt: skip


def test_what_nobody_knows_stays_a_reference():
    known = {"env.A": "one"}
    assert resolve(["${env.A}-${env.B}", 1, None], known.get) == ["one-${env.B}", 1, None]
    assert secret_references({"a": "${env.A} ${job.attempt}", "b": ["${var.b}", "$${var.c}"]}) == {"env.A", "var.b"}


@given(TEXTS)
def test_a_text_that_is_kept_says_what_it_said(text):
    """Whatever a value holds, it refers to nothing."""
    assert resolve(kept([text]), lambda name: pytest.fail(name)) == text


@given(TEXTS)
def test_a_text_of_a_manifest_is_kept_as_it_is_written(text):
    assert list(parts(kept(parts(text)))) == list(parts(text))


@given(st.lists(TEXTS | st.sampled_from([Reference("env.X"), Reference("job.token")]), max_size=5))
def test_values_and_references_side_by_side_are_never_read_as_something_else(text):
    try:
        written = kept(text)
    except Ambiguous:
        assert any(isinstance(part, Reference) for part in text)
        assert "$" in "".join(map(str, text))
        return
    sent = {"env.X": "<secret>", "job.token": "<token>"}
    meant = "".join(part if isinstance(part, str) else sent[part.name] for part in text)
    assert resolve(written, sent.get) == meant
