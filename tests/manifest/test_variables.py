"""Where the values of variables come from, what they become in a manifest, and what is said of those that are wrong."""

import pytest

from reconcile.applier.workspace import open_workspace
from reconcile.manifest.variables import Given, VariablesError
from reconcile.model.address import Address
from reconcile.model.problem import InvalidFiles
from reconcile.model.secrets import Secrets
from tests.manifest.conftest import ENVIRON, PROJECT
from tests.manifest.examples import emr

NIGHTLY = Address.parse("EMRServerlessJobRun/nightly")
SECRET = "correct-horse-battery"
VARIABLES = """\
variables:
  day: {default: monday, description: which day}
  stage: {allowed: [dev, prod], default: dev}
  minutes: {type: number, default: 10}
  careful: {type: boolean, default: true}
  words: {type: list, default: [a, b]}
  tags: {type: map, default: {team: documents}}
  key: {secret: true}
env:
  REGION_CODE: {secret: false}
  HIDDEN: {}
"""


class World:
    def __init__(self, path):
        self.path = path
        self.write("reconcile.yaml", PROJECT + VARIABLES)

    def write(self, name, text):
        (self.path / name).write_text(text)

    def open(self, *texts, files=(), **environ):
        self.secrets = Secrets(environ)
        environ = ENVIRON | {"RECONCILE_CACHE_DIR": "off"} | environ
        given = Given(texts, tuple(str(self.path / file) for file in files))
        return open_workspace(self.path, environ=environ, given=given, secrets=self.secrets)

    def job(self, *texts, spec="", top="", **more):
        self.write("a.yaml", emr(spec=spec, top=top))
        return self.open(*texts, **more).jobs[NIGHTLY]

    def problems(self, *texts, spec="", top="", **more):
        """Without the file and the address."""
        with pytest.raises(InvalidFiles) as error:
            self.job(*texts, spec=spec, top=top, **more)
        told = [str(problem) for problem in error.value.found]
        return [line.removeprefix("a.yaml:").replace(f"{NIGHTLY}: ", "") for line in told]

    def refused(self, *texts, **more):
        with pytest.raises(VariablesError) as error:
            self.open(*texts, **more)
        return error.value.what.replace(f"{self.path}/", "").split("\n  ")[1:]


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def argument(text):
    return f"      entryPointArguments: ['{text}']\n"


def arguments(job):
    return job.spec["jobDriver"]["sparkSubmit"]["entryPointArguments"]


def test_what_comes_later_wins(world):
    world.write("one.vars", "day: tuesday\n")
    world.write("two.vars", '{"day": "wednesday"}')
    given = [
        ((), {}, "monday"),
        ((), {"RECONCILE_VAR_day": "sunday"}, "sunday"),
        ((), {"RECONCILE_VAR_day": "sunday", "files": ["one.vars"]}, "tuesday"),
        ((), {"files": ["one.vars", "two.vars"]}, "wednesday"),
        (("day=thursday",), {"files": ["one.vars"]}, "thursday"),
        (("day=thursday", "day=a=b"), {"RECONCILE_VAR_day": "sunday"}, "a=b"),
    ]
    for texts, more, day in given:
        assert arguments(world.job(*texts, spec=argument("${var.day}"), **more)) == [day]


def test_a_reference_that_stands_alone_keeps_the_type_of_its_value(world):
    job = world.job(
        "words=[x, 'y z']",
        spec="      entryPointArguments: ${var.words}\n"
        "  executionTimeoutMinutes: ${var.minutes}\n"
        "  tags: ${var.tags}\n",
        RECONCILE_VAR_minutes="25",
        RECONCILE_VAR_tags='{"team": "music"}',
    )
    assert arguments(job) == ["x", "y z"]
    assert job.spec["executionTimeoutMinutes"] == 25
    assert job.spec["tags"] == {"team": "music"}


def test_inside_other_text_a_value_is_written_in(world):
    text = "${var.day}/${var.minutes}/${var.careful}/${env.REGION_CODE}/${spark.home}/$${var.day}/${job.attempt}"
    job = world.job(spec=argument(text), REGION_CODE="eu")
    assert arguments(job) == ["monday/10/true/eu/${spark.home}/$${var.day}/${job.attempt}"]


