"""The clients that tests have: of httpx, httpx2 and Starlette. They say where to send requests, and what with.

No client sends anything here, as the engine decides on each request: a client would follow redirects, and set headers
of its own. An app is called as its client calls it: a client whose lifespan runs has an event loop and a state; for all
others, there is no lifespan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any, ClassVar, Final, Protocol, TypeVar, cast

from hdrcli.fetch.headers import Header
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.errors import UsageError
from hdrcli.structs import Record
from hdrcli.targets.app import State
from hdrcli.targets.app.hosting import Host

T = TypeVar("T")

_LIBRARIES: Final = frozenset({"httpx", "httpx2"})
_CLASSES: Final = frozenset({"Client", "AsyncClient"})
_OWN_HEADERS: Final = frozenset({"accept-encoding", "connection", "host", "user-agent"})
"""The headers that clients set, or browsers: no page does."""


class Portal(Protocol):
    """`anyio.from_thread.BlockingPortal`."""

    def start_task_soon(
        self, func: Callable[[Coroutine[None, None, T]], Coroutine[None, None, T]], work: Coroutine[None, None, T]
    ) -> Future[T]:
        """Start a task in the event loop of the portal."""
        ...


class InPortal:
    """A host in the event loop of a client whose lifespan runs. See `hdrcli.targets.app.hosting.Host`."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    async def run(self, work: Coroutine[None, None, T], seconds: float) -> T:
        """See `Host`."""
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(self._portal.start_task_soon(_awaited, work))

    def close(self) -> None:
        """Do nothing: the event loop belongs to the client."""


async def _awaited(work: Coroutine[None, None, T]) -> T:
    return await work


class Client(Record, frozen=True, kw_only=True):
    """Where to send requests, and what with. Without an `app`, that is the network.

    `state` is that of the lifespan which the client runs; None where the lifespan is to be run. `make_host` is given if
    an event loop of the client runs.
    """

    not_in_repr: ClassVar = frozenset({"headers", "cookies", "state"})

    app: object | None = None
    base_url: str = ""
    headers: tuple[Header, ...] = ()
    cookies: tuple[str, ...] = ()
    state: State | None = None
    make_host: Callable[[], Host] | None = None


def client_of(value: object) -> Client | None:
    """What a client says; None for any other object. Raises `UsageError` for a client that cannot be used."""
    kinds = {cls.__name__ for cls in type(value).__mro__ if cls.__module__.partition(".")[0] in _LIBRARIES}
    if not kinds & _CLASSES:
        return None
    client = cast("Any", value)  # of a library that may not be installed
    transport = client._transport  # noqa: SLF001 -- clients do not say otherwise what they call
    app = getattr(client, "app", None) or getattr(transport, "app", None)
    if app is None and not type(transport).__name__.endswith("HTTPTransport"):
        name = type(transport).__name__
        raise UsageError(f"The client's transport is a {name}, which is not the network: give the app or the URL.")
    base_url = client.base_url
    if app is None and not base_url.host:
        raise UsageError("The client has no base_url: set it, or give the URL.")
    return Client(
        app=app,
        base_url="" if app is not None and "." not in base_url.host else str(base_url),
        headers=tuple(_headers(client)),
        cookies=tuple(_cookies(client, base_url.host)),
        state=getattr(client, "app_state", {}),
        make_host=_host(client),
    )


def _host(client: Any) -> Callable[[], Host] | None:  # noqa: ANN401 -- as above
    portal = getattr(client, "portal", None)
    if portal is None:
        return None
    if dict(client.async_backend).get("backend") != "asyncio":
        raise UsageError("The client runs its app on trio: only asyncio is supported.")
    return lambda: InPortal(portal)


def _headers(client: Any) -> Iterator[Header]:  # noqa: ANN401 -- as above
    for name, value in client.headers.items():
        if byte_lowercase(name) not in _OWN_HEADERS and (byte_lowercase(name), value) != ("accept", "*/*"):
            yield name, value


def _cookies(client: Any, host: str) -> Iterator[str]:  # noqa: ANN401 -- as above
    for cookie in client.cookies.jar:
        if cookie.domain.lstrip(".") in {"", host, f"{host}.local"}:  # which the standard library adds
            yield f"{cookie.name}={cookie.value}"
