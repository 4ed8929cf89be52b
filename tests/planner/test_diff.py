"""What differs between two specs, as people read it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.planner.diff import SENSITIVE, diff_specs


def shown(before, after, sensitive=()):
    """(path, change, before, after); `sensitive` are paths as tuples, list positions left out."""

    def is_sensitive(path):
        return tuple(part for part in path if isinstance(part, str)) in sensitive

    return [(row.path, row.change, row.before, row.after) for row in diff_specs(before, after, is_sensitive)]


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        ({"A": 1}, {"A": 2}, [("spec.A", "changed", 1, 2)]),
        ({}, {"A": {"B": [1]}}, [("spec.A", "added", None, {"B": [1]})]),
        ({"A": {"B": [1]}}, {}, [("spec.A", "removed", {"B": [1]}, None)]),
        ({"A": 1}, {"A": "1"}, [("spec.A", "changed", 1, "1")]),
        ({"A": 1}, {"A": True}, [("spec.A", "changed", 1, True)]),
        ({"A": 1}, {"A": 1.0}, [("spec.A", "changed", 1, 1.0)]),
        ({"A": {"B": 1}}, {"A": [1]}, [("spec.A", "changed", {"B": 1}, [1])]),
        ({"A": None}, {"A": 0}, [("spec.A", "changed", None, 0)]),
        ({"A": None}, {}, [("spec.A", "removed", None, None)]),
        ({"A": [1]}, {"A": [1, 2]}, [("spec.A[1]", "added", None, 2)]),
        ({"A": [1, 2]}, {"A": [2]}, [("spec.A[0]", "changed", 1, 2), ("spec.A[1]", "removed", 2, None)]),
        ({"A": [[1], [2]]}, {"A": [[1], [3]]}, [("spec.A[1][0]", "changed", 2, 3)]),
        ({"A": [{"B": 1}]}, {"A": [{"B": 2}]}, [("spec.A[0].B", "changed", 1, 2)]),
        ({"Größe": "ä"}, {"Größe": "ö"}, [("spec.Größe", "changed", "ä", "ö")]),
        ({"A": "x"}, {"A": "x"}, []),
    ],
)
def test_members_are_told_apart_by_where_and_how_they_differ(before, after, rows):
    assert shown(before, after) == rows


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("7", 'spec.A["7"]'),
        ("spark.executor.cores", 'spec.A["spark.executor.cores"]'),
        ('say "hi"', 'spec.A["say \\"hi\\""]'),
        ("it's", 'spec.A["it\'s"]'),
        ("root['B']", "spec.A[\"root['B']\"]"),
        ("a[0]", 'spec.A["a[0]"]'),
        ("two words", 'spec.A["two words"]'),
        ("", 'spec.A[""]'),
        ("__private", "spec.A.__private"),
        ("with-dash", "spec.A.with-dash"),
    ],
)
def test_a_key_of_any_text_has_a_path_that_reads_back(key, path):
    assert shown({"A": {key: 1}}, {"A": {key: 2}}) == [(path, "changed", 1, 2)]
    assert shown({"A": {}}, {"A": {key: 2}}) == [(path, "added", None, 2)]


def test_rows_stand_in_the_order_of_members_and_of_list_items():
    before = {"B": list(range(12)), "A": 1}
    after = {"A": 2, "B": [number + 100 for number in range(12)], "0": 1}
    paths = [row[0] for row in shown(before, after)]
    assert paths == ['spec["0"]', "spec.A", *(f"spec.B[{number}]" for number in range(12))]
    assert shown(dict(reversed(before.items())), dict(reversed(after.items()))) == shown(before, after)


def test_what_is_sensitive_is_masked_at_any_depth():
    secret = {("Driver", "Secrets"), ("Password",)}
    assert shown({"Password": "old"}, {"Password": "new"}, secret) == [
        ("spec.Password", "changed", SENSITIVE, SENSITIVE)
    ]
    assert shown({}, {"Driver": {"Secrets": {"key": "k"}, "Name": "n"}}, secret) == [
        ("spec.Driver", "added", None, {"Secrets": SENSITIVE, "Name": "n"})
    ]
    assert shown({"Driver": {"Secrets": {"key": "k"}}}, {"Driver": {"Secrets": {"key": "l"}}}, secret) == [
        ("spec.Driver.Secrets.key", "changed", SENSITIVE, SENSITIVE)
    ]
    assert shown({}, {"Password": None}, secret) == [("spec.Password", "added", None, None)]
    listed = shown({"Driver": [{"Secrets": "a"}]}, {"Driver": [{"Secrets": "b"}, {"Secrets": "c"}]}, secret)
    assert listed == [
        ("spec.Driver[0].Secrets", "changed", SENSITIVE, SENSITIVE),
        ("spec.Driver[1]", "added", None, {"Secrets": SENSITIVE}),
    ]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "x", "1", "a.b"]),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.sampled_from(["A", "1", "a.b", "__p", ""]), children)
    ),
    max_leaves=6,
)
specs = st.dictionaries(st.sampled_from(["A", "B", "1", "__p"]), values, max_size=3)


@settings(deadline=None)  # the first example brings in deepdiff
@given(specs, specs)
def test_there_is_a_row_exactly_where_the_content_differs(before, after):
    rows = shown(before, after)
    same = json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert bool(rows) is not same
    assert len({path for path, *_ in rows}) == len(rows)


@settings(deadline=None)  # the first example brings in deepdiff
@given(specs, specs)
def test_no_secret_is_shown_wherever_it_stands(before, after):
    secret = "a secret that is shown"
    rows = shown(before | {"S": [{"deep": secret}]}, after | {"S": [{"deep": secret + "!"}]}, {("S", "deep")})
    assert rows
    assert secret not in json.dumps(rows)
