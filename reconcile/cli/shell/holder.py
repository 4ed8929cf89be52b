"""Who we are, for others who want to apply at the same time."""

import getpass
import os
import socket
import sys
import uuid
from pathlib import Path

from reconcile.cli.shell.session import Session
from reconcile.lockfile.protocol import Holder


def holder(session: Session) -> Holder:
    """Of this run of the command line, whose variables have been read. The arguments are told as they were given, but
    for secrets."""
    command = session.secrets.mask(" ".join([Path(sys.argv[0]).name, *sys.argv[1:]]))
    return Holder(str(uuid.uuid4()), _user(), socket.gethostname(), os.getpid(), session.now(), command)


def _user() -> str:
    """A container may run as a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
