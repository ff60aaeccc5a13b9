"""A service that hdrcli starts and stops itself.

The child process is stopped by the end of its standard input, not by a signal: the operating system closes that pipe
even if hdrcli is killed, so no server is left behind.
"""

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
    """The service did not start. The message is one sentence."""


@contextlib.contextmanager
def running_service(command: Sequence[str]) -> Iterator[str]:
    """Run `command` for the duration of the block, and yield its base URL once it responds to HTTP.

    The command must print its base URL at the end of its first line, and stop when its standard input ends. Raises
    `ServiceError` if it does not start or does not respond.
    """
    # The child gets its own session, so that Ctrl-C in the terminal reaches only this process, which then stops it.
    with subprocess.Popen(  # noqa: S603 -- our own command
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
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
            first_byte = connection.recv(1)
    except OSError as error:
        raise ServiceError(f"The sample app does not respond: {error}") from error
    if not first_byte:
        raise ServiceError("The sample app does not respond: it closed the connection.")
    return words[-1]


def _stop(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None  # noqa: S101 -- it is a pipe
    process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
