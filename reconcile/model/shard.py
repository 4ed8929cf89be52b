"""A part of a project that one of several runners plans and applies, with a lock file of its own. Pure."""

import hashlib
import re
from dataclasses import dataclass

from reconcile.model.address import Address

_STATE = re.compile(r"\.shard-(0|[1-9][0-9]*)-of-([1-9][0-9]*)(\.journal(/.*)?)?")  # in S3 a journal is a folder


@dataclass(frozen=True, slots=True)
class Shard:
    """`index` counts from 0, as indexed jobs do. The same addresses and dependencies give the same parts anywhere."""

    index: int
    count: int

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def lock_file(self, whole: str) -> str:
        """The place of this shard's lock file, where `whole` is that of the undivided project."""
        return f"{whole}.shard-{self.index}-of-{self.count}"

    def holds(self, address: Address) -> bool:
        """Of an address that nothing depends on and that depends on nothing; others follow their group's."""
        return int.from_bytes(hashlib.sha256(str(address).encode()).digest()[:8]) % self.count == self.index


def shard_in(name: str, whole: str) -> Shard | None:
    """The shard whose lock file has this name, or whose journal: of a first apply that died there is no more. None
    where it is another file."""
    found = _STATE.fullmatch(name.removeprefix(whole)) if name.startswith(whole) else None
    shard = Shard(int(found[1]), int(found[2])) if found else None
    return shard if shard and shard.index < shard.count else None
