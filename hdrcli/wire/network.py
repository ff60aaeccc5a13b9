"""The network as this machine is set up: direct, or through the proxy that the environment names."""

from __future__ import annotations

import os
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, TransportFailure
from hdrcli.fetch.url import MAX_PORT, is_loopback
from hdrcli.records.errors import UsageError
from hdrcli.records.exchange import Received
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.tls import NO_CERTIFICATES, Certificates
from hdrcli.wire.transport import Transport

_NO_SOCKS: Final = "SOCKS needs pip install 'hdrcli[socks]'"


class NetworkTransport:
    """Direct connections, but for what `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` send through a proxy.

    With `http2` https goes over HTTP/2 where the server has it; both speak through httpx, by its parser.

    Loopback is never proxied, as in browsers. `timeout` is in seconds, for one exchange as a whole. Raises `UsageError`
    for certificates that cannot be used, and for HTTP/2 that is not installed.
    """

    def __init__(
        self,
        *,
        timeout: float,
        verify: bool,
        certificates: Certificates = NO_CERTIFICATES,
        http2: bool = False,
    ) -> None:
        if http2:
            _check_http2_is_installed()
        self._http2 = http2
        self._timeout = timeout
        self._direct = DirectTransport(timeout=timeout, verify=verify, certificates=certificates)
        self._over_httpx: dict[tuple[str | None, bool], Transport] = {}

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        proxy = _proxy_for(request)
        if proxy is None and not (self._http2 and request.url.scheme == "https"):
            return await self._direct.exchange(request)
        key = proxy, request.client_certificate
        if key not in self._over_httpx:
            try:
                self._over_httpx[key] = self._through(proxy, with_certificate=request.client_certificate)
            except (ValueError, ImportError) as error:
                reason = _NO_SOCKS if isinstance(error, ImportError) else str(error)
                return TransportFailure(
                    failure=Failure.CONNECTION_FAILED,
                    subject="proxy-setting",
                    proxy=f"{request.url.scheme}_proxy or all_proxy",
                    at_proxy=True,
                    seen=reason,
                )
        return await self._over_httpx[key].exchange(request)

    async def aclose(self) -> None:
        """See `Transport`."""
        for transport in [self._direct, *self._over_httpx.values()]:
            await transport.aclose()

    def _through(self, proxy: str | None, *, with_certificate: bool) -> Transport:
        import httpx

        from hdrcli.wire.over_httpx import HTTPXTransport

        context = self._direct.tls.context(with_certificate=with_certificate)
        place = None if proxy is None else _place(proxy)
        transport = httpx.AsyncHTTPTransport(proxy=proxy, verify=context, http2=self._http2)
        return HTTPXTransport(transport, timeout=self._timeout, proxy=place)


def _check_http2_is_installed() -> None:
    try:
        import h2  # noqa: F401 -- httpx's
    except ImportError:
        raise UsageError("--http2 needs packages more: pip install 'hdrcli[http2]'.") from None


def _place(proxy: str) -> str:
    """Host and port, without a password; raises `ValueError`, without one, too."""
    import httpx

    try:
        url = httpx.URL(proxy)
    except httpx.InvalidURL:
        url = httpx.URL()  # what httpx says of it may quote the password
    if not url.host or (url.port or 0) > MAX_PORT:
        raise ValueError("it is not of the form http://host:port")
    return url.host if url.port is None else f"{url.host}:{url.port}"


def _proxy_for(request: HTTPRequest) -> str | None:
    """The proxy's URL, or None for a direct connection."""
    if is_loopback(request.url.host) or not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    from urllib.request import getproxies_environment, proxy_bypass

    if proxy_bypass(request.url.authority):
        return None
    proxies = getproxies_environment()
    proxy = proxies.get(request.url.scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy
