"""How many requests a second does hdrcli send, beside other clients for asyncio, and wrk?

    python benchmarks/throughput.py [--runs N] [--seconds S] [--concurrency N ...]

Measures against nginx on loopback, nginx on one core and one client at a time on another, the clients by turns so that
a change of the machine's speed meets all alike. Prints medians as Markdown tables: requests a second, and the most
memory a client held. aiohttp (`pip install 'hdrcli[benchmark]'`) and wrk are left out where they are missing.
For Linux with two cores: it has all of 127.0.0.0/8 for hosts, and processes can be kept to a core.
Exit status 1 when a goal is missed: aiohttp's rate, and from 10 to 500 at once no fall below three quarters.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from nginx import CLIENT_CORE, on_core, running_nginx

CLIENTS: Final = {
    "hdrcli": "hdrcli",
    "hdrcli_fetching": "hdrcli, a page's fetch as a whole",
    "aiohttp": "aiohttp",
    "httpx_client_per_worker": "httpx, one client per worker",
    "hdrcli_over_httpx": "hdrcli over httpx's default transport",
    "wrk": "wrk",
}
HOSTS: Final = {"one": "Keep-alive to one host", "new": "A new host and connection for each request"}
UNITS: Final = {"rate": "requests a second", "cpu": "CPU microseconds a request", "memory": "MiB"}
FLAT: Final = 0.75

Key = tuple[str, int, str]  # hosts, concurrency, client


def _run(client: str, hosts: str, port: int, concurrency: int, seconds: float) -> dict[str, float]:
    """One measurement: `rate`, and `memory` but for wrk."""
    if client == "wrk":
        command = ["wrk", "-t1", f"-c{concurrency}", f"-d{math.ceil(seconds)}s", f"http://127.0.0.1:{port}/items"]
        command += ["-H", "Connection: close"] if hosts == "new" else []
    else:
        script = str(Path(__file__).with_name("clients.py"))
        command = [sys.executable, script, client, hosts, str(port), str(concurrency), str(seconds)]
    output = subprocess.run(on_core(CLIENT_CORE, command), check=True, stdout=subprocess.PIPE, text=True).stdout
    if client == "wrk":
        rate = re.search(r"Requests/sec: *([0-9.]+)", output)
        return {"rate": float(rate[1]) if rate else 0.0}
    measured: dict[str, float] = json.loads(output)
    return measured


def _print_table(title: str, clients: list[str], levels: list[int], cells: Mapping[tuple[str, int], str]) -> None:
    print(f"\n{title}\n\n| client | {' | '.join(f'{level} at once' for level in levels)} |")
    print(f"|---|{'--:|' * len(levels)}")
    for client in clients:
        print(f"| {CLIENTS[client]} | {' | '.join(cells[client, level] for level in levels)} |")


def _missed(rates: Mapping[Key, float], levels: list[int]) -> Iterator[str]:
    for hosts, title in HOSTS.items():
        for level in levels:
            own, other = rates[hosts, level, "hdrcli"], rates.get((hosts, level, "aiohttp"), 0)
            if own < other:
                yield f"missed: {title}, {level} at once: {own:.0f} a second; aiohttp: {other:.0f}"
        flat = [rates[hosts, level, "hdrcli"] for level in levels if level >= 10]  # noqa: PLR2004 -- from there on
        if flat and min(flat) < FLAT * flat[0]:
            yield f"missed: {title}: the rate falls from {flat[0]:.0f} to {min(flat):.0f} a second"


def main() -> int:
    """Print the tables; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="how often each client is measured (default: 5)")
    parser.add_argument("--seconds", type=float, default=2, help="... and how long (default: 2)")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 10, 50, 200, 500], metavar="N")
    options = parser.parse_args()
    missing = {"aiohttp": importlib.util.find_spec("aiohttp"), "wrk": shutil.which("wrk")}
    clients = [client for client in CLIENTS if missing.get(client, True)]
    keys = [(hosts, level, client) for hosts in HOSTS for level in options.concurrency for client in clients]
    measured: dict[Key, list[dict[str, float]]] = {key: [] for key in keys}
    with running_nginx() as port:
        for _ in range(options.runs):
            for hosts, level, client in keys:
                measured[hosts, level, client].append(_run(client, hosts, port, level, options.seconds))
    medians = {
        key: {name: statistics.median(run[name] for run in runs) for name in runs[0]} for key, runs in measured.items()
    }
    for hosts, title in HOSTS.items():
        cells = {key[1:]: values for key, values in medians.items() if key[0] == hosts}
        for what, unit in UNITS.items():
            texts = {(client, level): f"{values.get(what, 0):,.0f}" for (level, client), values in cells.items()}
            shown = [client for client in clients if what in cells[options.concurrency[0], client]]
            _print_table(f"{title}, {unit}:", shown, options.concurrency, texts)
    missed = list(_missed({key: values["rate"] for key, values in medians.items()}, options.concurrency))
    print("\n".join(missed), file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
