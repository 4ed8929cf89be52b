"""What one file holds, as far as it is right."""

from reconcile.model.address import Address
from reconcile.model.job import DesiredJob


class InFile:
    """Filled while the file is checked, document by document."""

    def __init__(self) -> None:
        self.jobs: dict[Address, DesiredJob] = {}
        self.settling: dict[Address, str] = {}  # what settles each of them
        self.vouched: dict[Address, str] = {}  # digests of specs that were trusted instead of validated
        self.uses: set[str] = set()  # names of the references that plain values were put in for
        self.has_secrets = False  # there is a reference to one
