"""What the catalog is made of, and the catalog that is read when it is first asked for."""

import hashlib
import importlib.util
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reconcile import __version__
from reconcile.kinds.content import Flaw, read_content
from reconcile.kinds.text import text_of

if TYPE_CHECKING:
    from reconcile.kinds.descriptor import Descriptor

BUILT_IN = Path(__file__).parent / "catalog"
OWN_FOLDER = "kinds"  # beside the project file
LARGEST = 2**20  # bytes of a file of descriptors
OWN = f"{OWN_FOLDER}/"  # what the names of a project's own sources begin with


class Source(NamedTuple):
    """A file of descriptors. `name` is what people know it by. Where it has a flaw, its text is nothing."""

    name: str
    text: str
    flaw: Flaw | None = None


class Catalog(Mapping[str, "Descriptor"]):
    """The kinds of a project, by name. Whoever looks into it may meet InvalidFiles."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def check(self) -> None:
        """Raises InvalidFiles where a descriptor is wrong."""
        len(self)

    @cached_property
    def kinds(self) -> Mapping[str, "Descriptor"]:
        from reconcile.kinds.load import load_catalog  # noqa: PLC0415 - what is settled needs no descriptor

        return load_catalog(self._folder)

    def __getitem__(self, kind: str) -> "Descriptor":
        return self.kinds[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)

    def __len__(self) -> int:
        return len(self.kinds)


def validated_with(folder: Path | None = None) -> str:
    """Names all that decides whether a spec is valid: while it is the same, what was valid then is valid now."""
    content = hashlib.sha256(repr(sorted(map(_content, sources_of(folder)))).encode()).hexdigest()
    return f"reconcile {__version__}, botocore {_botocore_version()}, catalog {content[:12]}"


def _content(source: Source) -> str:
    return source.flaw.message if source.flaw else source.text


def sources_of(folder: Path | None) -> Iterator[Source]:
    for path in sorted(BUILT_IN.glob("*.yaml")):
        yield Source(path.name, path.read_text(encoding="utf-8"))
    for path in own_files(folder) if folder else ():
        yield _own(path)


def own_files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])


def _own(path: Path) -> Source:
    name = f"{OWN}{path.name if path.name.isprintable() else ascii(path.name)[1:-1]}"
    try:
        return Source(name, text_of(read_content(str(path), largest=LARGEST)))
    except Flaw as flaw:
        return Source(name, "", flaw)


def _botocore_version() -> str:
    """Read, not imported: an import takes longer than a whole plan."""
    spec = importlib.util.find_spec("botocore")
    text = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    match = re.search(r"""^__version__ = ['"](.+)['"]""", text, re.MULTILINE)
    return match[1] if match else "unknown"
