"""The root command: its summary of commands is all that `reconcile --help` and `--version` need."""

import click

from reconcile import __version__
from reconcile.cli.shell.groups import LazyGroup

_HELP = """Terraform for jobs: declare them in YAML, and each is started once per attempt.

\b
  reconcile -C manifests plan      what would be started and stopped
  reconcile -C manifests apply     do it
  reconcile -C manifests status    what became of it

Every option can be given as a variable: --lock-timeout 5m is RECONCILE_LOCK_TIMEOUT=5m.
"""

_COMMANDS = {
    "init": "Write a new project, and what CI needs to run it.",
    "validate": "Check every manifest; no service is asked.",
    "fmt": "Write manifests in the usual way.",
    "plan": "Show what apply would do.",
    "apply": "Start and stop jobs until they are as declared.",
    "destroy": "Stop every declared job and forget it.",
    "drift": "Tell what is not as declared and recorded.",
    "status": "List the jobs and what was last heard of them.",
    "show": "Tell all that is recorded of one job, with its history.",
    "state": "Look at the lock file's records, and correct them.",
    "lock": "Show who may apply now, or end a lease that was left behind.",
    "iam": "Print the least rights that AWS has to grant, as an IAM policy.",
    "kinds": "List the kinds of jobs, with tokens, stops and limits.",
    "explain": "Explain a kind or one of its fields.",
    "schema": "Print JSON Schema of manifests, for editors.",
    "completion": "Print what lets a shell complete commands and jobs.",
    "sandbox": "Run a local cloud to try things out.",
}

root = LazyGroup(
    name="reconcile",
    help=_HELP,
    summaries=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(__version__, message="reconcile %(version)s")(root)
