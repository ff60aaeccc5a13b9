"""The network as this machine is set up: direct, or through the proxy that the environment names."""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, TransportFailure
from hdrcli.records.exchange import Received
from hdrcli.wire.addressing import BY_URL, Addressing
from hdrcli.wire.direct import HTTP2, DirectTransport
from hdrcli.wire.proxies import Proxy, named_proxy, proxy_for
from hdrcli.wire.tls import NO_CERTIFICATES, TLS, Certificates
from hdrcli.wire.transport import Transport

_NO_SOCKS: Final = "SOCKS needs pip install 'hdrcli[socks]'"


class NetworkTransport:
    """Direct connections, except where `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` name a proxy.

    Proxies are used through httpx, which has a parser of its own; through them, hdrcli speaks only HTTP/1.1.

    Loopback is never proxied, as in browsers. `proxy` takes the place of these variables: the URL of a proxy for all
    requests, or "" for none. A request that `addressing` leads elsewhere is direct.

    `timeout` is in seconds, for one exchange in total, and `connect_timeout` for its connection. Raises `UsageError`
    for certificates that cannot be used.
    """

    def __init__(
        self,
        *,
        timeout: float,
        verify: bool,
        certificates: Certificates = NO_CERTIFICATES,
        http2: HTTP2 = "auto",
        connect_timeout: float | None = None,
        proxy: str | None = None,
        addressing: Addressing = BY_URL,
    ) -> None:
        self._http2 = http2
        self._timeout = timeout
        self._connect_timeout = connect_timeout
        self._proxy = proxy
        self._addressing = addressing
        self._direct = DirectTransport(
            timeout=timeout,
            verify=verify,
            certificates=certificates,
            http2=http2,
            connect_timeout=connect_timeout,
            addressing=addressing,
        )
        self._verify = verify
        self._certificates = certificates
        self._over_httpx: dict[tuple[Proxy, bool], Transport] = {}

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        proxy = self._proxy_for(request)
        if proxy is None:
            return await self._direct.exchange(request)
        if self._http2 == "required":
            return TransportFailure(
                failure=Failure.CONNECTION_FAILED, subject="http2-through-proxy", proxy=proxy.variable, at_proxy=True
            )
        key = proxy, request.client_certificate
        if key not in self._over_httpx:
            try:
                self._over_httpx[key] = self._through(proxy, with_certificate=request.client_certificate)
            except (ValueError, ImportError) as error:
                reason = _NO_SOCKS if isinstance(error, ImportError) else str(error)
                return TransportFailure(
                    failure=Failure.CONNECTION_FAILED,
                    subject="proxy-setting",
                    proxy=proxy.variable,
                    at_proxy=True,
                    seen=reason,
                )
        return await self._over_httpx[key].exchange(request)

    async def aclose(self) -> None:
        """See `Transport`."""
        for transport in [self._direct, *self._over_httpx.values()]:
            await transport.aclose()

    def _proxy_for(self, request: HTTPRequest) -> Proxy | None:
        if self._proxy == "" or self._addressing.place(request.url):
            return None
        return proxy_for(request) if self._proxy is None else named_proxy(self._proxy, "--proxy")

    def _through(self, proxy: Proxy, *, with_certificate: bool) -> Transport:
        import httpx

        from hdrcli.wire.over_httpx import HTTPXTransport

        tls = TLS(verify=self._verify, certificates=self._certificates)  # httpx changes the protocols it offers
        context = tls.context(with_certificate=with_certificate)
        transport = httpx.AsyncHTTPTransport(proxy=proxy.checked_url, verify=context)
        return HTTPXTransport(transport, timeout=self._timeout, proxy=proxy, connect_timeout=self._connect_timeout)
