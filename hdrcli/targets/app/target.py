"""An app as a target: its import, its lifespan, its routes, which are those of its OpenAPI document."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any, Final

from hdrcli.openapi.document import Document
from hdrcli.planning.routes import Service, read_url, route_of
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.targets.app.allowed import allowed_page
from hdrcli.targets.app.exceptions import listening
from hdrcli.targets.app.frameworks import endpoint_of, mounts, own_document, stack_of
from hdrcli.targets.app.hosting import AppThread, Host
from hdrcli.targets.app.lifespan import Lifespan, StartupError
from hdrcli.targets.app.loading import AppName, LoadedApp, load
from hdrcli.targets.app.outside import outside_of_cors
from hdrcli.targets.app.own_source import described
from hdrcli.targets.app.routing import AppRoutes, places_of_document, routes_of_app
from hdrcli.targets.app.source import AppSource
from hdrcli.targets.app.transport import AppTransport
from hdrcli.targets.choosing import check_routes
from hdrcli.targets.openapi.enumeration import routes_of
from hdrcli.targets.openapi.service import DescribedService
from hdrcli.targets.profiled import ProfiledTarget
from hdrcli.wire.transport import Transport

_LIMIT: Final = "Checked in process, so without the headers of a server or proxy (see --launch)."
_SHUTDOWN_SECONDS: Final = 5.0


class AppTarget:
    """See `hdrcli.targets.Target`: an app that is to be imported, or that is already. `make_host` makes its host.

    `state` is that of a lifespan that somebody else runs.
    """

    def __init__(
        self,
        app: AppName | LoadedApp,
        settings: Settings,
        make_host: Callable[[], Host] = AppThread,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        self._app = app
        self._settings = settings
        self._make_host = make_host
        self._state = state
        self._base = read_url(settings.base_url, "--base-url")
        self._limits = [_LIMIT]
        self._described: DescribedService | None = None
        self._profiled: ProfiledTarget | None = None
        if settings.profile is not None:
            self._profiled = ProfiledTarget(self._base, settings.profile, settings)
        elif settings.find_openapi or settings.openapi is not None:
            self._described = DescribedService(self._base, settings, self._known_document, self._places)
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
                async with _running(loaded, host, self._settings, self._state) as state:
                    transport = AppTransport(
                        host, loaded, state, self._base.host, network, timeout=self._settings.timeout
                    )
                    async with contextlib.aclosing(transport):
                        with listening():
                            async for service in self._services(transport):
                                yield service
            except _StartError as error:
                yield Service(name=loaded.name, routes=(), problem=str(error))

    async def _services(self, transport: AppTransport) -> AsyncGenerator[Service]:
        """The app's service; with a profile, also those of other origins that its requests lead to."""
        if self._profiled is None:
            yield self._of_app(self._with_page(await self._service(transport)), transport)
            return
        origin = str(self._base.origin)
        async with contextlib.aclosing(self._profiled.services(transport)) as services:
            async for service in services:
                is_own = service.name == origin
                yield self._of_app(service, transport) if is_own else replace(service, transport=transport)

    async def _service(self, transport: AppTransport) -> Service:
        """The service with the app's routes, which are those of its OpenAPI document, or of its framework."""
        if self._described is None:
            return Service(name="", routes=(route_of(self._base, self._settings),))
        async with contextlib.aclosing(self._described.services(transport)) as services:
            service = await anext(services)
        return self._with_mounts(service)

    def _of_app(self, service: Service, transport: AppTransport) -> Service:
        """A service that the app responds for."""
        app = self._loaded.app

        def endpoint(method: str, url: str) -> object:
            return transport.endpoints.get((method, url)) or endpoint_of(app, method, url)

        return replace(
            service,
            name=self._loaded.name,
            transport=transport,
            limits=(*service.limits, *self._limits),
            stack=stack_of(app),
            source=AppSource(endpoint, transport.exceptions.of, partial(outside_of_cors, app)),
        )

    def _with_page(self, service: Service) -> Service:
        """The service, called from the page that the app allows, unless a page was named.

        In a comparison, the same page calls both sides, whatever one of them allows.
        """
        is_named = bool(self._settings.origins) or self._settings.is_side
        page = None if is_named else allowed_page(self._loaded.app, self._base)
        if page is None:
            return service
        routes = tuple(replace(route, pages=(page,)) for route in service.routes)
        limit = f"Called from {page}, which the app's CORS layer allows: --origin sets another page."
        return replace(service, routes=routes, limits=(*service.limits, limit))

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
                skipped = [replace(each, path=path + each.path) for each in found.skipped]
                # Where the app has no routes of its own, its document's limits say that there is nothing to check.
                limits = service.limits if service.routes or service.skipped else found.limits
                service = replace(
                    service,
                    routes=(*service.routes, *new),
                    skipped=(*service.skipped, *skipped),
                    limits=limits,
                )
        return service

    def _known_document(self) -> Document | None:
        """The document that the app has or amounts to, if it serves none."""
        return self._document_of(self._loaded.app)

    def _places(self) -> tuple[str, ...] | None:
        """The app's own routes that may have its document; None if its routes are not known."""
        routes = self._routes_of(self._loaded.app)
        return None if routes is None else places_of_document(routes.document)

    def _document_of(self, app: object) -> Document | None:
        try:
            document = own_document(app)
        except Exception as error:  # noqa: BLE001 -- an app may raise anything here
            self._limits.append(f"The app cannot make its OpenAPI document: {described(error)}.")
            document = None
        if document is not None:
            return Document(document)
        routes = self._routes_of(app)
        if routes is None:
            return None
        self._limits += routes.limits
        return Document(routes.document)

    def _routes_of(self, app: object) -> AppRoutes | None:
        try:
            return routes_of_app(app)
        except Exception as error:  # noqa: BLE001 -- Django imports the URLconf
            problem = f"The app's routes cannot be listed: {described(error)}."
            self._limits += [problem] if problem not in self._limits else []
            return None


class _StartError(Exception):
    """The app did not start. The message is a sentence."""


@contextlib.asynccontextmanager
async def _running(
    loaded: LoadedApp, host: Host, settings: Settings, state: Mapping[str, Any] | None
) -> AsyncIterator[dict[str, Any]]:
    """Run the lifespan around the block, which gets its state, unless there is a `state`. Raises `_StartError`."""
    if loaded.asgi is None or settings.dry_run or state is not None:
        yield dict(state or {})
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