def test_a_value_refers_to_nothing(world):
    job = world.job("day=${env.HIDDEN}-${job.attempt}", spec=argument("${var.day}"))
    assert arguments(job) == ["$${env.HIDDEN}-$${job.attempt}"]
    (problem,) = world.problems("day=x$", spec=argument("${var.day}${job.attempt}"))
    assert problem.endswith("a value that ends with $ may not stand before a reference")


def test_around_the_spec_plain_values_may_stand_but_for_what_the_job_is(world):
    top = "goal: ${var.day}\ngeneration: ${var.minutes}\nlifecycle: {onChange: '${var.stage}'}\n"
    world.write(
        "a.yaml", emr(top=top).replace("name: nightly", "name: nightly\n  labels: {of: '$${var.x} ${var.words}'}")
    )
    with pytest.raises(InvalidFiles, match="cannot be written into other text"):
        world.open("day=stopped", "stage=dev")
    world.write("reconcile.yaml", (PROJECT + VARIABLES).replace("allowed: [dev, prod], default: dev", "default: keep"))
    world.write(
        "a.yaml", emr(top=top).replace("name: nightly", "name: nightly\n  labels: {of: '$${var.x} ${var.day}'}")
    )
    job = world.open("day=stopped").jobs[NIGHTLY]
    assert (job.goal, job.generation, job.on_change, dict(job.labels)) == (
        "stopped",
        10,
        "keep",
        {"of": "${var.x} stopped"},
    )


def test_another_value_is_another_content_and_another_secret_is_not(world):
    def digest(*texts, **more):
        return world.job(*texts, spec=argument("${var.day} ${env.HIDDEN} ${var.key}"), **more).digest

    assert digest() == digest("day=monday", "minutes=11")
    assert digest() != digest("day=tuesday")
    assert digest() == digest(HIDDEN=SECRET) == digest(f"key={SECRET}")


def test_a_manifest_without_references_has_the_content_that_it_always_had(world):
    job = world.job(spec=argument("${spark.home} $${HOME}"))
    world.write("reconcile.yaml", PROJECT)
    assert job.digest == world.job(spec=argument("${spark.home} $${HOME}")).digest


def test_a_value_may_hide_behind_an_escape_of_yaml_or_an_alias(world):
    job = world.job(spec='      entryPointArguments: ["\\u0024{var.day}", "$\\x7bvar.day}"]\n')
    assert arguments(job) == ["monday", "monday"]
    (problem,) = world.problems(spec='      entryPointArguments: ["\\u0024{var.dya}"]\n')
    assert "did you mean ${var.day}?" in problem


ARGUMENT = "11:29: spec.jobDriver.sparkSubmit.entryPointArguments[0]: "
OPEN = "if it is none, write into the project file: env: "
WRONG = {
    argument("${var.dya}"): ARGUMENT + "unknown reference ${var.dya}; did you mean ${var.day}?",
    argument("${Var.day}"): ARGUMENT + "unknown reference ${Var.day}; did you mean ${var.day}?",
    argument("${var}"): ARGUMENT
    + "unknown reference ${var}; there are ${job.attempt}, ${job.generation}, ${job.token}, "
    "${var.careful}, ${var.day}, ${var.key}, ${var.minutes}, ${var.stage}, ${var.tags}, ${var.words}, "
    "${env.REGION_CODE}, and ${env.NAME}",
    argument("${env.NO-NAME}"): ARGUMENT + "unknown reference ${env.NO-NAME}; there are ",
    argument("${env.REGION_CODE}"): ARGUMENT + "${env.REGION_CODE} is not set: set REGION_CODE in the environment",
    argument("a ${var.words}"): ARGUMENT
    + "${var.words} is a list, which cannot be written into other text; let it stand "
    "alone",
    argument("${env.SHORT}"): ARGUMENT + "${env.SHORT} is a secret of less than 4 characters, which cannot be kept; "
    f"{OPEN}{{SHORT: {{secret: false}}}}",
    argument("${var.minutes}"): ARGUMENT + "this is a number; a string is needed (with the value of ${var.minutes})",
    "  mode: ${var.stage}\n": "11:9: spec.mode: 'dev' is not one of: BATCH, STREAMING (with the value of ${var.stage})",
    "  mode: ${env.HIDDEN}\n": "11:9: spec.mode: ${env.HIDDEN} is a secret, and mode is recorded and shown; "
    f"{OPEN}{{HIDDEN: {{secret: false}}}}",
    "  name: a-${var.key}\n": "11:9: spec.name: ${var.key} is a secret, and name is recorded and shown; "
    "if it is none, take `secret` from variables.key in the project file",
    "  executionTimeoutMinutes: ${var.day}\n": "11:28: spec.executionTimeoutMinutes: this is a string; a whole number "
    "is needed (with the value of ${var.day})",
    "  executionTimeoutMinutes: ${env.HIDDEN}\n": "11:28: spec.executionTimeoutMinutes: with ${env.HIDDEN} this is not "
    "what is needed: reconcile explain EMRServerlessJobRun.executionTimeoutMinutes",
    "  tags: {'${var.day}': x}\n": "11:10: spec.tags.${var.day}: a reference may not stand in the name of a field",
}


