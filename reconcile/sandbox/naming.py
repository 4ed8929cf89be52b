"""Ids and ARNs of new jobs, in the form that their service gives them. The same seed and number give the same ones."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from reconcile.kinds.descriptor import Descriptor
from reconcile.sandbox import paths

ACCOUNT = "123456789012"


def name_job(
    kind: Descriptor, region: str, request: Mapping[str, Any], seed: str, number: int
) -> tuple[dict[str, str], str]:
    """The id's parts and the ARN."""
    made = _id(kind.service, seed, number)
    parts = {part: _part(source, request, made) for part, source in kind.id.items()}
    arn = _arn(kind, region, request, parts, made)
    return {part: arn if _is_arn(kind.id[part]) else value for part, value in parts.items()}, arn


def instance_number(seed: str, number: int) -> int:
    """The id of a DataArts instance, which is a number."""
    return 100_000 * (1 + int(hashlib.sha256(seed.encode()).hexdigest()[:3], 16)) + number


def job_type(kind: Descriptor) -> str:
    """StartEntitiesDetectionJob: entities-detection-job."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]+", kind.start.operation)
    return "-".join(word.lower() for word in words[1:])


def _id(service: str, seed: str, number: int) -> str:
    drawn = hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()
    return f"00g{drawn[:13]}" if service == "emr-serverless" else drawn[:32]


def _part(source: str, request: Mapping[str, Any], made: str) -> str:
    where, _, path = source.partition(".")
    return str(paths.get(request, path)) if where == "input" else made


def _is_arn(source: str) -> bool:
    return source.startswith("output.") and source.lower().endswith("arn")


def _arn(kind: Descriptor, region: str, request: Mapping[str, Any], parts: Mapping[str, str], made: str) -> str:
    match kind.service:
        case "emr-serverless":
            tail = f"/applications/{parts.get('applicationId', '')}/jobruns/{made}"
        case "personalize":  # made from the name, which is why names are unique for ever
            tail = f"{job_type(kind)}/{request.get(kind.start.name, made)}"
        case _:
            tail = f"{job_type(kind)}/{made}"
    return f"arn:aws:{kind.service}:{region}:{ACCOUNT}:{tail}"
