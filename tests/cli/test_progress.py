"""Where nothing can be drawn, an apply's events are lines; those of one turn of its loop go out together."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from reconcile.cli.shell.progress import progress
from reconcile.cli.shell.session import Session
from reconcile.model.result import Event, EventKind

EVENTS = [Event(EventKind.WAITING, datetime(2026, 11, 21, 3, tzinfo=UTC), f"number {number}") for number in range(3)]


@pytest.fixture
def writes(monkeypatch):
    writes = []
    monkeypatch.setattr("reconcile.cli.shell.session.write", lambda stream, text: writes.append(text))
    return writes


async def two_turns(session):
    with progress(session) as on_event:
        on_event(EVENTS[0])
        on_event(EVENTS[1])
        await asyncio.sleep(0)
        on_event(EVENTS[2])


def test_the_lines_of_one_turn_are_one_write(writes):
    asyncio.run(two_turns(Session({})))
    assert writes == ["03:00:00 number 0\n03:00:00 number 1", "03:00:00 number 2"]


def test_every_line_is_a_json_object_where_logs_are_json(writes):
    asyncio.run(two_turns(Session({}, log_format="json")))
    lines = "\n".join(writes).splitlines()
    assert [json.loads(line)["text"] for line in lines] == [event.text for event in EVENTS]


def test_an_apply_that_is_cut_short_has_told_all_that_happened(writes):
    async def dies():
        with progress(Session({})) as on_event:
            on_event(EVENTS[0])
            raise KeyboardInterrupt

    loop = asyncio.new_event_loop()
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(dies())
    loop.close()  # it never comes to its next turn
    assert writes == ["03:00:00 number 0"]
