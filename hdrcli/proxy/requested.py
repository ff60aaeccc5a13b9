"""A request that a page's script sent: with its preflights and redirects, and as a route with a recording."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct

from hdrcli.fetch import HTTPResponse, parse_url
from hdrcli.fetch.headers import get
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.fetch.url import URL
from hdrcli.planning.routes import Route
from hdrcli.proxy.classifying import Sender
from hdrcli.proxy.following import Answered
from hdrcli.targets.page_headers import Call, call_of
from hdrcli.wire.recording import Recorded, Recording

_NOT_MODIFIED: Final = 304
_OF_CONNECTION: Final = frozenset({"age", "connection", "content-length", "date", "keep-alive", "transfer-encoding"})
"""Headers that come and go for reasons that have nothing to do with the page."""


class Requested(Struct, kw_only=True):
    """A request of a script, with the redirects that it came by, and its preflights; or a preflight without it.

    `is_followed` says that the browser sent what a preflight allows, or what a redirect leads to.
    """

    sender: Sender
    chain: tuple[Answered, ...]
    preflights: tuple[Answered, ...]
    is_followed: bool = False

    @property
    def url(self) -> URL:
        return (*self.chain, *self.preflights)[0].request.url

    @property
    def method(self) -> str:
        return self.chain[0].request.method if self.chain else requested_method(self.preflights[0]) or ""

    @property
    def call(self) -> Call:
        """What the page set."""
        preflight = next((each for each in self.preflights if each.request.url == self.url), None)
        named = None if preflight is None else _names_in(preflight)
        return call_of((*self.chain, *self.preflights)[0].request.headers, named)

    @property
    def identity(self) -> object:
        """Equal for requests that look the same: most values do not matter."""
        call = self.call
        names = tuple(sorted(name.lower() for name, _ in call.headers))
        query = tuple(name for name, _ in parse_qsl(self.url.query[1:], keep_blank_values=True))
        looks = tuple(map(_look, (*self.preflights, *self.chain)))
        return self.method, self.url.path, query, self.sender, names, bool(call.cookies), bool(self.chain), looks

    @property
    def next_url(self) -> URL | None:
        """Where the last response redirects to."""
        response = self.chain[-1].read if self.chain else None
        if not isinstance(response, HTTPResponse) or response.status not in REDIRECT_STATUSES:
            return None
        location = get("Location", response.headers)
        url = None if location is None else parse_url(location, self.chain[-1].request.url)
        return None if url is None else url.without_credentials().with_fragment(None)


def route_of(requested: Requested, source: str) -> Route:
    """The route, whose responses are those that were seen."""
    call = requested.call
    return Route(
        method=requested.method,
        url=requested.url,
        headers=call.headers,
        source=source,
        pages=(requested.sender.page,),
        cookies=call.cookies,
        credentials=call.credentials,
        browsers=requested.sender.browsers,
        transport=Recording(_recorded(requested)),
        has_permission=all(each.request.url != requested.url for each in requested.preflights),
        preflight_only=not requested.chain,
    )


def _recorded(requested: Requested) -> Iterator[Recorded]:
    for each in requested.preflights:
        yield Recorded(
            purpose="preflight", method=requested_method(each) or "", url=each.request.url, response=each.response
        )
    for each in requested.chain:
        yield Recorded(purpose="request", method=each.request.method, url=each.request.url, response=each.response)


def requested_method(answered: Answered) -> str | None:
    """The method that a preflight asks permission for; None for any other request."""
    request = answered.request
    return request.get("Access-Control-Request-Method") if request.method == "OPTIONS" else None


def _names_in(preflight: Answered) -> Collection[str]:
    listed = preflight.request.get("Access-Control-Request-Headers") or ""
    return {name.strip().lower() for name in listed.split(",") if name.strip()}


def is_stored(requested: Requested) -> bool:
    """Whether the page got a stored response, which the proxy does not have, in place of a 304."""
    if not requested.chain:
        return False
    response = requested.chain[-1].read
    is_by_page = any(name.lower() == "if-none-match" for name, _ in requested.call.headers)
    return isinstance(response, HTTPResponse) and response.status == _NOT_MODIFIED and not is_by_page


def _look(answered: Answered) -> object:
    response = answered.read
    if not isinstance(response, HTTPResponse):
        return response.failure, response.subject
    names = tuple(sorted({name.lower() for name, _ in response.headers} - _OF_CONNECTION))
    cors = tuple(sorted((name.lower(), value) for name, value in response.headers if _counts(name.lower())))
    location = get("Location", response.headers)
    target = None if location is None else parse_url(location, answered.request.url)
    return answered.request.method, response.status, names, cors, target and target.origin


def _counts(name: str) -> bool:
    """Whether the value of a response header makes requests different."""
    return name.startswith("access-control-") or name == "vary"
