"""Secrets that a plan's starts need and that are not set: a plan says so, an apply does nothing without them."""

from collections import defaultdict

from reconcile.applier.intents import unset
from reconcile.errors import Exit, ReconcileError, listed
from reconcile.model.change import Action, Plan
from reconcile.model.references import Reference
from reconcile.model.secrets import Secrets

_SHOWN = 3  # addresses


class SecretsUnset(ReconcileError):
    """Starts of this plan need secrets that are not set. Nothing was done."""

    code = "secrets-unset"
    exit = Exit.USAGE


def check_secrets(plan: Plan, secrets: Secrets, *, waits: bool) -> None:
    """`waits`: what waits now may be started on the way. Raises SecretsUnset."""
    if missing := _missing(plan, secrets, waits=waits):
        raise SecretsUnset(
            "\n  ".join(["Not all secrets are set; nothing was done.", *missing]),
            fix="Set them in the environment (RECONCILE_VAR_<name> for variables) and run apply again.",
        )


def warnings(plan: Plan, secrets: Secrets) -> tuple[str, ...]:
    """What a plan has to say of them: it can be made without."""
    return tuple(f"{text}; apply will need it." for text in _missing(plan, secrets, waits=True))


def _missing(plan: Plan, secrets: Secrets, *, waits: bool) -> list[str]:
    needed: dict[str, list[str]] = defaultdict(list)
    for change in plan.changes:
        if change.starts or (waits and change.action is Action.WAIT):
            for name in unset(change, secrets):
                needed[name].append(str(change.address))
    return [
        f"{Reference(name)} is not set, and {listed(found, _SHOWN)} {'needs' if len(found) == 1 else 'need'} it"
        for name, found in sorted(needed.items())
    ]
