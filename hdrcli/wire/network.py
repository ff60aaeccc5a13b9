"""The network as this machine is set up: direct, or through the proxy that the environment names."""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, TransportFailure
from hdrcli.records.errors import UsageError
from hdrcli.records.exchange import Received
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.proxies import Proxy, proxy_for
from hdrcli.wire.tls import NO_CERTIFICATES, Certificates
from hdrcli.wire.transport import Transport

_NO_SOCKS: Final = "SOCKS needs pip install 'hdrcli[socks]'"


class NetworkTransport:
    """Direct connections, except where `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` name a proxy.

    With `http2`, https uses HTTP/2 where the server offers it. HTTP/2 and proxies use httpx, with its own parser.

    Loopback is never proxied, as in browsers. `timeout` is in seconds, for one exchange in total. Raises `UsageError`
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
        self._over_httpx: dict[tuple[Proxy | None, bool], Transport] = {}

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        proxy = proxy_for(request)
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
                    proxy=proxy.variable if proxy else None,
                    at_proxy=True,
                    seen=reason,
                )
        return await self._over_httpx[key].exchange(request)

    async def aclose(self) -> None:
        """See `Transport`."""
        for transport in [self._direct, *self._over_httpx.values()]:
            await transport.aclose()

    def _through(self, proxy: Proxy | None, *, with_certificate: bool) -> Transport:
        import httpx

        from hdrcli.wire.over_httpx import HTTPXTransport

        context = self._direct.tls.context(with_certificate=with_certificate)
        proxy_url = None if proxy is None else proxy.checked_url
        transport = httpx.AsyncHTTPTransport(proxy=proxy_url, verify=context, http2=self._http2)
        return HTTPXTransport(transport, timeout=self._timeout, proxy=proxy)


def _check_http2_is_installed() -> None:
    try:
        import h2  # noqa: F401 -- httpx's
    except ImportError:
        raise UsageError("--http2 needs packages more: pip install 'hdrcli[http2]'.") from None
