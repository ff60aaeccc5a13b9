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
from hdrcli.cli.reports import planned_reports
from hdrcli.cli.streams import complain, write_to_stderr
from hdrcli.config.given import Given, settings_from
from hdrcli.records.errors import UsageError
from hdrcli.structs import replace

if TYPE_CHECKING:
    from hdrcli.fetch.url import URL
    from hdrcli.report.events import Event
    from hdrcli.settings import Settings

_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
_ANNOUNCED: Final = """The proxy passes requests to http://localhost:{port} on to {upstream}
Let your front end call that address, and use it. Ctrl-C ends with the report.
"""


@with_settings(SETTINGS_OF_PROXY)
def proxy(
    url: Annotated[str, typer.Argument(metavar="URL")],
    *,
    port: Annotated[int, typer.Option("--port", metavar="PORT")] = 8001,
    host_header: Annotated[str | None, typer.Option("--host-header", metavar="HOST")] = None,
    **given: Given,
) -> int:
    """Pass the requests of a real front end on, and show what its pages can read of the responses."""
    settings, _ = settings_from((url,), given, os.environ, names=SETTINGS_OF_PROXY)
    # A browser that sends a cookie does not block it. The proxy runs until it is stopped.
    settings = replace(settings, third_party_cookies="allow", max_time=math.inf)
    reports = planned_reports(settings, os.environ)
    upstream = _upstream(url, port)
    if host_header is not None and not _is_host(host_header):
        raise UsageError(f'"{host_header}" is not a host: write it as in example.com:8000.', option="--host-header")
    from hdrcli.cli.running import run_check
    from hdrcli.loopback.listening import listen_on_loopback
    from hdrcli.proxy.server import Upstream
    from hdrcli.proxy.target import ProxyTarget

    end_in_order()
    with contextlib.ExitStack() as stack:
        listeners = listen_on_loopback(port, "--port")
        for listener in listeners:
            stack.enter_context(listener)
        target = ProxyTarget(listeners, Upstream(upstream, settings), complain, host_header)
        stack.enter_context(_ending(target.stop))
        if not settings.quiet:
            own_port = listeners[0].getsockname()[1]
            write_to_stderr(_ANNOUNCED.format(port=own_port, upstream=upstream.origin))
        return run_check(settings, reports, _live(settings), (target,))


def _upstream(text: str, port: int) -> URL:
    """The URL of the service. Raises `UsageError` for one with a path, and for the proxy itself."""
    from hdrcli.fetch.url import is_loopback
    from hdrcli.planning.routes import read_url
    from hdrcli.targets.url import url_of

    url = (url_of(text) or read_url(text)).without_credentials()
    if url.target != "/" or url.fragment is not None:
        raise UsageError(f"The proxy passes paths on as they are: give the origin only, {url.origin}.")
    if is_loopback(url.host) and url.effective_port == port:
        raise UsageError("is the port of the service: choose another one.", option="--port")
    return url


def _is_host(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and not set(text) & set(" /?#@")


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
