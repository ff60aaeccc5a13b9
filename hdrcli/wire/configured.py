"""The network as settings describe it, and which of them contradict each other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Final

from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.wire.addressing import read_addressing
from hdrcli.wire.direct import HTTP2
from hdrcli.wire.network import NetworkTransport
from hdrcli.wire.pacing import RatedTransport, RetryingTransport
from hdrcli.wire.proxies import named_proxy
from hdrcli.wire.tls import Certificates
from hdrcli.wire.transport import Transport

_HTTP2: Final[dict[bool | None, HTTP2]] = {None: "auto", True: "required", False: "off"}
"""The setting `http2` -> when the transport speaks HTTP/2."""

_WAYS: Final = {
    "--proxy": "proxy",
    "--resolve": "resolve",
    "--connect-to": "connect_to",
    "--unix-socket": "unix_socket",
}
_FIELDS: Final = (
    *(*_WAYS.values(), "timeout", "connect_timeout", "retries", "rate", "http2"),
    *("verify", "cacert", "cert", "key"),
)


def network_of(settings: Settings) -> NetworkTransport:
    """The network with these settings, without their rate and retries. Raises `UsageError`."""
    return NetworkTransport(
        timeout=settings.timeout,
        verify=settings.verify,
        certificates=Certificates(cacert=settings.cacert, cert=settings.cert, key=settings.key),
        http2=_HTTP2[settings.http2],
        connect_timeout=settings.connect_timeout,
        proxy=settings.proxy,
        addressing=read_addressing(settings.resolve, settings.connect_to, settings.unix_socket),
    )


def paced(transport: Transport, settings: Settings, rate_per_site: float | None = None) -> Transport:
    """The transport, with the rate and the retries of the settings, and with a rate for each site."""
    if settings.rate is not None:
        transport = RatedTransport(transport, settings.rate)
    if rate_per_site is not None:
        transport = RatedTransport(transport, rate_per_site, per_site=True)
    return RetryingTransport(transport, settings.retries) if settings.retries else transport


@asynccontextmanager
async def own_network(network: Transport, common: Settings, own: Settings) -> AsyncGenerator[Transport]:
    """The network for a service with settings of its own: that of the run, unless the settings describe another one."""
    if all(getattr(common, name) == getattr(own, name) for name in _FIELDS):
        yield network
        return
    async with aclosing(network_of(own)) as transport:
        yield paced(transport, own)


def check_network(settings: Settings) -> None:
    """Raise `UsageError` for settings of the network that contradict each other."""
    given = [option for option, name in _WAYS.items() if getattr(settings, name)]
    if settings.in_browser:
        _refuse_in_browser(["--send"] * bool(settings.send) + given, settings)
    if not settings.proxy:
        return
    try:
        named_proxy(settings.proxy, "--proxy").check()
    except ValueError as error:
        raise UsageError(f"cannot be used: {error}.", option="--proxy") from None
    for option in given[1:]:
        raise UsageError("does not go with --proxy, which makes the connections: omit one.", option=option)


def _refuse_in_browser(given: list[str], settings: Settings) -> None:
    """A real browser makes its own connections, has certificates of its own, and sends what the page sets."""
    if settings.cacert or settings.cert:
        option = "--cacert" if settings.cacert else "--cert"
        raise UsageError(
            "does not go with --in-browser, as a real browser has certificates of its own: omit one of them.",
            option=option,
        )
    for option in given:
        raise UsageError(
            "does not go with --in-browser, as a real browser makes its own requests: omit one of them.",
            option=option,
        )
