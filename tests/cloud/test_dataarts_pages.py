import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.cloud.dataarts_pages import Page, every_item

MEANINGS = {
    "pages from 0": lambda offset, size: offset * size,
    "pages from 1": lambda offset, size: max(offset - 1, 0) * size,
    "records": lambda offset, size: offset,
}


@pytest.mark.parametrize("meaning", MEANINGS)
@given(count=st.integers(0, 60), size=st.integers(1, 12), tells_total=st.booleans())
def test_every_item_is_found_once_whatever_offset_means(meaning, count, size, tells_total):
    rows = [{"id": str(number)} for number in range(count)]
    calls = 0

    def fetch(offset):
        nonlocal calls
        calls += 1
        begin = MEANINGS[meaning](offset, size)
        return Page(rows[begin : begin + size], count if tells_total else None)

    found = [item["id"] for item in every_item(fetch, lambda item: item["id"])]
    assert sorted(found, key=int) == [row["id"] for row in rows]
    assert calls <= 2 * (count // size) + 6


@pytest.mark.parametrize("meaning", MEANINGS)
@given(every=st.integers(2, 4))
def test_items_that_push_others_down_while_we_read_lose_none_of_those_that_were_there(meaning, every):
    rows = [{"id": f"old{number}"} for number in range(40)]
    calls = 0

    def fetch(offset):
        nonlocal calls
        calls += 1
        if calls % every == 0 and calls < 12:
            rows.insert(0, {"id": f"new{calls}"})
        begin = MEANINGS[meaning](offset, 10)
        return Page(rows[begin : begin + 10], len(rows))

    found = [item["id"] for item in every_item(fetch, lambda item: item["id"])]
    assert {f"old{number}" for number in range(40)} <= set(found)
    assert len(found) == len(set(found))


def test_a_service_that_gives_the_same_page_for_ever_ends():
    def fetch(offset):
        return Page([{"id": "1"}], 1000)

    assert [item["id"] for item in every_item(fetch, lambda item: item["id"])] == ["1"]
