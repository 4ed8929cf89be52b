"""What a load may leave out, and changes nothing by it but time and space."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from reconcile.manifest.loaded import Trusted
from reconcile.model.address import Address
from reconcile.model.settled import is_settled


class Sparing(NamedTuple):
    """By itself it spares nothing."""

    trusted: Trusted = lambda _, __: False  # such a spec need not be validated
    ended: Callable[[Address], str] = lambda _: ""  # see Record.ending; of what is settled no job need be kept
    elsewhere: Callable[[Address], bool] = lambda _: False  # nor of these

    def needless(self, settling: Mapping[Address, str]) -> Collection[Address]:
        """Whose jobs, of those in one file, need not be kept. What is settled is kept beside what is not: else the
        file would be parsed again for it."""
        own = [address for address in settling if not self.elsewhere(address)]
        if all(is_settled(settling[address], self.ended(address)) for address in own):
            return settling.keys()
        return settling.keys() - set(own) if len(own) < len(settling) else ()


NOTHING_SPARED = Sparing()
