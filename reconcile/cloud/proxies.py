"""Connections through the proxy that the environment names, if it does."""

from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3


def pool(url: str, **settings: Any) -> urllib3.PoolManager:
    """For requests to this address. `settings` are urllib3's."""
    parts = urlsplit(url)
    proxy = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
    return urllib3.ProxyManager(proxy, **settings) if proxy else urllib3.PoolManager(**settings)