@pytest.mark.parametrize("spec", WRONG)
def test_a_wrong_reference_is_told_at_its_place(spec, world):
    told = world.problems(spec=spec, HIDDEN=SECRET, SHORT="abc")
    assert told[0].startswith(WRONG[spec])
    assert len(told) == 1
    assert SECRET not in told[0]


def test_secrets_and_the_attempt_stand_in_the_spec_only(world):
    (label,) = world.problems(top="goal: ${env.HIDDEN}\n", HIDDEN=SECRET)
    assert label.startswith("5:7: goal: ${env.HIDDEN} is a secret, which may stand in spec only")
    (label,) = world.problems(top="goal: ${job.attempt}\n")
    assert label == "5:7: goal: ${job.attempt} may stand in spec only"


def test_a_manifest_is_valid_without_its_secrets_and_their_values_are_checked_when_they_are_there(world):
    logs = "{s3MonitoringConfiguration: {encryptionKeyArn: '${env.ARN}'}}"
    spec = f"  configurationOverrides: {{monitoringConfiguration: {logs}}}\n"
    assert world.job(spec=spec).spec["configurationOverrides"]
    assert world.job(spec=spec, ARN="arn:aws:kms:eu-west-1:123456789012:key/1a2b3c4d-1a2b-1a2b-1a2b-1a2b3c4d5e6f").spec[
        "configurationOverrides"
    ]
    (problem,) = world.problems(spec=spec, ARN=SECRET)
    assert "with ${env.ARN} this is not what is needed" in problem
    assert SECRET not in problem


def test_nothing_is_said_of_a_manifest_for_what_the_one_before_it_refers_to(world):
    world.write("a.yaml", emr("first", spec="  name: a-${var.day}\n") + "---\n" + emr(spec="  name: [x]\n"))
    with pytest.raises(InvalidFiles) as error:
        world.open()
    (problem,) = error.value.found
    assert (problem.address, problem.field) == (str(NIGHTLY), "spec.name")
    assert "var.day" not in problem.message


def test_a_secret_is_in_no_job(world):
    job = world.job(f"key={SECRET}", spec=argument("${var.key}-${env.HIDDEN}"), HIDDEN=SECRET[::-1])
    assert arguments(job) == ["${var.key}-${env.HIDDEN}"]
    assert world.secrets.mask(f"{SECRET}{SECRET[::-1]}") == "${var.key}${env.HIDDEN}"


