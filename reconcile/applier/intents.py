"""From a decision to the record that is written before a start, and from that to the request. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from reconcile.kinds.descriptor import Descriptor
from reconcile.model.change import Action, Change
from reconcile.model.observed import Marks
from reconcile.model.phase import Guarantee
from reconcile.model.project import Project
from reconcile.model.record import Record
from reconcile.model.references import of_job, resolve, secret_references
from reconcile.model.request import Question, StartRequest
from reconcile.model.secrets import Secrets
from reconcile.model.tokens import job_name
from reconcile.planner.adopt import unstarted


def intent_for(change: Change, project: Project, descriptor: Descriptor, secrets: Secrets, at: datetime) -> Record:
    """The whole record of the attempt that is about to start, and is written down at that time. Its secrets are set:
    see `unset`."""
    if change.action is Action.RESUME:
        assert change.decision.record is not None
        return replace(change.decision.record, intent_at=at)
    desired, before = change.desired, change.decision.record
    assert desired is not None
    return unstarted(
        desired,
        attempt=change.attempt,
        tries=change.decision.tries,
        client_token=change.client_token,
        job_name=_name(change, descriptor),
        intent_at=at,
        secrets=secrets.digests(secret_references(desired.spec), salt=project.id),
        history=before.with_history() if before is not None and before.external_id else (),
        previous=before,
    )


def _name(change: Change, descriptor: Descriptor) -> str:
    """The name that the job will carry: the user's own, else one made for this attempt, "" where there is none."""
    assert change.desired is not None
    member = descriptor.start.name
    if not member or change.guarantee in (Guarantee.SWITCH, Guarantee.LOOK_UP):
        return ""
    own = change.desired.spec.get(member)
    if own is not None:
        generation = change.desired.generation
        words = of_job(attempt=change.attempt, generation=generation, token=change.client_token)
        return str(resolve(own, words.get))
    return job_name(change.address.name, change.attempt, change.client_token)


def unset(change: Change, secrets: Secrets) -> list[str]:
    """The secrets that the start of this change would send, and that are not set: names of references."""
    record = change.decision.record
    if change.action is Action.RESUME and record is not None:
        return secrets.unset(record.secrets)
    return secrets.unset(secret_references(change.desired.spec)) if change.desired is not None else []


def request_for(intent: Record, project: Project, descriptor: Descriptor, secrets: Secrets) -> StartRequest:
    """The request of this intent: the same every time it is asked for."""
    words = _words(intent)
    spec = resolve(intent.spec, lambda name: words.get(name) or secrets.get(name))
    named = descriptor.start.name in spec if descriptor.start.name else True
    marks = Marks(
        project=project.id,
        environment=project.environment,
        address=intent.address,
        generation=intent.generation,
        attempt=intent.attempt,
        tries=intent.tries,
        digest=intent.digest,
        client_token=intent.client_token,
    )
    return StartRequest(intent.address, spec, intent.client_token, "" if named else intent.job_name, marks)


def question_about(intent: Record) -> Question:
    """What to ask when the call of this intent brought no answer that says what became of it."""
    return Question(
        address=intent.address,
        provider=intent.provider,
        scope=intent.scope,
        spec=resolve(intent.spec, _words(intent).get),  # no secret is needed to find a job
        look=True,
        job_name=intent.job_name,
        since=intent.intent_at,
        intent_at=intent.intent_at,
    )


def _words(intent: Record) -> Mapping[str, str]:
    return of_job(attempt=intent.attempt, generation=intent.generation, token=intent.client_token)
