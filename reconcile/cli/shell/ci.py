"""What the log of a CI can show beside plain text. Detected here and nowhere else; RECONCILE_CI_LOG=plain turns it
off."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto

from reconcile.cli.shell.session import Session


class Ci(Enum):
    GITHUB = auto()
    GITLAB = auto()
    OTHER = auto()  # or none at all


def ci_of(session: Session) -> Ci:
    environ = session.environ
    if environ.get("RECONCILE_CI_LOG", "").lower() == "plain":
        return Ci.OTHER
    if environ.get("GITHUB_ACTIONS") == "true":
        return Ci.GITHUB
    return Ci.GITLAB if environ.get("GITLAB_CI") == "true" else Ci.OTHER


def page_of_run(session: Session) -> str:
    """The address of this run in its CI; "" where it is not known."""
    environ = session.environ
    match ci_of(session):
        case Ci.GITHUB:
            known = [environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
            return "{}/{}/actions/runs/{}".format(*known) if all(known) else ""
        case Ci.GITLAB:
            return environ.get("CI_JOB_URL", "")
        case Ci.OTHER:
            return ""


@contextmanager
def folded(session: Session, name: str, title: str) -> Iterator[None]:
    """What is said meanwhile can be folded in the log of GitLab. The marks go to stderr, which is part of the log:
    an answer that is piped or kept stays clean."""
    if ci_of(session) is not Ci.GITLAB or session.logs_json:
        yield
        return
    session.log(_mark("start", name, session) + title)
    try:
        yield
    finally:
        session.log(_mark("end", name, session))


def _mark(word: str, name: str, session: Session) -> str:
    return f"\x1b[0Ksection_{word}:{int(session.now().timestamp())}:{name}\r\x1b[0K"
