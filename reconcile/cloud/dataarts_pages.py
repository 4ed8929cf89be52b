"""All pages of a list whose `offset` nobody can explain: the reference calls it a page number, other clients of the
service add the number of records that they have read.

So both are tried, and what a page brings that was not seen before tells which it is. Pages may be counted from 0 or
from 1. Once records are found to be what is counted (a page number would bring them one by one), that is kept to.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple


class Page(NamedTuple):
    items: list[Mapping[str, Any]]
    total: int | None  # None: the service does not say


def every_item(fetch: Callable[[int], Page], id_of: Callable[[Mapping[str, Any]], str]) -> Iterator[Mapping[str, Any]]:
    """Each item once. `fetch` gets an offset, `id_of` tells items apart. Ends where no offset brings anything new."""
    seen: set[str] = set()

    def new_at(offset: int) -> tuple[list[Mapping[str, Any]], Page]:
        page = fetch(offset)
        fresh = {id_of(item): item for item in page.items if id_of(item) not in seen}
        seen.update(fresh)
        return list(fresh.values()), page

    fresh, page = new_at(0)
    yield from fresh
    number, by_record = 1, False
    while page.total is None or len(seen) < page.total:
        for offset in (len(seen), number, number + 1) if by_record else (number, number + 1, len(seen)):
            fresh, page = new_at(offset)
            if fresh:
                break
        else:
            return
        yield from fresh
        by_record = offset not in (number, number + 1) or 2 * len(fresh) < len(page.items)
        number = number if by_record else offset + 1
