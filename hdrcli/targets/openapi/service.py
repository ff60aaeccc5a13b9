"""The target: a service whose routes its OpenAPI document describes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

from hdrcli.fetch.url import URL
from hdrcli.openapi.document import Document
from hdrcli.planning.page_request import method_of
from hdrcli.planning.routes import Service, read_url, route_of
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.targets.choosing import options_for_documents
from hdrcli.targets.openapi.enumeration import routes_of
from hdrcli.targets.openapi.files import document_of_file
from hdrcli.targets.openapi.finding import Found, fetch_document, find_document, find_document_at
from hdrcli.text.redaction import redact_text
from hdrcli.wire.transport import Transport


class DescribedService:
    """A service at a URL. The document is at the place that the user named, or is looked for.

    `known` is the document that stands in if none is found. `places` are the only paths that may have it, or None.
    Raises `UsageError` for a file that cannot be read, and for options that do not go together.
    """

    def __init__(
        self,
        base: URL,
        settings: Settings,
        known: Callable[[], Document | None] = lambda: None,
        places: Callable[[], tuple[str, ...] | None] = lambda: None,
    ) -> None:
        if method_of(settings) != "GET":
            given = {"--head": settings.head, "--json": settings.json is not None, "--data": settings.body is not None}
            option = "--method" if settings.method else next(flag for flag, is_given in given.items() if is_given)
            raise UsageError(
                "is for a single route, and an OpenAPI document or an app has its own methods and bodies: give "
                "--no-openapi, and the route as the URL, or as the --base-url of an app.",
                option=option,
            )
        self._base = base
        self._settings = settings
        self._known = known
        self._places = places
        self._url: URL | None = None
        self._document: Document | None = None
        if settings.server is not None:
            read_url(settings.server, "--server")
        if settings.openapi is not None and settings.openapi.startswith(("http://", "https://")):
            self._url = read_url(settings.openapi, "--openapi")
            if settings.dry_run:
                raise UsageError("is a URL, which --dry-run does not request: give a file.", option="--openapi")
        elif settings.openapi is not None:
            self._document = document_of_file(settings.openapi)

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """See `hdrcli.targets.Target`."""
        if self._document is not None:
            yield self._described(self._document, Found(document=self._document, exchange=None, requests=0))
        elif self._url is not None:
            found = await fetch_document(self._url, self._base, network, self._settings)
            yield self._described(found.document, found) if found.document is not None else self._without(found)
        else:
            found = Found(document=None, exchange=None, requests=0)
            if not self._settings.dry_run:
                found = await self._find(network)
            document = found.document or self._known()
            yield self._described(document, found) if document is not None else self._alone(found)

    async def _find(self, network: Transport) -> Found:
        places = self._places()
        if places is None:
            return await find_document(self._base, network, self._settings)
        return await find_document_at(places, self._base, network, self._settings)

    def _described(self, document: Document, found: Found) -> Service:
        enumerated = routes_of(document, self._base, self._settings)
        return Service(
            name=self._name,
            routes=enumerated.routes,
            document=found.exchange,
            requests=found.requests,
            skipped=enumerated.skipped,
            limits=enumerated.limits,
        )

    def _alone(self, found: Found) -> Service:
        """The service without a document: its URL is the only route, unless an option needs one."""
        if options_for_documents(self._settings):
            return self._without(found)
        return Service(
            name=self._name,
            routes=(route_of(self._base, self._settings),),
            document=found.exchange,
            requests=found.requests,
        )

    def _without(self, found: Found) -> Service:
        where = "its usual places" if self._url is None else redact_text(str(self._url))
        why = f" ({found.why_not})" if found.why_not else ""
        problem = f"There is no OpenAPI document at {where}{why}: --openapi names its URL or file."
        return Service(name=self._name, routes=(), requests=found.requests, problem=problem)

    @property
    def _name(self) -> str:
        settings = self._settings
        base = self._base if settings.server is None else read_url(settings.server, "--server")
        return str(base.origin)
