"""A HAR file, as the network panel of DevTools exports it: the requests of its pages' scripts, judged offline.

A route is an entry of `fetch()` or XMLHttpRequest to another origin than its page's, with the preflight and the
redirects that belong to it. Equal requests with equal responses are one route. Three things that a HAR may lack
are reported: a response, a preflight, and what the export has omitted. They are never replaced by guesses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from hdrcli.fetch import parse_url
from hdrcli.fetch.headers import values_of
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.planning.routes import Route, Service
from hdrcli.records.errors import UsageError
from hdrcli.records.route import SkippedRoute
from hdrcli.settings import Settings
from hdrcli.structs import Record
from hdrcli.targets.har_entries import Entry, entries_of
from hdrcli.targets.page_headers import Call, call_of
from hdrcli.targets.planned import Planned
from hdrcli.targets.recorded import (
    check_offline,
    is_chosen,
    needs_permission,
    none_chosen,
    nothing_sent,
    page_limits,
)
from hdrcli.wire.recording import Recorded, Recording

_BY_SCRIPTS: Final = frozenset({"fetch", "xhr"})
_NOT_MODIFIED: Final = 304
_SECRETS: Final = ("Authorization", "Cookie")
_NEARBY: Final = 100
"""Entries among which those are searched that belong to a request: bounded, as a HAR may have any number of them."""
_WITHHELD: Final = "authorization"
"""The name that a preflight may have and the request lacks: by default, DevTools exports no secrets."""

_NO_SECRETS: Final = (
    "No request in it has a cookie or an Authorization header, and no response a Set-Cookie: unless it was exported "
    "with sensitive data, DevTools has removed them."
)
_STORED: Final = "its response is a 304, for a response in the browser's cache that the recording does not have"
_FROM_CACHE: Final = "Some responses came from the browser's cache, with the headers that were stored there."


class _Requested(Record, frozen=True, kw_only=True):
    """A request that a script made: its entry, those that it was redirected to, its preflights."""

    chain: tuple[Entry, ...]
    preflights: tuple[Entry, ...]
    call: Call

    @property
    def first(self) -> Entry:
        return self.chain[0]

    @property
    def is_stored(self) -> bool:
        """Whether the page got a stored response, which the HAR does not have, in place of a 304."""
        response = self.chain[-1].response
        is_by_page = any(name.lower() == "if-none-match" for name, _ in self.call.headers)
        return response is not None and response.status == _NOT_MODIFIED and not is_by_page

    @property
    def has_permission(self) -> bool:
        """Whether the browser sent the request without a preflight that is in the HAR."""
        return self.first.response is not None and all(each.url != self.first.url for each in self.preflights)

    @property
    def identity(self) -> object:
        """Equal for requests and responses that are judged alike: most values of headers do not matter."""
        entries = (*self.preflights, *self.chain)
        sent = tuple(sorted(name.lower() for name, _ in self.call.headers))
        return self.call.page, sent, bool(self.call.cookies), tuple(map(_identity, entries))


def read_har(data: bytes, name: str, settings: Settings) -> Planned:
    """The services that scripts of other origins called. Raises `UsageError` if there is none, or it is not a HAR."""
    check_offline(settings, name, shows_requests=True)
    entries = entries_of(data, name)
    requested = tuple(_requests(entries))
    if all(each.is_stored for each in requested):
        raise UsageError(
            f"{name} has nothing to check: none of its {len(entries):,} requests is one that a script sent to another "
            "origin than its page's, with a response that is not a 304."
        )
    requested = tuple(each for each in requested if is_chosen(each.first.method, str(each.first.url), settings))
    if not requested:
        raise none_chosen(name, settings)
    by_origin: dict[str, dict[object, _Requested]] = {}
    for each in requested:
        by_origin.setdefault(str(each.first.url.origin), {}).setdefault(each.identity, each)
    common = [nothing_sent(name), *page_limits(settings, {each.call.page for each in requested})]
    if not any(_has_secrets(entry) for entry in entries):
        common.append(_NO_SECRETS)
    return Planned(
        tuple(
            Service(
                name=origin,
                routes=tuple(_route(each, name) for each in routes.values() if not each.is_stored),
                skipped=tuple(_skipped(each.first) for each in routes.values() if each.is_stored),
                limits=(*common, *_limits(tuple(routes.values()))),
                probes=False,
            )
            for origin, routes in by_origin.items()
        )
    )


def _route(requested: _Requested, name: str) -> Route:
    entry, call = requested.first, requested.call
    return Route(
        method=entry.method,
        url=entry.url,
        headers=call.headers,
        source=f"{name} entry {entry.number}",
        pages=(call.page,),
        cookies=call.cookies,
        credentials=call.credentials,
        transport=Recording(_recorded(requested), why=_why_missing(requested.chain[-1])),
        has_permission=requested.has_permission,
    )


def _skipped(entry: Entry) -> SkippedRoute:
    return SkippedRoute(method=entry.method, path=entry.url.target, reason=_STORED)


def _recorded(requested: _Requested) -> Iterator[Recorded]:
    for entry in requested.preflights:
        if entry.response is not None:
            method = entry.requested_method or ""
            yield Recorded(purpose="preflight", method=method, url=entry.url, response=entry.response)
    for entry in requested.chain:
        if entry.response is not None:
            yield Recorded(purpose="request", method=entry.method, url=entry.url, response=entry.response)


def _why_missing(entry: Entry) -> str:
    return f"the browser reports {entry.error}" if entry.error and entry.response is None else ""


def _limits(routes: Sequence[_Requested]) -> Iterator[str]:
    unpermitted = sum(each.has_permission and needs_permission(each.first.method, each.call.headers) for each in routes)
    if unpermitted:
        yield (
            f"For {unpermitted} of {len(routes)} routes, it has no preflight: the browser sent these requests, so it "
            "had permission, but from which response is not known."
        )
    if any(entry.is_from_cache for each in routes for entry in each.chain):
        yield _FROM_CACHE


def _requests(entries: Sequence[Entry]) -> Iterator[_Requested]:
    """The requests of scripts to other origins, each with what belongs to it."""
    followed: set[int] = set()
    preflights: dict[object, list[Entry]] = {}
    for entry in entries:
        if entry.requested_method is not None:
            preflights.setdefault((entry.url, entry.requested_method), []).append(entry)
    for position, entry in enumerate(entries):
        if entry.number in followed or not _is_by_script(entry):
            continue
        chain = (entry, *_redirected(entry, entries[position + 1 : position + _NEARBY], followed))
        page = _page(entry)
        if any(page and page != str(each.url.origin) for each in chain):
            own = tuple(found for each in chain if (found := _preflight_of(each, preflights)) is not None)
            yield _Requested(chain=chain, preflights=own, call=_call(entry, own, page))


def _is_by_script(entry: Entry) -> bool:
    """Whether `fetch()` or XMLHttpRequest sent it; only Chromium says so, others send Sec-Fetch-Dest."""
    if entry.requested_method is not None:
        return False
    if entry.kind:
        return entry.kind in _BY_SCRIPTS
    destination = entry.sent("Sec-Fetch-Dest")
    if destination is not None:
        return destination == "empty" and entry.sent("Sec-Fetch-Mode") == "cors"
    return entry.sent("Origin") is not None


def _redirected(entry: Entry, later: Sequence[Entry], followed: set[int]) -> Iterator[Entry]:
    """The entries that follow redirects, in order."""
    for candidate in later:
        if entry.response is None or entry.response.status not in REDIRECT_STATUSES or entry.redirect is None:
            return
        if candidate.url == entry.redirect and candidate.requested_method is None:
            followed.add(candidate.number)
            entry = candidate
            yield entry


def _page(entry: Entry) -> str:
    """The origin of the page, empty if it is not known."""
    page = call_of(entry.headers).page
    if page:
        return page
    url = parse_url(entry.page)
    return str(url.origin) if url is not None and url.is_http else ""


def _preflight_of(entry: Entry, preflights: Mapping[object, Sequence[Entry]]) -> Entry | None:
    """The preflight for a request: the nearest one that names its method and its headers. It may come later."""
    same = preflights.get((entry.url, entry.method), ())
    place = bisect_left(same, entry.number, key=lambda preflight: preflight.number)
    near = same[max(0, place - _NEARBY) : place + _NEARBY]
    nearest_first = sorted(near, key=lambda preflight: abs(preflight.number - entry.number))
    return next((preflight for preflight in nearest_first if _permits(preflight, entry)), None)


def _permits(preflight: Entry, entry: Entry) -> bool:
    named = _names_in(preflight)
    sent = {name.lower() for name, _ in entry.headers}
    set_by_page = call_of(entry.headers).headers
    unsafe = {name.lower() for name, value in set_by_page if needs_permission("GET", [(name, value)])}
    return named - sent <= {_WITHHELD} and (unsafe <= named or entry.response is None)


def _names_in(preflight: Entry) -> set[str]:
    listed = preflight.sent("Access-Control-Request-Headers") or ""
    return {name.strip().lower() for name in listed.split(",") if name.strip()}


def _call(entry: Entry, preflights: Sequence[Entry], page: str) -> Call:
    named: Collection[str] | None = _names_in(preflights[0]) if preflights else None
    call = call_of(entry.headers, named)
    return Call(page=page, headers=call.headers, cookies=call.cookies)


def _identity(entry: Entry) -> object:
    if entry.response is None:
        return entry.method, entry.url, entry.error
    headers = entry.response.headers
    cors = tuple(sorted((name.lower(), value) for name, value in headers if name.lower().startswith("access-control-")))
    return entry.method, entry.url, entry.response.status, tuple(sorted(name.lower() for name, _ in headers)), cors


def _has_secrets(entry: Entry) -> bool:
    received = () if entry.response is None else entry.response.headers
    return any(values_of(name, entry.headers) for name in _SECRETS) or bool(values_of("Set-Cookie", received))
