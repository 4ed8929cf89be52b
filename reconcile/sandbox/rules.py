"""What services say when they refuse, each in its own words.

Codes are from the services' models; which of them answers a given mistake is documented for few. The rest are the only
modelled candidates: see the comments, and the switches in `settings`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from reconcile.kinds.descriptor import Descriptor
from reconcile.model.phase import Guarantee
from reconcile.sandbox.life import Words
from reconcile.sandbox.settings import Settings


class Refusal(NamedTuple):
    code: str
    status: int = 400


EXPIRED = Refusal("ExpiredTokenException", 403)
CLOCK = Refusal("InvalidSignatureException", 403)
BROKEN = Refusal("InternalServerException", 500)
UNAVAILABLE = Refusal("ServiceUnavailableException", 503)


class Refused(Exception):
    """A service's definite answer that it will not."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.code = refusal.code
        self.status = refusal.status
        self.message = message


@dataclass(frozen=True, slots=True)
class Rules:
    """One service's refusals. `ended` answers a stop of a job that has ended; None: it is accepted."""

    invalid: Refusal
    missing: Refusal
    throttled: Refusal
    capacity: Refusal
    conflict: Refusal
    exists: Refusal
    ended: Refusal | None
    stale_page: Refusal  # a page token that is not ours, or belongs to another list
    no_resource: Refusal  # tags of something that does not exist
    filters: Refusal
    expired: Refusal = EXPIRED
    clock: Refusal = CLOCK
    broken: Refusal = BROKEN
    unavailable: Refusal = UNAVAILABLE


_INVALID_REQUEST = Refusal("InvalidRequestException")
_COMPREHEND = Rules(
    invalid=_INVALID_REQUEST,
    missing=Refusal("JobNotFoundException", 404),  # 400 in older documents: branch on the code
    throttled=Refusal("TooManyRequestsException", 429),
    capacity=Refusal("TooManyRequestsException", 429),  # a switch: not documented
    conflict=_INVALID_REQUEST,  # a guess: ResourceInUseException is the other candidate
    exists=_INVALID_REQUEST,
    ended=_INVALID_REQUEST,  # documented as "400 Internal Request Exception"
    stale_page=_INVALID_REQUEST,
    no_resource=Refusal("ResourceNotFoundException", 404),
    filters=Refusal("InvalidFilterException"),
)
_EMR_INVALID = Refusal("ValidationException")
_EMR_SERVERLESS = Rules(
    invalid=_EMR_INVALID,
    missing=Refusal("ResourceNotFoundException", 404),
    throttled=Refusal("ThrottlingException", 429),
    capacity=Refusal("ServiceQuotaExceededException", 402),
    conflict=Refusal("ConflictException", 409),
    exists=Refusal("ConflictException", 409),
    ended=_EMR_INVALID,  # a switch: not documented
    stale_page=_EMR_INVALID,
    no_resource=Refusal("ResourceNotFoundException", 404),
    filters=_EMR_INVALID,
)
_PERSONALIZE_INVALID = Refusal("InvalidInputException")
_PERSONALIZE = Rules(
    invalid=_PERSONALIZE_INVALID,
    missing=Refusal("ResourceNotFoundException"),
    throttled=Refusal("LimitExceededException"),  # the same code for the rate and for the number of active jobs
    capacity=Refusal("LimitExceededException"),  # a switch: not documented
    conflict=_PERSONALIZE_INVALID,
    exists=Refusal("ResourceAlreadyExistsException"),
    ended=_PERSONALIZE_INVALID,
    stale_page=Refusal("InvalidNextTokenException"),
    no_resource=Refusal("ResourceNotFoundException"),
    filters=_PERSONALIZE_INVALID,
)
_DLF_INVALID = Refusal("DLF.3051")
_DATAARTS = Rules(
    invalid=_DLF_INVALID,
    missing=Refusal("DLF.0100"),
    throttled=Refusal("APIGW.0308", 429),
    capacity=Refusal("DLF.0101"),
    conflict=_DLF_INVALID,
    exists=Refusal("DLF.0102"),
    ended=_DLF_INVALID,  # a guess: that it is refused is documented, not with what code
    stale_page=_DLF_INVALID,
    no_resource=Refusal("DLF.0100"),
    filters=_DLF_INVALID,
    expired=Refusal("APIGW.0301", 401),
    clock=Refusal("APIGW.0301", 401),
    broken=Refusal("DLF.0001", 500),  # a guess
    unavailable=Refusal("APIGW.0201", 503),  # a guess
)
NO_INSTANCE = Refusal("DLF.0137")
BATCH_ONLY = Refusal("DLF.0136")
NO_WORKSPACE = Refusal("DLF.0819")
NOT_PUBLISHED = Refusal("APIGW.0101", 404)
NO_CREDENTIALS = Refusal("APIGW.0301", 401)


def rules_of(kind: Descriptor, settings: Settings) -> Rules:
    """A service that is not known here answers with the codes of its descriptor, else with AWS's common ones."""
    match kind.service:
        case "comprehend":
            return replace(_COMPREHEND, capacity=Refusal(settings.comprehend_capacity_code, 429))
        case "emr-serverless" if settings.emr_cancel_ended == "accept":
            return replace(_EMR_SERVERLESS, ended=None)
        case "emr-serverless":
            return _EMR_SERVERLESS
        case "personalize":
            return replace(_PERSONALIZE, capacity=Refusal(settings.personalize_capacity_code))
        case "dataarts":
            return _DATAARTS
    return _from_descriptor(kind)


def words_of(kind: Descriptor, settings: Settings, request: Mapping[str, Any]) -> Words:
    """The statuses that a job of the kind, with this request, walks through."""
    words = Words.of(kind)
    match kind.service:
        case "emr-serverless":  # QUEUED is for applications that are full, which these never are
            return replace(words, pending=("SUBMITTED", "PENDING", "SCHEDULED"))
        case "personalize" if settings.personalize_words == "CREATE PENDING":
            return replace(words, pending=("CREATE PENDING",), running="CREATE IN_PROGRESS")
        case "personalize":
            return replace(words, pending=("PENDING",), running="IN PROGRESS")
        case "dataarts" if kind.guarantee is not Guarantee.SWITCH:
            return replace(words, pending=("waiting",))
        case "dataarts" if request.get("jobType") == "BATCH":
            return Words((), "SCHEDULING", "", "STOPPED", "", "")
    return words


def _from_descriptor(kind: Descriptor) -> Rules:
    errors = kind.errors

    def first(codes: tuple[str, ...], otherwise: str, status: int = 400) -> Refusal:
        return Refusal(next(iter(codes), otherwise), status)

    invalid = Refusal("ValidationException")
    missing = first(errors.missing, "ResourceNotFoundException")
    return Rules(
        invalid=invalid,
        missing=missing,
        throttled=first(errors.throttled, "ThrottlingException"),
        capacity=first(errors.capacity, "LimitExceededException"),
        conflict=first(errors.conflict, "ConflictException", 409),
        exists=first(errors.exists, "ConflictException", 409),
        ended=first(errors.terminal, "ConflictException") if errors.terminal else None,
        stale_page=invalid,
        no_resource=missing,
        filters=invalid,
    )
