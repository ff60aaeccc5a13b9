"""The library's front door: settings in, report out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from hdrcli.checking.run import run
from hdrcli.checking.time_limit import TimeLimit
from hdrcli.planning.callers import check_callers, real_browsers
from hdrcli.records.errors import UsageError
from hdrcli.report.events import Event, RequestSent
from hdrcli.report.report import Collector, Report
from hdrcli.rules import selected
from hdrcli.settings import Settings
from hdrcli.stacks import ANY, STACKS, stack_by_name
from hdrcli.targets import Target, open_services, read_targets
from hdrcli.text.secrets import secrets_shown
from hdrcli.wire.configured import check_network, network_of, paced
from hdrcli.wire.descriptors import check_descriptors
from hdrcli.wire.transport import Transport

if TYPE_CHECKING:
    from hdrcli.browsers.page import RealBrowser
    from hdrcli.report.baseline import Baseline

T = TypeVar("T")


def check(settings: Settings) -> Report:
    """Check every target as a page would call it, and report what JavaScript can read.

    Raises `UsageError` for settings that cannot be carried out; what the server or the network does is in the report.
    Raises `RuntimeError` where an event loop is running, as in a notebook or an async test: use `check_async` there.
    Raises `TypeError` for anything but settings.
    """
    return in_event_loop(lambda: check_async(settings))


def _is_loop_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def in_event_loop(work: Callable[[], Coroutine[None, None, T]], in_a_loop: str = "check_async") -> T:
    """Run `work` to its end in an event loop of its own.

    Raises `RuntimeError` where one is running, and `OSError` if there are too few file descriptors. `in_a_loop` is the
    function to use there.
    """
    if _is_loop_running():
        raise RuntimeError(f"An event loop is running here: write `await hdrcli.{in_a_loop}(...)`.")
    check_descriptors()
    return asyncio.run(work())


async def check_async(settings: Settings, transport: Transport | None = None) -> Report:
    """As `check`, in a running event loop, and over any transport, which stays open. Raises `UsageError` as `check`.

    `hdrcli.wire.over_httpx.HTTPXTransport` makes one of httpx's, for instance for an in-process ASGI app.
    """
    if not isinstance(settings, Settings):
        raise TypeError(f"Expected hdrcli.Settings(targets=(...,)), got {type(settings).__name__}.")
    return await _report(settings, events(settings, transport))


async def check_targets(settings: Settings, targets: Sequence[Target]) -> Report:
    """As `check_async`, with these targets instead of those that the settings name, such as an app object."""
    return await _report(settings, events(settings, targets=targets))


async def _report(settings: Settings, happening: AsyncGenerator[Event, None]) -> Report:
    collector = Collector()
    with secrets_shown(settings.show_secrets, settings.secrets):
        async with contextlib.aclosing(happening):
            async for event in happening:
                collector(event)
    if collector.report is None:
        raise AssertionError("a run ends with RunEnded")
    return collector.report


async def events(
    settings: Settings,
    transport: Transport | None = None,
    on_request: Callable[[RequestSent], None] = lambda _: None,
    targets: Sequence[Target] | None = None,
) -> AsyncGenerator[Event, None]:
    """What happens while the targets of `settings` are checked; `on_request` is called before each request is sent.

    `targets` take the place of those that the settings name. Raises `UsageError` before the first event.
    """
    limit = TimeLimit(settings.max_time)
    targets = read_targets(settings) if targets is None else targets
    refuse(settings, transport)
    baseline = _baseline(settings)
    network = network_of(settings) if transport is None else transport
    browsers: Mapping[str, RealBrowser] = {}
    async with contextlib.AsyncExitStack() as stack:
        if transport is None:
            await stack.enter_async_context(contextlib.aclosing(network))
            async with limit.ending():
                browsers = await stack.enter_async_context(_running_browsers(settings))
        over = paced(network, settings)
        services = await stack.enter_async_context(contextlib.aclosing(open_services(targets, over)))
        happening = run(services, settings, over, limit, browsers=browsers, baseline=baseline, on_request=on_request)
        async for event in await stack.enter_async_context(contextlib.aclosing(happening)):
            yield event


def _baseline(settings: Settings) -> Baseline | None:
    for option, is_given in (
        ("--baseline-update", settings.baseline_update),
        ("--baseline-prune", settings.baseline_prune),
    ):
        if is_given and settings.baseline is None:
            raise UsageError("needs a file: give it with --baseline.", option=option)
        if is_given and settings.dry_run:
            raise UsageError("does not go with --dry-run, which finds nothing: omit one.", option=option)
    if settings.baseline is None:
        return None
    from hdrcli.report.baseline import read_baseline

    return read_baseline(settings.baseline, is_optional=settings.baseline_update)


def refuse(settings: Settings, transport: Transport | None = None) -> None:
    """Raise `UsageError` for settings that contradict each other, before anything is sent."""
    selected(settings.select, settings.ignore)
    check_callers(settings)
    if settings.stack is not None and stack_by_name(settings.stack) is None:
        names = ", ".join(known.name for known in (*STACKS, ANY))
        raise UsageError(f'"{settings.stack}" is not one of {names}.', option="--stack")
    check_network(settings)
    if settings.in_browser and transport is not None:
        raise UsageError("in_browser needs a server on the network: a real browser uses no other transport.")


@contextlib.asynccontextmanager
async def _running_browsers(settings: Settings) -> AsyncIterator[Mapping[str, RealBrowser]]:
    names = real_browsers(settings)
    if not names:
        yield {}
        return
    from hdrcli.browsers import running

    async with running(
        names, verify=settings.verify, third_party_cookies=settings.third_party_cookies != "block"
    ) as browsers:
        yield browsers