def test_every_wrong_value_is_told_with_what_gave_it(world):
    world.write("a.vars", "dya: x\nminutes: '10'\nwords: {a: 1}\nday: 2026-11-21\n")
    world.write("b.vars", "- day\n")
    world.write("c.vars", "day: [\n")
    told = world.refused(
        "stage=pord", "mintues=1", "day", "careful=yes", "words=[", f"key={SECRET[:3]}",
        files=["a.vars", "b.vars", "c.vars", "none.vars"], RECONCILE_VAR_minutes="1e999",
    )  # fmt: skip
    assert told[:-2] == [
        "RECONCILE_VAR_minutes: a number is needed",
        "a.vars:1:6: dya: there is no variable dya; did you mean day?",
        "a.vars:2:10: minutes: a number is needed",
        "a.vars:3:8: words: a list is needed",
        "b.vars:1:1: a file of variables is a mapping of names to values",
        *told[5:7],
        "--var stage=…: this is not one of: dev, prod; did you mean prod?",
        "--var mintues=…: there is no variable mintues; did you mean minutes?",
        "--var: write it as --var name=value",
        "--var careful=…: true or false is needed",
    ]
    assert told[-2:] == [
        "--var words=…: a list is needed",
        "--var key=…: a secret of less than 4 characters cannot be kept",
    ]
    assert told[5].startswith("c.vars:")
    assert told[6] == "none.vars: this file cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"day: x\nkey: '{SECRET}\n", ":"),
        (f"key: {{ {SECRET}: [\n", ":"),
        (f"day: x\nkey: *{SECRET}\n", ":2:"),
        (f"day: x\nkey: !{SECRET} x\n", ":2:"),
        (f"day: x\n{SECRET}: 1\n{SECRET}: 2\n", ":"),
        (f"apiVersion: a\nkind: {SECRET}\nmetadata: {{name: {SECRET}}}\nday: 0123_45\n", ":4:"),
        (f'{{"day": "x", "key": "{SECRET}" "{SECRET}"}}', ":1:"),
    ],
)
def test_of_a_broken_file_of_values_only_the_place_is_told(text, place, world):
    """What stands there may be a secret, which nobody knows yet."""
    name = f"a.{'json' if text.startswith('{') else 'vars'}"
    world.write(name, text)
    (told,) = world.refused(files=[name])
    assert told.startswith(f"{name}{place}")
    assert told.endswith(
        ": this cannot be read as YAML, or as JSON; what stands here is not shown, as it may be a secret"
    )
    assert SECRET not in told


def test_a_variable_without_a_value_is_asked_for_unless_it_is_a_secret(world):
    world.write("reconcile.yaml", PROJECT + "variables: {day: {description: which day}, key: {secret: true}}\n")
    told = world.refused()
    assert told == ["day (which day) has no value: give --var day=…, RECONCILE_VAR_day, or a --var-file that holds it"]
    assert world.open("day=x").documents == 0


def test_what_a_project_file_declares_wrongly_is_told_at_its_place(world):
    declared = """\
variables:
  a: {type: text}
  b: {type: number, default: '1'}
  c: {allowed: [x, 1], default: x}
  d: {allowed: [x, y], default: z}
  e: {secret: true, default: x}
  f: {secret: true, type: number}
  FILE: {}
  no-name: {}
  g: {type: string, defautl: x}
env: {A-B: {secret: false}, C: false}
"""
    world.write("reconcile.yaml", PROJECT + declared)
    with pytest.raises(InvalidFiles) as error:
        world.open()
    told = [
        str(problem).removeprefix("reconcile.yaml:").replace(" Project/documents:", "") for problem in error.value.found
    ]
    expected = (
        "5:13: variables.a.type: 'text' is not one of: string, number, boolean, list, map",
        "6:30: variables.b.default: a number is needed",
        "7:20: variables.c.allowed[1]: a string is needed: quote it",
        "8:33: variables.d.default: this is not one of: x, y",
        "9:21: variables.e.default: this file is no place for the values of a secret",
        "10:27: variables.f.type: a secret is a string",
        "11:3: variables.FILE: RECONCILE_VAR_FILE is the variable of --var-file; take another name",
        "12:3: variables.no-name: a name is made of letters, digits and underscores, and begins with no digit",
        "13:21: variables.g.defautl: unknown field; did you mean default?",
        "14:7: env.A-B: a name is made of letters, digits and underscores, and begins with no digit",
        "14:32: env.C: false is a boolean; a mapping is needed",
    )
    assert told == list(expected)
