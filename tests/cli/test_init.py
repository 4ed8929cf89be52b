"""`reconcile init`: what it writes is valid at once, and what is there is never touched."""

import json
import stat

import pytest

from reconcile.cli import main
from reconcile.cli.starter import package
from reconcile.errors import Exit

WRITTEN = ["jobs/.gitignore", "jobs/contracts.yaml", "jobs/nightly.yaml", "jobs/reconcile.yaml"]


@pytest.fixture
def init(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_REGION", raising=False)

    def run(*arguments):
        code = main(["init", *map(str, arguments)])
        run.said = capsys.readouterr()
        return code

    return run


def there(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_new_project_is_valid_and_formatted_and_can_be_applied(init, tmp_path, sandbox, monkeypatch, capsys):
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    sandbox.control.settings(pending=0, running=0, stopping=0)
    assert init("jobs") == Exit.DONE
    assert there(tmp_path) == WRITTEN
    assert sorted(init.said.out.splitlines()) == WRITTEN
    assert "reconcile -C jobs plan" in init.said.err
    assert main(["-C", "jobs", "validate"]) == Exit.DONE
    assert main(["-C", "jobs", "fmt", "--check"]) == Exit.DONE
    assert main(["-C", "jobs", "apply", "--auto-approve", "--wait", "--timeout", "20s"]) == Exit.DONE
    assert len(sandbox.control.jobs()) == 2


def test_two_projects_of_one_name_are_not_one(init, tmp_path):
    init("a", "--name", "same")
    init("b", "--name", "same")
    ids = [
        line
        for name in "ab"
        for line in (tmp_path / name / "reconcile.yaml").read_text().splitlines()
        if "  id:" in line
    ]
    assert len(set(ids)) == 2


def test_every_file_of_ours_is_ignored_by_git_but_the_lock_file(init, tmp_path):
    from tests.cli.repository import Repository

    here = Repository(tmp_path)
    here.git("init", "-q")
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / ".gitignore").write_text("*.pyc")
    init("jobs", "--lock-file", "state/lock [1].json")
    assert (tmp_path / "jobs" / ".gitignore").read_text().startswith("*.pyc\n")
    (tmp_path / "jobs" / "state").mkdir()
    kept = ("state/lock [1].json", "state/lock [1].json.shard-3-of-16", "nightly.yaml")
    ours = [f"state/lock [1].json.{end}" for end in ("journal", "journal.7", "lease", "tmp", "shard-3-of-16.lease")] + [
        "lock [1].json.rescue-0b1d2c3d"
    ]
    assert [name for name in (*kept, *ours) if here.git("check-ignore", f"jobs/{name}", check=False)] == ours
    before = (tmp_path / "jobs" / ".gitignore").read_text()
    (tmp_path / "jobs" / "reconcile.yaml").unlink(), (tmp_path / "jobs" / "nightly.yaml").unlink()
    (tmp_path / "jobs" / "contracts.yaml").unlink()
    assert init("jobs", "--lock-file", "state/lock [1].json") == Exit.DONE
    assert (tmp_path / "jobs" / ".gitignore").read_text() == before, "no line is added twice"


def test_nothing_is_written_where_anything_is_in_the_way(init, tmp_path):
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "contracts.yaml").write_text("mine")
    (tmp_path / "jobs" / "nightly.yaml").symlink_to("nowhere")
    assert init("jobs", "--ci", "github") == Exit.ERROR
    assert there(tmp_path) == ["jobs/contracts.yaml"]
    assert ("contracts.yaml" in init.said.err, "nightly.yaml" in init.said.err, init.said.out) == (True, True, "")
    assert init("jobs/contracts.yaml") == Exit.ERROR
    assert "fix:" in init.said.err


def test_a_project_that_goes_by_the_other_name_is_in_the_way_too(init, tmp_path):
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "reconcile.yml").write_text("")
    assert (init("jobs"), "reconcile.yml is there already" in init.said.err) == (Exit.ERROR, True)
    assert there(tmp_path) == ["jobs/reconcile.yml"]


def test_what_was_written_before_a_failure_is_taken_back(init, tmp_path):
    """The last of its files cannot be written: its folder is a file."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "ci").write_text("a file")
    assert init("jobs", "--ci", "script") == Exit.ERROR
    assert there(tmp_path) == ["ci"]


@pytest.mark.parametrize(
    "options",
    [["--name", "My Jobs"], ["--lock-file", "/etc/lock.json"], ["--lock-file", "s3://x"], ["--region", "eu west"],
     ["--ci", "jenkins"]],
)  # fmt: skip
def test_what_would_make_an_invalid_project_is_wrong_usage(options, init, tmp_path):
    assert init("jobs", *options) == Exit.USAGE
    assert there(tmp_path) == []


def test_a_project_that_is_there_gets_what_its_ci_needs(init, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/master\n")
    (tmp_path / ".gitlab-ci.yml").write_text("mine")
    init("team/jobs", "--lock-file", "s3://bucket/lock.json", "--name", "mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for ci in ("github", "gitlab", "script"):
        assert init("team/jobs", "--ci", ci) == Exit.DONE
    assert {path: path.read_bytes() for path in before} == before
    new = [".github/workflows/reconcile-mine.yml", ".gitlab/reconcile-mine.yml", "ci/reconcile.sh"]
    assert set(there(tmp_path)) - {path.relative_to(tmp_path).as_posix() for path in before} == set(new)
    workflow = (tmp_path / new[0]).read_text()
    assert ('branches: ["master"]' in workflow, 'RECONCILE_DIR: "team/jobs"' in workflow) == (True, True)
    assert "--commit" not in workflow
    assert stat.S_IMODE((tmp_path / new[2]).stat().st_mode) & 0o111


def test_ci_installs_what_this_was_installed_from_and_never_a_name_alone(monkeypatch):
    class Distribution:
        def __init__(self, told):
            self.read_text = lambda _: told

    found = {
        json.dumps({"url": "https://x/r", "vcs_info": {"vcs": "git", "commit_id": "c0ffee"}}): "git+https://x/r@c0ffee",
        json.dumps({"url": "file:///home/ada/r", "dir_info": {"editable": True}}): "",
        None: "",
        "{": "",
    }
    for told, expected in found.items():
        monkeypatch.setattr(package, "distribution", lambda _, told=told: Distribution(told))
        assert package.installed_from() == expected


def test_quiet_is_the_files_alone(init):
    assert init("jobs", "-q") == Exit.DONE
    assert (len(init.said.out.splitlines()), init.said.err) == (4, "")
