"""The least that a plan can take: `floor.py FOLDER` reads every manifest, parses it, validates it and takes its digest,
with the same libraries and the same schemas, and does nothing with it."""

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import click
import yaml_rs

from reconcile.kinds.envelope import ENVELOPE
from reconcile.kinds.load import load_catalog
from reconcile.kinds.specs import spec_problems
from reconcile.model.tokens import digest


def main(folder):
    assert click  # a command line is part of any command's start-up
    gc.disable()
    catalog = load_catalog()
    for path in folder.glob("etl-*.yaml"):
        for text in path.read_text().split("---\n"):
            value = yaml_rs.loads(text, parse_datetime=False)
            ENVELOPE.validate_python(value, strict=True)
            spec_problems(catalog[value["kind"]], value["spec"], has_references=False)
            digest(value["kind"], "aws/eu-west-1", value["spec"])


main(Path(sys.argv[1]))
