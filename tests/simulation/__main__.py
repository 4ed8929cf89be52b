"""`make fuzz`: random stories until the time is up. `--seed` tells one of them again, step by step."""

import argparse
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.simulation.story import Story

_MEMORY = Path("/dev/shm")  # files cost little there, on systems that have it


def memory():
    """Where to put folders that live for moments; None: wherever."""
    return _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None


def tell(seed):
    """The story of this seed. Raises what it came to."""
    with tempfile.TemporaryDirectory(prefix="simulation-", dir=memory()) as folder:
        story = Story(folder, seed)
        story.tell()
        return story.world


def replay(seed):
    return f"{Path(sys.executable).name} -m tests.simulation --seed {seed}"


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", help="the story to tell")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--first", type=int, help="count seeds from here on, rather than drawing them")
    parser.add_argument("--most", type=int, default=10, help="how many failing seeds end it")
    options = parser.parse_args()
    if options.seed is not None:
        print("\n".join(tell(options.seed).told))
        return 0
    return _fuzz(options)


def _fuzz(options):
    begun = time.monotonic()
    told, failing = 0, 0
    first = options.first if options.first is not None else secrets.randbelow(10**12)
    while time.monotonic() < begun + options.seconds and failing < options.most:
        seed = first + told
        told += 1
        try:
            tell(seed)
        except Exception as error:
            failing += 1
            print(f"{replay(seed)}\n  {type(error).__name__}: {str(error).splitlines()[0]}", flush=True)
    print(f"{told} stories, {failing} of them failing")
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
