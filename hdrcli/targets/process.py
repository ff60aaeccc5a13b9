"""A service that hdrcli starts itself, and always stops."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 5.0


class ServiceError(Exception):
    """The service did not start: one sentence."""


@contextlib.contextmanager
def running_service(command: Sequence[str]) -> Iterator[str]:
    """Run `command` for as long as the block lasts; its base URL, once it answers HTTP.

    The first line that the command prints must end in its base URL, and it must stop when its standard input ends:
    that happens even if this process is killed. Raises `ServiceError` when it does not come to answer.
    """
    # A session of its own: Ctrl-C in the terminal is this process's to handle, which then stops the service.
    with subprocess.Popen(  # noqa: S603 -- our own command
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield _base_url(process)
        finally:
            _stop(process)


def _base_url(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101 -- it is a pipe
    words = process.stdout.readline().split()
    if not words:
        _stop(process)
        assert process.stderr is not None  # noqa: S101
        reason = process.stderr.read().strip().splitlines()[-1:] or [f"it ended with status {process.returncode}"]
        raise ServiceError(f"The sample app did not start: {reason[0]}")
    url = urlsplit(words[-1])
    try:
        with socket.create_connection((url.hostname, url.port), timeout=_START_SECONDS) as connection:
            connection.sendall(f"GET / HTTP/1.0\r\nHost: {url.netloc}\r\n\r\n".encode("ascii"))
            answered = connection.recv(1)
    except OSError as error:
        raise ServiceError(f"The sample app does not answer: {error}") from error
    if not answered:
        raise ServiceError("The sample app does not answer: it closed the connection.")
    return words[-1]


def _stop(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None  # noqa: S101 -- it is a pipe
    process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
