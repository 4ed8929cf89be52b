"""What pip was told when it installed this program, so that CI can be told the same."""

import json
from importlib.metadata import PackageNotFoundError, distribution


def installed_from() -> str:
    """`git+https://…@commit`; "" where it was not installed from a repository: a name alone would not do, for who
    owns it in an index is another question."""
    try:
        told = json.loads(distribution("reconcile").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    match told:
        case {"url": str(url), "vcs_info": {"vcs": str(vcs), "commit_id": str(commit)}}:
            return f"{vcs}+{url}@{commit}"
        case _:
            return ""
