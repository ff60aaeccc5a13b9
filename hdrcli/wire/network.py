"""The network as this machine is set up: direct, or through the proxy that the environment names."""

from __future__ import annotations

import os

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.url import is_loopback
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.tls import new_tls_context
from hdrcli.wire.transport import Transport


class NetworkTransport:
    """Direct connections, but for what `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` send through a proxy.

    Loopback is never proxied, as in browsers. `timeout` is in seconds, for one exchange as a whole.
    """

    def __init__(self, *, timeout: float, verify: bool) -> None:
        self._timeout = timeout
        self._verify = verify
        self._direct = DirectTransport(timeout=timeout, verify=verify)
        self._proxied: dict[str, Transport] = {}

    async def exchange(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """See `Transport`."""
        proxy = _proxy_for(request)
        if proxy is None:
            return await self._direct.exchange(request)
        if proxy not in self._proxied:
            try:
                self._proxied[proxy] = self._through(proxy)
            except (ValueError, ImportError) as error:
                detail = f"The proxy that {request.url.scheme}_proxy or all_proxy names cannot be used: {error}."
                return TransportFailure(failure=Failure.CONNECTION_FAILED, detail=detail)
        return await self._proxied[proxy].exchange(request)

    async def aclose(self) -> None:
        """See `Transport`."""
        for transport in [self._direct, *self._proxied.values()]:
            await transport.aclose()

    def _through(self, proxy: str) -> Transport:
        import httpx

        from hdrcli.wire.over_httpx import HTTPXTransport

        url = httpx.URL(proxy)
        name = url.host if url.port is None else f"{url.host}:{url.port}"
        transport = httpx.AsyncHTTPTransport(proxy=proxy, verify=new_tls_context(verify=self._verify))
        return HTTPXTransport(transport, timeout=self._timeout, proxy=name)


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
