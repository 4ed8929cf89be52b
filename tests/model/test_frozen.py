"""Ours against that of the standard library: nobody who uses a value can tell which of them made its class."""

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field, replace

import orjson
import pytest

from reconcile.model import frozen


def made_by(dataclass):
    @dataclass(frozen=True, slots=True)
    class Value:
        """A value."""

        name: str
        parts: tuple[int, ...] = ()
        hidden: str = field(default="", repr=False)
        words: dict[str, str] = field(default_factory=dict)
        place: str = field(default="", compare=False)
        count: int = field(init=False)

        def __post_init__(self):
            object.__setattr__(self, "count", len(self.parts))

    return Value


Ours, Theirs = made_by(frozen.dataclass), made_by(dataclasses.dataclass)


@frozen.dataclass(frozen=True, slots=True)
class Alone:
    text: str

    def __repr__(self):
        return "as it says itself"


def test_values_are_equal_where_all_their_fields_are():
    assert Ours("a", (1,)) == Ours("a", (1,))
    assert Ours("a", (1,)) != Ours("a", (1,), hidden="x")
    assert Ours("a", place="here") == Ours("a", place="there")
    assert Ours("a") != Theirs("a")
    assert Ours("a") != ("a", (), "", {}, 0)
    assert Alone("a") == Alone("a") != Alone("b")


def test_equal_values_are_one_key():
    assert {Alone("a"): 1}[Alone("a")] == 1
    assert len({Alone("a"), Alone("a"), Alone("b")}) == 2
    with pytest.raises(TypeError, match="unhashable type: 'dict'"):
        hash(Ours("a"))


def test_a_value_is_shown_without_what_shall_not_be():
    assert repr(Ours("a", (1,), hidden="x")) == repr(Theirs("a", (1,), hidden="x"))
    assert repr(Alone("a")) == "as it says itself"


def test_nothing_of_a_value_can_be_changed_and_nothing_added():
    value = Ours("a")
    with pytest.raises(FrozenInstanceError):
        value.name = "b"
    with pytest.raises((FrozenInstanceError, TypeError)):  # the latter of a name that no value has, in some Pythons
        value.other = "b"
    with pytest.raises(FrozenInstanceError):
        del value.name
    assert not hasattr(value, "__dict__")


def test_the_standard_library_and_orjson_know_it():
    assert replace(Ours("a", (1,)), parts=(2, 3)).count == 2
    assert dataclasses.asdict(Ours("a")) == dataclasses.asdict(Theirs("a"))
    assert orjson.dumps(Ours("a")) == orjson.dumps(Theirs("a"))
    assert copy.deepcopy(Ours("a", (1,))) == Ours("a", (1,))
    assert pickle.loads(pickle.dumps(Alone("a"))) == Alone("a")
    match Alone("a"):
        case Alone(text):
            assert text == "a"
