"""A cache saves time and changes nothing else, however wrong it is."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile.applier.workspace import open_workspace
from reconcile.manifest import reading
from reconcile.manifest.cache import FORMAT, MOST_FILES, Cache, Kept, _head
from reconcile.manifest.unparsed import ManifestChanged, Parsers
from reconcile.model.address import Address
from reconcile.model.problem import InvalidFiles
from tests.bench.settled import settle
from tests.manifest.conftest import ENVIRON, PROJECT
from tests.manifest.examples import emr, segment

NIGHTLY = Address.parse("EMRServerlessJobRun/nightly")


class World:
    """A project and a cache, and what opening the project says."""

    def __init__(self, path):
        self.folder = path / "project"
        self.cache = path / "cache"
        self.folder.mkdir()
        self.write("reconcile.yaml", PROJECT)

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def open(self, **environ):
        return open_workspace(self.folder, environ={**ENVIRON, "RECONCILE_CACHE_DIR": str(self.cache)} | environ)

    def said(self, **environ):
        """All that there is to say about the manifests: the jobs, or the problems."""
        try:
            opened = self.open(**environ)
        except InvalidFiles as error:
            return str(error)
        return list(opened.jobs.items()), dict(opened.jobs.settling), opened.documents, opened.project

    @property
    def kept(self):
        (file,) = self.cache.iterdir()
        return file


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.write("a.yaml", emr() + "---\n" + emr("report", top="dependsOn: [EMRServerlessJobRun/nightly]\n"))
    world.write("b/c.yml", segment())
    return world


@pytest.fixture
def parsed(monkeypatch):
    """How often a parser was made since."""
    made = []
    make = Parsers.make
    monkeypatch.setattr(Parsers, "make", lambda parsers: made.append(1) or make(parsers))
    return made


def test_what_is_known_is_not_parsed_until_it_is_asked_for(world, parsed):
    cold = world.said()
    parsed.clear()
    warm = world.open()
    assert (len(warm.jobs), warm.documents, parsed) == (3, 3, [])
    assert warm.jobs[NIGHTLY] == dict(cold[0])[NIGHTLY]
    assert len(parsed) == 1
    assert world.said() == cold


def test_only_what_changed_is_parsed_again(world, parsed):
    world.said()
    parsed.clear()
    world.write("b/c.yml", segment("others"))
    assert [str(address) for address in world.open().jobs][-1] == "PersonalizeBatchSegmentJob/others"
    assert len(parsed) == 1
    assert len(world.open().jobs) == 3
    assert len(parsed) == 1


def test_it_holds_no_specs_and_is_nobody_elses_to_read(world):
    world.said()
    assert world.kept.stat().st_mode & 0o777 == 0o600
    assert world.cache.stat().st_mode & 0o777 == 0o700
    text = world.kept.read_text()
    assert "nightly" in text
    assert not [value for value in ("00f1e234567890", "arn:", "s3:") if value in text]


def all_settleable(world):
    (world.folder / "b" / "c.yml").unlink()
    world.write("reconcile.yaml", PROJECT + "providers: {aws: {region: eu-west-1}}\n")


def test_of_what_is_settled_no_job_is_kept(world, parsed):
    """Not without a cache either: a plan of a million settled jobs would hold them all at once."""
    all_settleable(world)
    cold = world.said(RECONCILE_CACHE_DIR="off")
    settle(world.folder)
    parsed.clear()
    opened = world.open(RECONCILE_CACHE_DIR="off")
    assert len(parsed) == 1
    assert opened.jobs[NIGHTLY] == dict(cold[0])[NIGHTLY]
    assert len(parsed) == 2
    assert world.said(RECONCILE_CACHE_DIR="off") == cold


def test_what_is_settled_is_kept_beside_what_is_not(world, parsed):
    """Else the file would be parsed again for what is not."""
    all_settleable(world)
    settle(world.folder)
    world.write("a.yaml", emr() + "---\n" + emr("new"))
    parsed.clear()
    opened = world.open(RECONCILE_CACHE_DIR="off")
    assert [job.address.name for job in opened.jobs.values()] == ["nightly", "new"]
    assert len(parsed) == 1


@pytest.mark.parametrize("text", [emr(), emr("x", top="dependsOn: [EMRServerlessJobRun/nothing]\n")])
def test_a_problem_beside_what_is_settled_is_told_with_all_places(world, text):
    all_settleable(world)
    settle(world.folder)
    world.write("z.yaml", text)
    problems = world.said(RECONCILE_CACHE_DIR="off")
    (world.folder / "reconcile.lock.json").unlink()
    assert world.said(RECONCILE_CACHE_DIR="off") == problems
    assert isinstance(problems, str)


def test_problems_are_the_same_and_are_never_kept(world):
    world.write("bad.yaml", emr("bad", spec="  mode: X\n"))
    problems = world.said()
    assert "spec.mode" in problems
    assert not world.cache.exists()
    (world.folder / "bad.yaml").unlink()
    world.said()
    kept = world.kept.read_bytes()
    world.write("bad.yaml", emr("bad", spec="  mode: X\n"))
    assert world.said() == problems
    assert world.kept.read_bytes() == kept


@pytest.mark.parametrize(
    "text",
    [emr(), emr("x", top="dependsOn: [EMRServerlessJobRun/nothing]\n"), "kind: [", "a: 1"],
    ids=["given twice", "depends on nothing", "broken", "no manifest"],
)
def test_a_problem_between_a_known_file_and_a_new_one_is_told_as_ever(world, text):
    world.said()
    world.write("z.yaml", text)
    assert world.said() == world.said(RECONCILE_CACHE_DIR="off")
    assert isinstance(world.said(), str)


def test_a_cycle_through_known_files_is_found(world):
    world.write("a.yaml", emr())
    world.write("d.yaml", emr("report", top="dependsOn: [EMRServerlessJobRun/nightly]\n"))
    world.said()
    world.write("a.yaml", emr(top="dependsOn: [EMRServerlessJobRun/report]\n"))
    assert "depends on itself" in world.said()
    assert world.said() == world.said(RECONCILE_CACHE_DIR="off")


def test_what_only_the_lock_file_vouched_for_is_validated_without_it(world, monkeypatch):
    """As after a service's model took a value back, say: what was valid when it was recorded is not validated again."""
    (world.folder / "b" / "c.yml").unlink()
    world.write("reconcile.yaml", PROJECT + "providers: {aws: {region: eu-west-1}}\n")
    settle(world.folder)
    monkeypatch.setattr("reconcile.kinds.specs.spec_problems", lambda *_, **__: pytest.fail("validated"))
    world.said()
    monkeypatch.undo()
    validated = []
    monkeypatch.setattr("reconcile.kinds.specs.spec_problems", lambda *given, **_: validated.append(given) or ())
    world.said()
    assert not validated
    (world.folder / "reconcile.lock.json").unlink()
    world.open()
    assert len(validated) == 2


