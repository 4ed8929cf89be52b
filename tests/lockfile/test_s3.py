import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from botocore.paginate import Paginator

from reconcile.errors import LeaseHeld, LeaseLost, LockFileError
from reconcile.lockfile.journal import journal_text
from reconcile.lockfile.s3 import S3Store
from reconcile.lockfile.s3_client import connect
from reconcile.lockfile.s3_held import HeldObject
from reconcile.lockfile.s3_objects import Objects
from reconcile.model.project import LockFileOptions
from tests.lockfile.contract import StoreContract, apply, names
from tests.lockfile.records import about_to_start, dropped, holder, intent, record, started
from tests.lockfile.s3_place import KEY, SECONDS, open_later, place
from tests.sandbox.fixtures import sandbox

__all__ = ["place", "sandbox"]


class TestS3Store(StoreContract):
    pass


class Fake:
    """A clock that stands still until it is moved on, and heartbeats that beat when they are told to."""

    def __init__(self):
        self.seconds = 1000.0
        self.beats = []

    def injected(self):
        return {"clock": lambda: self.seconds, "sleep": self.sleep, "heartbeats": self.begin}

    def sleep(self, seconds):
        self.seconds += seconds

    def begin(self, interval, held):
        self.interval = interval
        self.beats.append(held.beat)
        return lambda: None


@pytest.fixture
def fake():
    return Fake()


def said(place):
    return orjson.loads(place.get(".lease"))


def test_a_lease_is_ours_for_two_thirds_of_its_length_after_each_heartbeat(place, fake):
    lease = place.open(**fake.injected()).acquire(holder(), timeout=0)
    assert fake.interval == SECONDS / 4
    fake.seconds += SECONDS * 0.6
    assert lease.still_ours()
    fake.beats[0]()
    fake.seconds += SECONDS * 0.6
    assert lease.still_ours()
    fake.seconds += SECONDS * 0.1
    assert not lease.still_ours()
    fake.beats[0]()
    assert lease.still_ours(), "nobody took it meanwhile"
    lease.release()


def test_a_lease_that_is_renewed_is_never_taken_however_the_clocks_differ(place, fake):
    """Whoever waits has a clock that is hours ahead: to it, the lease has long run out."""
    lease = place.open(**fake.injected()).acquire(holder(), timeout=0)
    ahead = datetime.now(UTC) + timedelta(hours=5)

    def renewed_in_between(seconds):
        fake.sleep(seconds)
        if fake.seconds % 15 == 0:
            fake.beats[0]()

    waiting = fake.injected() | {"sleep": renewed_in_between, "now": lambda: ahead}
    with pytest.raises(LeaseHeld):
        place.open(**waiting).acquire(holder("other"), timeout=SECONDS * 5)
    assert lease.still_ours()
    lease.release()


def test_a_lease_that_is_not_renewed_is_taken_over_after_its_whole_length(place, fake):
    """Whoever waits has a clock that is hours behind: to it, the lease is far from its end."""
    place.open(**fake.injected()).acquire(holder(), timeout=0)
    behind = datetime.now(UTC) - timedelta(hours=5)
    begun = fake.seconds
    second = place.open(**fake.injected(), now=lambda: behind).acquire(holder("other"), timeout=SECONDS * 5)
    assert SECONDS <= fake.seconds - begun <= SECONDS + 1
    assert said(place)["holder"]["id"] == "other"
    second.release()


def test_a_lease_that_ran_out_long_ago_is_taken_at_once(place, fake):
    place.open(**fake.injected()).acquire(holder(), timeout=0)
    with pytest.raises(LeaseHeld):
        open_later(place.bucket, SECONDS).acquire(holder("other"), timeout=0)
    open_later(place.bucket, SECONDS + 10).acquire(holder("other"), timeout=0).release()


def taken_over(place, fake):
    """The lease of a holder that was paused, and that of its successor."""
    paused = place.open(**fake.injected()).acquire(holder("paused"), timeout=0)
    paused.append([about_to_start(intent("a"))], durable=True)
    place.holder_died()
    return paused, place.open(**fake.injected()).acquire(holder("other"), timeout=0)


def test_a_paused_holder_can_add_nothing_to_the_journal_once_it_was_taken_over(place, fake):
    paused, second = taken_over(place, fake)
    assert names(second.snapshot()) == ["a"]
    assert paused.still_ours(), "its clock stood still: it does not know"
    with pytest.raises(LeaseLost):
        paused.append([about_to_start(intent("b"))], durable=True)
    assert not paused.still_ours()
    with pytest.raises(LeaseLost):
        paused.fold(validated_with="")
    second.append([started(record("a"))], durable=True)
    paused.release()
    assert said(place)["holder"]["id"] == "other", "it takes nothing from its successor"
    second.fold(validated_with="")
    second.release()
    assert names(place.open().read()) == ["a"]


