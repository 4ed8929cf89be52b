"""What botocore knows of services lies in its data files: found and read as botocore does, in half the time."""

import gzip
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import orjson
from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader, create_loader
from botocore.session import Session

_READ: Mapping[str, Callable[[bytes], bytes]] = {".json": bytes, ".json.gz": gzip.decompress}


def share_loader(session: Session) -> None:
    """Sessions that find their data in the same folders have one loader: it keeps what it has read."""
    session.register_component("data_loader", _loader(session.get_config_variable("data_path")))


@cache
def _loader(folders: str | None) -> Loader:
    loader = create_loader(folders)
    quick: Any = loader
    quick.file_loader = _Files()
    quick.list_available_services = partial(_Services, loader)
    return loader


class _Services(Collection[str]):
    """Those with data of a type. To find out whether one is among them, botocore lists the folders of all 400."""

    def __init__(self, loader: Loader, type_name: str) -> None:
        self._loader = loader
        self._type_name = type_name

    def __contains__(self, service: Any) -> bool:
        try:
            return bool(self._loader.list_api_versions(service, self._type_name))
        except DataNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        names: list[str] = Loader.list_available_services(self._loader, self._type_name)
        return iter(names)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Files:
    """Files of JSON, named without their endings."""

    def exists(self, name: str) -> bool:
        return any(_files(name))

    def load_file(self, name: str) -> Any:
        """None where there is none."""
        return next((orjson.loads(plain(Path(path).read_bytes())) for path, plain in _files(name)), None)


def _files(name: str) -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    for ending, plain in _READ.items():
        if os.path.isfile(name + ending):  # noqa: PTH113 - unlike a Path's, no error where the folder is closed to us
            yield name + ending, plain
