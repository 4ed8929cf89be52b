"""botocore clients for one provider: its endpoint, credentials and time-outs, and a wall around readers."""

import threading
from collections.abc import Iterable
from enum import Enum
from typing import Any

import orjson
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from reconcile import __version__
from reconcile.cloud.aws_data import share_loader
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.reads import is_read
from reconcile.model.project import Provider

CALLER = ("sts", "GetCallerIdentity")

_CONNECT, _READ, _ACT = 10, 60, 30  # seconds: to connect, for the reply to a read, for the reply to a start or stop
_ATTEMPTS = 3  # of a read
_CONNECTIONS = 50  # kept open per service; more than any sensible --parallelism
_JSON = frozenset({"json", "rest-json"})


class Use(Enum):
    """What a client is for. Reads are tried again by the SDK; a start or a stop is sent at most once."""

    READ = Config(
        connect_timeout=_CONNECT, read_timeout=_READ, retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}
    )
    ACT = Config(connect_timeout=_CONNECT, read_timeout=_ACT, retries={"total_max_attempts": 1})


class NotARead(Exception):
    """An operation that changes something met a client that may only read. Nothing was sent."""


class Garbled(Exception):
    """A reply that is not what the service sends: cut off, or somebody else's."""


def reads_of(catalog: Iterable[Descriptor]) -> frozenset[tuple[str, str]]:
    """Service and operation of all that a reader may call; a descriptor that names a write here is not obeyed."""
    return frozenset(
        (kind.service, operation.operation)
        for kind in catalog
        for operation in (kind.list, kind.describe, kind.tags)
        if operation
    ) | {CALLER}


class Clients:
    """One client for each service and use, created once; safe for threads. `only` are the operations it may send."""

    def __init__(self, provider: Provider, only: frozenset[tuple[str, str]] | None) -> None:
        self._provider = provider
        self._only = only
        self._session: Session | None = None
        self._clients: dict[tuple[str, Use], Any] = {}
        self._lock = threading.Lock()  # a session is not safe for threads, its clients are

    def get(self, service: str, use: Use) -> Any:
        """Raises what botocore raises without a region, a profile or credentials."""
        with self._lock:
            client = self._clients.get((service, use))
            if client is None:
                client = self._clients[service, use] = self._create(service, use)
            return client

    def _create(self, service: str, use: Use) -> Any:
        self._session = self._session or _session(self._provider)
        client: Any = self._session.create_client(
            service,
            region_name=self._provider.region or None,
            endpoint_url=self._provider.endpoint_url or None,
            config=use.value.merge(_EVERYWHERE).merge(Config(user_agent=_user_agent(self._session))),
        )
        client.meta.events.register("before-call", self._guard)
        client.meta.events.register("after-call", _refuse_garbled)
        if use is Use.READ:
            client.meta.events.register("after-call", _refuse_empty)
            client.meta.events.register("needs-retry", _ask_again)
        return client

    def _guard(self, model: Any, **_: Any) -> None:
        """The second wall: nothing that a reader should not send gets past it, whatever called it."""
        if self._only is None:
            return
        named = (model.service_model.service_name, model.name) in self._only
        if not (named and is_read(model.name, model.http.get("method", ""))):
            raise NotARead(f"{model.name} is not a read, and this is a client that may only read")


_EVERYWHERE = Config(
    max_pool_connections=_CONNECTIONS, parameter_validation=True, user_agent_extra=f"reconcile/{__version__}"
)


def _session(provider: Provider) -> Session:
    session = Session(profile=provider.profile or None)
    share_loader(session)
    if provider.role_arn:
        session.register_component("credential_provider", _Role(provider))
    return session


def _user_agent(session: Session) -> str:
    """Put together once: without it, botocore does so twice for each request, a tenth of all that it does."""
    application = session.get_config_variable("user_agent_appid")
    return " ".join([session.user_agent(), *([f"app/{application}"] if application else [])])


class _Role:
    """Stands where a session looks for credentials: those of the provider's role, got with those of its profile."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def load_credentials(self) -> DeferredRefreshableCredentials:
        source = Session(profile=self._provider.profile or None)
        share_loader(source)
        credentials = source.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=self._creator(source),
            source_credentials=credentials,
            role_arn=self._provider.role_arn,
            extra_args={"RoleSessionName": "reconcile"},
        )
        return DeferredRefreshableCredentials(refresh_using=fetcher.fetch_credentials, method="assume-role")

    def _creator(self, source: Session) -> Any:
        def create(service: str, **credentials: Any) -> Any:
            return source.create_client(
                service,
                region_name=self._provider.region or None,
                endpoint_url=self._provider.endpoint_url or None,
                **credentials,
            )

        return create


def _refuse_garbled(http_response: Any, model: Any, **_: Any) -> None:
    if wrong := _garbled(http_response, model):
        raise Garbled(wrong)


def _refuse_empty(http_response: Any, **_: Any) -> None:
    if http_response.status_code < 300 and not http_response.content:
        raise Garbled("the reply is empty")


def _ask_again(response: Any, operation: Any, attempts: int, **_: Any) -> int | None:
    """Seconds to wait before the next attempt; None: no attempt on this ground."""
    return 0 if response and attempts < _ATTEMPTS and _garbled(response[0], operation) else None


def _garbled(reply: Any, model: Any) -> str:
    """What is wrong with a reply. botocore takes JSON that it cannot read for an empty object, in which an empty list
    would be an answer."""
    if reply.status_code >= 300 or not reply.content or model.service_model.resolved_protocol not in _JSON:
        return ""
    try:
        return "" if isinstance(orjson.loads(reply.content), dict) else "the reply is not a JSON object"
    except orjson.JSONDecodeError:
        return "the reply is not JSON"
