"""What only a network can do: exceptions, by what is known of the request's effect."""

import ssl

import pytest
import urllib3.exceptions as net
from botocore import exceptions as boto

from reconcile.cloud.aws_errors import failure_of as of_aws
from reconcile.cloud.dataarts_errors import failure_of as of_dataarts
from reconcile.kinds.descriptor import Errors
from reconcile.model.request import FailureKind

URL = "https://service.example"
UNTRUSTED = net.SSLError(ssl.SSLCertVerificationError("CERTIFICATE_VERIFY_FAILED"))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (boto.ConnectTimeoutError(endpoint_url=URL), FailureKind.NOT_SENT),
        (boto.EndpointConnectionError(endpoint_url=URL), FailureKind.NOT_SENT),
        (boto.ProxyConnectionError(proxy_url=URL), FailureKind.NOT_SENT),
        (boto.NoRegionError(), FailureKind.NOT_SENT),
        (boto.SSLError(endpoint_url=URL, error=UNTRUSTED), FailureKind.NOT_SENT),
        (boto.SSLError(endpoint_url=URL, error=net.SSLError("bad record mac")), FailureKind.LOST),
        (boto.ReadTimeoutError(endpoint_url=URL), FailureKind.LOST),
        (boto.ConnectionClosedError(endpoint_url=URL), FailureKind.LOST),
        (boto.HTTPClientError(error="any"), FailureKind.LOST),
        (boto.NoCredentialsError(), FailureKind.DENIED),
        (boto.PartialCredentialsError(provider="env", cred_var="x"), FailureKind.DENIED),
        (boto.UnauthorizedSSOTokenError(), FailureKind.DENIED),
        (boto.ParamValidationError(report="x"), FailureKind.REFUSED),
        (KeyError("surprise"), FailureKind.LOST),
    ],
)
def test_an_aws_request_may_have_had_its_effect_unless_it_surely_had_none(error, expected):
    assert of_aws(error, Errors(), "start").kind is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (net.ConnectTimeoutError(), FailureKind.NOT_SENT),
        (net.NewConnectionError(None, "refused"), FailureKind.NOT_SENT),
        (net.NameResolutionError("host", None, OSError()), FailureKind.NOT_SENT),
        (net.MaxRetryError(None, URL, net.NewConnectionError(None, "refused")), FailureKind.NOT_SENT),
        (net.ProxyError("no proxy", OSError()), FailureKind.NOT_SENT),
        (net.LocationParseError("x"), FailureKind.NOT_SENT),
        (UNTRUSTED, FailureKind.NOT_SENT),
        (net.SSLError("bad record mac"), FailureKind.LOST),
        (net.ReadTimeoutError(None, URL, "late"), FailureKind.LOST),
        (net.ProtocolError("reset"), FailureKind.LOST),
        (KeyError("surprise"), FailureKind.LOST),
    ],
)
def test_a_dataarts_request_may_have_had_its_effect_unless_it_surely_had_none(error, expected):
    assert of_dataarts(error).kind is expected
