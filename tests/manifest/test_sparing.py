"""Whose jobs need not be kept when a file was parsed."""

import pytest

from reconcile.manifest.sparing import NOTHING_SPARED, Sparing
from reconcile.model.address import Address

HERE, SETTLED, ELSEWHERE = (Address("A", name) for name in ("here", "settled", "elsewhere"))


def ended(address):
    return "sha256:1/1/succeeded" if address == SETTLED else ""


SPARING = Sparing(ended=ended, elsewhere=lambda address: address == ELSEWHERE)


@pytest.mark.parametrize(
    ("in_file", "needless"),
    [
        ([HERE], []),
        ([SETTLED], [SETTLED]),
        ([ELSEWHERE], [ELSEWHERE]),
        ([SETTLED, ELSEWHERE], [SETTLED, ELSEWHERE]),
        ([HERE, ELSEWHERE], [ELSEWHERE]),
        ([HERE, SETTLED], []),
        ([HERE, SETTLED, ELSEWHERE], [ELSEWHERE]),
    ],
)
def test_what_is_elsewhere_is_needless_and_what_is_settled_where_all_of_its_file_is(in_file, needless):
    settling = dict.fromkeys(in_file, "sha256:1/1/succeeded")
    assert set(SPARING.needless(settling)) == set(needless)
    assert not NOTHING_SPARED.needless(settling)
