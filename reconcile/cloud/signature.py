"""SDK-HMAC-SHA256: the signature of Huawei Cloud's API gateway, over a request as it goes out."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

ALGORITHM = "SDK-HMAC-SHA256"

Query = Sequence[tuple[str, str]]


class Keys(NamedTuple):
    """An access key and its secret; `token` where they are temporary."""

    access: str
    secret: str
    token: str = ""


def path_of(segments: Sequence[str]) -> str:
    return "".join(f"/{quote(segment, safe='~')}" for segment in segments)


def query_of(query: Query) -> str:
    """Sorted and encoded: the text that is signed and the text that is sent are the same."""
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(query))


def signed(
    keys: Keys, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, *, at: datetime
) -> dict[str, str]:
    """The headers to send: those given, which must name the Host, with date, temporary token and signature.
    `path` and `query` are encoded; `at` is in UTC."""
    date = at.strftime("%Y%m%dT%H%M%SZ")
    complete = {**headers, "X-Sdk-Date": date} | ({"X-Security-Token": keys.token} if keys.token else {})
    lower = dict(sorted((name.lower(), value.strip()) for name, value in complete.items()))
    names = ";".join(lower)
    canonical = "\n".join(
        (
            method,
            path if path.endswith("/") else path + "/",
            query,
            "".join(f"{name}:{value}\n" for name, value in lower.items()),
            names,
            hashlib.sha256(body).hexdigest(),
        )
    )
    text = f"{ALGORITHM}\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(keys.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return complete | {
        "Authorization": f"{ALGORITHM} Access={keys.access}, SignedHeaders={names}, Signature={signature}"
    }
