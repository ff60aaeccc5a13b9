"""What does a whole check of one service cost, compared with only sending its requests?

    python benchmarks/service.py [--routes N] [--runs N]

Checks the routes of a service in all three browsers and both credentials modes, with all probes and rules, and writes
JSON Lines. `--routes 10000` shows whether time grows in proportion to the routes, and whether memory doesn't. For
comparison the bare transport sends exactly the same requests, and so does aiohttp (`pip install 'hdrcli[benchmark]'`;
skipped if it is missing). nginx has one core and the measured process another. Prints medians: seconds, CPU seconds,
and the check's peak of memory in MiB; the others keep all requests to send them.

Seconds depend on the machine, ratios hardly do. `--save FILE` stores the ratios of CPU time, and the memory. `--against
FILE` reports those that are more than 10 % above the stored ones, and exits with status 1 then; benchmarks/service.json
has those of the last change that was meant to be faster.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from nginx import CLIENT_CORE, on_core, running_nginx

from hdrcli.fetch import HTTPRequest
from hdrcli.records.exchange import Received
from hdrcli.settings import Settings
from hdrcli.wire.direct import DirectTransport

WAYS: Final = {"check": "hdrcli check, JSON Lines", "transport": "the bare transport", "aiohttp": "aiohttp"}
FIGURES: Final = ("seconds", "cpu")
_TOLERANCE: Final = 1.1
_TIMEOUT: Final = 30.0


_NOWHERE: Final = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 -- open as long as the process


class _Recording:
    """A transport that stores the requests it passes on."""

    def __init__(self, transport: DirectTransport) -> None:
        self._transport = transport
        self.requests: list[HTTPRequest] = []

    async def exchange(self, request: HTTPRequest) -> Received:
        self.requests.append(request)
        return await self._transport.exchange(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


def _settings(port: int, routes: int) -> Settings:
    urls = tuple(f"http://127.0.0.1:{port}/items/{number}" for number in range(routes))
    return Settings(targets=urls)


async def _check(settings: Settings) -> None:
    from hdrcli.inspection import events
    from hdrcli.reporters import jsonl

    report = jsonl.reporter(_NOWHERE, settings)
    async for event in events(settings):
        report(event)


async def _requests(settings: Settings) -> list[HTTPRequest]:
    from hdrcli.inspection import events

    async with contextlib.aclosing(DirectTransport(timeout=_TIMEOUT, verify=True)) as transport:
        recording = _Recording(transport)
        async for _ in events(settings, recording):
            pass
        return recording.requests


async def _send(requests: list[HTTPRequest], concurrency: int) -> None:
    """By the bare transport, with as many requests at once as the check."""
    async with contextlib.aclosing(DirectTransport(timeout=_TIMEOUT, verify=True)) as transport:
        waiting = iter(requests)

        async def work() -> None:
            for request in waiting:
                await transport.exchange(request)

        await asyncio.gather(*(work() for _ in range(concurrency)))


async def _send_by_aiohttp(requests: list[HTTPRequest], concurrency: int) -> None:
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:
        waiting = iter(requests)

        async def work() -> None:
            for request in waiting:
                headers = [header for header in request.headers if header[0] not in {"Host", "Connection"}]
                async with session.request(request.method, str(request.url), headers=headers) as response:
                    await response.read()

        await asyncio.gather(*(work() for _ in range(concurrency)))


def _measure(way: str, port: int, routes: int) -> dict[str, float]:
    """Run one way in this process."""
    settings = _settings(port, routes)
    requests = [] if way == "check" else asyncio.run(_requests(settings))
    began, cpu = time.perf_counter(), time.process_time()
    match way:
        case "check":
            asyncio.run(_check(settings))
        case "transport":
            asyncio.run(_send(requests, settings.concurrency))
        case _:
            asyncio.run(_send_by_aiohttp(requests, settings.concurrency))
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "requests": len(requests),
    }


def _run(way: str, port: int, routes: int) -> dict[str, float]:
    """Run one way in a process of its own, on its core."""
    command = [sys.executable, __file__, "--measure", way, str(port), "--routes", str(routes)]
    output = subprocess.run(on_core(CLIENT_CORE, command), check=True, stdout=subprocess.PIPE, text=True).stdout
    measured: dict[str, float] = json.loads(output)
    return measured


def main() -> int:
    """Print the table; exit status 1 if a ratio got worse than the one in `--against`."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--routes", type=int, default=1000, help="how many routes the service has (default: 1000)")
    parser.add_argument("--runs", type=int, default=5, help="how often each way is measured (default: 5)")
    parser.add_argument("--save", metavar="FILE", help="store the ratios and the memory")
    parser.add_argument("--against", metavar="FILE", help="compare with what is stored")
    parser.add_argument("--measure", nargs=2, metavar=("WAY", "PORT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        way, port = options.measure
        print(json.dumps(_measure(way, int(port), options.routes)))
        return 0
    ways = [way for way in WAYS if way != "aiohttp" or importlib.util.find_spec("aiohttp")]
    with running_nginx() as port:
        runs = [{way: _run(way, port, options.routes) for way in ways} for _ in range(options.runs)]
    medians = {way: {name: statistics.median(run[way][name] for run in runs) for name in FIGURES} for way in ways}
    mib = statistics.median(run["check"]["mib"] for run in runs)
    print(f"{options.routes} routes, {runs[0]['transport']['requests']:.0f} requests\n")
    print("| | seconds | CPU seconds |\n|---|--:|--:|")
    for way in ways:
        print(f"| {WAYS[way]} | " + " | ".join(f"{medians[way][name]:.2f}" for name in FIGURES) + " |")
    print(f"\nMemory of the check: {mib:.1f} MiB")
    ratios = {way: medians["check"]["cpu"] / medians[way]["cpu"] for way in ways if way != "check"}
    for way, ratio in ratios.items():
        print(f"\nCPU of the check: {ratio:.2f} x {WAYS[way]}")
    measured = {**{f"cpu x {way}": round(ratio, 2) for way, ratio in ratios.items()}, "mib": round(mib, 1)}
    if options.save:
        Path(options.save).write_text(json.dumps(measured, indent=2) + "\n")
    return _compare(measured, json.loads(Path(options.against).read_text())) if options.against else 0


def _compare(measured: dict[str, float], stored: dict[str, float]) -> int:
    """Print what got worse; exit status 1 if anything did. What is not measured here is not compared."""
    worse = [name for name in measured.keys() & stored.keys() if measured[name] > stored[name] * _TOLERANCE]
    for name in sorted(worse):
        print(f"worse: {name} is {measured[name]}, was {stored[name]}")
    for name in sorted(stored.keys() - measured.keys()):
        print(f"not compared: {name}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
