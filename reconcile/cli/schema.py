"""`reconcile schema`"""

import click

from reconcile.cli.shell import words
from reconcile.cli.shell.catalog import catalog_of, kind_named
from reconcile.cli.shell.session import Session
from reconcile.kinds.schema import all_schemas, manifest_schema
from reconcile.report.encode import json_text


@click.command()
@click.argument("kind", required=False, shell_complete=words.kinds)
@click.pass_obj
def schema(session: Session, *, kind: str | None) -> None:
    """Print JSON Schema of the manifests of one kind, or of every document of a project, for editors.

    \b
    Example, with yaml-language-server:
      reconcile schema > schema.json
      # and as the first line of a manifest:
      # yaml-language-server: $schema=schema.json

    Exit codes: 0 done, 64 there is no such kind.
    """
    catalog = catalog_of(session)
    session.answer(json_text(manifest_schema(kind_named(kind, catalog)) if kind else all_schemas(catalog)))
