"""The jobs of a load. What it knew without parsing is parsed when it is asked for: of what is settled, nothing is."""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import TypeVar, overload

from reconcile.model.address import Address
from reconcile.model.job import DesiredJob
from reconcile.model.settled import Wanted, wanted_by

Default = TypeVar("Default")


class Jobs(Mapping[Address, DesiredJob]):
    """In the order of the manifests. `settling` is what settles each (see model.settled). Without `may_need_secrets`
    none of them refers to one."""

    def __init__(
        self,
        settling: Mapping[Address, str],
        parsed: Mapping[Address, DesiredJob],
        parse: Callable[[Address], Mapping[Address, DesiredJob]],
        *,
        may_need_secrets: bool = True,
    ) -> None:
        self.settling = settling
        self.may_need_secrets = may_need_secrets
        self._parsed = dict(parsed)
        self._parse = parse

    def __getitem__(self, address: Address) -> DesiredJob:
        """Raises ManifestChanged where its file is not the one any more that was loaded."""
        job = self.get(address)
        if job is None:
            raise KeyError(address)
        return job

    @overload
    def get(self, address: Address, /) -> DesiredJob | None: ...
    @overload
    def get(self, address: Address, default: DesiredJob | Default, /) -> DesiredJob | Default: ...
    def get(self, address: Address, default: object = None, /) -> object:
        """As of any mapping, without the price of an exception for each that is not there."""
        if address not in self.settling:
            return default
        job = self._parsed.get(address)
        if job is None:
            self._parsed.update(self._parse(address))
            return self._parsed[address]
        return job

    def wanted(self, address: Address) -> Wanted | None:
        """What the manifest of this address says, parsed only where what settles it does not tell. None where there is
        no such manifest. Raises ManifestChanged."""
        settling = self.settling.get(address)
        if settling is None:
            return None
        return wanted_by(settling) or _told(self[address])

    def only(self, addresses: Set[Address]) -> "Jobs":
        """Those of them that are here."""
        settling = {address: ending for address, ending in self.settling.items() if address in addresses}
        return Jobs(settling, self._parsed, self._parse, may_need_secrets=self.may_need_secrets)

    def __contains__(self, address: object) -> bool:
        return address in self.settling

    def __iter__(self) -> Iterator[Address]:
        return iter(self.settling)

    def __len__(self) -> int:
        return len(self.settling)


def _told(job: DesiredJob) -> Wanted:
    return Wanted(job.goal, job.digest, job.generation)


def _nothing(address: Address) -> Mapping[Address, DesiredJob]:
    raise KeyError(address)


NO_JOBS = Jobs({}, {}, _nothing)
