"""The project file: what it may say, and what is assumed where it says nothing."""

import pytest

from reconcile.errors import ProjectError
from reconcile.manifest.project_file import load_project
from reconcile.model.problem import InvalidFiles
from reconcile.model.project import Guards, LockFileOptions

HEAD = "apiVersion: reconcile/v1\nkind: Project\nmetadata: {name: documents}\n"  # three lines
REGION = {"AWS_REGION": "eu-west-1"}


@pytest.fixture
def project(tmp_path):
    def load(text=HEAD, environ=REGION):
        (tmp_path / "reconcile.yaml").write_text(text)
        return load_project(tmp_path, environ)

    return load


@pytest.fixture
def refused(project):
    """The problems of a project file, a line each, without the name of the file."""

    def load(text):
        with pytest.raises(InvalidFiles) as error:
            project(text)
        told = map(str, error.value.found)
        return [line.removeprefix("reconcile.yaml:").replace("Project/documents: ", "") for line in told]

    return load


def test_the_smallest_project_file_is_enough(project, tmp_path):
    found = project(environ={**REGION, "HUAWEICLOUD_SDK_PROJECT_ID": "b384"})
    assert (found.name, found.id, found.environment) == ("documents", "documents", "default")
    assert found.folder == str(tmp_path)
    assert found.lock_file == str(tmp_path / "reconcile.lock.json")
    assert found.guards == Guards()
    assert {name: (one.type, one.scope) for name, one in found.providers.items()} == {
        "aws": ("aws", "aws/eu-west-1"),
        "dataarts": ("dataarts", "dataarts/b384/default"),
    }


def test_without_a_project_file_the_error_shows_one_that_works(tmp_path):
    with pytest.raises(ProjectError) as error:
        load_project(tmp_path, REGION)
    _, shown = error.value.fix.split("reconcile.yaml: ")
    (tmp_path / "reconcile.yml").write_text(shown)
    assert load_project(tmp_path, REGION).name == "my-jobs"
    with pytest.raises(ProjectError, match="no such folder"):
        load_project(tmp_path / "typo", REGION)


def test_two_project_files_are_one_too_many(project, tmp_path):
    (tmp_path / "reconcile.yml").write_text(HEAD)
    with pytest.raises(ProjectError, match="two project files"):
        project()


def test_everything_that_is_written_is_kept(project, tmp_path):
    found = project(
        """\
apiVersion: reconcile/v1
kind: Project
metadata: {name: documents, id: 0f0e1c5e-9d0f-4f0e-8f57-6a6e6a1f2f11}
providers:
  main:
    region: eu-west-1
    profile: work
    roleArn: arn:aws:iam::123456789012:role/deploy
    endpointUrl: http://127.0.0.1:5000
    accountId: "012345678901"
    marks: name
    limits: {EMRServerlessJobRun: {start: 5/s burst 10, active: 20}}
  free: {type: aws, region: us-east-1, limits: off}
  dataarts: {endpoint: "https://dlf.example", projectId: b384, workspace: team}
lockFile: state/lock.json
guards:
  maxStops: 10
  maxStopPercent: 30
  maxStarts: 50
  kinds: [EMRServerlessJobRun]
  roles: ["arn:aws:iam::012345678901:role/jobs-*"]
  accounts: ["012345678901", "111122223333"]
""",
        environ={},
    )
    assert found.id == "0f0e1c5e-9d0f-4f0e-8f57-6a6e6a1f2f11"
    main, free, dataarts = found.providers.values()
    assert (main.name, main.scope, main.profile) == ("main", "aws/eu-west-1", "work")
    assert (main.role_arn, main.endpoint_url) == ("arn:aws:iam::123456789012:role/deploy", "http://127.0.0.1:5000")
    assert (main.account_ids, main.accounts_from) == (("012345678901",), "providers.main.accountId")
    assert (free.account_ids, free.accounts_from) == (("012345678901", "111122223333"), "guards.accounts")
    assert main.marks == "name"
    assert (main.limits_off, main.limits) == (False, {"EMRServerlessJobRun": {"start": "5/s burst 10", "active": 20}})
    assert (free.limits_off, free.limits, free.marks) == (True, {}, "tags+name")
    assert (dataarts.type, dataarts.scope) == ("dataarts", "dataarts/b384/team")
    assert (dataarts.endpoint_url, dataarts.project_id, dataarts.workspace) == ("https://dlf.example", "b384", "team")
    assert found.lock_file == str(tmp_path / "state" / "lock.json")
    assert found.guards == Guards(10, 30, 50, ("EMRServerlessJobRun",), ("arn:aws:iam::012345678901:role/jobs-*",))


