"""What a page is about: a plan, a result and a drift report, told in the same terms."""

from dataclasses import dataclass

from reconcile.errors import ReconcileError
from reconcile.model.address import Address
from reconcile.model.change import FieldDiff
from reconcile.model.drift import Moment
from reconcile.model.record import Attempt
from reconcile.model.shard import Shard
from reconcile.report.style import Look
from reconcile.report.visible import prose


@dataclass(frozen=True, slots=True)
class Badge:
    """A word that is set off. People who see no colours have the word and its symbol."""

    word: str
    look: Look
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    count: int
    badge: Badge


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that has to be known before all else; `more` are its further lines."""

    text: str
    look: Look
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One row: a job, what is the matter with it, and what can be unfolded below."""

    kind: str  # "" where it is no job
    name: str
    badge: Badge
    reason: str
    address: Address | None = None
    aside: str = ""  # what stands below the badge
    facts: tuple[str, ...] = ()
    diff: tuple[FieldDiff, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    needs: tuple[Address, ...] = ()
    manifest: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """`columns` are the heads of badge, name and reason; `facts` what is said of the whole beside `About`."""

    title: str
    summary: str
    columns: tuple[str, str, str]
    nothing: str  # said instead of an empty table
    tiles: tuple[Tile, ...]
    items: tuple[Item, ...]
    section: str = "Jobs"  # what the table is of, as its heading says
    shard: Shard | None = None  # that it is of
    notices: tuple[Notice, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    moments: tuple[Moment, ...] = ()  # what earlier looks at the same have counted


def error_notice(error: ReconcileError) -> Notice:
    where, fix = (error.where and f"At: {error.where}"), (error.fix and f"Fix: {error.fix}")
    return Notice(prose(error.what), Look.ALARM, tuple(map(prose, filter(None, (where, fix)))))
