"""A URL that a client's requests are made to: `--profile`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from hdrcli.fetch.url import URL
from hdrcli.planning.routes import Service
from hdrcli.planning.sequence import ProfileSequence
from hdrcli.profiles import load_profile
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.settings.routes import ProfileName
from hdrcli.structs import replace
from hdrcli.targets.choosing import options_for_documents
from hdrcli.wire.transport import Transport

_OF_ONE_REQUEST: Final = {
    "method": "--method",
    "head": "--head",
    "body": "--data",
    "json": "--json",
    "compare": "--compare",
}


class ProfiledTarget:
    """See `hdrcli.targets.Target`. Raises `UsageError` for options that describe one request."""

    def __init__(self, url: URL, name: ProfileName, settings: Settings) -> None:
        given = [option for field, option in _OF_ONE_REQUEST.items() if getattr(settings, field)]
        for option in (*given, *options_for_documents(settings)):
            raise UsageError("does not go with --profile, which has the requests of a client.", option=option)
        mode = settings.credentials or (("include",) if settings.cookies or settings.cert else ("omit",))
        self._url = url
        self._profile = load_profile(name)
        self._settings = replace(settings, credentials=mode)  # there is nothing to compare: it would be another client

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """Yield a service for each origin that the client's requests lead to."""
        del network  # nothing is to be found out
        sequence = ProfileSequence(self._profile, self._url, self._settings)
        while routes := sequence.planned():
            yield Service(
                name=str(routes[0].url.origin),
                routes=routes,
                settings=self._settings,
                sequence=sequence,
                profile=self._profile,
            )
