"""`reconcile sandbox`: a local cloud to try things on, and the control calls of a running one."""

import click

from reconcile.cli.sandbox import behaviour, jobs, serve


@click.group()
def sandbox() -> None:
    """A local cloud that speaks the services' real protocols.

    It answers for the jobs of the catalog itself, and leaves S3, STS and the like to moto. What no documentation says
    about a service is a setting: see `reconcile sandbox settings`.

    Exit codes: 0 done, 1 error; `run` ends with the code of its command.
    """


for _command in (
    serve.serve_command,
    serve.run_command,
    jobs.jobs_command,
    jobs.stop_command,
    jobs.fail_command,
    jobs.complete_command,
    jobs.forget_command,
    behaviour.fault_command,
    behaviour.faults_command,
    behaviour.advance_command,
    jobs.define_command,
    behaviour.log_command,
    behaviour.settings_command,
):
    sandbox.add_command(_command)