@pytest.mark.parametrize("change", ["region", "catalog", "botocore", "project file"])
def test_whatever_else_decides_makes_it_useless(world, parsed, monkeypatch, change):
    world.said()
    parsed.clear()
    environ = {}
    match change:
        case "region":
            environ["AWS_REGION"] = "us-east-1"
        case "catalog":
            world.write("kinds/none.yaml", "# nothing yet\n")
        case "botocore":
            monkeypatch.setattr("reconcile.kinds.sources._botocore_version", lambda: "99")
        case "project file":
            world.write("reconcile.yaml", PROJECT + "guards: {maxStops: 1}\n")
    world.open(**environ)
    assert len(parsed) == 1


def test_a_kind_that_went_wrong_is_told_of_although_all_manifests_are_known(world):
    world.said()
    world.write("kinds/bad.yaml", "kind: X\n")
    assert "kinds/bad.yaml:1:1: summary: missing; it is required" in world.said()


def spoilt(file, how):
    data = file.read_bytes()
    match how:
        case "empty":
            file.write_bytes(b"")
        case "cut":
            file.write_bytes(data[:-9])
        case "another byte":
            file.write_bytes(data.replace(b"report", b"reporu", 1))
        case "another format":
            file.write_bytes(data.replace(b"manifests %d" % FORMAT, b"manifests 0", 1))
        case "a folder":
            file.unlink()
            file.mkdir()
        case "a link":
            file.rename(file.with_name("elsewhere"))
            file.symlink_to("elsewhere")
        case "a pipe":
            file.unlink()
            os.mkfifo(file)
        case "writable by others":
            file.chmod(0o666)


@pytest.mark.parametrize(
    "how", ["empty", "cut", "another byte", "another format", "a folder", "a link", "a pipe", "writable by others"]
)
def test_one_that_is_broken_or_not_ours_is_as_good_as_none(world, parsed, how):
    cold = world.said()
    spoilt(world.kept, how)
    parsed.clear()
    world.open()
    assert len(parsed) == 1
    assert world.said() == cold


def test_where_it_cannot_be_written_it_is_left_alone(world):
    cold = world.said(RECONCILE_CACHE_DIR="off")
    world.cache.write_text("a file where the folder should be")
    assert world.said() == cold
    for folder in ("/proc/nowhere", "/dev/null", "long" * 1000):
        assert world.said(RECONCILE_CACHE_DIR=folder) == cold


