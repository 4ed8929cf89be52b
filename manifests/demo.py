"""The story of `make demo`: plan, apply, nothing to do, drift, repair. In a copy of this folder, on a local sandbox."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
RECONCILE = [sys.executable, "-m", "reconcile"]
STREAM = "EMRServerlessJobRun/clicks"


def story() -> None:
    tell("What is declared, and what would be started? Nothing runs yet.")
    command("reconcile -C manifests plan --detailed-exitcode", expect=2)
    tell("Start it, and wait: some jobs depend on others.")
    command("reconcile -C manifests apply --auto-approve --wait --timeout 60s")
    tell("Once more: every goal is met, so there is nothing to do. What has finished is not run again.")
    command("reconcile -C manifests plan --detailed-exitcode")
    tell("Now somebody stops the streaming run, not through reconcile but in its service.")
    command(f"reconcile sandbox stop {run_id(STREAM)}")
    tell("The next plan sees the drift.")
    command(f"reconcile -C manifests plan --target {STREAM} --detailed-exitcode", expect=2)
    tell("Apply repairs it with the next attempt, which has a token of its own.")
    command("reconcile -C manifests apply --auto-approve --wait --timeout 60s")
    tell("All of it, asked for just now.")
    command("reconcile -C manifests status --refresh")


def tell(text: str) -> None:
    sys.stdout.write(f"\n# {text}\n")


def command(line: str, *, expect: int = 0) -> None:
    """Shows a command line and runs it. Another exit code than expected ends the demo."""
    sys.stdout.write(f"$ {line}\n")
    sys.stdout.flush()
    code = subprocess.run([*RECONCILE, *shlex.split(line)[1:]], check=False).returncode  # noqa: S603
    if code != expect:
        sys.exit(f"The demo ends here: exit code {code}, and {expect} was expected.")
    if code:
        sys.stdout.write(f"(exit code {code}: changes are pending)\n")


def run_id(address: str) -> str:
    """The service's own id of a run, as the lock file has it."""
    shown = subprocess.run(  # noqa: S603
        [*RECONCILE, "-C", "manifests", "show", address, "--json"], check=True, capture_output=True
    )
    return str(json.loads(shown.stdout)["externalId"]["jobRunId"])


def main() -> None:
    if "RECONCILE_SANDBOX" not in os.environ:  # it is set for what `sandbox run` runs
        sandbox = [*RECONCILE, "sandbox", "run", "--speed", "60", "--", sys.executable, __file__]
        sys.exit(subprocess.run(sandbox, check=False).returncode)  # noqa: S603
    with tempfile.TemporaryDirectory(prefix="reconcile-demo-") as folder:
        shutil.copytree(HERE, Path(folder, "manifests"), ignore=shutil.ignore_patterns("*.py", "reconcile.lock.json*"))
        os.chdir(folder)
        try:
            story()
        finally:
            os.chdir(HERE)


if __name__ == "__main__":
    main()
