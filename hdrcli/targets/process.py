"""Services that hdrcli starts and stops itself.

The child process is stopped by the end of its standard input, not by a signal: the operating system closes that pipe
even if hdrcli is killed, so no server is left behind.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 5.0
_SUPERVISOR: Final = Path(__file__).with_name("supervisor.py")


class ServiceError(Exception):
    """The service did not start. The message is one sentence."""


@contextlib.contextmanager
def started(command: Sequence[str], *, stderr: int = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    """Run a command for the duration of the block. It must stop when its standard input ends."""
    # The child gets its own session, so that Ctrl-C in the terminal reaches only this process, which then stops it.
    with subprocess.Popen(  # noqa: S603 -- our own command, or the one that the user gave
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
    ) as process:
        try:
            yield process
        finally:
            _stop(process)


def supervised(command: Sequence[str]) -> list[str]:
    """The command that runs any other one, and stops it and its children when standard input ends."""
    return [sys.executable, "-I", "-S", str(_SUPERVISOR), *command]


@contextlib.contextmanager
def running_service(command: Sequence[str]) -> Iterator[str]:
    """Run `command` for the duration of the block, and yield its base URL once it responds to HTTP.

    The command must print its base URL at the end of its first line, and stop when its standard input ends. Raises
    `ServiceError` if it does not start or does not respond.
    """
    with started(command) as process:
        yield _base_url(process)


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
        first_byte = first_byte_of(url.hostname or "", url.port or 0, url.netloc, _START_SECONDS)
    except OSError as error:
        raise ServiceError(f"The sample app does not respond: {error}") from error
    if not first_byte:
        raise ServiceError("The sample app does not respond: it closed the connection.")
    return words[-1]


def first_byte_of(host: str, port: int, authority: str, seconds: float) -> bytes:
    """The first byte of an HTTP response, or none if the connection is closed. Raises `OSError`."""
    with socket.create_connection((host, port), timeout=seconds) as connection:
        connection.sendall(f"GET / HTTP/1.0\r\nHost: {authority}\r\n\r\n".encode("ascii"))
        return connection.recv(1)


def _stop(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None  # noqa: S101 -- it is a pipe
    process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
