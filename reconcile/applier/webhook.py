"""One POST of JSON to an address that is a secret: no part of it but its host is ever told."""

import ipaddress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from reconcile.errors import ReconcileError, UsageError

_SECONDS = 10.0  # for all of it: nobody waits for a chat
_DONE = range(200, 300)


class WebhookFailed(ReconcileError):
    """The message was not taken."""

    code = "webhook"


class Webhook(NamedTuple):
    """An address that may be posted to."""

    url: str
    host: str

    def __repr__(self) -> str:
        return f"Webhook({self.host})"


def webhook(url: str) -> Webhook:
    """Raises UsageError for what is no https address, or none of this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = SplitResult("", "", "", "", ""), ""
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))):
        raise UsageError(
            "--webhook: the address must begin with https:// (http:// on this machine alone).",
            fix="It is a secret: give it as RECONCILE_WEBHOOK.",
        )
    return Webhook(url, host)


def post(hook: Webhook, body: bytes) -> None:
    """Redirects are not followed: the message is for that host alone. Raises WebhookFailed."""
    import urllib3  # noqa: PLC0415 - only who has a webhook needs it

    from reconcile.cloud.proxies import pool  # noqa: PLC0415

    try:
        with pool(hook.url, timeout=urllib3.Timeout(total=_SECONDS)) as connections:
            reply = connections.request(
                "POST",
                hook.url,
                body=body,
                headers={"Content-Type": "application/json"},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            status = reply.status
            reply.close()
    except Exception as error:  # what it says may name the address
        raise _failed(hook, f"the request failed ({type(error).__name__})") from None
    if status not in _DONE:
        raise _failed(hook, f"it answered with HTTP {status}")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _failed(hook: Webhook, why: str) -> WebhookFailed:
    return WebhookFailed(
        f"The webhook was not told: {why}.",
        where=hook.host,
        fix="Check its address (RECONCILE_WEBHOOK) and the network.",
    )
