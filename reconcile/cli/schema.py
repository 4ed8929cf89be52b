"""`reconcile schema`"""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from reconcile.cli.shell import words
from reconcile.cli.shell.catalog import catalog_of, kind_named
from reconcile.cli.shell.session import Session
from reconcile.kinds.schema import all_schemas, manifest_schema
from reconcile.report.encode import json_text
from reconcile.report.schema import output_schemas


@click.command()
@click.argument("what", required=False, metavar="[KIND|plan|result|drift|problems|events]", shell_complete=words.kinds)
@click.pass_obj
def schema(session: Session, *, what: str | None) -> None:
    """Print JSON Schema of the manifests of one kind, or of every document of a project, for editors.

    Or that of what commands print: `plan`, `result` and `drift` with --json (`problems` where manifests are wrong),
    `events` a line at a time with --json-lines.

    \b
    Example, with yaml-language-server:
      reconcile schema > schema.json
      # and as the first line of a manifest:
      # yaml-language-server: $schema=schema.json

    Exit codes: 0 done, 1 a descriptor of the project is wrong, 64 there is no such kind.
    """
    outputs = output_schemas()
    session.answer(json_text(outputs[what] if what and what in outputs else _of_manifests(session, what, outputs)))


def _of_manifests(session: Session, kind: str | None, outputs: Iterable[str]) -> Mapping[str, Any]:
    catalog = catalog_of(session)
    return manifest_schema(kind_named(kind, catalog, also=outputs)) if kind else all_schemas(catalog)
