"""Repeat simulated fetches in real browsers. Imported only with `--in-browser`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping

from hdrcli.browsers.page import RealBrowser
from hdrcli.fetch import CHROMIUM
from hdrcli.records.errors import UsageError

Driver = Callable[..., contextlib.AbstractAsyncContextManager[RealBrowser]]


@contextlib.asynccontextmanager
async def running(
    names: Iterable[str], *, verify: bool, third_party_cookies: bool
) -> AsyncIterator[Mapping[str, RealBrowser]]:
    """Run the browsers of these names for the duration of the block, and yield them by name.

    With `third_party_cookies`, they send cookies to other sites if the cookies' attributes allow it. Raises
    `UsageError` if a browser or the package that drives it is not installed.
    """
    try:
        drivers = {name: _driver(name) for name in names}
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"playwright", "websockets"}:
            raise
        raise UsageError(
            '--in-browser needs the packages that drive browsers: pip install "hdrcli[browser]".'
        ) from None
    async with contextlib.AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(driver(verify=verify, third_party_cookies=third_party_cookies))
            for name, driver in drivers.items()
        }


def _driver(name: str) -> Driver:
    if name == CHROMIUM.name:
        from hdrcli.browsers import chromium

        return chromium.running
    from hdrcli.browsers import firefox

    return firefox.running
