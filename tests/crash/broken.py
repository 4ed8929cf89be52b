"""Reconcile, broken in the ways in which it must not be: each is called in a process that is about to run."""

import uuid
from dataclasses import replace

from reconcile.applier import ledger, start
from reconcile.planner import decide


def the_intent_is_written_after_the_call():
    """Lines of intents are kept back until their outcome comes."""

    async def intend(self, intent):
        self._changed[intent.address] = intent

    ledger.Ledger.intend = intend


def outcomes_are_dropped():
    ledger.Ledger.keep = lambda self, record: None


def nothing_is_adopted():
    decide.own_jobs = lambda intent, seen, can: ()
    decide._marked_elsewhere = lambda *_: None


def tokens_are_random():
    """Another one each time that a start is sent."""
    real = start.request_for
    start.request_for = lambda intent, *rest: real(replace(intent, client_token=str(uuid.uuid4())), *rest)