def in_another_process(world, before=""):
    program = (
        f"{before}\nimport sys\nfrom pathlib import Path\nfrom reconcile.applier.workspace import open_workspace\n"
        f"opened = open_workspace(Path({str(world.folder)!r}), environ={{'AWS_REGION': 'eu-west-1',"
        f"'RECONCILE_CACHE_DIR': {str(world.cache)!r}}})\n"
        "print(len(opened.jobs), 'reconcile.manifest.parse' in sys.modules)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )


def test_a_full_disk_leaves_nothing_half_written(world):
    """No file may grow past 64 bytes: what a full disk does to a write."""
    full = in_another_process(world, "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))")
    assert full.communicate()[0] == "3 True\n"
    assert list(world.cache.iterdir()) == []


def test_many_processes_at_once_leave_one_that_is_whole(world):
    processes = [in_another_process(world) for _ in range(4)]
    assert {process.communicate()[0].split()[0] for process in processes} == {"3"}
    assert len(list(world.cache.iterdir())) == 1
    assert in_another_process(world).communicate()[0] == "3 False\n"


def test_it_serves_another_folder_with_the_same_project(world, parsed, tmp_path):
    """A runner that restores it may have checked out somewhere else."""
    world.said()
    shutil.move(world.folder, tmp_path / "elsewhere")
    world.folder = tmp_path / "elsewhere"
    parsed.clear()
    world.open()
    assert not parsed


def test_what_another_folder_lent_is_kept_as_its_own(world, parsed, tmp_path):
    """Else a second plan is as slow as a first one, as soon as the other folder's manifests are others."""
    world.said()
    first, second = world.folder, tmp_path / "second"
    shutil.copytree(first, second)
    world.folder = second
    world.open()
    world.folder = first
    world.write("a.yaml", emr("other"))
    world.write("b/c.yml", segment("other"))
    world.open()
    parsed.clear()
    world.folder = second
    world.open()
    assert not parsed


def test_of_several_other_folders_the_newest_serves(world, parsed, tmp_path):
    world.said()
    for number in range(8):
        world.folder = world.folder.rename(tmp_path / str(number))
        world.write("a.yaml", emr(f"nightly-{number}"))
        world.open()
        for file in world.cache.iterdir():
            os.utime(file, (file.stat().st_mtime - 60,) * 2)
    parsed.clear()
    world.folder = world.folder.rename(tmp_path / "last")
    world.open()
    assert not parsed


def test_it_can_be_switched_off_and_is_never_put_into_the_project_unasked(world):
    world.open(RECONCILE_CACHE_DIR="off")
    world.open(RECONCILE_CACHE_DIR="", HOME=str(world.folder))
    world.open(RECONCILE_CACHE_DIR="", HOME="")
    assert not world.cache.exists()
    assert sorted(entry.name for entry in world.folder.iterdir()) == ["a.yaml", "b", "reconcile.yaml"]
    world.open(RECONCILE_CACHE_DIR="", HOME=str(world.cache))
    assert (world.cache / ".cache" / "reconcile").is_dir()
    world.open(RECONCILE_CACHE_DIR=".cache")
    assert (world.folder / ".cache").is_dir()


def test_old_ones_are_cleared_away(world):
    world.cache.mkdir()
    for number in range(MOST_FILES + 5):
        (world.cache / f"manifests-{number:03}-0").touch()
        os.utime(world.cache / f"manifests-{number:03}-0", (number, number))
    (world.cache / "something else").touch()
    world.said()
    left = {file.name for file in world.cache.iterdir()}
    assert len(left) == MOST_FILES + 1
    assert {"something else", f"manifests-{MOST_FILES + 4:03}-0"} <= left
    assert "manifests-000-0" not in left


def test_a_file_that_changes_after_the_load_is_not_mistaken_for_what_was_loaded(world):
    world.said()
    opened = world.open()
    world.write("a.yaml", emr(spec="  mode: STREAMING\n"))
    with pytest.raises(ManifestChanged):
        opened.jobs[NIGHTLY]


VARIABLES = "variables: {day: {default: monday}, key: {secret: true}}\nenv: {CODE: {secret: false}}\n"


def test_a_file_is_parsed_again_when_a_value_that_it_refers_to_changes_and_no_other(world, parsed):
    world.write("reconcile.yaml", PROJECT + VARIABLES)
    world.write("a.yaml", emr(spec="  tags: {day: '${var.day}', code: '${env.CODE}'}\n"))
    for environ in ({"RECONCILE_VAR_day": "tuesday"}, {"CODE": "2"}, {"RECONCILE_VAR_day": "day 3"}, {}):
        environ = {"CODE": "1"} | environ
        parsed.clear()
        assert world.said(**environ) == world.said(**environ, RECONCILE_CACHE_DIR="off")
        assert world.said(**environ, RECONCILE_VAR_other="x", HOME="x") == world.said(**environ)
        parsed.clear()
        opened = world.open(**environ)
        assert parsed == []
        assert opened.jobs[NIGHTLY].spec["tags"]["code"] == environ["CODE"]
    assert "CODE in the environment" in world.said()
    world.write("b/c.yml", segment("others"))
    parsed.clear()
    assert len(world.open(CODE="1").jobs) == 2
    assert len(parsed) == 1


def test_nothing_is_kept_of_a_file_that_refers_to_a_secret(world, parsed):
    world.write("reconcile.yaml", PROJECT + VARIABLES)
    world.write("a.yaml", emr(spec="  tags: {key: '${var.key}'}\n"))
    environ = {"RECONCILE_VAR_key": "correct-horse"}
    cold = world.said(**environ)
    text = world.kept.read_text()
    assert "PersonalizeBatchSegmentJob/people" in text
    assert not [word for word in ("nightly", "correct") if word in text]
    parsed.clear()
    assert world.said(**environ) == cold == world.said()
    assert len(parsed) == 4, "each time this file, and the other one when it is asked for"
    assert "with ${var.key} this is not what is needed" in world.said(RECONCILE_VAR_key="no tag: " + "x" * 256)


@pytest.fixture
def long_ago(monkeypatch):
    """All that was written until now was written so long ago that times tell all changes since."""
    monkeypatch.setattr("reconcile.kinds.stamp.GRAIN", -(10**12))


@pytest.fixture
def read(monkeypatch):
    """The names of the manifests that were read since."""
    names = []
    read_stamped = reading.read_stamped
    monkeypatch.setattr(reading, "read_stamped", lambda path: names.append(Path(path).name) or read_stamped(path))
    return names


@pytest.mark.usefixtures("long_ago")
def test_what_is_as_it_was_is_not_even_read(world, read):
    world.said()
    read.clear()
    world.open()
    assert read == []


def test_what_has_just_been_written_is_read_again(world, read):
    """A second change may bear the same time as the first one, and leave the size as it is."""
    world.said()
    read.clear()
    world.open()
    assert read == ["a.yaml", "c.yml"]


@pytest.mark.usefixtures("long_ago")
@pytest.mark.parametrize("how", ["in place", "by another file", "by a link"])
def test_another_text_of_the_same_size_and_time_is_seen(world, read, how):
    world.write("c.yaml", emr("one"))
    world.said()
    file, other = world.folder / "c.yaml", world.folder / "other"
    before = file.stat()
    other.write_text(file.read_text().replace("one", "two"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    match how:
        case "in place":
            file.write_text(other.read_text())
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        case "by another file":
            other.replace(file)
        case "by a link":
            other.rename(world.folder / "d.yaml")
            file.unlink()
            file.symlink_to("d.yaml")
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    read.clear()
    opened = world.open()
    assert Address("EMRServerlessJobRun", "two") in opened.jobs
    assert len(read) == 1


@pytest.mark.usefixtures("long_ago")
def test_times_are_not_trusted_where_nothing_can_be_written(world, read, monkeypatch):
    """In two images that were made by a recipe, files may differ in nothing but their bytes."""
    world.said()
    read.clear()
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    world.open()
    assert read == ["a.yaml", "c.yml"]


FILES = st.sampled_from(["a.yaml", "b.yaml", "c/d.yml"])
TEXTS = st.lists(
    st.sampled_from(
        [
            emr("a"),
            emr("a", top="goal: stopped\n"),
            emr("b", top="dependsOn: [EMRServerlessJobRun/a]\n"),
            emr("c", top="dependsOn: [EMRServerlessJobRun/b]\nlabels: {}\n"),
            emr("a", top="generation: 2\ndependsOn: [EMRServerlessJobRun/b]\n"),
            segment("a"),
            segment("b", job_name="fixed"),
            "kind: Plan\n",
            "",
            "oops: [",
        ]
    ),
    max_size=3,
).map("---\n".join)
EDITS = st.lists(st.tuples(FILES, st.none() | TEXTS), max_size=6)


@given(EDITS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_edited_a_cache_changes_nothing(edits):
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for name, text in edits:
            if text is None:
                (world.folder / name).unlink(missing_ok=True)
            else:
                world.write(name, text)
            assert world.said() == world.said(RECONCILE_CACHE_DIR="off")


@pytest.mark.parametrize("body", [b"5", b"{}", b'["p", "k", 5]', b'["p", "k", {"a": 5}]', b'["p", "k", {"a": [1]}]'])
def test_what_has_another_form_is_no_cache_though_it_is_whole(tmp_path, body):
    path = tmp_path / "cache"
    path.write_bytes(_head(memoryview(body)) + b"\n" + body)
    assert Cache(path).read() == Kept()
