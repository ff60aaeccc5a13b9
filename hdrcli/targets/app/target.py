"""An app as a target: its import, its lifespan, its routes, which are those of its OpenAPI document."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import replace
from typing import Any, Final

from hdrcli.openapi.document import Document
from hdrcli.planning.routes import Service, read_url, route_of
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.targets.app.frameworks import document_of_routes, endpoint_of, mounts, own_document, stack_of
from hdrcli.targets.app.hosting import AppThread, Host
from hdrcli.targets.app.lifespan import Lifespan, StartupError
from hdrcli.targets.app.loading import AppName, LoadedApp, load
from hdrcli.targets.app.own_source import described
from hdrcli.targets.app.source import AppSource
from hdrcli.targets.app.transport import AppTransport
from hdrcli.targets.choosing import check_routes
from hdrcli.targets.openapi.enumeration import routes_of
from hdrcli.targets.openapi.service import DescribedService
from hdrcli.wire.transport import Transport

_LIMIT: Final = (
    "The app runs in process: only a real server shows the headers that servers and proxies add (Server, Date), TLS, "
    "HTTP/2, and limits of sizes and times."
)
_SHUTDOWN_SECONDS: Final = 5.0


class AppTarget:
    """See `hdrcli.targets.Target`: an app that is to be imported, or that is already. `make_host` makes its host."""

    def __init__(self, app: AppName | LoadedApp, settings: Settings, make_host: Callable[[], Host] = AppThread) -> None:
        self._app = app
        self._settings = settings
        self._make_host = make_host
        self._base = read_url(settings.base_url, "--base-url")
        self._limits = [_LIMIT]
        self._described: DescribedService | None = None
        if settings.find_openapi or settings.openapi is not None:
            self._described = DescribedService(self._base, settings, self._known_document)
        else:
            check_routes(settings)

    async def prepare(self) -> None:
        """Import the app. Raises `UsageError` if that fails, or takes too long."""
        self._host = self._make_host()
        app, seconds = self._app, self._settings.wait

        async def loading() -> LoadedApp:
            return load(app) if isinstance(app, AppName) else app

        try:
            self._loaded = await self._host.run(loading(), seconds)
        except TimeoutError:
            name = app.module if isinstance(app, AppName) else app.name
            raise UsageError(f'"{name}" is not imported within {seconds:g} s: --wait allows more.') from None

    @property
    def loaded(self) -> LoadedApp:
        """The app, once it is prepared."""
        return self._loaded

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """See `hdrcli.targets.Target`: a startup that fails is a problem of the service."""
        loaded, host = self._loaded, self._host
        with contextlib.closing(host):
            try:
                async with _running(loaded, host, self._settings) as state:
                    transport = AppTransport(
                        host, loaded, state, self._base.host, network, timeout=self._settings.timeout
                    )
                    async with contextlib.aclosing(transport):
                        yield await self._service(transport)
            except _StartError as error:
                yield Service(name=loaded.name, routes=(), problem=str(error))

    async def _service(self, transport: AppTransport) -> Service:
        """The service with the app's routes, which are those of its OpenAPI document, or of its framework."""
        if self._described is None:
            service = Service(name="", routes=(route_of(self._base, self._settings),))
        else:
            async with contextlib.aclosing(self._described.services(transport)) as services:
                service = await anext(services)
            service = self._with_mounts(service)
        app = self._loaded.app

        def endpoint(method: str, url: str) -> object:
            return transport.endpoints.get((method, url)) or endpoint_of(app, method, url)

        return replace(
            service,
            name=self._loaded.name,
            transport=transport,
            limits=(*service.limits, *self._limits),
            stack=stack_of(app),
            source=AppSource(endpoint),
        )

    def _with_mounts(self, service: Service) -> Service:
        """The service, and the routes of the apps that its app mounts, unless another document was named."""
        if self._settings.openapi is not None:
            return service
        known = {(route.method, route.url) for route in service.routes}
        for path, app in mounts(self._loaded.app):
            document = self._document_of(app)
            if document is not None:
                found = routes_of(document, replace(self._base, path=path), self._settings)
                new = [route for route in found.routes if (route.method, route.url) not in known]
                service = replace(service, routes=(*service.routes, *new), skipped=(*service.skipped, *found.skipped))
        return service

    def _known_document(self) -> Document | None:
        """The document that the app has or amounts to, if it serves none."""
        return self._document_of(self._loaded.app)

    def _document_of(self, app: object) -> Document | None:
        try:
            document = own_document(app)
        except Exception as error:  # noqa: BLE001 -- an app may raise anything here
            self._limits.append(f"The app cannot make its OpenAPI document: {described(error)}.")
            document = None
        document = document or document_of_routes(app)
        return None if document is None else Document(document)


class _StartError(Exception):
    """The app did not start. The message is a sentence."""


@contextlib.asynccontextmanager
async def _running(loaded: LoadedApp, host: Host, settings: Settings) -> AsyncIterator[dict[str, Any]]:
    """Run the lifespan around the block, which gets its state. Raises `_StartError`."""
    if loaded.asgi is None or settings.dry_run:
        yield {}
        return
    lifespan = Lifespan(loaded.asgi)
    try:
        await host.run(lifespan.start(), settings.wait)
    except TimeoutError:
        raise _StartError(f"Its startup takes longer than {settings.wait:g} s: --wait allows more.") from None
    except StartupError as error:
        reason = described(error.__cause__) if error.__cause__ is not None else str(error).strip().rpartition("\n")[2]
        raise _StartError(f"Its startup fails: {reason}.") from None
    try:
        yield dict(lifespan.state)
    finally:
        with contextlib.suppress(TimeoutError):
            await host.run(lifespan.stop(), _SHUTDOWN_SECONDS)
