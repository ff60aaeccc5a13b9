"""Where connections for a URL go, if not to the URL's own host: `--resolve`, `--connect-to` and `--unix-socket`.

Only the connection changes, as in curl: `Host`, the name in the TLS handshake, and all that browsers make of the URL's
host (loopback, mixed content, cookies) stay the URL's.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from typing import Final

from hdrcli.fetch.url import MAX_PORT, URL, parse_url
from hdrcli.records.errors import UsageError
from hdrcli.structs import Record
from hdrcli.wire.connecting import resolve
from hdrcli.wire.look_ups import Address, LookUps

_HOST: Final = r"(\[[^\[\]]*\]|[^:\[\]]*)"
_ANY: Final = "*"


class _Rule(Record, frozen=True, kw_only=True):
    """Requests to this host and port ("*" and 0: any) go to another, or to these addresses."""

    host: str
    port: int
    to: tuple[str, ...]
    to_port: int = 0

    def holds(self, host: str, port: int) -> bool:
        return self.host in {_ANY, host} and self.port in {0, port}


class Addressing(Record, frozen=True, kw_only=True):
    """The places of connections; made by `read_addressing`."""

    resolved: tuple[_Rule, ...] = ()
    connected: tuple[_Rule, ...] = ()
    unix_socket: str | None = None

    def place(self, url: URL) -> str:
        """Where the connection goes to, for messages; empty if that is the URL's own host."""
        if self.unix_socket is not None:
            return self.unix_socket
        if not (self.resolved or self.connected):
            return ""
        host, port, addresses = self._target(url)
        if addresses:
            host = ", ".join(addresses)
        return "" if (host, port) == (url.host, url.effective_port) else f"{host}, port {port}"

    async def addresses(self, url: URL, look_ups: LookUps) -> list[Address]:
        """The addresses to try for a URL; raises as `hdrcli.wire.connecting.resolve`."""
        if self.unix_socket is not None:
            return [(_unix_family(), self.unix_socket)]
        host, port, addresses = self._target(url)
        return [found for each in addresses or (host,) for found in await resolve(each, port, look_ups)]

    def _target(self, url: URL) -> tuple[str, int, tuple[str, ...]]:
        """Host and port after `--connect-to`, and their addresses by `--resolve`."""
        host, port = url.host, url.effective_port
        moved = next((rule for rule in self.connected if rule.holds(host, port)), None)
        if moved is not None:
            host, port = moved.to[0] or host, moved.to_port or port
        found = next((rule for rule in self.resolved if rule.holds(host, port)), None)
        return host, port, () if found is None else found.to


BY_URL: Final = Addressing()
"""Every connection goes to the URL's own host."""


def read_addressing(resolved: Sequence[str], connected: Sequence[str], unix_socket: str | None) -> Addressing:
    """The places that these options name. Raises `UsageError` for a text that is not of an option's form."""
    if unix_socket is not None:
        _unix_family()
    return Addressing(
        resolved=tuple(map(_resolve_rule, resolved)),
        connected=tuple(map(_connect_to_rule, connected)),
        unix_socket=unix_socket,
    )


def _unix_family() -> socket.AddressFamily:
    """Raises `UsageError` on Windows, whose Python has no Unix sockets."""
    family: socket.AddressFamily | None = getattr(socket, "AF_UNIX", None)
    if family is None:
        raise UsageError("needs a system with Unix sockets.", option="--unix-socket")
    return family


def _resolve_rule(text: str) -> _Rule:
    """`HOST:PORT:ADDRESS[,ADDRESS]...`: https://curl.se/docs/manpage.html#--resolve."""
    parts = re.fullmatch(rf"{_HOST}:([0-9]+):(.+)", text)
    addresses = () if parts is None else tuple(map(_ip_address, parts[3].split(",")))
    if parts is None or not parts[1] or "" in addresses:
        raise UsageError(f'"{text}" is not HOST:PORT:ADDRESS, such as api.example:443:127.0.0.1.', option="--resolve")
    return _Rule(host=_host(parts[1], "--resolve"), port=_port(parts[2], "--resolve"), to=addresses)


def _connect_to_rule(text: str) -> _Rule:
    """`HOST1:PORT1:HOST2:PORT2`, each of which may be empty: https://curl.se/docs/manpage.html#--connect-to."""
    option = "--connect-to"
    parts = re.fullmatch(rf"{_HOST}:([0-9]*):{_HOST}:([0-9]*)", text)
    if parts is None:
        raise UsageError(f'"{text}" is not HOST:PORT:HOST:PORT, such as api.example:443:localhost:8443.', option=option)
    host, port, to_host, to_port = parts.groups()
    return _Rule(
        host=_host(host, option) if host else _ANY,
        port=_port(port, option) if port else 0,
        to=(_host(to_host, option) if to_host else "",),
        to_port=_port(to_port, option) if to_port else 0,
    )


def _host(text: str, option: str) -> str:
    """A host as URLs have it."""
    if text == _ANY:
        return text
    url = parse_url(f"http://{text}/")
    if url is None or str(url) != f"http://{url.host}/":
        raise UsageError(f'"{text}" is not a host.', option=option)
    return url.host


def _port(text: str, option: str) -> int:
    port = int(text[:6])
    if not 0 < port <= MAX_PORT:
        raise UsageError(f'"{text}" is not a port.', option=option)
    return port


def _ip_address(text: str) -> str:
    """An IP address as a URL's host, or "" for anything else."""
    from ipaddress import ip_address

    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return ""
    return str(address) if address.version == 4 else f"[{address}]"  # noqa: PLR2004 -- as it is called
