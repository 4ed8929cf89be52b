"""What one file holds, as far as it is right."""

from dataclasses import dataclass, field

from reconcile.model.address import Address
from reconcile.model.job import DesiredJob


@dataclass(slots=True)
class InFile:
    """Filled while the file is checked, document by document."""

    jobs: dict[Address, DesiredJob] = field(default_factory=dict)
    settling: dict[Address, str] = field(default_factory=dict)  # what settles each of them
    vouched: dict[Address, str] = field(default_factory=dict)  # digests of specs that were trusted, not validated
    uses: set[str] = field(default_factory=set)  # names of the references that plain values were put in for
    has_secrets: bool = False  # there is a reference to one
