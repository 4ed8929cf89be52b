"""Manifests of every guarantee, as small as they can be. Members of the envelope are given by name."""

from reconcile.sandbox.run import PROJECT

APPLICATION = "00f1abcdexample1"
ROLE = "arn:aws:iam::123456789012:role/jobs"
_S3 = {"InputDataConfig": {"S3Uri": "s3://bucket/in/"}, "OutputDataConfig": {"S3Uri": "s3://bucket/out/"}}


def manifest(kind, name, spec, *, labels=None, **more):
    metadata = {"name": name} | ({"labels": labels} if labels else {})
    return {"apiVersion": "reconcile/v1", "kind": kind, "metadata": metadata, "spec": spec} | more


def entities(name, *, language="en", **more):
    """A token, a stop, ten active at most."""
    spec = {"LanguageCode": language, "DataAccessRoleArn": ROLE} | _S3
    return manifest("ComprehendEntitiesDetectionJob", name, spec, **more)


def classification(name, *, model="mail", **more):
    """A token and no stop."""
    arn = f"arn:aws:comprehend:eu-west-1:123456789012:document-classifier/{model}"
    spec = {"DocumentClassifierArn": arn, "DataAccessRoleArn": ROLE} | _S3
    return manifest("ComprehendDocumentClassificationJob", name, spec, **more)


def emr(name, *, code="a", spec=None, **more):
    """A token, a stop, a parent."""
    driver = {"sparkSubmit": {"entryPoint": f"s3://bucket/{code}.py"}}
    members = {"applicationId": APPLICATION, "executionRoleArn": ROLE, "jobDriver": driver}
    return manifest("EMRServerlessJobRun", name, members | (spec or {}), **more)


def stream(name, **more):
    """Runs until it is stopped; goal: running."""
    return emr(name, **{"goal": "running", "spec": {"mode": "STREAMING"}} | more)


def segment(name, *, results=10, spec=None, **more):
    """A unique name, no stop, five active at most."""
    members = {
        "solutionVersionArn": "arn:aws:personalize:eu-west-1:123456789012:solution/readers/1a2b3c4d",
        "roleArn": ROLE,
        "numResults": results,
        "jobInput": {"s3DataSource": {"path": "s3://bucket/items.json"}},
        "jobOutput": {"s3DataDestination": {"path": "s3://bucket/segments/"}},
    }
    return manifest("PersonalizeBatchSegmentJob", name, members | (spec or {}), **more)


def switch(name, *, job="hourly", **more):
    return manifest("DataArtsJob", name, {"jobName": job}, **{"provider": "dataarts", "goal": "running"} | more)


def run(name, *, job="load", month="2026-11", **more):
    """Nothing guards its start."""
    spec = {"jobName": job, "jobParams": [{"name": "month", "value": month}]}
    return manifest("DataArtsJobRun", name, spec, provider="dataarts", **more)


def address(document):
    return f"{document['kind']}/{document['metadata']['name']}"


def project(**more):
    """The project file: `aws` adds to that provider, the rest to the document."""
    providers = {
        "aws": {"region": "eu-west-1"} | more.pop("aws", {}),
        "dataarts": {"type": "dataarts", "projectId": PROJECT},
    }
    document = {"apiVersion": "reconcile/v1", "kind": "Project", "metadata": {"name": "tests"}, "providers": providers}
    return document | more
