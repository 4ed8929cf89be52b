"""What stands for a secret, and in which shapes it is recognised."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from reconcile.model import secrets as module
from reconcile.model.secrets import Secrets

VALUE = 'correct "horse"/bättery+5\t$'


@pytest.mark.parametrize(
    "written",
    [
        str,
        json.dumps,
        lambda value: json.dumps({"message": value}, ensure_ascii=False),
        repr,
        quote,
        quote_plus,
        lambda value: quote(value, safe=""),
        lambda value: base64.b64encode(value.encode()).decode(),
    ],
)
def test_it_is_masked_however_it_is_written(written):
    secrets = Secrets({"PASSWORD": VALUE})
    text = f"refused: {written(VALUE)}!"
    assert secrets.mask(text) == text, "nobody asked for it: it is no secret of ours"
    assert secrets.get("env.PASSWORD") == VALUE
    masked = secrets.mask(text)
    assert masked.startswith("refused: ")
    assert "${env.PASSWORD}" in masked
    assert "horse" not in masked
    assert base64.b64encode(VALUE.encode()).decode() not in masked


def test_of_several_lines_each_is_masked_and_the_longest_that_fits_goes_first():
    secrets = Secrets({"KEY": "-----BEGIN-----\n  abcdefgh\n-----END-----\n"})
    secrets.add("var.short", "abcd")
    assert secrets.get("env.KEY")
    assert secrets.mask("line 2: abcdefgh; abcd; abc") == "line 2: ${env.KEY}; ${var.short}; abc"


def test_an_empty_variable_counts_as_none():
    secrets = Secrets({"EMPTY": ""})
    assert secrets.get("env.EMPTY") is None
    assert secrets.unset(["env.NONE", "env.EMPTY"]) == ["env.EMPTY", "env.NONE"]


def test_a_digest_tells_another_value_project_and_name_apart_and_is_the_same_tomorrow():
    def digest(value, *, name="env.A", salt="documents"):
        secrets = Secrets({name.removeprefix("env."): value})
        return secrets.digests([name], salt=salt)[name]

    # Never to be changed: it is in lock files, and another one would look like another secret.
    assert digest("correct-horse") == "scrypt:a26ce985bad7a124"
    others = [digest("correct-house"), digest("correct-horse", name="env.B"), digest("correct-horse", salt="x")]
    assert len({digest("correct-horse"), *others}) == 4


def test_a_digest_is_slow_to_compute_and_computed_once(monkeypatch):
    costs = []
    scrypt = module.hashlib.scrypt
    monkeypatch.setattr(module.hashlib, "scrypt", lambda *value, **cost: costs.append(cost) or scrypt(*value, **cost))
    secrets = Secrets({"A": "correct-horse"})
    was = secrets.digests(["env.A"], salt="p")
    assert not secrets.differ(was, salt="p")
    assert [(cost["n"] * cost["r"] * cost["p"]) >= 2**17 for cost in costs] == [True]


def test_what_is_not_set_now_tells_nothing_of_a_change():
    was = Secrets({"A": "correct-horse"}).digests(["env.A"], salt="p")
    assert not Secrets().differ(was, salt="p")
    assert Secrets({"A": "correct-house"}).differ(was, salt="p")
    assert not Secrets({"A": "correct-horse"}).differ({}, salt="p")
