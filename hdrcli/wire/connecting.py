"""From a host's name to a connected socket, over IPv6 or IPv4, whichever connects first.

`loop.create_connection` has two flaws: its look-ups keep a process from ending, and other event loops (uvloop) don't
implement happy eyeballs.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Final

from hdrcli.fetch.url import is_ip_address, is_loopback
from hdrcli.wire.look_ups import Address, LookUps

_ATTEMPT_DELAY: Final = 0.25
"""Seconds until the next address is tried in parallel: https://www.rfc-editor.org/rfc/rfc8305.html#section-8"""


async def resolve(host: str, port: int, look_ups: LookUps) -> list[Address]:
    """The addresses of a URL's serialized host, alternating between families; raises as `look_ups`, which has names.

    Source: https://www.rfc-editor.org/rfc/rfc8305.html#section-4
    """
    if host.startswith("["):
        return [(socket.AF_INET6, (host[1:-1], port, 0, 0))]
    if is_ip_address(host):
        return [(socket.AF_INET, (host, port))]
    if is_loopback(host):
        # Browsers don't ask a resolver for it: https://www.rfc-editor.org/rfc/rfc6761.html#section-6.3
        return [(socket.AF_INET6, ("::1", port, 0, 0)), (socket.AF_INET, ("127.0.0.1", port))]
    found = await look_ups.addresses(host, port)
    first = [address for address in found if address[0] == found[0][0]]
    others = [address for address in found if address[0] != found[0][0]]
    return [address for address in chain.from_iterable(zip_longest(first, others)) if address is not None]


async def connect(addresses: Sequence[Address]) -> socket.socket:
    """A socket that is connected to the first address that accepts; raises the `OSError` that says most.

    Source: https://www.rfc-editor.org/rfc/rfc8305.html#section-5
    """
    if len(addresses) == 1:
        return await _connected(addresses[0])
    untried = list(addresses)
    errors: list[BaseException] = []
    attempts: set[asyncio.Task[socket.socket]] = set()
    try:
        while untried or attempts:
            if untried:
                attempts.add(asyncio.create_task(_connected(untried.pop(0))))
            delay = _ATTEMPT_DELAY if untried else None
            done, _ = await asyncio.wait(attempts, timeout=delay, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                attempts.remove(attempt)
                error = attempt.exception()
                if error is None:
                    return attempt.result()
                errors.append(error)
    finally:
        for attempt in attempts:
            attempt.add_done_callback(_close_late)
            attempt.cancel()
    # The error of a family that this machine has no route for says nothing about the host.
    raise next((error for error in errors if isinstance(error, ConnectionError)), errors[-1])


async def _connected(address: Address) -> socket.socket:
    family, place = address
    protocol = 0 if isinstance(place, str) else socket.IPPROTO_TCP  # asyncio sets TCP_NODELAY only on these
    connection = socket.socket(family, socket.SOCK_STREAM, protocol)
    try:
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, place)
    except BaseException:
        connection.close()
        raise
    return connection


def _close_late(attempt: asyncio.Task[socket.socket]) -> None:
    """Close a connection that was established after another one."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()
