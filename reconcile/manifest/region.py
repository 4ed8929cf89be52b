"""The region of an AWS provider that names none."""

from collections.abc import Mapping
from pathlib import Path


def region_of(profile: str, environ: Mapping[str, str]) -> str:
    """As boto3 finds it: the environment, then its configuration file. "" where neither says."""
    return environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or _configured(profile, environ)


def _configured(profile: str, environ: Mapping[str, str]) -> str:
    files = {
        "config_file": environ.get("AWS_CONFIG_FILE", "~/.aws/config"),
        "credentials_file": environ.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
    }
    if not any(Path(file).expanduser().exists() for file in files.values()):
        return ""
    from botocore.exceptions import ProfileNotFound  # noqa: PLC0415 - an import that takes longer than a plan
    from botocore.session import Session  # noqa: PLC0415

    session = Session(profile=profile or environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE"))
    for name, file in files.items():
        session.set_config_variable(name, file)
    try:
        return session.get_config_variable("region") or ""
    except ProfileNotFound:
        return ""
