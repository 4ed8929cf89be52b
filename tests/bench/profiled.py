"""`make profile`: where the time of one plan goes, imports and all, as a tree of calls."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from reconcile.manifest.cache import OFF, VARIABLE
from reconcile.sandbox.run import environment, started
from reconcile.sandbox.settings import Settings
from tests.bench.jobs import write_manifests
from tests.bench.settled import settle

PROGRAM = "from reconcile.cli import main; main(['plan', '--json'])"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make profile", description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--a-file", type=int, default=100)
    parser.add_argument("--settled", action="store_true", help="a plan without changes instead of a first one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reconcile-profile-") as folder:
        jobs = write_manifests(Path(folder) / "jobs", arguments.jobs, a_file=arguments.a_file)
        if arguments.settled:
            settle(jobs)
        print(profile(jobs))


def profile(jobs: Path) -> str:
    """Of a plan without a cache."""
    tree = jobs.parent / "tree.txt"
    program = jobs.parent / "plan.py"
    program.write_text(PROGRAM)
    with started(settings=Settings(rates=False)) as sandbox:
        subprocess.run(
            [sys.executable, "-m", "pyinstrument", "-i", "0.001", "-r", "text", "-o", str(tree), str(program)],
            env={**os.environ, **environment(sandbox.endpoint), "RECONCILE_DIR": str(jobs), VARIABLE: OFF},
            stdout=subprocess.DEVNULL,
            check=True,
        )
    return tree.read_text()


if __name__ == "__main__":
    main()
