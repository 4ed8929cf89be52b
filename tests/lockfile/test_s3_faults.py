"""What the network and S3 do to a lock file: what is written once, what is not known, what people are told."""

import socket
from contextlib import contextmanager

import pytest

from reconcile.errors import LeaseLost, LockFileError
from reconcile.lockfile.s3 import S3Store
from reconcile.lockfile.s3_client import connect
from reconcile.lockfile.s3_objects import Objects
from reconcile.model.project import LockFileOptions
from reconcile.sandbox.http import Reply
from reconcile.sandbox.transport import Server
from tests.lockfile.contract import apply, names
from tests.lockfile.records import about_to_start, holder, intent, record, started
from tests.lockfile.s3_place import KEY, SECONDS, place
from tests.sandbox.fixtures import sandbox

__all__ = ["place", "sandbox"]


@pytest.fixture(autouse=True)
def _tries_again_at_once(monkeypatch):
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


PUTS = 8  # of an apply that starts one job: take, two that must be refused, intent, outcome, file, chapter, release


@pytest.mark.parametrize(
    ("wrong", "number"),
    [
        *(("drop", number) for number in range(PUTS)),
        *((wrong, 3) for wrong in ("reset", "500", "throttle", "500 after")),
    ],
)
def test_a_fault_of_one_write_changes_nothing(place, sandbox, wrong, number):
    """The SDK sends it again. Where the first had its effect, the second finds it and is refused: that is our own."""
    wrong, _, after = wrong.partition(" ")
    sandbox.control.fault(wrong, service="s3", operation="PUT", skip=number, after=bool(after))
    head = apply(place.open(), [about_to_start(intent("a"))], [started(record("a"))])
    assert sandbox.control.faults() == [], "it was met"
    found = place.open().read()
    assert (found.head, found.get(record("a").address), found.warnings) == (head, record("a"), ())
    assert (head.serial, place.parts()) == (1, ["", ".lease"])
    assert place.open().held() is None


def test_that_apply_has_so_many_writes(place, sandbox):
    """Creating the bucket is not one of them."""
    apply(place.open(), [about_to_start(intent("a"))], [started(record("a"))])
    assert [each["operation"] for each in sandbox.control.log()].count("PUT") == 1 + PUTS


def test_a_journal_that_cannot_be_removed_is_no_failure_of_what_was_done(place, sandbox):
    """It is in the lock file, and need not be rescued. Who takes the lease next cannot go on without that right."""
    sandbox.control.fault("reset", service="s3", operation="POST", count=8)
    head = apply(place.open(), [about_to_start(intent("a"))], [started(record("a"))])
    left = [part for part in place.parts() if "journal" in part]
    found = place.open().read()
    assert (found.head, found.get(record("a").address), found.warnings, len(left)) == (head, record("a"), (), 2)
    with pytest.raises(LockFileError, match="Cannot remove what was folded"):
        place.open().acquire(holder(), timeout=0)
    place.open().acquire(holder(), timeout=0).release()
    assert not set(left) & set(place.parts())


@pytest.mark.parametrize("wrong", ["half", "500", "reset"])
def test_a_read_is_tried_again(place, sandbox, wrong):
    apply(place.open(), [started(record("a"))])
    for _ in range(2):
        sandbox.control.fault(wrong, service="s3", operation="GET", skip=1)
    assert names(place.open().read()) == ["a"]


def outage(sandbox, wrong, operation="PUT"):
    sandbox.control.fault(wrong, service="s3", operation=operation, count=100)


@pytest.mark.parametrize("wrong", ["reset", "503", "throttle", "expired"])
def test_a_failed_append_ends_appending_and_the_fold_saves_what_was_done(place, sandbox, wrong):
    lease = place.open().acquire(holder(), timeout=0)
    lease.append([about_to_start(intent("a"))], durable=True)
    outage(sandbox, wrong)
    with pytest.raises(LockFileError) as caught:
        lease.append([started(record("a"))], durable=False)
    assert caught.value.where.startswith(f"s3://{place.bucket}/{KEY}.journal/")
    assert caught.value.fix
    sandbox.control.clear_faults()
    with pytest.raises(LockFileError, match="takes nothing more since it failed once"):
        lease.append([about_to_start(intent("b"))], durable=True)
    lease.fold(validated_with="")
    lease.release()
    assert place.open().read().get(record("a").address) == record("a")


def test_an_append_whose_every_answer_is_lost_is_found_to_be_there(place, sandbox):
    lease = place.open().acquire(holder(), timeout=0)
    outage(sandbox, "drop")
    lease.append([about_to_start(intent("a"))], durable=True)
    sandbox.control.clear_faults()
    lease.append([started(record("a"))], durable=True)
    lease.release()
    assert place.open().read().get(record("a").address) == record("a")


def test_an_append_that_came_late_is_never_taken_for_one_that_came(place, sandbox):
    """It is not there when it is looked for, and comes after the lease was given back: the next holder's end mark is
    in its place."""
    late = []

    class Delayed(Objects):
        def put(self, part, body, *, over):
            if "journal" in part:
                late.append((part, body))
                raise LockFileError("It may come.")
            return super().put(part, body, over=over)

    objects = Delayed(lambda: connect(LockFileOptions(), ""), place.bucket, KEY)
    lease = S3Store(objects, "documents", seconds=SECONDS).acquire(holder(), timeout=0)
    with pytest.raises(LockFileError):
        lease.append([about_to_start(intent("a"))], durable=True)
    lease.release()
    second = place.open().acquire(holder("other"), timeout=0)
    ((part, body),) = late
    assert Objects.put(objects, part, body, over=None) is None
    second.release()
    assert names(place.open().read()) == []


