"""The jobs that are planned: the same ones as manifests of ours and as resources of Terraform's."""

from pathlib import Path
from typing import Any

APPLICATIONS = 16

PROJECT = """\
apiVersion: reconcile/v1
kind: Project
metadata: {name: bench}
providers:
  aws: {region: eu-west-1, limits: off}
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


def write_manifests(folder: Path, count: int, *, a_file: int) -> Path:
    """A project of `count` jobs, `a_file` of them in each file."""
    folder.mkdir(parents=True)
    (folder / "reconcile.yaml").write_text(PROJECT)
    for first in range(0, count, a_file):
        numbers = range(first, min(first + a_file, count))
        documents = (MANIFEST % (job(number) | {"number": number, "team": number % 10}) for number in numbers)
        (folder / f"etl-{first:05d}.yaml").write_text("---\n".join(documents))
    return folder
