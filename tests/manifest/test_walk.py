"""Which files are read, and what is never opened."""

import os
import socket
import tempfile
from pathlib import Path

import pytest

from tests.manifest.conftest import Folder
from tests.manifest.examples import emr


def read(folder):
    """The files that a load looks into: each holds a word that is no manifest, so that each complains."""
    return [problem.place.file for problem in folder.load().problems]


def test_manifests_lie_anywhere_below_the_folder(folder):
    for name in ("b.yaml", "a.yml", "x/y/z.json", "x.yaml/inside.yaml", "a-b/c.yaml"):
        folder.write(name, '"word"')
    assert read(folder) == ["a-b/c.yaml", "a.yml", "b.yaml", "x.yaml/inside.yaml", "x/y/z.json"]


def test_hidden_names_kinds_environments_and_the_lock_file_are_no_manifests(folder):
    for name in (
        ".hidden.yaml",
        ".github/workflows/ci.yaml",
        "kinds/own.yaml",
        "environments/prod.yaml",
        "reconcile.lock.json",
        "reconcile.lock.json.journal.json",
        "README.md",
    ):
        folder.write(name, '"word"')
    folder.write("jobs/kinds/a.yaml", '"word"')
    folder.write("jobs/reconcile.lock.json", '"word"')
    assert read(folder) == ["jobs/kinds/a.yaml", "jobs/reconcile.lock.json"]


def test_a_lock_file_of_another_name_is_no_manifest(folder):
    folder.write(
        "reconcile.yaml", "apiVersion: reconcile/v1\nkind: Project\nmetadata: {name: a}\nlockFile: state/lock.json\n"
    )
    folder.write("state/lock.json", "[]")
    folder.write("lock.json", "[]")
    assert read(folder) == ["lock.json"]


def test_a_link_out_of_the_folder_is_refused(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.yaml").write_text(emr())
    (folder.path / "a.yaml").symlink_to(outside / "a.yaml")
    (folder.path / "all").symlink_to(outside)
    (folder.path / "up").symlink_to("..")
    (folder.path / "notes.md").symlink_to(outside / "a.yaml")
    refused = "this link leads out of the project folder; put the files themselves here"
    loaded = folder.load()
    assert [str(problem) for problem in loaded.problems] == [f"a.yaml: {refused}", f"all: {refused}", f"up: {refused}"]
    assert not loaded.jobs


def test_a_folder_whose_name_begins_like_the_projects_is_outside(tmp_path):
    folder = Folder(tmp_path / "jobs")
    (tmp_path / "jobs-of-others").mkdir()
    (tmp_path / "jobs-of-others" / "a.yaml").write_text(emr())
    (folder.path / "a.yaml").symlink_to("../jobs-of-others/a.yaml")
    assert len(folder.problems()) == 1


def test_a_file_that_several_names_lead_to_is_read_once(folder):
    folder.write("jobs/a.yaml", emr())
    (folder.path / "again.yaml").symlink_to("jobs/a.yaml")
    (folder.path / "all").symlink_to("jobs")
    (folder.path / "jobs" / "round").symlink_to("..")
    (folder.path / "self").symlink_to(".")
    loaded = folder.load()
    assert (loaded.files, loaded.problems) == (1, ())
    assert [job.place.file for job in loaded.jobs.values()] == ["jobs/a.yaml"]


def test_links_to_hidden_files_inside_are_followed_as_mounted_folders_need_it(folder):
    folder.write("..2026/a.yaml", emr())
    (folder.path / "..data").symlink_to("..2026")
    (folder.path / "a.yaml").symlink_to("..data/a.yaml")
    loaded = folder.load()
    assert [job.place.file for job in loaded.jobs.values()] == ["a.yaml"]


def test_links_that_lead_nowhere_or_in_a_circle_are_told(folder):
    (folder.path / "a.yaml").symlink_to("gone.yaml")
    (folder.path / "b.yaml").symlink_to("b.yaml")
    (folder.path / "b").symlink_to("b")
    assert folder.problems() == [
        "a.yaml: this link cannot be followed: No such file or directory",
        "b.yaml: this link cannot be followed: Too many levels of symbolic links",
    ]


def test_pipes_sockets_and_devices_are_not_opened(folder):
    os.mkfifo(folder.path / "a.yaml")
    (folder.path / "pipe").mkdir()
    (folder.path / "b.yaml").symlink_to("a.yaml")
    with socket.socket(socket.AF_UNIX) as listening, tempfile.TemporaryDirectory(dir="/tmp") as short:
        listening.bind(f"{short}/s")
        Path(short, "s").rename(folder.path / "c.yaml")
    assert folder.problems() == [f"{name}.yaml: this is not a regular file" for name in "abc"]


def test_a_file_of_50_mb_is_refused_unread(folder):
    with (folder.path / "a.yaml").open("wb") as file:
        file.truncate(50 * 2**20)
    assert folder.problems() == ["a.yaml: this file has 50 MB; at most 16 MB are read"]


def test_a_name_in_broken_utf_8_can_be_printed(folder):
    Path(os.fsdecode(os.fsencode(folder.path) + b"/\xff\x1b.yaml")).write_text("- a\n")
    (problem,) = folder.problems()
    assert problem.startswith("\\udcff\\x1b.yaml:1:1: this is a list")
    assert problem.isprintable()


@pytest.fixture
def unprivileged():
    """Root may read everything: let it be somebody else, in a folder that this one can reach."""
    with tempfile.TemporaryDirectory() as path:
        Path(path).chmod(0o755)
        folder = Folder(Path(path))
        me = os.geteuid()
        if me == 0:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(me)
            for locked in folder.path.rglob("*"):
                locked.chmod(0o700)


def test_what_may_not_be_read_is_told_and_hides_nothing_else(unprivileged):
    me = os.geteuid()
    os.seteuid(os.getuid())
    unprivileged.write("a.yaml", emr()).chmod(0)
    unprivileged.write("b/c.yaml", emr()).parent.chmod(0)
    unprivileged.write("d.yaml", '"word"')
    os.seteuid(me)
    assert unprivileged.problems() == [
        "a.yaml: this file cannot be read: Permission denied",
        "b/: this folder cannot be listed: Permission denied",
        "d.yaml:1:1: this is no manifest; a manifest is a mapping of fields",
    ]
