"""How long does `hdrcli check main:app` take for a FastAPI app with many routes?

    python benchmarks/in_process.py [--routes N] [--runs N]

Measures whole processes, and prints the medians of their time and CPU time, also of a process that only imports
the app. Run it with the Python of an environment in which hdrcli and FastAPI are installed. Other work on the machine
lengthens the time, and hardly the CPU time.
Exit status 1 if the CPU time of 100 routes or fewer is 1 s or more.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HEAD = """
from fastapi import FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], expose_headers=["X-Request-ID"])
"""
ROUTE = """
@app.get("/items{number}")
def items{number}(response: Response):
    response.headers["X-Request-ID"] = "1"
    response.headers["X-Total-Count"] = "1"
    return []
"""
COMMANDS = {
    "python -c 'import main'": ("-c", "import main"),
    "hdrcli check main:app": ("-m", "hdrcli", "check", "main:app"),
}
GOAL = 1.0
MOST_ROUTES = 100


class Cost(NamedTuple):
    """Of a process, in seconds."""

    elapsed: float
    cpu: float


def _cost(arguments: tuple[str, ...], folder: Path) -> Cost:
    started, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - started, cpu)


def main() -> int:
    """Print the table; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--routes", type=int, default=MOST_ROUTES, help=f"how many (default: {MOST_ROUTES})")
    parser.add_argument("--runs", type=int, default=9, help="how often each command is run (default: 9)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        routes = "".join(ROUTE.format(number=number) for number in range(options.routes))
        (folder / "main.py").write_text(HEAD + routes)
        for arguments in COMMANDS.values():
            _cost(arguments, folder)
        print(f"{options.routes} routes\n\n| command | median, s | CPU, s |\n|---|--:|--:|")
        for command, arguments in COMMANDS.items():
            costs = [_cost(arguments, folder) for _ in range(options.runs)]
            elapsed, cpu = (statistics.median(values) for values in zip(*costs, strict=True))
            print(f"| `{command}` | {elapsed:.2f} | {cpu:.2f} |")
    return int(cpu >= GOAL and options.routes <= MOST_ROUTES)


if __name__ == "__main__":
    sys.exit(main())
