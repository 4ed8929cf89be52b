"""The least rights: enough for what is really sent, and nothing besides."""

from reconcile.errors import Exit

EXAMPLES = (
    "batch-segment.yaml",
    "document-classification.yaml",
    "entities-detection.yaml",
    "job-run.yaml",
    "data-arts.yaml",
)


def actions(policy):
    found = {}
    for statement in policy["Statement"]:
        listed = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        found |= dict.fromkeys(listed, statement)
    return found


def sent(sandbox):
    """Operations as IAM names them; the sandbox names the services as it signs for them."""
    return {
        f"{entry['service']}:{entry['operation']}" for entry in sandbox.control.log() if entry["service"] != "dataarts"
    }


def test_a_plan_and_an_apply_send_nothing_that_their_policies_do_not_allow(project, sandbox):
    project.has(*EXAMPLES)
    reads, acts = project("iam", "plan"), project("iam", "apply")
    assert (reads.code, acts.code) == (Exit.DONE, Exit.DONE)
    assert sandbox.control.log() == []

    assert project("plan").code == Exit.DONE
    assert sent(sandbox) <= actions(reads.json).keys()

    assert project("apply", "--auto-approve", "--wait", "--timeout", "30s").code == Exit.DONE
    assert project("destroy", "--auto-approve").code == Exit.DONE
    everything = actions(acts.json)
    assert sent(sandbox) <= everything.keys()
    starts = {name for name in everything if ":Start" in name or ":Create" in name}
    assert starts <= sent(sandbox)  # and no start that no manifest needs
    assert "dataarts is no provider of AWS" in acts.err


def test_who_plans_may_neither_start_nor_stop_nor_hand_on_a_role(project):
    project.has(*EXAMPLES)
    words = {action.partition(":")[2] for action in actions(project("iam", "plan").json)}
    assert words
    assert all(word.startswith(("List", "Describe", "Get")) for word in words)


def test_a_role_is_handed_to_its_own_service_only(project):
    project.has("job-run.yaml")
    statement = actions(project("iam", "apply").json)["iam:PassRole"]
    assert statement["Resource"] == ["arn:aws:iam::123456789012:role/emr-serverless-runtime"]
    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "emr-serverless.amazonaws.com"}}


def test_of_a_bucket_only_the_lock_file_and_what_lies_beside_it(project, sandbox, monkeypatch):
    project.has("job-run.yaml")
    file = project.folder / "reconcile.yaml"
    key = "arn:aws:kms:eu-west-1:123456789012:key/7f1c"
    file.write_text(
        f"{file.read_text()}\nlockFile: s3://locks/team/reconcile.lock.json\nlockFileOptions: {{kmsKeyId: '{key}'}}\n"
    )
    import boto3

    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="locks")
    reads, acts = actions(project("iam", "plan").json), actions(project("iam", "apply").json)
    assert acts["s3:PutObject"]["Resource"] == "arn:aws:s3:::locks/team/reconcile.lock.json*"
    assert acts["s3:ListBucket"]["Resource"] == "arn:aws:s3:::locks"
    assert acts["kms:GenerateDataKey"]["Resource"] == key
    assert {name for name in acts.keys() - reads.keys() if name.startswith(("s3", "kms"))} == {
        "s3:PutObject",
        "s3:DeleteObject",
        "kms:GenerateDataKey",
    }
