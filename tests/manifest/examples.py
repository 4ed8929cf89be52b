"""Manifests that are right, for tests to spoil."""


def emr(name: str = "nightly", *, top: str = "", spec: str = "") -> str:
    """13 lines, and whatever is added: `top` at the top level, `spec` at the end of the spec."""
    return (
        "apiVersion: reconcile/v1\n"
        "kind: EMRServerlessJobRun\n"
        "metadata:\n"
        f"  name: {name}\n"
        f"{top}"
        "spec:\n"
        "  applicationId: 00f1e234567890\n"
        "  executionRoleArn: arn:aws:iam::123456789012:role/jobs\n"
        "  jobDriver:\n"
        "    sparkSubmit:\n"
        "      entryPoint: s3://bucket/job.py\n"
        f"{spec}"
    )


def segment(name: str = "people", *, top: str = "", job_name: str = "") -> str:
    """A kind that cannot stop, and whose jobs' names are unique for ever."""
    return (
        "apiVersion: reconcile/v1\n"
        "kind: PersonalizeBatchSegmentJob\n"
        "metadata:\n"
        f"  name: {name}\n"
        f"{top}"
        "spec:\n"
        f"{f'  jobName: {job_name}' if job_name else ''}\n"
        "  solutionVersionArn: arn:aws:personalize:eu-west-1:123456789012:solution/s/1\n"
        "  jobInput: {s3DataSource: {path: s3://bucket/in.json}}\n"
        "  jobOutput: {s3DataDestination: {path: s3://bucket/out/}}\n"
        "  roleArn: arn:aws:iam::123456789012:role/personalize\n"
    )
