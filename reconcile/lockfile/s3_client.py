"""The connection to S3: credentials, region and endpoint as the SDK finds them, or as the project file says."""

from functools import cache, partial
from typing import Any

from botocore.config import Config
from botocore.loaders import create_loader
from botocore.session import Session

from reconcile import __version__
from reconcile.lockfile.s3_errors import told
from reconcile.lockfile.s3_objects import Objects
from reconcile.model.project import LockFileOptions
from reconcile.model.s3_place import S3Place

_CONNECT, _READ = 5, 20  # seconds
_ATTEMPTS = 4  # of any request: every write is conditional, so that a second one of the same does no harm
_CONNECTIONS = 10


def objects_at(place: S3Place, options: LockFileOptions) -> Objects:
    """Connects to nothing yet."""
    return Objects(partial(connect, options, str(place)), place.bucket, place.key, kms_key_id=options.kms_key_id)


def connect(options: LockFileOptions, where: str) -> Any:
    """A client, safe for threads. Raises LockFileError."""
    config = Config(
        connect_timeout=_CONNECT,
        read_timeout=_READ,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=_CONNECTIONS,
        # Records carry their own checksums, and some of S3's kin refuse headers that they do not know.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        user_agent_extra=f"reconcile/{__version__}",
    )
    with told("connect to S3", where):
        session = Session(profile=options.profile or None)
        session.register_component("data_loader", _loader())
        return session.create_client(
            "s3", region_name=options.region or None, endpoint_url=options.endpoint_url or None, config=config
        )


@cache
def _loader() -> Any:
    """It keeps the model of S3, which takes longer to read than all else."""
    return create_loader()
