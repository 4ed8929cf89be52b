"""The services' own models, read from botocore's data without importing botocore, and a view of their shapes."""

import functools
import gzip
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from reconcile.errors import CatalogError
from reconcile.kinds.descriptor import Descriptor

INPUT = "Input"  # the root among a descriptor's own shapes


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of a model. `traits` is what the member that refers to it adds: documentation, idempotencyToken."""

    shapes: Mapping[str, Any] = field(repr=False)
    name: str
    traits: Mapping[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self.shapes[self.name]
        return data

    @property
    def type(self) -> str:
        """structure, list, map, string, integer, long, float, double, boolean, timestamp or blob; `document` is a
        structure of anything."""
        return "document" if self.data.get("document") else str(self.data["type"])

    @property
    def members(self) -> Mapping[str, "Shape"]:
        """Of a structure; of a union exactly one is given."""
        return {name: self._to(reference) for name, reference in self.data.get("members", {}).items()}

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.data.get("required", ()))

    @property
    def is_union(self) -> bool:
        return bool(self.data.get("union"))

    @property
    def is_sensitive(self) -> bool:
        return bool(self.data.get("sensitive") or self.traits.get("sensitive"))

    @property
    def key(self) -> "Shape":
        return self._to(self.data["key"])

    @property
    def element(self) -> "Shape":
        """Of a list its items, of a map its values."""
        return self._to(self.data["member" if self.type == "list" else "value"])

    @property
    def enum(self) -> tuple[str, ...]:
        return tuple(self.data.get("enum", ()))

    @property
    def documentation(self) -> str:
        """HTML: what the member says of itself, else what its shape says."""
        return str(self.traits.get("documentation") or self.data.get("documentation") or "")

    def along(self, path: Sequence[str | int]) -> Iterator["Shape"]:
        """The shapes that `path` leads through, this one first (an index or a key leads into a list or map); it ends
        early where the path leads nowhere."""
        shape = self
        yield shape
        for part in path:
            if shape.type in ("list", "map"):
                shape = shape.element
            elif part in shape.members:
                shape = shape.members[str(part)]
            else:
                return
            yield shape

    def at(self, path: str) -> "Shape | None":
        """Where members with dots between them lead, "" being the shape itself; None where it is nowhere."""
        parts = path.split(".") if path else []
        found = tuple(self.along(parts))
        return found[-1] if len(found) == len(parts) + 1 else None

    def _to(self, reference: Mapping[str, Any]) -> "Shape":
        return Shape(self.shapes, reference["shape"], reference)


@dataclass(frozen=True, slots=True)
class Model:
    """A service: its operations and shapes, in botocore's own language."""

    operations: Mapping[str, Any]
    shapes: Mapping[str, Any]
    signing_name: str  # what requests are signed for; IAM calls the service so too

    def input(self, operation: str) -> Shape | None:
        """What an operation takes; None where there is no such operation."""
        return self._side(operation, "input")

    def output(self, operation: str) -> Shape | None:
        return self._side(operation, "output")

    def _side(self, operation: str, side: str) -> Shape | None:
        if operation not in self.operations:
            return None
        reference = self.operations[operation].get(side)
        return Shape(self.shapes, reference["shape"]) if reference else Shape({"": {"type": "structure"}}, "")


@functools.cache
def model_of(service: str) -> Model:
    """The newest version of a service's model that botocore has. Raises CatalogError where it has none."""
    is_name = service.replace("-", "").isalnum()  # and no pattern, which would find another one, or a path
    for folder in sorted(_data_folder().glob(f"{service}/*/"), reverse=True) if is_name else ():
        for file in sorted(folder.glob("service-2.json*")):
            data = file.read_bytes()
            model = orjson.loads(gzip.decompress(data) if file.suffix == ".gz" else data)
            about = model["metadata"]
            return Model(model["operations"], model["shapes"], about.get("signingName") or about["endpointPrefix"])
    raise CatalogError(
        f"botocore has no service called {service!r}.",
        fix="Use the name that `aws help` lists it under, or a newer botocore: pip install -U botocore",
    )


def input_of(descriptor: Descriptor) -> Shape:
    """The shape of a kind's spec. Raises CatalogError where the descriptor names what does not exist."""
    if descriptor.shapes:
        return Shape(descriptor.shapes, INPUT)
    try:
        shape = model_of(descriptor.service).input(descriptor.start.operation)
    except CatalogError as error:
        raise CatalogError(error.what, where=f"{descriptor.source} ({descriptor.kind})", fix=error.fix) from error
    if shape is None:
        raise CatalogError(
            f"{descriptor.service} has no operation {descriptor.start.operation}, which should start a "
            f"{descriptor.kind}.",
            where=descriptor.source,
            fix="Correct start.operation, or use a newer botocore: pip install -U botocore",
        )
    return shape


def _data_folder() -> Path:
    spec = importlib.util.find_spec("botocore")
    (folder, *_) = (spec.submodule_search_locations if spec else None) or ["."]
    return Path(folder) / "data"
