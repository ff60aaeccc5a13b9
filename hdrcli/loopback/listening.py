"""The sockets of the page: loopback only, in IPv4 and, where the machine has it, in IPv6.

Browsers try both addresses of `localhost`. Without the second socket, another program could listen there.
"""

from __future__ import annotations

import contextlib
import errno
import socket
from typing import Final

from hdrcli.fetch.url import MAX_PORT
from hdrcli.records.errors import UsageError
from hdrcli.wire.descriptors import check_descriptors

_TRIES: Final = 20
_WITHOUT_IPV6: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


def listen_on_loopback(port: int, option: str) -> tuple[socket.socket, ...]:
    """Sockets that listen on a port of loopback; 0 is any free one. Raises `UsageError`, which names `option`.

    Raises `OSError` if there are too few file descriptors for a server.
    """
    if port not in range(MAX_PORT + 1):
        raise UsageError(f"a port must be a number from 0 to {MAX_PORT}.", option=option)
    check_descriptors()
    error: OSError | None = None
    for _ in range(1 if port else _TRIES):
        try:
            return _listen(port)
        except OSError as caught:  # a port that is free in IPv4 may be used in IPv6
            error = caught
    in_use = error is not None and error.errno == errno.EADDRINUSE
    reason = "another process uses this port" if in_use or error is None else str(error.strerror)
    raise UsageError(f"cannot listen on port {port}: {reason}; choose another one (0: any free one).", option=option)


def _listen(port: int) -> tuple[socket.socket, ...]:
    with contextlib.ExitStack() as opened:
        first = opened.enter_context(socket.create_server(("127.0.0.1", port)))
        sockets = [first]
        try:
            address = ("::1", first.getsockname()[1])
            sockets.append(opened.enter_context(socket.create_server(address, family=socket.AF_INET6)))
        except OSError as error:
            if error.errno not in _WITHOUT_IPV6:
                raise
        opened.pop_all()
    return tuple(sockets)
