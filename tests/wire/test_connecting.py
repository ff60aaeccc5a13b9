"""From a name to a connected socket, over whichever address answers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdrcli.wire.connecting import connect, resolve
from hdrcli.wire.look_ups import Address, LookUps
from tests.cli.program import COMMAND, environment
from tests.serving.loopback import DEADLINE, free_port, full_port


@contextlib.contextmanager
def listening() -> Iterator[Address]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield socket.AF_INET, listener.getsockname()


@contextlib.contextmanager
def silent() -> Iterator[Address]:
    """An address that neither lets anybody in nor refuses."""
    with full_port() as port:
        yield socket.AF_INET, ("127.0.0.1", port)


def refusing() -> Address:
    return socket.AF_INET, ("127.0.0.1", free_port())


def connected_to(*addresses: Address) -> object:
    """Where the first connection is to."""

    async def run() -> object:
        with await connect(addresses) as connection:
            return connection.getpeername()

    return asyncio.run(run())


def test_an_address_that_does_not_respond_does_not_delay_the_others() -> None:
    with silent() as first, listening() as second:
        start = time.monotonic()
        assert connected_to(first, second) == second[1]
        assert 0.2 < time.monotonic() - start < DEADLINE / 2


def test_an_address_that_refuses_is_passed_over_at_once() -> None:
    with listening() as last:
        assert connected_to(refusing(), refusing(), last) == last[1]


def test_the_first_address_comes_first() -> None:
    with listening() as first, listening() as second:
        assert connected_to(first, second) == first[1]


def test_the_error_that_says_most() -> None:
    """A family without a route says nothing of the host; there is none to all at once."""
    unreachable: Address = (socket.AF_INET, ("255.255.255.255", 9))
    with pytest.raises(ConnectionRefusedError):
        connected_to(refusing(), unreachable)


@pytest.mark.parametrize(
    ("host", "places"),
    [
        ("127.1.2.3", ["127.1.2.3"]),
        ("[::1]", ["::1"]),
        ("localhost", ["::1", "127.0.0.1"]),
        ("app.localhost.", ["::1", "127.0.0.1"]),
    ],
)
def test_what_needs_no_look_up(host: str, places: list[str]) -> None:
    async def run() -> list[Address]:
        return await resolve(host, 80, LookUps())

    assert [place[0] for _, place in asyncio.run(run())] == places


def _can_have_its_own_resolver() -> bool:
    return (
        os.name == "posix"
        and os.geteuid() == 0
        and shutil.which("unshare") is not None
        and subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not _can_have_its_own_resolver(), reason="takes the rights to mount another resolv.conf")
def test_a_name_server_that_never_responds(tmp_path: Path) -> None:
    """The look-up goes on longer than the timeout, and the process does not wait for it."""
    configuration = tmp_path / "resolv.conf"
    configuration.write_text("nameserver 127.0.0.153\noptions timeout:10 attempts:1\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as name_server:
        name_server.bind(("127.0.0.153", 53))
        mount = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
        check = [*COMMAND, "check", "http://api.example/", "--timeout", "0.5"]
        start = time.monotonic()
        ended = subprocess.run(
            ["unshare", "-m", "sh", "-c", mount, str(configuration), *check],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        elapsed = time.monotonic() - start
        assert name_server.recv(512)

    assert ended.stderr == "hdrcli: GET http://api.example/: The name api.example was not resolved within 0.5 s.\n"
    assert elapsed < 9  # the look-up takes 10 seconds