def test_a_paused_holder_without_a_journal_is_shut_out_as_well(place, fake):
    paused = place.open(**fake.injected()).acquire(holder("paused"), timeout=0)
    paused.append([started(record("a"))], durable=True)
    paused.fold(validated_with="")
    place.holder_died()
    second = place.open(**fake.injected()).acquire(holder("other"), timeout=0)
    second.append([started(record("b"))], durable=True)
    second.fold(validated_with="")
    second.release()
    with pytest.raises(LeaseLost):
        paused.append([about_to_start(intent("c"))], durable=True)
    assert names(place.open().read()) == ["a", "b"]


def overtaken_at(place, fake, monkeypatch, part, act):
    """What comes of `act` when a successor takes the lease over at the first request for the part, and starts b."""
    successors = []
    asked = {"get": Objects.get, "put": Objects.put}

    def request(name):
        def first_the_successor(objects, of, *arguments, **more):
            if of == part and not successors:
                successors.append(None)
                place.holder_died()
                successors[0] = place.open(**fake.injected()).acquire(holder("other"), timeout=0)
                successors[0].append([started(record("b"))], durable=True)
            return asked[name](objects, of, *arguments, **more)

        return first_the_successor

    for name in asked:
        monkeypatch.setattr(Objects, name, request(name))
    with pytest.raises(LeaseLost):
        act()
    return successors[0]


def test_one_that_falls_asleep_while_it_takes_the_lease_writes_nothing_when_it_wakes_up(place, fake, monkeypatch):
    """What it reads then is its successor's."""
    apply(place.open(), [started(record("a"))])
    successor = overtaken_at(
        place, fake, monkeypatch, "", lambda: place.open(**fake.injected()).acquire(holder("asleep"), timeout=0)
    )
    successor.fold(validated_with="")
    assert names(place.open().read()) == ["a", "b"]


def test_one_that_falls_asleep_while_it_writes_the_lock_file_is_refused_when_it_wakes_up(place, fake, monkeypatch):
    apply(place.open(), [started(record("a"))])
    asleep = place.open(**fake.injected()).acquire(holder("asleep"), timeout=0)
    successor = overtaken_at(place, fake, monkeypatch, "", lambda: asleep.fold(validated_with="catalog 2"))
    successor.fold(validated_with="")
    assert names(place.open().read()) == ["a", "b"]


def test_a_paused_holder_cannot_fold_over_its_successor(place, fake):
    paused, second = taken_over(place, fake)
    second.release()
    with pytest.raises(LeaseLost):
        paused.fold(validated_with="")
    assert names(place.open().read()) == ["a"]


def test_a_paused_holder_that_ends_takes_nothing_from_its_successor(place, fake):
    paused, second = taken_over(place, fake)
    paused.release()
    assert said(place)["holder"]["id"] == "other"
    fake.beats[1]()
    second.release()


@pytest.mark.parametrize("when", ["the journal was listed", "the journal was read"])
def test_a_fold_while_a_reader_reads_hides_nothing(place, when):
    lease = place.open().acquire(holder(), timeout=0)
    lease.append([started(record("a"))], durable=True)
    done = []

    class Watched(Objects):
        def parts(self, begin):
            return self.then_folded(super().parts(begin), when == "the journal was listed")

        def get(self, part):
            return self.then_folded(super().get(part), "journal" in part or part == "")

        def then_folded(self, found, due):
            if due and not done:
                done.append(lease.fold(validated_with=""))
                lease.append([started(record("b"))], durable=True)
            return found

    objects = Watched(lambda: connect(LockFileOptions(), ""), place.bucket, KEY)
    found = S3Store(objects, "documents", seconds=SECONDS).read()
    assert done
    assert (set(names(found)) - {"b"}, found.existed, found.warnings) == ({"a"}, True, ())
    lease.release()


def test_a_paused_holder_learns_it_from_its_next_heartbeat(place, fake):
    paused, second = taken_over(place, fake)
    with pytest.raises(LeaseLost):
        fake.beats[0]()
    assert not paused.still_ours()
    second.release()


def test_predecessors_stay_shut_out_when_their_successor_died_at_it(place, fake, monkeypatch):
    paused = place.open(**fake.injected()).acquire(holder("paused"), timeout=0)
    place.holder_died()

    def dies(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("reconcile.lockfile.s3_lease.close", dies)
        patch.setattr(HeldObject, "release", lambda *_, **__: None)
        with pytest.raises(SystemExit):
            place.open(**fake.injected()).acquire(holder("other"), timeout=0)
    place.holder_died()
    place.open(**fake.injected()).acquire(holder("third"), timeout=0).release()
    with pytest.raises(LeaseLost):
        paused.append([about_to_start(intent("a"))], durable=True)


def test_many_who_race_for_a_lease_get_it_one_after_the_other(place):
    """Eight threads with stores of their own, each adding what it finds to be the next number."""
    at_once, most = [], []

    def work():
        lease = place.open(sleep=lambda _: time.sleep(0.01)).acquire(holder(str(uuid.uuid4())), timeout=1e9)
        at_once.append(1)
        most.append(len(at_once))
        number = len(lease.snapshot())
        lease.append([started(record(f"job-{number}"))], durable=True)
        lease.fold(validated_with="")
        at_once.pop()
        lease.release()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work) for _ in range(8)]:
            done.result()
    assert (max(most), names(place.open().read())) == (1, [f"job-{number}" for number in range(8)])


