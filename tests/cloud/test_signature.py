"""The vendor's own signer is the oracle."""

from datetime import UTC, datetime

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from reconcile.cloud.signature import Keys, path_of, query_of, signed

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("method", "segments", "query", "headers", "body"),
    [
        ("GET", ["v1", "p", "jobs", "my job", "status"], [], {}, b""),
        ("GET", ["v1", "p", "jobs"], [("jobName", "Übung/日本 ~*"), ("limit", "100"), ("a", "")], {}, b""),
        ("POST", ["v1", "p", "jobs", "j", "start"], [], {"Content-Type": "application/json"}, b'{"jobParams":[]}'),
        ("POST", ["v1", "p", "jobs", "j", "stop"], [], {"Content-Type": "application/json"}, b""),
        ("GET", ["v1", "p", "jobs", "1+1=2&x", "status"], [], {"workspace": "w-1 "}, b""),
    ],
)
@pytest.mark.parametrize("token", ["", "temporary"])
def test_requests_are_signed_as_the_vendors_own_client_signs_them(method, segments, query, headers, body, token):
    ours = signed(
        Keys("AK", "SK", token),
        method,
        path_of(segments),
        query_of(query),
        {"Host": "dlf.example:8443", **headers},
        body,
        at=AT,
    )
    given = {name: value for name, value in ours.items() if name != "Authorization"}
    request = SdkRequest(
        method=method,
        schema="https",
        host="dlf.example:8443",
        resource_path=path_of(segments),
        query_params=list(query),
        header_params=given,
        body=body,
    )
    theirs = Signer(BasicCredentials("AK", "SK", "p")).sign(request)
    assert ours["Authorization"] == theirs.header_params["Authorization"]
    assert theirs.uri == path_of(segments) + (f"?{query_of(query)}" if query else "")
    assert ("X-Security-Token" in ours) == bool(token)
