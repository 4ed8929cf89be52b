import pytest

from reconcile.kinds.patterns import as_written, checker, full_match, is_checkable, is_native, published


def test_a_pattern_is_readable_again():
    assert as_written(full_match("[a-z]+|x")) == "[a-z]+|x"


@pytest.mark.parametrize("pattern", ["[0-9a-z]+", r"^([\p{L}\p{Z}\p{N}_.:/=+\-%@]*)$", r"[\]&]+", r"\p{ASCII}{0,9}"])
def test_what_the_fast_engine_means_as_the_service_does_is_left_to_it(pattern):
    assert is_native(pattern)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"(?!aws)[a-z:]+", "team:x", "aws:x"),
        (r"[a-z&&x]+", "a&b", "A"),
        (r"[\w\-]{1,2048}", "a-b", "a b"),
        (r"(?!x)[\p{L}]+", "ö", "1"),
        (r".*[ -\uD7FF\uD800\uDBFF-\uDC00\r\n]+.*", "a\nb", ""),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*", "a\tö\U0001f600", "a\n"),
    ],
)
def test_what_it_refuses_or_takes_for_something_else_is_checked_by_another(pattern, good, bad):
    assert not is_native(pattern)
    matches = checker(pattern)
    assert matches(good)
    assert not matches(bad)


def test_what_no_engine_takes_is_known():
    assert not is_checkable("[")
    assert is_checkable("(?=a)a")


def test_a_published_pattern_is_one_that_every_dialect_reads_alike():
    assert published("a.[.]\\.") == {"pattern": r"^(?:a[\s\S][.]\.)$(?!\n)"}
    assert published(r"^\p{ASCII}+$") == {"pattern": r"^(?:^[\x00-\x7F]+$)$(?!\n)"}
    assert published(r"[\p{L}]+") == {}
    assert published("[a&&b]") == {}
