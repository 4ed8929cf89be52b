import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconcile.cloud.marks import bears_name_of, marks_in_name, marks_of, with_marks
from reconcile.model.address import Address
from reconcile.model.observed import Marks
from reconcile.model.tokens import job_name

STYLES = ["map", "Key/Value", "tagKey/tagValue"]
MARKS = Marks("documents", "default", Address("SomeJob", "nightly"), 1, 2, 1, "sha256:00", "0b1d2c3e-token")

marks = st.builds(
    Marks,
    project=st.text(min_size=1, max_size=40),
    environment=st.text(min_size=1, max_size=40),
    address=st.builds(Address, st.from_regex(r"[A-Z][A-Za-z]{0,20}", fullmatch=True), st.just("nightly-1")),
    generation=st.integers(1, 999),
    attempt=st.integers(1, 999),
    tries=st.integers(1, 9),
    digest=st.text(max_size=71),
    client_token=st.text(min_size=1, max_size=36),
)


@pytest.mark.parametrize("style", STYLES)
@given(marks=marks)
@example(marks=replace(MARKS, project="a=3D=41%41"))
def test_marks_read_back_as_they_were_written(style, marks):
    assert marks_of(with_marks(None, marks, style), style) == marks


@given(marks=marks)
def test_no_service_refuses_a_character_of_our_tags(marks):
    for key, value in with_marks(None, marks, "map").items():
        assert re.fullmatch(r"[A-Za-z0-9 /_.:=+@-]+", key)
        assert re.fullmatch(r"[A-Za-z0-9 /_.:=+@-]*", value)


def test_tags_that_the_user_gave_are_kept():
    tags = with_marks([{"Key": "team", "Value": "documents"}], MARKS, "Key/Value")
    assert {"Key": "team", "Value": "documents"} in tags
    assert {"Key": "reconcile:address", "Value": "SomeJob/nightly"} in tags
    assert marks_of(tags, "Key/Value") == MARKS


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("style", STYLES)
@given(tags=json)
def test_tags_that_are_not_ours_say_nothing(style, tags):
    assert marks_of(tags, style) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("address", "no address"),
        ("attempt", "0"),
        ("attempt", "x"),
        ("attempt", "²"),
        ("token", ""),
        ("generation", ""),
    ],
)
def test_marks_that_someone_broke_say_nothing(name, value):
    assert marks_of({**with_marks(None, MARKS, "map"), f"reconcile:{name}": value}, "map") is None


def test_a_mark_that_is_missing_leaves_nothing():
    tags = with_marks(None, MARKS, "map")
    for name in tags:
        assert marks_of({key: value for key, value in tags.items() if key != name}, "map") is None


@pytest.mark.parametrize("name", ["nightly", "a" * 63])
def test_a_name_that_was_made_for_an_address_is_known_again_though_cut(name):
    made = job_name(name, 12, "0b1d2c3e-rest")
    assert bears_name_of(Address("SomeJob", name), made)
    assert not bears_name_of(Address("SomeJob", "night"), made)
    found = marks_in_name("documents", "default", Address("SomeJob", name), made)
    assert found
    assert (found.attempt, found.client_token) == (12, "0b1d2c3e")
