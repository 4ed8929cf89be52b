"""Every problem of every file, at once, at its place, with the nearest right word."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconcile.manifest.loaded import summary
from reconcile.model.address import Address
from tests.manifest.examples import emr, segment

NIGHTLY = "EMRServerlessJobRun/nightly"
PEOPLE = "PersonalizeBatchSegmentJob/people"


def without(text: str, line: str) -> str:
    assert line in text
    return text.replace(line, "")


PROBLEMS = {
    "an unknown field at the top": (
        emr(top="goals: completed\n"),
        f"5:1: {NIGHTLY}: goals: unknown field; did you mean goal?",
    ),
    "an unknown field in the metadata": (
        emr().replace("  name: nightly", "  name: nightly\n  label: {a: b}"),
        f"5:3: {NIGHTLY}: metadata.label: unknown field; did you mean labels?",
    ),
    "an unknown field deep in the spec": (
        emr(spec="      entryPointArgs: [a]\n"),
        f"11:7: {NIGHTLY}: spec.jobDriver.sparkSubmit.entryPointArgs: unknown field; did you mean entryPointArguments?",
    ),
    "a required field of the spec is missing": (
        without(emr(), "  applicationId: 00f1e234567890\n"),
        f"6:3: {NIGHTLY}: spec.applicationId: missing; it is required",
    ),
    "the metadata is missing": (
        without(emr(), "metadata:\n  name: nightly\n"),
        "1:1: metadata: missing; it is required",
    ),
    "a string is too short": (
        emr().replace("arn:aws:iam::123456789012:role/jobs", "arn:aws:iam"),
        f"7:21: {NIGHTLY}: spec.executionRoleArn: 11 characters, at least 20 are needed",
    ),
    "a number out of bounds": (
        emr(spec="  executionTimeoutMinutes: -1\n"),
        f"11:28: {NIGHTLY}: spec.executionTimeoutMinutes: -1 is too small; at least 0 is needed",
    ),
    "a word that is none of an enum": (
        emr(spec="  mode: STREAM\n"),
        f"11:9: {NIGHTLY}: spec.mode: 'STREAM' is not one of: BATCH, STREAMING; did you mean STREAMING?",
    ),
    "a pattern that matches a part only": (
        emr(spec="  name: 'night\\ttime'\n").replace("00f1e234567890", "00f1e234567890!"),
        f"6:18: {NIGHTLY}: spec.applicationId: does not match the pattern [0-9a-z]+",
    ),
    "two job drivers": (
        emr(spec="    hive: {query: select 1}\n"),
        f"9:5: {NIGHTLY}: spec.jobDriver: ",
    ),
    "a token in the spec": (
        emr(spec="  clientToken: mine\n"),
        f"11:3: {NIGHTLY}: spec.clientToken: reconcile makes the client token itself; remove it",
    ),
    "an account id that is a number": (
        emr(spec="  tags: {account: 123456789012}\n"),
        f"11:19: {NIGHTLY}: spec.tags.account: 123456789012 is a number; a string is needed: quote it",
    ),
    "an account id with a leading zero": (
        emr(spec="  tags: {account: 012345678901}\n"),
        f"11:19: {NIGHTLY}: spec.tags.account: 012345678901 would be read as the number 12345678901; "
        "quote it to keep it as text",
    ),
    "a name that is no text": (
        emr(spec="  tags: {1: a}\n"),
        f"11:10: {NIGHTLY}: spec.tags.1: a name must be text; quote it",
    ),
    "a number that is too large for any service": (
        emr(spec="  executionTimeoutMinutes: 99999999999999999999\n"),
        f"11:28: {NIGHTLY}: spec.executionTimeoutMinutes: this number does not fit into 64 bits; "
        "quote it to keep it as text",
    ),
    "an unknown kind": (
        emr().replace("EMRServerlessJobRun", "EmrServerlessJob"),
        "2:7: EmrServerlessJob/nightly: kind: unknown kind EmrServerlessJob; did you mean EMRServerlessJobRun?",
    ),
    "a name in the wrong letters": (
        emr("Nightly"),
        "4:9: EMRServerlessJobRun/Nightly: metadata.name: 'Nightly' does not fit; write small letters",
    ),
    "a goal that is none": (
        emr(top="goal: complete\n"),
        f"5:7: {NIGHTLY}: goal: 'complete' is not one of: completed, running, stopped; did you mean completed?",
    ),
    "a goal that the kind does not have": (
        segment(top="goal: running\n"),
        f"5:7: {PEOPLE}: goal: PersonalizeBatchSegmentJob cannot have the goal running; use one of: completed",
    ),
    "a goal that needs another spec": (
        emr(top="goal: running\n"),
        f"5:7: {NIGHTLY}: goal: running needs mode: STREAMING",
    ),
    "the goal stopped for what cannot be stopped": (
        segment(top="goal: stopped\n"),
        f"5:7: {PEOPLE}: goal: personalize cannot stop such a job; use one of: completed",
    ),
    "a replacement of what cannot be stopped": (
        segment(top="lifecycle: {onChange: replace}\n"),
        f"5:23: {PEOPLE}: lifecycle.onChange: personalize cannot stop such a job, "
        "so nothing can replace it while it runs; use wait or keep",
    ),
    "a stop, on removal, of what cannot be stopped": (
        segment(top="lifecycle: {onRemove: stop}\n"),
        f"5:23: {PEOPLE}: lifecycle.onRemove: personalize cannot stop such a job; use leave",
    ),
    "generation nought": (
        emr(top="generation: 0\n"),
        f"5:13: {NIGHTLY}: generation: 0 is too small; at least 1 is needed",
    ),
    "true is no number of attempts": (
        emr(top="retry: {maxAttempts: true}\n"),
        f"5:22: {NIGHTLY}: retry.maxAttempts: true is a boolean; a whole number is needed",
    ),
    "a duration without a unit": (emr(top="timeouts: {stop: '60'}\n"), f"5:18: {NIGHTLY}: timeouts.stop: "),
    "a duration of years": (
        emr(top="timeouts: {stop: 99999999h}\n"),
        f"5:18: {NIGHTLY}: timeouts.stop: at most seven days (168h) are waited for",
    ),
    "a dependency that does not exist": (
        emr(top="dependsOn: [EMRServerlessJobRun/nightlyy]\n"),
        f"5:13: {NIGHTLY}: dependsOn[0]: there is no EMRServerlessJobRun/nightlyy; did you mean {NIGHTLY}?",
    ),
    "a dependency that is no address": (
        emr(top="dependsOn: [prepare]\n"),
        f"5:13: {NIGHTLY}: dependsOn[0]: 'prepare' does not",
    ),
    "a dependency on itself": (
        emr(top=f"dependsOn: [{NIGHTLY}]\n"),
        f"5:13: {NIGHTLY}: dependsOn[0]: depends on itself",
    ),
    "a provider that does not exist": (
        emr(top="provider: asw\n"),
        f"5:11: {NIGHTLY}: provider: there is no provider asw; did you mean aws?",
    ),
    "a provider of another type": (
        emr(top="provider: dataarts\n"),
        f"5:11: {NIGHTLY}: provider: dataarts is of type dataarts, and this kind needs aws; use one of: aws",
    ),
    "a fixed name and a second attempt": (
        segment(top="retry: {maxAttempts: 2}\n", job_name="people-2026"),
        f"5:22: {PEOPLE}: retry.maxAttempts: a second attempt would need another name: jobName is fixed, and "
        "personalize takes a name only once, for ever; write jobName: people-2026-${job.attempt}, or leave jobName out",
    ),
    "a fixed name and a second generation": (
        segment(top="generation: 2\n", job_name="people-2026"),
        f"5:13: {PEOPLE}: generation: another generation needs another name: jobName is fixed",
    ),
    "an unknown reference to the job": (
        emr(spec="      entryPointArguments: ['${job.atempt}']\n"),
        f"11:29: {NIGHTLY}: spec.jobDriver.sparkSubmit.entryPointArguments[0]: unknown reference ${{job.atempt}}; "
        "did you mean ${job.attempt}?",
    ),
    "a reference to a variable": (
        emr(spec="  name: ${var.name}\n"),
        f"11:9: {NIGHTLY}: spec.name: unknown reference ${{var.name}}; "
        "there are ${job.attempt}, ${job.generation}, ${job.token}",
    ),
    "a secret in the job's name": (
        emr(spec="  name: ${env.HOME}\n"),
        f"11:9: {NIGHTLY}: spec.name: ${{env.HOME}} is a secret, and name is recorded and shown; "
        "if it is none, write into the project file: env: {HOME: {secret: false}}",
    ),
    "a list": ("- a\n- b\n", "1:1: this is a list; a manifest is a mapping, and several go into one file with ---"),
    "a word": ("hello\n", "1:1: this is no manifest; a manifest is a mapping of fields"),
    "a manifest of another tool": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n",
        "1:13: Deployment/web: apiVersion: this is no manifest: `apiVersion: reconcile/v1` is missing",
    ),
    "a manifest of a later version": (
        emr().replace("reconcile/v1", "reconcile/v2"),
        f"1:13: {NIGHTLY}: apiVersion: reconcile/v2 is not known to this version of reconcile; it reads reconcile/v1",
    ),
    "broken YAML": (emr() + "  tags: {a: b\n", "11:9: broken YAML: unclosed bracket '{'"),
    "a name given twice": (emr(spec="  jobDriver: {}\n"), "11:3: spec.jobDriver: given twice; first in line 8"),
    "an escape sequence for the terminal": (
        emr(spec='  "\\e[2Jx": 1\n'),
        f"11:3: {NIGHTLY}: spec.\\x1b[2Jx: unknown field",
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_is_told_at_its_place(folder, name):
    text, problem = PROBLEMS[name]
    folder.write("jobs/a.yaml", text)
    (told,) = folder.problems()
    assert told.startswith("jobs/a.yaml:" + problem)


def test_a_spec_that_is_nested_too_deeply_to_be_sent_is_refused(folder):
    levels = "".join(f"{' ' * depth}- - - - - -\n" for depth in range(2, 1000, 12))
    folder.write("a.yaml", emr(spec=f"  tags: {'[' * 253}{']' * 253}\n"))
    folder.write("b.yaml", emr("deep", spec=f"  tags:\n{levels}"))
    folder.write("c.yaml", emr("deeper", spec=f"  name: ${{job.attempt}}\n  tags:\n{levels}"))
    problems = folder.problems()
    assert f"a.yaml:6:3: {NIGHTLY}: spec: this cannot be JSON: Recursion limit reached" in problems
    assert {problem[:6] for problem in problems} == {"a.yaml", "b.yaml", "c.yaml"}


def test_json_that_is_nested_too_deeply_is_a_problem_and_no_crash_of_the_parser_that_looks_for_places(folder):
    folder.write("a.json", "[" * 100_000)
    assert folder.problems() == ["a.json:1: nested too deeply"]


def test_all_problems_of_all_files_are_told_at_once_in_their_order(folder):
    folder.write(
        "b.yaml", emr(top="goal: complete\n", spec="  clientToken: x\n  tags: {a: 012}\n") + "---\nbroken: [\n"
    )
    folder.write(
        "a.json", '{"apiVersion": "reconcile/v1",\n\t"kind": "EMRServerlessJobRun", "metadata": {}, "spec": {}}'
    )
    folder.write("c.yaml", emr("other"))
    loaded = folder.load()
    assert [str(problem) for problem in loaded.problems] == [
        "a.json:2:45: metadata.name: missing; it is required",
        "a.json:2:57: spec.applicationId: missing; it is required",
        "a.json:2:57: spec.executionRoleArn: missing; it is required",
        f"b.yaml:5:7: {NIGHTLY}: goal: 'complete' is not one of: completed, running, stopped; did you mean completed?",
        f"b.yaml:12:3: {NIGHTLY}: spec.clientToken: reconcile makes the client token itself; remove it",
        f"b.yaml:13:13: {NIGHTLY}: spec.tags.a: 012 would be read as the number 12; quote it to keep it as text",
        "b.yaml:15:9: broken YAML: unclosed bracket '['",
    ]
    assert summary(loaded) == "7 problems in 3 of 4 manifests."


def test_without_problems_the_summary_counts(folder):
    folder.write("a.yaml", emr() + "---\n" + emr("other"))
    assert summary(folder.load()) == "2 manifests in 1 file, no problems."


def test_an_address_given_twice_names_both_places(folder):
    folder.write("a.yaml", "---\n# first\n" + emr())
    folder.write("b/c.yaml", segment() + "---\n" + emr())
    assert folder.problems() == [
        f"b/c.yaml:15:9: {NIGHTLY}: metadata.name: this address is taken by a.yaml:6:9; names are unique per kind"
    ]


def test_a_dependency_on_a_faulty_manifest_is_no_problem_of_its_own(folder):
    folder.write(
        "a.yaml", emr("first", spec="  mode: X\n") + "---\n" + emr(top="dependsOn: [EMRServerlessJobRun/first]\n")
    )
    (problem,) = folder.problems()
    assert "spec.mode" in problem


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("  name: first", "\tname: first"), ("kind: EMRServerlessJobRun", "kind: EMRJob"), ("apiVersion", "version")],
)
def test_what_an_unread_manifest_may_declare_is_not_called_missing(folder, right, wrong):
    folder.write("a.yaml", emr("first").replace(right, wrong))
    folder.write("b.yaml", emr(top="dependsOn: [EMRServerlessJobRun/first]\n"))
    (problem,) = folder.problems()
    assert problem.startswith("a.yaml:")


def test_a_circle_of_dependencies_is_printed(folder):
    def needs(name, *others):
        return (
            emr(name, top=f"dependsOn: [{', '.join('EMRServerlessJobRun/' + other for other in others)}]\n") + "---\n"
        )

    folder.write("a.yaml", needs("c", "a") + needs("b", "d", "c") + needs("a", "b") + needs("e", "a") + emr("d"))
    assert folder.problems() == [
        "a.yaml:29:13: EMRServerlessJobRun/a: dependsOn[0]: depends on itself: EMRServerlessJobRun/a → "
        "EMRServerlessJobRun/b → EMRServerlessJobRun/c → EMRServerlessJobRun/a"
    ]


def test_a_long_chain_and_many_unknown_dependencies_are_looked_through_quickly(folder):
    depends = [
        f"dependsOn: [EMRServerlessJobRun/j{number + 1}, EMRServerlessJobRun/gone{number}]\n" for number in range(3000)
    ]
    text = "---\n".join(emr(f"j{number}", top=top) for number, top in enumerate([*depends, ""]))
    folder.write("a.yaml", text)
    loaded = folder.load(trusted=True)
    assert len(loaded.problems) == 3000
    assert "there is no EMRServerlessJobRun/gone2999" in loaded.problems[-1].message


def test_several_providers_of_a_type_must_be_told_apart(folder):
    folder.write(
        "reconcile.yaml",
        """\
        apiVersion: reconcile/v1
        kind: Project
        metadata: {name: documents}
        providers:
          west: {region: eu-west-1}
          east: {region: us-east-1}
        """,
    )
    folder.write("a.yaml", emr() + "---\n" + emr("other", top="provider: east\n") + "---\n" + ROBOT)
    assert folder.problems() == [
        f"a.yaml:1:1: {NIGHTLY}: provider: there are several providers of type aws; name one of: west, east",
        "a.yaml:24:1: DataArtsJobRun/robot: provider: this kind needs a provider of type dataarts, "
        "and the project file has none",
    ]


ROBOT = "apiVersion: reconcile/v1\nkind: DataArtsJobRun\nmetadata: {name: robot}\nspec: {jobName: robot}\n"


def test_a_provider_that_is_nowhere_is_told_once_in_the_project_file(folder):
    folder.write("a.yaml", "---\n".join([emr(), emr("other"), ROBOT]))
    loaded = folder.load(environ={"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"})
    assert [str(problem) for problem in loaded.problems] == [
        "reconcile.yaml:1:1: Project/documents: providers.aws: region is missing; write it here, or set AWS_REGION",
        "reconcile.yaml:1:1: Project/documents: providers.dataarts: projectId is missing; "
        "write it here, or set HUAWEICLOUD_SDK_PROJECT_ID",
    ]


def test_limits_of_an_unknown_kind_are_a_problem_of_the_project_file(folder):
    folder.write(
        "reconcile.yaml",
        """\
        apiVersion: reconcile/v1
        kind: Project
        metadata: {name: documents}
        providers:
          aws:
            limits: {EMRServerlessJobRuns: {start: 5/s}}
        """,
    )
    assert folder.problems() == [
        "reconcile.yaml:6:14: Project/documents: providers.aws.limits.EMRServerlessJobRuns: "
        "unknown kind EMRServerlessJobRuns; did you mean EMRServerlessJobRun?"
    ]


def test_what_the_lock_file_knows_to_be_valid_is_not_validated_again(folder):
    folder.write("a.yaml", emr(spec="  mode: X\n"))
    assert folder.load(trusted=False).problems
    assert not folder.load(trusted=True).problems


def test_settled_manifests_are_loaded_without_anything_heavy(folder):
    folder.write("a.yaml", emr() + "---\n" + segment())
    program = (
        "import sys; from pathlib import Path\n"
        "from reconcile.kinds.load import load_catalog\n"
        "from reconcile.manifest.load import load_jobs\n"
        "from reconcile.manifest.sparing import Sparing\n"
        "from reconcile.manifest.project_file import load_project\n"
        f"project = load_project(Path({str(folder.path)!r}), {{'AWS_REGION': 'eu-west-1'}})\n"
        "loaded = load_jobs(project, load_catalog(), sparing=Sparing(lambda address, digest: True))\n"
        "assert len(loaded.jobs) == 2 and not loaded.problems\n"
        "print(*sorted({'pydantic', 'botocore', 'boto3', 'deepdiff', 'rich', 'yaml'} & {*sys.modules}))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert run.stdout == "\n"


def test_an_address_keeps_its_job_whatever_file_it_is_in(folder):
    folder.write("a.yaml", emr())
    before = folder.job(NIGHTLY)
    (folder.path / "a.yaml").rename(folder.path / "b.yml")
    after = folder.job(NIGHTLY)
    assert (before.address, before.digest) == (after.address, after.digest) == (Address.parse(NIGHTLY), after.digest)
