import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconcile.report.encode import json_pieces, json_text
from reconcile.report.status import StatusRow, status_json
from tests.report.values import NIGHTLY

TEXT = st.text() | st.sampled_from(["\ud800", "\x00\x1b\x7f\x80", '"\\/', "é\u2028😀"])
VALUE = st.recursive(st.none() | st.booleans() | st.integers(-(2**60), 2**60) | TEXT, st.lists, max_leaves=4)
ITEMS = st.lists(st.dictionaries(TEXT, VALUE | st.dictionaries(TEXT, TEXT), max_size=3), max_size=4)


@given(ITEMS)
@example([{"\x7f": "\x7f"}])
@example([{"a": "\ud800"}])
def test_a_long_list_is_written_as_a_short_one(items):
    head = {"formatVersion": "1.0"}
    assert "\n".join(json_pieces(head, "jobs", items)) == json_text({**head, "jobs": items})


@pytest.mark.parametrize("count", [0, 1, 1000, 1001, 2500])
def test_pieces_are_one_document_in_ascii(count):
    rows = [StatusRow(NIGHTLY, None, None, status="é" if number % 7 == 0 else "") for number in range(count)]
    pieces = list(status_json(iter(rows)))
    assert len(json.loads("\n".join(pieces))["jobs"]) == count
    assert all(piece.isascii() and not piece.endswith("\n") for piece in pieces)
