"""References in a spec: `${job.attempt}` and its like stand for what is known only when the job is started."""

import re
from collections.abc import Iterator

JOB = ("attempt", "generation", "token")

# Other text in ${} is the service's own (Spark, Hive, shells); these words are near enough to ours to be meant.
_REFERENCE = re.compile(r"\$\{(?:job|jobs|var|vars|env)(?:\.[^}]*)?\}", re.IGNORECASE)


def references(text: str) -> Iterator[str]:
    """Every reference in the text, right or wrong: `${job.attempt}`."""
    yield from _REFERENCE.findall(text)
