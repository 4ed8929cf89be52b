"""The project file, valid and with its defaults filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconcile.model.shard import Shard
from reconcile.model.variables import Variable

PROVIDER_TYPES = ("aws", "dataarts")  # what a kind calls the driver that it needs, a provider calls its type


@dataclass(frozen=True, slots=True)
class Provider:
    """One entry of `providers`. `scope` is what tells two places apart: aws/<region> or
    dataarts/<projectId>/<workspace>. `limits` overrides the catalog's: {kind: {start|stop|list|read|active: value}}."""

    name: str
    type: str  # aws | dataarts
    scope: str
    region: str = ""
    profile: str = ""
    role_arn: str = ""
    endpoint_url: str = ""  # aws: overrides the SDK's own choice; dataarts: the endpoint
    account_ids: tuple[str, ...] = ()  # those allowed; none: any
    accounts_from: str = ""  # the field of the project file that says so
    project_id: str = ""
    workspace: str = ""
    limits_off: bool = False
    limits: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    marks: str = "tags+name"  # tags+name | name
    shares: int = 1  # how many runs share its limits: the shards of a project


@dataclass(frozen=True, slots=True)
class Guards:
    """What a plan may not do without being asked for. None: no such guard."""

    max_stops: int | None = None
    max_stop_percent: float | None = None
    max_starts: int | None = None
    kinds: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None  # ARNs with * and ?


@dataclass(frozen=True, slots=True)
class LockFileOptions:
    """Of a lock file in S3; "" leaves the choice to the SDK. `lease`: seconds for which it outlives a heartbeat."""

    region: str = ""
    profile: str = ""
    endpoint_url: str = ""
    kms_key_id: str = ""
    lease: float = 60.0


@dataclass(frozen=True, slots=True)
class Project:
    name: str
    id: str  # metadata.id, else the name: what tokens and marks call the project
    folder: str  # absolute path of the folder that holds reconcile.yaml
    providers: Mapping[str, Provider]
    lock_file: str  # absolute path, or s3://…; of all shards, where it is divided
    guards: Guards = Guards()
    environment: str = "default"
    lock_file_options: LockFileOptions = LockFileOptions()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    open_env: frozenset[str] = frozenset()  # variables of the environment that are no secrets
    shard: Shard | None = None  # the part that this run is about

    @property
    def own_lock_file(self) -> str:
        """That of its shard."""
        return self.shard.lock_file(self.lock_file) if self.shard else self.lock_file
