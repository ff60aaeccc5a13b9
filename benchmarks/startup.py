"""How long does hdrcli take to start, compared with bare Python, HTTPie and curl?

    python benchmarks/startup.py [--runs N]

Measures whole processes and prints the medians of their time and CPU time as a Markdown table. The commands take turns,
so that a change of the machine's speed affects all of them; ratios are those of CPU time, as other processes may run.
Run it with the Python of an environment in which hdrcli is installed, but not as an editable installation, as pip
compiles the modules that it installs. HTTPie's `http` and `curl` are searched on PATH, and skipped if they are missing.
Exit status 1 if a goal is missed: `--version` within 2 x bare Python, `check` within 0.5 x HTTPie.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PYTHON = "python -c pass"
VERSION = "hdrcli --version"
CHECK = "hdrcli check URL"
HTTPIE = "http --headers GET URL"


class _Handler(BaseHTTPRequestHandler):
    """Responds as a small API does, with one custom header exposed and one hidden."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Respond to any GET."""
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "*"))
        self.send_header("Access-Control-Expose-Headers", "X-Total-Count")
        self.send_header("X-Total-Count", "1312")
        self.send_header("X-Process-Time", "0.042")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Print nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing about a client that closes its connection."""


@contextlib.contextmanager
def _server() -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _commands(url: str) -> dict[str, list[str]]:
    """The commands to measure, by their name in the table."""
    hdrcli = str(Path(sys.executable).with_name("hdrcli"))
    commands = {
        PYTHON: [sys.executable, "-c", "pass"],
        VERSION: [hdrcli, "--version"],
        "hdrcli --help": [hdrcli, "--help"],
        CHECK: [hdrcli, "check", url],
        f"{CHECK} --format json": [hdrcli, "check", url, "--format", "json"],
        HTTPIE: ["http", "--ignore-stdin", "--headers", "GET", url],
        "curl -sI URL": ["curl", "-s", "-o", "/dev/null", "-D", "-", url],
    }
    return {name: command for name, command in commands.items() if shutil.which(command[0])}


def _milliseconds(command: list[str]) -> tuple[float, float]:
    """The time of a process, and its CPU time."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return (time.perf_counter() - start) * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def main() -> int:
    """Print the table; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=21, help="how often each command is run (default: 21)")
    runs = parser.parse_args().runs
    with _server() as url:
        commands = _commands(url)
        for command in commands.values():
            _milliseconds(command)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                times[name].append(_milliseconds(command))
    whole = {name: statistics.median(time for time, _ in values) for name, values in times.items()}
    medians = {name: statistics.median(cpu for _, cpu in values) for name, values in times.items()}
    print("| command | ms | CPU, ms | x bare Python |\n|---|--:|--:|--:|")
    for name, median in medians.items():
        print(f"| `{name}` | {whole[name]:.0f} | {median:.0f} | {median / medians[PYTHON]:.1f} |")
    goals = [(VERSION, PYTHON, 2.0), (CHECK, HTTPIE, 0.5)]
    missed = [
        f"missed: {name} takes {medians[name] / medians[other]:.2f} x {other}; the goal is {limit}"
        for name, other, limit in goals
        if other in medians and medians[name] > limit * medians[other]
    ]
    print("\n".join(missed), file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
