"""Tokens and digests: what was once computed stays so for ever, or a start that is sent again starts a second job."""

import uuid
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.model.address import Address
from reconcile.model.tokens import NAMESPACE, client_token, digest, job_name, split_job_name

NIGHTLY = Address("EMRServerlessJobRun", "nightly")
CONTENT = "sha256:d8ea1a4fb5a7c3d1e0a2f1b7c1c1f6f1b9a3e4c5d6e7f8091a2b3c4d5e6f7081"
PARTS = ("documents", "default", NIGHTLY, CONTENT, 1, 1)


# Never to be changed: these are in lock files, in tags, and in the memory of the services.
def test_the_token_of_an_attempt_is_what_it_always_was():
    assert client_token(*PARTS) == "17d0a9da-8673-5707-9267-d619f90e0d8b"
    assert (
        client_token("7d0f1c1e-1b1a-4a57-9a52-0c3b8f1f6f10", "prod", NIGHTLY, CONTENT, 2, 13)
        == "580783c3-b9d5-5dec-836a-d8eef9e097d7"
    )
    assert client_token("a/b", "100%", NIGHTLY, CONTENT, 1, 1) == "7661a004-f991-513c-b9eb-82517217a4dd"


def test_the_digest_of_a_content_is_what_it_always_was():
    spec = {"b": [1, 2.5, None, True], "a": {"ü": "ö", "n": "007"}}
    assert (
        digest("EMRServerlessJobRun", "aws/eu-west-1", spec)
        == "sha256:3d37902993356f8030eea945ac4745fe76dde19d04a4c37a98a488b203cd671b"
    )


def test_the_order_of_members_does_not_count_and_that_of_items_does():
    assert digest("K", "s", {"a": 1, "b": {"c": 1, "d": 2}}) == digest("K", "s", {"b": {"d": 2, "c": 1}, "a": 1})
    assert digest("K", "s", {"a": [1, 2]}) != digest("K", "s", {"a": [2, 1]})


def test_kind_scope_and_every_member_make_another_content():
    spec = {"a": 1, "b": "1"}
    others = [("L", "s", spec), ("K", "t", spec), ("K", "s", {"a": "1", "b": "1"}), ("K", "s", {"a": 1.0, "b": "1"})]
    assert len({digest(*other) for other in [("K", "s", spec), *others]}) == len(others) + 1


def test_a_token_has_the_36_characters_that_every_service_takes():
    token = client_token(*PARTS)
    assert len(token) == 36
    assert set(token) <= set("0123456789abcdef-")


@pytest.mark.parametrize("changed", range(len(PARTS)))
def test_every_part_makes_another_token(changed):
    others = ("papers", "prod", Address("EMRServerlessJobRun", "daily"), "sha256:00", 2, 2)
    parts = [other if place == changed else part for place, (part, other) in enumerate(zip(PARTS, others, strict=True))]
    assert client_token(*parts) != client_token(*PARTS)


def test_a_generation_is_not_taken_for_an_attempt():
    tokens = {client_token(*PARTS[:4], generation, attempt) for generation, attempt in permutations((1, 11, 111), 2)}
    assert len(tokens) == 6


def test_parts_that_hold_a_slash_do_not_run_together():
    pairs = [("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c"), ("a", "b%2Fc"), ("a%252Fb", "c"), ("", "a/b/c"), ("a/b/c", "")]
    assert len({client_token(project, environment, *PARTS[2:]) for project, environment in pairs}) == len(pairs)


texts = st.text(st.sampled_from("ab/%2F"), max_size=6)
parts = st.tuples(texts, texts, st.builds(Address, texts, texts), texts, st.integers(1, 12), st.integers(1, 12))


@given(parts, parts)
def test_two_attempts_never_share_a_token(one, other):
    assert (client_token(*one) == client_token(*other)) == (one == other)


@given(parts)
def test_a_token_is_the_uuid_5_of_its_parts(given_parts):
    project, environment, (kind, name), content, generation, attempt = given_parts
    texts = [project, environment, kind, name, content, str(generation), str(attempt)]
    written = "/".join(text.replace("%", "%25").replace("/", "%2F") for text in texts)
    assert client_token(*given_parts) == str(uuid.uuid5(uuid.UUID(NAMESPACE), written))


@given(st.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True), st.integers(1, 10**9))
def test_a_job_name_fits_and_tells_its_attempt(name, attempt):
    token = client_token(*PARTS[:5], attempt)
    given_name = job_name(name, attempt, token)
    assert len(given_name) <= 63
    cut, number, first = split_job_name(given_name)
    assert name.startswith(cut)
    assert (number, first) == (attempt, token[:8])


@pytest.mark.parametrize(
    "text", ["", "nightly", "nightly-2", "nightly-0-0b1dbe5e", "nightly-2-0B1DBE5E", "-2-0b1dbe5e"]
)
def test_a_name_that_is_not_ours_is_not_read_as_one(text):
    assert split_job_name(text) is None
