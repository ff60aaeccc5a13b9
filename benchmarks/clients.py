"""One client of `throughput.py`, in a process of its own: asks for as long as it is told, and prints what it did.

    python benchmarks/clients.py CLIENT HOSTS PORT CONCURRENCY SECONDS

HOSTS is "one" or "new": each request goes to the same host, or to one that was not asked before. Prints a JSON object:
requests a second, CPU microseconds a request, and the most memory held, in MiB.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, aclosing
from typing import Final

from hdrcli.fetch import (
    STANDARD,
    CookieStore,
    FetchParams,
    NetworkContext,
    NetworkError,
    Origin,
    RequestInit,
    TransportFailure,
    fetch,
    new_request,
    parse_url,
)
from hdrcli.structs import replace
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.driver import Driver
from hdrcli.wire.transport import Transport

Ask = Callable[[str], Awaitable[None]]
"""Asks for a URL, and raises if that is not answered."""

NewWorker = Callable[[], Ask]

_WARM_UP: Final = 0.3
_TIMEOUT: Final = 30.0
_PAGE: Final = Origin(scheme="https", host="app.example", port=None)
_CONTEXT: Final = NetworkContext(
    user_agent=STANDARD, cookies=CookieStore(quirks=STANDARD.cookies), clock=time.monotonic
)


def _fetch_params(url: str) -> FetchParams:
    """A page's `fetch(url)`."""
    request = new_request(RequestInit(url=url), _PAGE)
    if isinstance(request, NetworkError):
        raise TypeError(request.failure)
    return FetchParams(request=request, context=_CONTEXT)


_REQUEST: Final = next(fetch(_fetch_params("http://127.0.0.1/")))
"""What all clients send, in these words but for the host."""

_HEADERS: Final = _REQUEST.headers[1:]


def _asking(transport: Transport) -> NewWorker:
    """Each request by a driver of its own: one driver sends equal requests once."""

    async def ask(url: str) -> None:
        parsed = parse_url(url)
        if parsed is None:
            raise ValueError(url)
        request = replace(_REQUEST, url=parsed, headers=(("Host", parsed.authority), *_HEADERS))
        exchange = await Driver(transport).for_route().send(request)
        if isinstance(exchange.response, TransportFailure):
            raise TypeError(exchange.response.failure)

    return lambda: ask


async def hdrcli(stack: AsyncExitStack) -> NewWorker:
    """Hdrcli's transport under the driver."""
    return _asking(await stack.enter_async_context(aclosing(DirectTransport(timeout=_TIMEOUT, verify=True))))


async def hdrcli_over_httpx(stack: AsyncExitStack) -> NewWorker:
    """Httpx's default transport under the driver, as through a proxy."""
    import httpx

    from hdrcli.wire.over_httpx import HTTPXTransport

    transport = HTTPXTransport(httpx.AsyncHTTPTransport(), timeout=_TIMEOUT)
    return _asking(await stack.enter_async_context(aclosing(transport)))


async def hdrcli_fetching(stack: AsyncExitStack) -> NewWorker:
    """The same with all that a page's fetch takes: request, CORS check, what is exposed."""
    transport = await stack.enter_async_context(aclosing(DirectTransport(timeout=_TIMEOUT, verify=True)))

    async def ask(url: str) -> None:
        result, _ = await Driver(transport).for_route().run(fetch(_fetch_params(url)))
        if isinstance(result, NetworkError):
            raise TypeError(result.failure)

    return lambda: ask


async def httpx_client_per_worker(stack: AsyncExitStack) -> NewWorker:
    """httpx: a client for each worker."""
    import ssl

    import httpx

    context = ssl.create_default_context()

    def new_worker() -> Ask:
        client = httpx.AsyncClient(verify=context, trust_env=False, timeout=_TIMEOUT, headers=_HEADERS)
        stack.push_async_callback(client.aclose)

        async def ask(url: str) -> None:
            (await client.get(url)).raise_for_status()

        return ask

    return new_worker


async def aiohttp(stack: AsyncExitStack) -> NewWorker:
    """aiohttp: one session without cookies and without a limit of connections."""
    import aiohttp

    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_HEADERS,
        timeout=aiohttp.ClientTimeout(total=_TIMEOUT),
    )
    await stack.enter_async_context(session)

    async def ask(url: str) -> None:
        async with session.get(url, allow_redirects=False) as response:
            response.raise_for_status()
            await response.read()

    return lambda: ask


CLIENTS: Final = {
    client.__name__: client for client in (hdrcli, hdrcli_fetching, aiohttp, httpx_client_per_worker, hdrcli_over_httpx)
}


def _urls(hosts: str, port: int) -> Iterator[str]:
    """URLs without end; the hosts of 127.0.0.0/8 that are new come by millions."""
    if hosts == "one":
        return itertools.repeat(f"http://127.0.0.1:{port}/items")
    addresses = itertools.product(range(1, 255), range(256), range(1, 255))
    return (f"http://127.{a}.{b}.{c}:{port}/items" for a, b, c in addresses)


async def _measure(client: str, urls: Iterator[str], concurrency: int, seconds: float) -> dict[str, float]:
    done, over = 0, False

    async def work(ask: Ask) -> None:
        nonlocal done
        while not over:
            await ask(next(urls))
            done += 1

    async with AsyncExitStack() as stack:
        new_worker = await CLIENTS[client](stack)
        workers = [asyncio.create_task(work(new_worker())) for _ in range(concurrency)]
        await asyncio.sleep(_WARM_UP)
        before, start, cpu = done, time.perf_counter(), time.process_time()
        await asyncio.sleep(seconds)
        asked, elapsed, cpu = done - before, time.perf_counter() - start, time.process_time() - cpu
        over = True
        await asyncio.gather(*workers)
    return {
        "rate": asked / elapsed,
        "cpu": cpu / max(asked, 1) * 1e6,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure, and print."""
    client, hosts, port, concurrency, seconds = sys.argv[1:]
    measured = _measure(client, _urls(hosts, int(port)), int(concurrency), float(seconds))
    print(json.dumps(asyncio.run(measured)))


if __name__ == "__main__":
    main()
