"""A service that a command serves, `--launch 'uvicorn app:app --port {port}'`: started, waited for, stopped.

The command is never given to a shell. Its port is free before it is started, and it still runs when the port responds:
so no other server is checked in its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator
from typing import IO, Final

from hdrcli.fetch.url import URL
from hdrcli.planning.routes import Service, read_url
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.targets.app import names_app
from hdrcli.targets.process import first_byte_of, started, supervised
from hdrcli.targets.scope import check_scope
from hdrcli.text.redaction import redact_command
from hdrcli.wire.transport import Transport

PORT: Final = "{port}"
"""In the command and in URLs, it stands for a free port."""

_HOST: Final = "127.0.0.1"
_POLL_SECONDS: Final = 0.05
_SHOWN_LINES: Final = 3
_KEPT: Final = 4000
"""Characters of the command's last output."""


class LaunchedTarget:
    """See `hdrcli.targets.Target`. Raises `UsageError` for a command or URLs that make no sense."""

    def __init__(self, settings: Settings) -> None:
        from hdrcli.targets import read_targets

        check_scope("launch", settings)
        text = settings.launch or ""
        has_port = PORT in text
        if not has_port and not settings.targets:
            raise UsageError(f"needs {PORT} in the command, or the URL that it serves.", option="--launch")
        port = str(_free_port()) if has_port else PORT
        self._command = [word.replace(PORT, port) for word in _words(text)]
        words = [word.replace(PORT, port) for word in settings.targets] or [f"http://{_HOST}:{port}/"]
        if names_app(words[0]):
            raise UsageError("starts a server: give the URL that it serves, not an app in process.", option="--launch")
        self._url = read_url(words[0])
        self._settings = settings
        self._name = redact_command(text)
        self._origin = str(self._url.origin) if has_port else ""
        self._inner = read_targets(replace(settings, launch=None, targets=tuple(words), given=frozenset()))

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """Yield the services at the URLs while the command runs. One that doesn't start is a service's problem."""
        with contextlib.ExitStack() as stack:
            problem = None
            if not self._settings.dry_run:
                problem = await self._start(stack)
            if problem is not None:
                yield Service(name=self._name, routes=(), problem=problem)
                return
            from hdrcli.targets import open_services

            async with contextlib.aclosing(open_services(self._inner, network)) as services:
                async for service in services:
                    # A port differs from run to run, and the service's name should not.
                    name = self._name if service.name == self._origin else service.name
                    yield replace(service, name=name)

    async def _start(self, stack: contextlib.ExitStack) -> str | None:
        """Start the command and wait until it responds; returns why it does not."""
        if await asyncio.to_thread(_is_in_use, self._url):
            return f"{self._url.authority} is in use already: another process listens there."
        process = stack.enter_context(started(supervised(self._command), stderr=subprocess.STDOUT))
        output = _Output(process.stdout, self._settings.launch or "")
        deadline = time.monotonic() + self._settings.wait
        while True:
            remaining = deadline - time.monotonic()
            has_response = remaining > 0 and await asyncio.to_thread(_responds, self._url, remaining)
            if process.poll() is not None:
                return f"The command ended with status {process.returncode}{output.last_lines}."
            if has_response:
                return None
            if remaining <= 0:
                seconds = f"{self._settings.wait:g} s"
                return f"The command does not respond at {self._url.authority} within {seconds}{output.last_lines}."
            await asyncio.sleep(_POLL_SECONDS)


class _Output:
    """Reads all that a command prints, so that it never waits, and keeps the end."""

    def __init__(self, stream: IO[str] | None, command: str) -> None:
        self._command = command
        self._lines: deque[str] = deque(maxlen=_SHOWN_LINES)
        if stream is not None:
            self._thread = threading.Thread(target=self._read, args=[stream], daemon=True)
            self._thread.start()

    @property
    def last_lines(self) -> str:
        """The last lines as the end of a sentence."""
        self._thread.join(_POLL_SECONDS)  # of a command that has just ended
        if not self._lines:
            return ", and printed nothing"
        return f': "{redact_command(" / ".join(self._lines), self._command)}"'

    def _read(self, stream: IO[str]) -> None:
        with contextlib.suppress(ValueError, OSError):  # closed meanwhile
            while line := stream.readline(_KEPT):
                if line.strip():
                    self._lines.append(line.strip())


def words_of(command: str, system: str) -> list[str]:
    """The words of a command, by the quoting of a system (`os.name`). Raises `ValueError` for an open quote.

    On Windows, a backslash separates the parts of a path, and only " is a quote.
    """
    lexer = shlex.shlex(command, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if system == "nt":
        lexer.escape, lexer.quotes = "", '"'
    return list(lexer)


def _words(command: str) -> list[str]:
    try:
        words = words_of(command, os.name)
    except ValueError:
        raise UsageError("has a quote that is not closed.", option="--launch") from None
    if not words:
        raise UsageError("is empty: give the command that starts the service.", option="--launch")
    found = shutil.which(words[0])
    if found is None:
        raise UsageError(f'"{words[0]}" is not a program: is it installed?', option="--launch")
    return [found, *words[1:]] if os.name == "nt" else words  # Windows starts npm.cmd by its whole name only


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _is_in_use(url: URL) -> bool:
    """Whether anything accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection(_address(url), timeout=_POLL_SECONDS * 20):
        return True
    return False


def _address(url: URL) -> tuple[str, int]:
    return url.host.strip("[]"), url.effective_port


def _responds(url: URL, seconds: float) -> bool:
    """Whether the server at a URL accepts connections, and over http whether it responds to a request."""
    if url.scheme == "https":
        return _is_in_use(url)
    try:
        return bool(first_byte_of(*_address(url), url.authority, seconds))
    except OSError:
        return False
