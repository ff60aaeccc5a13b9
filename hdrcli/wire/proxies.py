"""The proxy that the environment names for a request, if any.

The variables are curl's and Python's: `http_proxy`, `https_proxy`, `all_proxy`, and `no_proxy` for exceptions, each in
lower or upper case. An entry of `no_proxy` is a name with all its subdomains, a host with a port, an IP address, or a
network (10.0.0.0/8), as in curl and Go. Loopback is never proxied, as in browsers.
"""

from __future__ import annotations

import os
from typing import ClassVar, Final

from hdrcli.fetch import HTTPRequest
from hdrcli.fetch.url import MAX_PORT, is_ip_address, is_loopback
from hdrcli.structs import Record

_SCHEMES: Final = ("http", "https", "socks5", "socks5h")
"""Of httpx."""


class Proxy(Record, frozen=True, kw_only=True):
    """A proxy: its URL, which may hold a password, and the environment variable or the option that names it."""

    not_in_repr: ClassVar = frozenset({"url"})

    url: str
    variable: str

    def check(self) -> None:
        """Raise `ValueError`, which doesn't quote the URL, if it is malformed or of an unknown kind of proxies."""
        if self.checked_url.partition("://")[0].lower() not in _SCHEMES:
            raise ValueError(f"it is not of the form http://host:port (or {', '.join(_SCHEMES[1:])})")

    @property
    def checked_url(self) -> str:
        """The URL. Raises `ValueError` without quoting it if it is malformed."""
        import httpx

        try:
            url = httpx.URL(self.url)
        except httpx.InvalidURL:
            url = httpx.URL()  # the error's text may quote the password
        if not url.host or (url.port or 0) > MAX_PORT:
            raise ValueError("it is not of the form http://host:port")
        return self.url

    @property
    def address(self) -> str:
        """Host and port, of a URL that is well-formed."""
        import httpx

        url = httpx.URL(self.url)
        return url.host if url.port is None else f"{url.host}:{url.port}"


def proxy_for(request: HTTPRequest) -> Proxy | None:
    """The proxy for a request, or None for a direct connection."""
    if is_loopback(request.url.host) or not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    from urllib.request import getproxies_environment, proxy_bypass

    if proxy_bypass(request.url.authority) or _is_in_unproxied_network(request.url.host):
        return None
    proxies = getproxies_environment()
    kind = next((kind for kind in (request.url.scheme, "all") if kind in proxies), None)
    if kind is None:
        return None
    url = proxies[kind]
    return named_proxy(url, _variable(f"{kind}_proxy"))


def named_proxy(url: str, variable: str) -> Proxy:
    """The proxy at this URL, whose scheme is http unless it has one."""
    return Proxy(url=url if "://" in url else f"http://{url}", variable=variable)


def _variable(name: str) -> str:
    """The environment's spelling of the variable, of which the one in lower case has precedence."""
    return name if os.environ.get(name) else next(other for other in os.environ if other.lower() == name)


def _is_in_unproxied_network(host: str) -> bool:
    """Whether `no_proxy` has a network that holds this IP address."""
    no_proxy = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    if "/" not in no_proxy or not (host.startswith("[") or is_ip_address(host)):
        return False
    from ipaddress import ip_address, ip_network

    address = ip_address(host.strip("[]"))
    for entry in no_proxy.split(","):
        try:
            network = ip_network(entry.strip(), strict=False)
        except ValueError:
            continue
        if address in network:
            return True
    return False