def test_all_problems_are_told_at_once_at_their_places(refused):
    assert refused(
        """\
apiVersion: reconcile/v1
kind: Project
metadata: {name: documents}
providers:
  aws: {regoin: eu-west-1, accountId: 123456789012, projectId: a}
  west: {accountId: 012345678901, limits: on, region: a/b}
  cloud: {type: gcp}
  dataarts: {profile: x}
lockfile: x.json
guards: {maxStopPercent: 101}
"""
    ) == [
        "5:9: providers.aws.regoin: unknown field; did you mean region?",
        "5:39: providers.aws.accountId: 123456789012 is a number; a string is needed: quote it",
        "5:53: providers.aws.projectId: a field of providers of type dataarts, and this one is of type aws",
        "6:21: providers.west.accountId: 012345678901 would be read as the number 12345678901; "
        "quote it to keep it as text",
        "6:43: providers.west.limits: 'on' is not a mapping; or write off",
        "6:55: providers.west.region: a name without spaces and slashes is needed",
        "7:17: providers.cloud.type: 'gcp' is not one of: aws, dataarts",
        "8:14: providers.dataarts.profile: a field of providers of type aws, and this one is of type dataarts",
        "9:1: lockfile: unknown field; did you mean lockFile?",
        "10:26: guards.maxStopPercent: 101 is too large; at most 100 is allowed",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "reconcile.yaml:1:1: this file is empty\n1 problem in the project file."),
        ("a: [", "reconcile.yaml:1:4: broken YAML"),
        ("- a", "reconcile.yaml:1:1: this is a list; a mapping is needed"),
        (HEAD + "---\n" + HEAD, "reconcile.yaml:5:1: Project/documents: a project file holds one document"),
        (HEAD.replace("Project", "Projekt"), "2:7: Projekt/documents: kind: 'Projekt' is not one of: Project"),
    ],
)
def test_what_is_no_project_file_is_told(project, text, problem):
    with pytest.raises(InvalidFiles) as error:
        project(text)
    assert problem in error.value.what


@pytest.mark.parametrize(
    "path",
    ["../lock.json", "/tmp/lock.json", "a/../../lock.json", "s3://b", "s3://Bucket_/x", "s3://bucket/", '"a\\0b"'],
)
def test_the_lock_file_stays_in_the_folder_or_in_a_bucket(refused, path):
    (problem,) = refused(f"{HEAD}lockFile: {path}\n")
    assert problem.startswith("4:11: lockFile: ")


def test_the_lock_file_may_not_escape_through_a_link(refused, tmp_path, tmp_path_factory):
    (tmp_path / "out").symlink_to(tmp_path_factory.mktemp("outside"))
    assert refused(HEAD + "lockFile: out/lock.json\n") == [
        "4:11: lockFile: a link on this path leads out of the project folder"
    ]


def test_a_folder_is_no_lock_file(refused, tmp_path):
    (tmp_path / "state").mkdir()
    assert refused(HEAD + "lockFile: state\n") == ["4:11: lockFile: this is a folder; write the path of a file"]


def test_a_lock_file_in_a_bucket_is_kept_as_it_is(project):
    assert project(HEAD + "lockFile: s3://bucket/a/lock.json\n").lock_file == "s3://bucket/a/lock.json"


@pytest.mark.parametrize(
    ("entry", "environ", "region"),
    [
        ("region: us-west-2", {"AWS_REGION": "eu-west-1"}, "us-west-2"),
        ("", {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1"),
        ("", {"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ("", {}, "eu-north-1"),
        ("profile: work", {}, "ap-south-1"),
        ("", {"AWS_PROFILE": "work"}, "ap-south-1"),
        ("profile: gone", {}, ""),
    ],
)
def test_the_region_is_the_files_then_the_environments_then_the_profiles(project, tmp_path, entry, environ, region):
    config = tmp_path / "aws.config"
    config.write_text("[default]\nregion = eu-north-1\n[profile work]\nregion = ap-south-1\n")
    aws = {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}
    found = project(f"{HEAD}providers: {{main: {{{entry}}}}}\n", environ={**aws, **environ})
    assert found.providers["main"].region == region
    assert found.providers["main"].scope == (f"aws/{region}" if region else "")


def test_an_endpoint_of_the_environment_keeps_everything_away_from_the_real_service(project):
    text = (
        HEAD
        + "providers: {aws: {endpointUrl: 'https://a.example'}, "
        + "dataarts: {endpoint: 'https://d.example', projectId: b}}\n"
    )
    real = project(text).providers
    assert (real["aws"].endpoint_url, real["dataarts"].endpoint_url) == ("https://a.example", "https://d.example")
    local = {**REGION, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "DATAARTS_ENDPOINT": "http://127.0.0.1:2"}
    sandbox = project(text, environ=local).providers
    assert (sandbox["aws"].endpoint_url, sandbox["dataarts"].endpoint_url) == ("", "http://127.0.0.1:2")


S3 = HEAD + "lockFile: s3://bucket/path/lock.json\n"


def test_options_of_a_lock_file_in_s3_are_kept(project):
    assert project(S3).lock_file_options == LockFileOptions(lease=60)
    options = "{region: eu-west-1, profile: work, endpointUrl: https://s3.example, kmsKeyId: alias/locks, lease: 5m}"
    assert project(S3 + f"lockFileOptions: {options}\n").lock_file_options == LockFileOptions(
        "eu-west-1", "work", "https://s3.example", "alias/locks", 300
    )


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_an_endpoint_in_the_environment_goes_before_that_of_the_lock_file(project, name):
    found = project(S3 + "lockFileOptions: {endpointUrl: https://s3.example}\n", {**REGION, name: "http://127.0.0.1:1"})
    assert found.lock_file_options.endpoint_url == "", "the SDK's own choice"


def test_options_that_make_no_sense_are_refused(refused):
    assert refused(HEAD + "lockFileOptions: {region: eu-west-1}\n") == [
        "4:1: lockFileOptions: these are for a lockFile in S3, and this one is not"
    ]
    assert refused(S3 + "lockFileOptions: {lease: 2h}\n") == ["5:26: lockFileOptions.lease: from 1s to 1h"]
    assert refused(S3 + "lockFileOptions: {lease: 0s}\n") == ["5:26: lockFileOptions.lease: from 1s to 1h"]
    (unknown,) = refused(S3 + "lockFileOptions: {regoin: eu-west-1}\n")
    assert "did you mean region" in unknown
