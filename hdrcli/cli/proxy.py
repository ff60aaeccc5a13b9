"""`hdrcli proxy`."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hdrcli.cli.help_of_few import SETTINGS_OF_PROXY
from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.options import with_settings
from hdrcli.cli.pages import open_page
from hdrcli.cli.reports import planned_reports
from hdrcli.cli.streams import complain, write_to_stderr
from hdrcli.config.given import Given, settings_from
from hdrcli.records.errors import UsageError
from hdrcli.structs import replace

if TYPE_CHECKING:
    from hdrcli.fetch.url import URL
    from hdrcli.loopback.page_server import PageServer
    from hdrcli.proxy.target import ProxyTarget
    from hdrcli.report.events import Event
    from hdrcli.settings import Settings

_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
_ANNOUNCED: Final = """The proxy forwards requests from {proxy} to {upstream}
Let your front end call {proxy}, and use it.
"""
_PAGE_ANNOUNCED: Final = "Watch it in your browser:  {url}\n"
_END_ANNOUNCED: Final = "Ctrl-C stops the proxy and prints the report.\n"


@with_settings(SETTINGS_OF_PROXY)
def proxy(
    url: Annotated[str, typer.Argument(metavar="URL")],
    *,
    port: Annotated[int, typer.Option("--port", metavar="PORT")] = 8001,
    host_header: Annotated[str | None, typer.Option("--host-header", metavar="HOST")] = None,
    page: Annotated[bool, typer.Option("--page")] = False,
    page_port: Annotated[int, typer.Option("--page-port", metavar="PORT")] = 0,
    open_in_browser: Annotated[bool, typer.Option("--open")] = False,
    **given: Given,
) -> int:
    """Forward the requests of a real front end, and show which headers of the responses its pages can read."""
    settings, _ = settings_from((url,), given, os.environ, names=SETTINGS_OF_PROXY)
    # A browser that sends a cookie does not block it. The proxy runs until it is stopped.
    settings = replace(settings, third_party_cookies="allow", max_time=math.inf)
    reports = planned_reports(settings, os.environ)
    upstream = _upstream(url, port)
    _check_host(host_header)
    from hdrcli.cli.running import run_check
    from hdrcli.loopback.listening import listen_on_loopback
    from hdrcli.loopback.page_server import PageServer
    from hdrcli.proxy.server import Upstream
    from hdrcli.proxy.target import ProxyTarget

    end_in_order()
    with contextlib.ExitStack() as stack:
        listeners = listen_on_loopback(port, "--port")
        for listener in listeners:
            stack.enter_context(listener)
        target = ProxyTarget(listeners, Upstream(upstream, settings), complain, host_header)
        own = f"http://localhost:{listeners[0].getsockname()[1]}"
        consumers = [_live(settings)]
        announced = _ANNOUNCED.format(proxy=own, upstream=upstream.origin)
        if page or page_port or open_in_browser:
            server = stack.enter_context(PageServer(page_port))
            consumers.append(_shown_on(server, target, own, str(upstream.origin)))
            announced += _PAGE_ANNOUNCED.format(url=server.url)
            open_page(server.url, wanted=open_in_browser)
        stack.enter_context(_ending(target.stop))
        if not settings.quiet:
            write_to_stderr(f"{announced}{_END_ANNOUNCED}")

        def take(event: Event) -> None:
            for consumer in consumers:
                consumer(event)

        return run_check(settings, reports, take, (target,))


def _shown_on(server: PageServer, target: ProxyTarget, proxy: str, upstream: str) -> Callable[[Event], None]:
    """Serve the page; returns what takes the events that it shows."""
    from hdrcli.proxy.page_app import page_app
    from hdrcli.proxy.watching import Watched

    watched = Watched(target)
    server.start(page_app(watched, proxy, upstream))
    return watched


def _upstream(text: str, port: int) -> URL:
    """The URL of the service. Raises `UsageError` for one with a path, and for the proxy itself."""
    from hdrcli.fetch.url import is_loopback
    from hdrcli.planning.routes import read_url
    from hdrcli.targets.url import url_of

    url = (url_of(text) or read_url(text)).without_credentials()
    if url.target != "/" or url.fragment is not None:
        raise UsageError(f"The proxy forwards paths unchanged: give the origin only, {url.origin}.")
    if is_loopback(url.host) and url.effective_port == port:
        raise UsageError("is the port of the service: choose another one.", option="--port")
    return url


def _check_host(text: str | None) -> None:
    """Raise `UsageError` for what is no value of Host."""
    if text is None or (text and text.isascii() and text.isprintable() and not set(text) & set(" /?#@")):
        return
    raise UsageError(f'"{text}" is not a host: write it as in example.com:8000.', option="--host-header")


@contextlib.contextmanager
def _ending(stop: Callable[[], None]) -> Iterator[None]:
    """For the duration of the block, the first signal to end calls `stop`; later ones do what they did before.

    A shell script starts commands in the background with SIGINT ignored, and ends them with SIGTERM.
    """
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: handler for number in numbers if (handler := signal.getsignal(number)) is not signal.SIG_IGN}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        restore()
        stop()

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        restore()


def _live(settings: Settings) -> Callable[[Event], None]:
    """What shows the routes while they come, on standard error: the report has standard output."""
    if settings.quiet or sys.stderr is None:
        return lambda _: None
    from hdrcli.reporters.table.live import reporter

    show = reporter(sys.stderr, settings)

    def take(event: Event) -> None:
        with contextlib.suppress(OSError):  # a terminal that was closed
            show(event)

    return take
