"""The address space of a URL's host: public, local or loopback.

Source: https://wicg.github.io/local-network-access/#ip-address-space-section
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Literal

from hdrcli.fetch.url import is_ip_address, is_loopback

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

AddressSpace = Literal["public", "local", "loopback"]

_BLOCKS: Final[tuple[tuple[str, AddressSpace], ...]] = (
    ("127.0.0.0/8", "loopback"),
    ("10.0.0.0/8", "local"),
    ("100.64.0.0/10", "local"),
    ("172.16.0.0/12", "local"),
    ("192.168.0.0/16", "local"),
    ("198.18.0.0/15", "loopback"),
    ("169.254.0.0/16", "local"),
    ("::1/128", "loopback"),
    ("fc00::/7", "local"),
    ("fe80::/10", "local"),
    ("fec0::/10", "local"),
    ("0.0.0.0/32", "loopback"),
    ("0.0.0.0/8", "local"),
    ("::/128", "loopback"),
    ("2001:db8::/32", "local"),
    ("3fff::/20", "local"),
)
"""https://wicg.github.io/local-network-access/#non-public-ip-address-blocks; the first block that matches counts."""


def address_space(host: str) -> AddressSpace | None:
    """The address space of a serialized host; None for a name, which may resolve to any address.

    `localhost` and names below it are loopback, names below `.local` are local.
    """
    if not is_ip_address(host):
        if is_loopback(host):
            return "loopback"
        return "local" if host.removesuffix(".").endswith(".local") else None
    return _of_address(host)


@lru_cache(maxsize=128)  # a list may have a million addresses
def _of_address(host: str) -> AddressSpace:
    """https://wicg.github.io/local-network-access/#determine-the-ip-address-space."""
    from ipaddress import IPv6Address, ip_address

    address = ip_address(host.strip("[]"))
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return next((space for block, space in _blocks() if address in block), "public")


@cache
def _blocks() -> tuple[tuple[IPv4Network | IPv6Network, AddressSpace], ...]:
    """The networks, made when they are first needed: `ipaddress` takes long to import."""
    from ipaddress import ip_network

    return tuple((ip_network(block), space) for block, space in _BLOCKS)