def test_nothing_but_the_file_and_the_lease_remains(place):
    apply(place.open(), [about_to_start(intent("a"))], [started(record("a"))])
    assert place.parts() == ["", ".lease"]
    place.open().acquire(holder(), timeout=0)
    place.holder_died()
    place.open().acquire(holder(), timeout=0).release()
    assert [part.rpartition("/")[2] for part in place.parts()[1:-1]] == ["0000000001"], "an end mark, for late comers"


def test_a_journal_object_is_one_append(place):
    lease = place.open().acquire(holder(), timeout=0)
    lease.append([about_to_start(intent(name)) for name in "abc"], durable=True)
    lease.append([started(record("a"))], durable=False)
    assert [part for part in place.parts() if "journal" in part] == [
        ".journal/0000000000/0000000001/0000000001",
        ".journal/0000000000/0000000001/0000000002",
    ]
    lease.release()


def test_a_long_journal_is_read_page_by_page(place, monkeypatch):
    monkeypatch.setattr(
        "botocore.paginate.Paginator.paginate",
        lambda self, _paginate=Paginator.paginate, **given: _paginate(self, **given, MaxKeys=2),
    )
    batches = [[started(record(f"job-{number}"))] for number in range(5)]
    apply(place.open(), *batches, fold=False)
    assert len(place.open().read()) == 5
    apply(place.open())
    assert place.parts() == ["", ".lease"]


def test_a_chapter_whose_first_object_is_gone_was_folded(place):
    head = apply(
        place.open(), [about_to_start(intent("a"))], [dropped(intent("a"))], [started(record("b"))], fold=False
    )
    assert head is None
    place.delete(".journal/0000000000/0000000001/0000000001")
    assert names(place.open().read()) == []


def test_an_older_lock_file_is_not_trusted_until_an_apply_ended_well(place):
    apply(place.open(), [started(record("a"))])
    old = place.get()
    newest = apply(place.open(), [started(record("b"))])
    place.put(old)
    found = place.open().read()
    assert (names(found), found.existed) == (["a"], False)
    assert "serial 2 of this lock file was seen here before, and the one here has serial 1" in found.warnings[0]
    place.open().acquire(holder(), timeout=0).release()
    assert not place.open().read().existed
    assert apply(place.open()).serial == newest.serial + 1
    assert place.open().read().existed


def test_a_lost_lock_file_is_said_to_be_lost(place):
    apply(place.open(), [started(record("a"))])
    place.delete()
    found = place.open().read()
    assert (found.existed, found.stale, "it is gone" in found.warnings[0]) == (False, True, True)
    assert apply(place.open(), [started(record("b"))]).serial == 1, "of a new lineage"
    assert (place.open().read().existed, place.open().read().warnings) == (True, ())


def test_a_journal_of_another_lock_file_is_set_aside_with_a_warning(place):
    head = apply(place.open(), [started(record("a"))])
    stray = ".journal/0000000001/0000000001/0000000001"
    place.put(journal_text(replace(head, lineage="other"), [about_to_start(intent("b"))]), stray)
    found = place.open().read()
    assert (names(found), found.existed, "is not taken in" in found.warnings[0]) == (["a"], False, True)
    apply(place.open())
    assert b"EMRServerlessJobRun/b" in place.get(f".kept/{stray[1:]}")
    assert place.open().read().warnings == ()


def test_a_damaged_journal_object_is_named_and_kept(place):
    apply(place.open(), [about_to_start(intent("a"))], [about_to_start(intent("b"))], fold=False)
    damaged = ".journal/0000000000/0000000001/0000000002"
    place.put(place.get(damaged).replace(b"token-of-b", b"token-of-x"), damaged)
    found = place.open().read()
    assert (names(found), damaged[1:] in found.warnings[0]) == (["a"], True)
    apply(place.open())
    assert b"token-of-x" in place.get(f".kept/{damaged[1:]}")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"version":9}'])
def test_a_lease_that_cannot_be_read_is_not_taken(place, text):
    place.put(text, ".lease")
    with pytest.raises(LockFileError, match="lease cannot be read"):
        place.open().acquire(holder(), timeout=0)
    assert place.get(".lease") == text


def test_a_lease_can_be_released_for_a_holder_that_is_gone(place, fake):
    store = place.open(**fake.injected())
    assert store.held() is None
    gone = store.acquire(holder("gone"), timeout=0)
    gone.append([about_to_start(intent("a"))], durable=True)
    with pytest.raises(LeaseHeld) as caught:
        store.acquire(holder("other"), timeout=0)
    assert "reconcile lock release gone" in caught.value.fix
    with pytest.raises(LockFileError, match="not held by other"):
        store.force_release("other")
    assert store.held().holder.id == "gone"
    store.force_release("gone")
    assert store.held() is None
    with pytest.raises(LockFileError, match="Nobody"):
        store.force_release("gone")
    second = store.acquire(holder("other"), timeout=0)
    with pytest.raises(LeaseLost):
        gone.append([about_to_start(intent("b"))], durable=True)
    assert names(second.snapshot()) == ["a"]
    second.release()
