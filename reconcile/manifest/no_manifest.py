"""Documents that are no manifests, and are not read any further."""

from reconcile.kinds.envelope import API_VERSION
from reconcile.kinds.yaml_text import LARGEST_DOCUMENT
from reconcile.manifest.documents import Document


def no_manifest(document: Document) -> str:
    """Why this cannot be meant as one, "" where it can; everything else that is wrong with it would be noise."""
    match document.value:
        case {"apiVersion": version} if version == API_VERSION:
            if len(document.text) > LARGEST_DOCUMENT:
                return f"this manifest has more than {LARGEST_DOCUMENT // 2**20} MB; no service takes that much"
            return ""
        case {"apiVersion": str() as version} if version.startswith("reconcile/"):
            return f"{version} is not known to this version of reconcile; it reads {API_VERSION}"
        case dict():
            return f"this is no manifest: `apiVersion: {API_VERSION}` is missing; keep files of other tools elsewhere"
        case list():
            return "this is a list; a manifest is a mapping, and several go into one file with --- between them"
        case _:
            return "this is no manifest; a manifest is a mapping of fields"
