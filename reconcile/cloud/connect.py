"""Drivers for a project's providers, made when they are first asked for: what no job needs is not even imported."""

import threading
from collections.abc import Callable, Iterator, Mapping

from reconcile.cloud.limits import Limiter, limits_of
from reconcile.cloud.masked import Masked
from reconcile.cloud.protocol import Driver
from reconcile.errors import ProjectError
from reconcile.kinds.descriptor import Descriptor
from reconcile.model.job import Capabilities
from reconcile.model.project import Project, Provider


class Drivers(Mapping[str, Driver]):
    """By the provider's name; safe for threads."""

    def __init__(
        self,
        project: Project,
        catalog: Mapping[str, Descriptor],
        limiter: Limiter,
        *,
        writable: bool,
        environ: Mapping[str, str],
        mask: Callable[[str], str],
    ) -> None:
        self._providers = project.providers
        self._catalog = catalog
        self._limiter = limiter
        self._writable = writable
        self._environ = environ
        self._mask = mask
        self._made: dict[str, Driver] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Driver:
        provider = self._providers[name]
        with self._lock:
            if name not in self._made:
                self._made[name] = Masked(self._make(provider), self._mask)
            return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._providers

    def __iter__(self) -> Iterator[str]:
        return iter(self._providers)

    def __len__(self) -> int:
        return len(self._providers)

    def _make(self, provider: Provider) -> Driver:
        match provider.type:
            case "aws":
                from reconcile.cloud.aws import AwsDriver  # noqa: PLC0415 - botocore takes longer than a settled plan

                return AwsDriver(provider, self._catalog, self._limiter, writable=self._writable)
            case "dataarts":
                from reconcile.cloud.dataarts import DataArtsDriver  # noqa: PLC0415 - as above, for urllib3
                from reconcile.cloud.dataarts_http import Gateway  # noqa: PLC0415

                gateway = Gateway(provider, self._environ, writable=self._writable)
                return DataArtsDriver(provider, self._limiter, gateway)
            case other:
                raise ProjectError(
                    f"There is no provider of the type {other!r}.",
                    where=f"providers.{provider.name}.type",
                    fix="Write aws or dataarts.",
                )


def connect(
    project: Project,
    catalog: Mapping[str, Descriptor],
    *,
    writable: bool,
    environ: Mapping[str, str],
    limiter: Limiter | None = None,
    mask: Callable[[str], str] = str,
) -> Mapping[str, Driver]:
    """`environ` is read for DataArts; botocore looks for credentials and endpoints as it always does. One limiter for
    all: what its `sleep` raises ends the wait for a turn, and nothing is sent. `mask` rids the words of services
    of secrets."""
    return Drivers(project, catalog, limiter or Limiter(), writable=writable, environ=environ, mask=mask)


def capabilities(project: Project, catalog: Mapping[str, Descriptor]) -> Mapping[tuple[str, str], Capabilities]:
    """What the planner needs to know, by kind and provider: the catalog's word after the project's limits."""
    return {
        (kind.kind, provider.name): kind.capabilities(max_active=limits_of(provider, kind).active)
        for provider in project.providers.values()
        for kind in catalog.values()
        if kind.driver == provider.type
    }
