"""Runs the script steps of a workflow or an action as a runner does: one bash each, in one folder, with their variables
and expressions filled in. What steps of others' actions do (check out, sign in) is for the test to do."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import yaml

BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]


@dataclass
class Runner:
    """`known` are the expressions that may stand between ${{ and }}."""

    folder: Path
    temp: Path
    environ: dict[str, str]
    known: dict[str, str]
    said: str = ""
    begun: list[str] = field(default_factory=list)

    def job(self, workflow: Path, name: str) -> bool:
        """Whether every step went well."""
        told = yaml.safe_load(workflow.read_text())
        assert told["defaults"]["run"]["shell"] == "bash"
        return self.steps(told["jobs"][name]["steps"], told["env"])

    def steps(self, steps, environ) -> bool:
        """After one that failed, those go on that ask for it."""
        well = True
        for step in steps:
            if "run" not in step or not (self._may(step["if"]) if "if" in step else well):
                continue
            well &= self._step(step, environ | step.get("env", {}))
        return well

    def _may(self, condition) -> bool:
        """Of the few forms that there are."""
        begun = re.fullmatch(r"\$\{\{ !cancelled\(\) && steps\.(\w+)\.outcome != 'skipped' \}\}", condition)
        return begun[1] in self.begun if begun else self._filled(condition) == "true"

    def _step(self, step, environ) -> bool:
        self.begun += [step["name"], step.get("id", "")]
        output = self.temp / "output"
        output.write_text("")
        filled = {name: self._filled(str(value)) for name, value in environ.items()}
        more = {"RUNNER_TEMP": str(self.temp), "GITHUB_OUTPUT": str(output)}
        assert "${{" not in step["run"], "what a person wrote would become a part of the script"
        ran = subprocess.run(
            [*BASH, step["run"]],
            cwd=self.folder,
            env=self.environ | more | filled,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        self.said += ran.stdout
        for line in output.read_text().splitlines():
            key, _, value = line.partition("=")
            self.known[f"steps.{step['id']}.outputs.{key}"] = value
        return ran.returncode == 0

    def _filled(self, text: str) -> str:
        return re.sub(r"\$\{\{ (.+?) \}\}", lambda match: self.known[match[1]], text)


def inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "XDG_CACHE_HOME")}
