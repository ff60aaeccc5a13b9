"""How many targets a second does `hdrcli bulk` check, and does its memory stay flat?

    python benchmarks/lists.py [--targets N ...] [--scheme NAME ...] [--processes N] [--at-once N] [--only-hdrcli]
        [--one-request]

Each target is a host of its own, of 127.0.0.0/8, which takes one connection and some requests, as nginx counts them.
hdrcli has one core and nginx the other one, unless there are several processes. For comparison, aiohttp
(`pip install 'hdrcli[benchmark]'`; skipped if it is missing) sends as many GET requests to each host over one
connection, and judges nothing. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from nginx import CLIENT_CORE, on_core, requests_of, running_nginx_with_tls

_TIMEOUT: Final = 60


class _Measured(NamedTuple):
    seconds: float
    cpu: float
    mib: float
    requests: int


def _urls(scheme: str, port: int, targets: int) -> Iterator[str]:
    addresses = itertools.product(range(1, 255), range(256), range(1, 255))
    return (f"{scheme}://127.{a}.{b}.{c}:{port}/items" for a, b, c in itertools.islice(addresses, targets))


def _measured(command: list[str], port: int) -> _Measured:
    """Run a command to its end; `port` is that of nginx over http."""
    before, began = requests_of(port), time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except KeyboardInterrupt:
        process.kill()
        raise
    seconds = time.perf_counter() - began
    if status:
        sys.exit(f"{' '.join(command)} fails")
    return _Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, requests_of(port) - before - 1)


def _bulk(urls: Path, options: argparse.Namespace) -> list[str]:
    output = urls.with_suffix(".jsonl")
    output.unlink(missing_ok=True)
    command = [sys.executable, "-m", "hdrcli", "bulk", str(urls), f"--output={output}", "--insecure"]
    command += [f"--timeout={_TIMEOUT}", f"--targets-at-once={options.at_once}", f"--processes={options.processes}"]
    if options.one_request:
        command += ["--no-probe", "--credentials=omit", "--browser=chromium"]
    return command if options.processes > 1 else on_core(CLIENT_CORE, command)


async def _send(urls: Path, requests: int, at_once: int) -> None:
    """By aiohttp: so many requests to each target, one after the other."""
    import aiohttp

    with urls.open() as lines:
        connector = aiohttp.TCPConnector(limit=0, ssl=False)
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT)
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout
        ) as session:

            async def work() -> None:
                for line in lines:
                    for _ in range(requests):
                        async with session.get(line.strip()) as response:
                            await response.read()

            await asyncio.gather(*(work() for _ in range(at_once)))


def _row(way: str, scheme: str, targets: int, measured: _Measured) -> str:
    cells = [
        f"{targets:,}",
        f"{targets / measured.seconds:,.0f}",
        f"{measured.cpu / targets * 1e6:,.0f}",
        f"{measured.requests / targets:.1f}",
        f"{measured.mib:,.0f}",
    ]
    return f"| {way} | {scheme} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table, line by line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--targets", type=int, nargs="+", default=[1000, 10_000, 100_000], metavar="N")
    parser.add_argument("--at-once", type=int, default=500, metavar="N", help="targets at once (default: 500)")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="processes of hdrcli (default: 1)")
    parser.add_argument("--scheme", choices=["http", "https"], nargs="+", default=["http", "https"])
    parser.add_argument("--one-request", action="store_true", help="send one request to each target, not seven")
    parser.add_argument("--only-hdrcli", action="store_true", help="compare with nothing")
    parser.add_argument("--send", nargs=2, metavar=("FILE", "REQUESTS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send:
        asyncio.run(_send(Path(options.send[0]), int(options.send[1]), options.at_once))
        return
    print("| | | targets | targets a second | CPU microseconds a target | requests a target | MiB |")
    print("|---|---|--:|--:|--:|--:|--:|")
    with running_nginx_with_tls() as (port, tls_port), tempfile.TemporaryDirectory() as folder:
        urls = Path(folder, "urls.txt")
        ports = {"http": port, "https": tls_port}
        for scheme, targets in itertools.product(options.scheme, options.targets):
            urls.write_text("".join(f"{url}\n" for url in _urls(scheme, ports[scheme], targets)))
            own = _measured(_bulk(urls, options), port)
            print(_row("hdrcli bulk", scheme, targets, own), flush=True)
            if not options.only_hdrcli and importlib.util.find_spec("aiohttp"):
                requests = str(round(own.requests / targets))
                command = [sys.executable, __file__, "--send", str(urls), requests, f"--at-once={options.at_once}"]
                print(_row("aiohttp", scheme, targets, _measured(on_core(CLIENT_CORE, command), port)), flush=True)


if __name__ == "__main__":
    main()
