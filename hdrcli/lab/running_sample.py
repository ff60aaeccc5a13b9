"""The sample app with CORS settings that change while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hdrcli.lab.subject import CorsControl, CorsSettings, LabRoute, Subject

if TYPE_CHECKING:
    from hdrcli.wire.over_asgi import ASGIApp, Message, Receive, Send


class RunningSample:
    """An ASGI app: each request goes to the sample app with the settings of that moment.

    Its modules are loaded with the first request or change, so that a port in use is reported before.
    """

    def __init__(self, settings: CorsSettings) -> None:
        self._settings = settings
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if self._app is None:
            self.change(self._settings)
        assert self._app is not None  # noqa: S101 -- it was just made
        await self._app(scope, receive, send)

    def change(self, settings: CorsSettings) -> None:
        """Let these settings hold for all requests from now on."""
        from sample_app.app import CorsOptions, create_app, create_app_inside_cors

        options = CorsOptions(
            allow_origins=settings.allow_origins,
            expose_headers=settings.expose_headers,
            allow_credentials=settings.allow_credentials,
            max_age=settings.max_age,
        )
        covers_all = settings.cors and settings.order == "around"
        self._app = create_app_inside_cors(**options) if covers_all else create_app(cors=settings.cors, **options)
        self._settings = settings

    def subject(self, base: str, *, changes: bool) -> Subject:
        """The sample that is served at `base`; `changes` says whether it is served by this process."""
        from sample_app import ROUTES

        return Subject(
            name="the sample app",
            base=base,
            routes=tuple(LabRoute(method="GET", path=path) for path in ROUTES),
            cors=CorsControl(read=lambda: self._settings, change=self.change) if changes else None,
        )
