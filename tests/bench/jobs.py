"""The jobs that are planned: the same ones as manifests of ours and as resources of Terraform's."""

import itertools
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

APPLICATIONS = 16

PROJECT = """\
apiVersion: reconcile/v1
kind: Project
metadata: {name: bench}
providers:
  aws: {region: eu-west-1%(limits)s}
"""

MANIFEST = """\
apiVersion: reconcile/v1
kind: EMRServerlessJobRun
metadata:
  name: etl-%(number)d
  labels: {team: data-%(team)d}
spec:
  applicationId: %(applicationId)s
  executionRoleArn: %(executionRoleArn)s
  jobDriver:
    sparkSubmit:
      entryPoint: %(entryPoint)s
      entryPointArguments: [--date, "2026-11-21", --shard, "%(number)d"]
      sparkSubmitParameters: %(sparkSubmitParameters)s
  configurationOverrides:
    monitoringConfiguration:
      s3MonitoringConfiguration: {logUri: %(logUri)s}
  tags: {env: prod}
"""


def job(number: int) -> dict[str, Any]:
    """What is said of a job, by both tools."""
    return {
        "applicationId": f"00f1abcde{number % APPLICATIONS:02d}",
        "executionRoleArn": "arn:aws:iam::123456789012:role/emr-exec",
        "entryPoint": f"s3://bucket/scripts/etl_{number}.py",
        "entryPointArguments": ["--date", "2026-11-21", "--shard", str(number)],
        "sparkSubmitParameters": "--conf spark.executor.cores=4 --conf spark.executor.memory=16g",
        "logUri": f"s3://bucket/logs/{number}/",
        "env": "prod",
        "team": f"data-{number % 10}",
    }


def spec(number: int) -> dict[str, Any]:
    """What its manifest says."""
    told = job(number)
    return {
        "applicationId": told["applicationId"],
        "executionRoleArn": told["executionRoleArn"],
        "jobDriver": {
            "sparkSubmit": {name: told[name] for name in ("entryPoint", "entryPointArguments", "sparkSubmitParameters")}
        },
        "configurationOverrides": {
            "monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": told["logUri"]}}
        },
        "tags": {"env": told["env"]},
    }


def start(number: int, token: str) -> dict[str, Any]:
    """The request of its start, as an apply sends it; the digest is none, but as long as one."""
    marks = {
        "project": "bench",
        "environment": "default",
        "address": f"EMRServerlessJobRun/etl-{number}",
        "generation": "1",
        "attempt": "1",
        "try": "1",
        "digest": f"sha256:{0:064}",
        "token": token,
    }
    told = spec(number)
    told["tags"] |= {f"reconcile:{name}": value for name, value in marks.items()}
    return {**told, "name": f"etl-{number}-1-{token[:8]}", "clientToken": token}


def write_manifests(
    folder: Path, count: int, *, a_file: int, limits: str = ", limits: off", applications: int = APPLICATIONS
) -> Path:
    """A project of `count` jobs, `a_file` of them in each file."""
    folder.mkdir(parents=True)
    (folder / "reconcile.yaml").write_text(PROJECT % {"limits": limits})
    for first in range(0, count, a_file):
        numbers = range(first, min(first + a_file, count))
        documents = (MANIFEST % _words(number, applications) for number in numbers)
        (folder / f"etl-{first:07d}.yaml").write_text("---\n".join(documents))
    return folder


def _words(number: int, applications: int) -> dict[str, Any]:
    return job(number) | {
        "number": number,
        "team": number % 10,
        "applicationId": job(number % applications)["applicationId"],
    }


def edit(folder: Path, count: int, then: Callable[[], Mapping[str, str]] = dict) -> Callable[[], Mapping[str, str]]:
    """What changes one job in each of `count` files, in another way each time."""
    versions = itertools.count(1)

    def change() -> Mapping[str, str]:
        version = next(versions)
        files = sorted(folder.glob("etl-*.yaml"))
        for file in files[:: max(1, len(files) // count)][:count]:
            file.write_text(re.sub(r"scripts/\w*etl_", f"scripts/v{version}_etl_", file.read_text(), count=1))
        return then()

    return change
