"""What botocore knows of services lies in its data files: found and read here as botocore does."""

import gzip
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader, create_loader
from botocore.session import Session

_READ: Mapping[str, Callable[[bytes], bytes]] = {".json": bytes, ".json.gz": gzip.decompress}


def share_loader(session: Session) -> None:
    """Sessions that find their data in the same folders have one loader: it keeps what it has read."""
    session.register_component("data_loader", _loader(session.get_config_variable("data_path")))


@cache
def _loader(folders: str | None) -> Loader:
    return _QuickLoader(create_loader(folders).search_paths, include_default_search_paths=False)


class _Files(JSONFileLoader):
    """Files of JSON, named without their endings."""

    def exists(self, name: str) -> bool:
        return any(_files(name))

    def load_file(self, name: str) -> Any:
        """None where there is none."""
        return next((orjson.loads(plain(Path(path).read_bytes())) for path, plain in _files(name)), None)


class _QuickLoader(Loader):
    """Botocore's own takes twice as long to make a client, or longer, which is much of a small plan."""

    FILE_LOADER_CLASS = _Files

    def list_available_services(self, type_name: str) -> Any:
        """No list, but all of one that botocore uses."""
        return _Services(super().list_available_services, self.list_api_versions, type_name)


class _Services(Collection[str]):
    """Those with data of a type. To find out whether one is among them, botocore lists the folders of all 400."""

    def __init__(
        self, every: Callable[[str], list[str]], versions: Callable[[str, str], list[str]], type_name: str
    ) -> None:
        self._every = every
        self._versions = versions
        self._type_name = type_name

    def __contains__(self, service: Any) -> bool:
        try:
            return bool(self._versions(service, self._type_name))
        except DataNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(self._every(self._type_name))

    def __len__(self) -> int:
        return len(self._every(self._type_name))


def _files(name: str) -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    for ending, plain in _READ.items():
        if os.path.isfile(name + ending):  # noqa: PTH113 - unlike a Path's, no error where the folder is closed to us
            yield name + ending, plain
