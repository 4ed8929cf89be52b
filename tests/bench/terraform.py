"""The same jobs for Terraform: one `terraform_data` resource a job, and a state in which all of them exist.

That resource is built in: no provider, no network, no validation. What Terraform takes for it is the least that it
takes for any resource.
"""

import json
import os
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

from tests.bench.jobs import job

PLAN = ("terraform", "plan", "-detailed-exitcode", "-input=false", "-lock=false", "-no-color")
ENVIRON = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_CLI_CONFIG_FILE": os.devnull}


def version() -> str:
    """`""` where there is no Terraform."""
    if shutil.which("terraform") is None:
        return ""
    told = _run("version", "-json")
    return str(json.loads(told)["terraform_version"])


def write_configuration(folder: Path, count: int, *, in_state: bool) -> Path:
    folder.mkdir(parents=True)
    (folder / "jobs.tf").write_text("\n".join(map(_resource, range(count))))
    if in_state:
        (folder / "terraform.tfstate").write_text(json.dumps(_state(count), indent=2))
    _run(f"-chdir={folder}", "init", "-no-color")
    return folder


def _run(*arguments: str) -> bytes:
    done = subprocess.run(["terraform", *arguments], capture_output=True, check=True, env={**os.environ, **ENVIRON})
    return done.stdout


def _resource(number: int) -> str:
    return f'resource "terraform_data" "etl_{number}" {{\n  input = {_expression(job(number))}\n}}\n'


def _expression(value: Any) -> str:
    """HCL of it, laid out as `terraform fmt` does."""
    if isinstance(value, dict):
        return "{\n" + "".join(f"    {name} = {_expression(inner)}\n" for name, inner in value.items()) + "  }"
    return json.dumps(value)


def _state(count: int) -> dict[str, Any]:
    return {
        "version": 4,
        "terraform_version": version(),
        "serial": 1,
        "lineage": str(uuid.uuid4()),
        "outputs": {},
        "resources": [_in_state(number) for number in range(count)],
        "check_results": None,
    }


def _in_state(number: int) -> dict[str, Any]:
    value = {"value": job(number), "type": _type(job(number))}
    attributes = {"id": str(uuid.uuid4()), "input": value, "output": value, "triggers_replace": None}
    return {
        "mode": "managed",
        "type": "terraform_data",
        "name": f"etl_{number}",
        "provider": 'provider["terraform.io/builtin/terraform"]',
        "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
    }


def _type(value: Any) -> Any:
    match value:
        case dict():
            return ["object", {name: _type(inner) for name, inner in value.items()}]
        case list():
            return ["tuple", [_type(inner) for inner in value]]
        case _:
            return "string"
