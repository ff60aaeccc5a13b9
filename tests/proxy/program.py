"""The program while it runs, as a user starts it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cli.program import COMMAND, environment
from tests.proxy.serving import read_to_end
from tests.serving.loopback import DEADLINE


class Running:
    """The program while it runs; `lines` are those of standard error."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.port = int(self.wait_for(r"http://localhost:(\d+)")[1])

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Until a line matches."""

        def found() -> re.Match[str] | None:
            return next((match for line in self.lines if (match := re.search(pattern, line))), None)

        with self._changed:
            assert self._changed.wait_for(found, DEADLINE), self.lines
            match = found()
            assert match
            return match

    def send(self, data: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as connection:
            connection.sendall(data.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            return read_to_end(connection)

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """The exit status, and what was printed to standard output and standard error."""
        self.process.send_signal(number)
        assert self.process.stdout
        out = self.process.stdout.read()
        status = self.process.wait(DEADLINE)
        with self._changed:
            assert self._changed.wait_for(lambda: "" in self.lines, DEADLINE)
        return status, out, "".join(self.lines)

    def _read(self) -> None:
        assert self.process.stderr
        while True:
            line = self.process.stderr.readline()
            with self._changed:
                self.lines.append(line)
                self._changed.notify_all()
            if not line:
                return


@contextmanager
def running(*arguments: str, ignores_sigint: bool = False) -> Iterator[Running]:
    with subprocess.Popen(
        [*COMMAND, "proxy", "--port=0", *arguments],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignores_sigint else None,  # noqa: PLW1509
    ) as process:
        try:
            yield Running(process)
        finally:
            process.kill()
