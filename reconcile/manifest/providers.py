"""Where jobs go: the providers of a project file, completed from the environment, and the one that a manifest means."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from reconcile.errors import nearest
from reconcile.manifest.region import region_of
from reconcile.model.project import PROVIDER_TYPES, Provider


def provider_type(name: str, entry: Mapping[str, Any]) -> str:
    """A provider is of type aws, unless it says otherwise or is called by another type's name."""
    return str(entry.get("type", name if name in PROVIDER_TYPES else "aws"))


def read_provider(
    name: str, entry: Mapping[str, Any], environ: Mapping[str, str], *, accounts: Sequence[str] = ()
) -> Provider:
    """`entry` is valid. `scope` is "" where neither it nor the environment says where: see `missing`. `accounts` are
    those that the project allows.

    What decides about contents and tokens (region, project, workspace) is taken from the file first. An endpoint is
    taken from the environment first: whoever sets AWS_ENDPOINT_URL or DATAARTS_ENDPOINT, the sandbox say, wants
    nothing to reach the real service.
    """
    limits = entry.get("limits", {})
    off = limits == "off"
    shared = {"limits_off": off, "limits": {} if off else limits, "marks": entry.get("marks", "tags+name")}
    if provider_type(name, entry) == "dataarts":
        project = entry.get("projectId") or environ.get("HUAWEICLOUD_SDK_PROJECT_ID", "")
        workspace = entry.get("workspace", "")
        return Provider(
            name,
            "dataarts",
            f"dataarts/{project}/{workspace or 'default'}" if project else "",
            endpoint_url=environ.get("DATAARTS_ENDPOINT") or entry.get("endpoint", ""),
            project_id=project,
            workspace=workspace,
            **shared,
        )
    profile = entry.get("profile", "")
    region = entry.get("region") or region_of(profile, environ)
    return Provider(
        name,
        "aws",
        f"aws/{region}" if region else "",
        region=region,
        profile=profile,
        role_arn=entry.get("roleArn", ""),
        endpoint_url="" if environ.get("AWS_ENDPOINT_URL") else entry.get("endpointUrl", ""),
        account_ids=(entry["accountId"],) if "accountId" in entry else tuple(accounts),
        accounts_from=f"providers.{name}.accountId" if "accountId" in entry else "guards.accounts",
        **shared,
    )


def missing(provider: Provider) -> str:
    """What a provider without a scope lacks, and how to give it."""
    if provider.type == "dataarts":
        return "projectId is missing; write it here, or set HUAWEICLOUD_SDK_PROJECT_ID"
    return "region is missing; write it here, or set AWS_REGION"


class Providers:
    """Chooses, and remembers who was chosen."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._used: set[str] = set()
        self._choose = cache(self._chosen)

    def choose(self, driver: str, name: str | None) -> Provider | str:
        """The provider of that name, or the only one of the type that a kind's driver needs; or what is wrong."""
        return self._choose(driver, name)

    def without_scope(self) -> Iterator[Provider]:
        """Those that were chosen, and say not where."""
        return (self._providers[name] for name in sorted(self._used) if not self._providers[name].scope)

    def _chosen(self, driver: str, name: str | None) -> Provider | str:
        fit = [provider.name for provider in self._providers.values() if provider.type == driver]
        if name is None and len(fit) > 1:
            return f"there are several providers of type {driver}; name one of: {', '.join(fit)}"
        if name is None and not fit:
            return f"this kind needs a provider of type {driver}, and the project file has none"
        chosen = self._providers.get(fit[0] if name is None else name)
        if chosen is None:
            return f"there is no provider {name}{nearest(str(name), list(self._providers))}"
        if chosen.type != driver:
            ways = f"; use one of: {', '.join(fit)}" if fit else ""
            return f"{chosen.name} is of type {chosen.type}, and this kind needs {driver}{ways}"
        self._used.add(chosen.name)
        return chosen
