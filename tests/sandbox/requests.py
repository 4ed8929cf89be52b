"""The smallest valid start of each AWS kind, and clients that are not ours."""

from typing import Any

ROLE = "arn:aws:iam::123456789012:role/jobs"
_S3 = {"S3Uri": "s3://bucket/path/"}
_COMPREHEND = {"InputDataConfig": _S3, "OutputDataConfig": _S3, "DataAccessRoleArn": ROLE}
_VERSION = "arn:aws:personalize:eu-west-1:123456789012:solution/films/1"
_PERSONALIZE = {
    "solutionVersionArn": _VERSION,
    "jobInput": {"s3DataSource": {"path": "s3://bucket/in.json"}},
    "jobOutput": {"s3DataDestination": {"path": "s3://bucket/out/"}},
    "roleArn": ROLE,
}
_CLASSIFIER = "arn:aws:comprehend:eu-west-1:123456789012:document-classifier/letters"
_OWN: dict[str, dict[str, Any]] = {
    "ComprehendDocumentClassificationJob": {"DocumentClassifierArn": _CLASSIFIER},
    "ComprehendTopicsDetectionJob": {},
    "ComprehendDominantLanguageDetectionJob": {},
    "ComprehendEventsDetectionJob": {"LanguageCode": "en", "TargetEventTypes": ["BANKRUPTCY"]},
    "ComprehendPiiEntitiesDetectionJob": {"LanguageCode": "en", "Mode": "ONLY_OFFSETS"},
}
EMR = {
    "applicationId": "00fapplication",
    "executionRoleArn": ROLE,
    "jobDriver": {"sparkSubmit": {"entryPoint": "s3://bucket/job.py"}},
}


def smallest(kind: str) -> dict[str, Any]:
    """Members of a start of the kind, but for token and name."""
    if kind.startswith("Comprehend"):
        return {**_COMPREHEND, **_OWN.get(kind, {"LanguageCode": "en"})}
    return dict(_PERSONALIZE if kind.startswith("Personalize") else EMR)


ENTITIES = smallest("ComprehendEntitiesDetectionJob")
SEGMENT = smallest("PersonalizeBatchSegmentJob")
