import pytest

from reconcile.model.address import Address


def test_an_address_reads_back_as_it_prints():
    assert Address.parse(str(Address("EMRServerlessJobRun", "nightly"))) == Address("EMRServerlessJobRun", "nightly")


@pytest.mark.parametrize(
    "text", ["", "nightly", "Kind/", "/name", "Kind/Name", "Kind/-a", "Kind/a/b", "Kind/" + "a" * 64]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="Kind/name"):
        Address.parse(text)