def test_heartbeats_that_fail_do_not_end_the_lease_before_its_time(place, sandbox):
    beats, now = [], [0.0]
    injected = {"clock": lambda: now[0], "heartbeats": lambda _, held: beats.append(held.beat) or (lambda: None)}
    lease = place.open(**injected).acquire(holder(), timeout=0)
    outage(sandbox, "503")
    with pytest.raises(LockFileError):
        beats[0]()
    assert lease.still_ours()
    now[0] += SECONDS
    assert not lease.still_ours()
    sandbox.control.clear_faults()
    beats[0]()
    assert lease.still_ours()
    lease.release()


def test_a_heartbeat_whose_answers_were_all_lost_is_known_again_by_its_nonce(place, sandbox):
    beats = []
    lease = place.open(heartbeats=lambda _, held: beats.append(held.beat) or (lambda: None)).acquire(
        holder(), timeout=0
    )
    outage(sandbox, "drop")
    outage(sandbox, "503", "GET")
    with pytest.raises(LockFileError):
        beats[0]()
    sandbox.control.clear_faults()
    beats[0]()
    assert lease.still_ours()
    lease.release()
    assert place.open().held() is None


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_a_store_that_ignores_conditions_is_refused(place, header):
    apply(place.open(), [started(record("a"))])

    def drop(params, **_):
        params["headers"].pop(header, None)

    def ignoring():
        client = connect(LockFileOptions(), "")
        client.meta.events.register("before-call.s3.PutObject", drop)
        return client

    store = S3Store(Objects(ignoring, place.bucket, KEY), "documents", seconds=SECONDS)
    with pytest.raises(LockFileError, match="ignores conditional writes") as caught:
        store.acquire(holder(), timeout=0)
    assert header in caught.value.what
    assert (place.open().held(), names(place.open().read())) == (None, ["a"])


def test_a_bucket_that_does_not_exist_is_named(place):
    objects = Objects(lambda: connect(LockFileOptions(), ""), "nowhere-at-all", KEY)
    with pytest.raises(LockFileError, match="NoSuchBucket") as caught:
        S3Store(objects, "documents", seconds=SECONDS).read()
    assert "Create the bucket" in caught.value.fix


@contextmanager
def answering(status, code, requests=None):
    def answer(request):
        if requests is not None:
            requests.append(request)
        return Reply(status, f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode(), {})

    server = Server(0, answer)
    server.begin()
    try:
        yield server.endpoint
    finally:
        server.close()


@pytest.mark.parametrize(
    ("status", "code", "fix"),
    [
        (403, "AccessDenied", "s3:PutObject"),
        (403, "InvalidAccessKeyId", "credentials"),
        (403, "KMS.DisabledException", "KMS key"),
        (503, "SlowDown", "later"),
    ],
)
def test_what_s3_refuses_comes_with_what_to_do(place, status, code, fix):
    with answering(status, code) as endpoint:
        objects = Objects(lambda: connect(LockFileOptions(endpoint_url=endpoint), ""), "bucket", KEY)
        with pytest.raises(LockFileError) as caught:
            S3Store(objects, "documents", seconds=SECONDS).read()
    assert (code in caught.value.what, fix in caught.value.fix) == (True, True), str(caught.value)


def test_a_network_that_is_down_and_credentials_that_are_missing_are_told_apart(place, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        nobody = f"http://127.0.0.1:{listening.getsockname()[1]}"
    objects = Objects(lambda: connect(LockFileOptions(endpoint_url=nobody), ""), "bucket", KEY)
    with pytest.raises(LockFileError) as caught:
        S3Store(objects, "documents", seconds=SECONDS).read()
    assert "endpoint" in caught.value.fix
    with pytest.raises(LockFileError) as caught:
        connect(LockFileOptions(profile="no-such-profile"), "")
    assert "profile" in caught.value.fix


def test_a_key_of_kms_is_named_with_every_write(place):
    objects = Objects(lambda: connect(LockFileOptions(), ""), place.bucket, KEY, kms_key_id="alias/locks")
    apply(S3Store(objects, "documents", seconds=SECONDS), [started(record("a"))])
    for part in ("", ".lease"):
        found = place.client.head_object(Bucket=place.bucket, Key=KEY + part)
        assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", "alias/locks")


def test_who_was_taken_over_while_a_write_was_under_way_does_not_take_it_for_its_own(place):
    """The write is refused, and what is there is a successor's lease, though of a holder of the same name."""
    beats = []
    lease = place.open(heartbeats=lambda _, held: beats.append(held.beat) or (lambda: None)).acquire(
        holder(), timeout=0
    )
    place.holder_died()
    second = place.open().acquire(holder(), timeout=0)
    with pytest.raises(LeaseLost):
        beats[0]()
    assert (lease.still_ours(), second.still_ours()) == (False, True)
    second.release()
