"""Real browsers that run once for many checks: to start both takes longer than all that a check has them do."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from hdrcli import Settings
from hdrcli.browsers import running
from hdrcli.browsers.page import RealBrowser
from hdrcli.checking.run import run
from hdrcli.checking.time_limit import TimeLimit
from hdrcli.planning.callers import real_browsers
from hdrcli.report.report import Collector, Report
from hdrcli.targets import open_services, read_targets
from hdrcli.wire.network import NetworkTransport
from tests.browser import chromium, firefox
from tests.browser.batch import installed
from tests.serving.loopback import DEADLINE

Check = Callable[[Settings], Report]


@pytest.fixture(scope="session")
def installed_browsers() -> None:
    installed(chromium)
    installed(firefox)


@pytest.fixture(scope="session")
def check(installed_browsers: None) -> Iterator[Check]:
    """As `hdrcli.check`, with browsers that run already, verify certificates and send cookies to other sites."""
    del installed_browsers
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stack = contextlib.AsyncExitStack()
    started = running(("chromium", "firefox"), verify=True, third_party_cookies=True)
    browsers = asyncio.run_coroutine_threadsafe(stack.enter_async_context(started), loop).result(DEADLINE)
    try:
        yield lambda settings: asyncio.run_coroutine_threadsafe(_check(settings, browsers), loop).result(DEADLINE)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(DEADLINE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(DEADLINE)
        loop.close()


async def _check(settings: Settings, browsers: Mapping[str, RealBrowser]) -> Report:
    collector = Collector()
    network = NetworkTransport(timeout=settings.timeout, verify=settings.verify)
    wanted = {name: browsers[name] for name in real_browsers(settings)}
    async with contextlib.aclosing(network):
        services, limit = open_services(read_targets(settings), network), TimeLimit(settings.max_time)
        async for event in run(services, settings, network, limit, browsers=wanted):
            collector(event)
    assert collector.report is not None
    return collector.report
