"""`--shard`, and the variables in which engines of indexed jobs say which part is whose."""

import re
from collections.abc import Mapping

from reconcile.errors import UsageError
from reconcile.model.shard import Shard

_INDEXES = ("JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX")  # Kubernetes, AWS Batch
_MOST = 10_000


def read_shard(text: str, environ: Mapping[str, str]) -> Shard:
    """`3/16`; or `16`, and the index is in the environment. Raises UsageError."""
    found = re.fullmatch(r"(?:(\d{1,6})/)?(\d{1,6})", text, re.ASCII)
    if found is None:
        raise UsageError(f"--shard {text}: this is no shard.", fix="Write it like 3/16, the first one is 0/16.")
    count = int(found[2])
    index = int(found[1]) if found[1] else _index(text, environ)
    if not (index < count <= _MOST):
        raise UsageError(
            f"--shard {text}: there is no shard {index} of {count}.",
            fix=f"They are 0/{count} to {count - 1}/{count}."
            if 0 < count <= _MOST
            else f"From 1 to {_MOST} are possible.",
        )
    return Shard(index, count)


def _index(text: str, environ: Mapping[str, str]) -> int:
    """One of an engine within another is not guessed at: the wrong part would be worked on by two, and another by
    nobody."""
    told = {name: environ[name] for name in _INDEXES if environ.get(name)}
    if not told:
        raise UsageError(
            f"--shard {text}: which one of these is not said.",
            fix=f"Write --shard 0/{text} or another, or run as an indexed job, which sets {' or '.join(_INDEXES)}.",
        )
    found = {int(value) if re.fullmatch(r"\d{1,6}", value, re.ASCII) else None for value in told.values()}
    index = found.pop()
    if found or index is None:
        said = " and ".join(f"{name}={value}" for name, value in told.items())
        raise UsageError(f"--shard {text}: which one is not said by {said}.", fix=f"Write --shard 0/{text} or another.")
    return index
