"""The subject of a lab that a word of the command line names: a service on the network, or an app, which is served."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hdrcli.inspection import in_event_loop
from hdrcli.lab.checking import TIMEOUT_SECONDS
from hdrcli.lab.subject import LabRoute, Subject
from hdrcli.loopback.background import SHUTDOWN_SECONDS, Background
from hdrcli.loopback.listening import listen_on_loopback
from hdrcli.planning.routes import Service
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.targets import Target, open_services, read_targets
from hdrcli.targets.app.target import AppTarget
from hdrcli.wire.network import NetworkTransport

if TYPE_CHECKING:
    from hdrcli.targets.app.loading import LoadedApp


@contextlib.contextmanager
def subject_of(settings: Settings, port: int) -> Iterator[Subject]:
    """The subject that the one target names; an app is served on `port` for the duration of the block.

    Raises `UsageError` for what no browser can call, for an app that cannot be imported, and for a port in use.
    """
    targets = read_targets(settings)
    if not isinstance(targets[0], AppTarget):
        if port:
            raise UsageError("is the port of an app that hdrcli serves: name one, such as main:app.", option="--port")
        yield _subject(_only_service(targets, settings), settings)
        return
    with Background(listen_on_loopback(port, "--port")) as server:
        targets = read_targets(replace(settings, dry_run=True, base_url=f"http://127.0.0.1:{server.port}"))
        subject = _subject(_only_service(targets, settings), settings)
        app = targets[0]
        assert isinstance(app, AppTarget)  # noqa: S101 -- the same word
        _serve(app.loaded, server)
        yield subject


def _serve(loaded: LoadedApp, server: Background) -> None:
    from uvicorn import Config

    app = loaded.asgi or loaded.wsgi
    assert app is not None  # noqa: S101 -- it is one of the two
    server.start(
        Config(
            app,
            interface="wsgi" if loaded.asgi is None else "asgi3",
            log_level="warning",
            ws="none",
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )


def _only_service(targets: Sequence[Target], settings: Settings) -> Service:
    async def services() -> list[Service]:
        network = NetworkTransport(timeout=TIMEOUT_SECONDS, verify=settings.verify)
        async with contextlib.aclosing(network), contextlib.aclosing(open_services(targets, network)) as opened:
            return [service async for service in opened]

    found = in_event_loop(services)
    if len(found) != 1 or not found[0].probes:
        raise UsageError("The lab calls one API: give its URL, or an app such as main:app.")
    if not found[0].routes:
        raise UsageError(f"There is no route to call. {found[0].problem}".strip())
    return found[0]


def _subject(service: Service, settings: Settings) -> Subject:
    return Subject(
        name=service.name,
        base=str(service.routes[0].url.origin),
        routes=tuple(
            LabRoute(method=route.method, path=route.url.target, headers=route.headers, body=route.body)
            for route in service.routes
        ),
        skipped=tuple(f"{each.method} {each.path}: {each.reason}" for each in service.skipped),
        verify=settings.verify,
    )
