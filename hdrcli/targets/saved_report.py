"""A saved report (`--format json` or `jsonl`), whose recorded exchanges are judged again without any request.

Only a report that was written with `--exchanges` has what it takes. Its routes are judged as those of other recordings:
for the pages of the report or those of `--origin`, by the rules of this version. A report may come from anyone: its
shape is checked as far as it is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.fetch import HTTPResponse, parse_url
from hdrcli.fetch.headers import Header, get
from hdrcli.fetch.network import Purpose
from hdrcli.fetch.request import CredentialsMode
from hdrcli.fetch.safelist import normalize_method
from hdrcli.fetch.url import URL
from hdrcli.planning.pages import parse_page
from hdrcli.planning.routes import Route, Service
from hdrcli.records.errors import UsageError
from hdrcli.records.route import SkippedRoute
from hdrcli.settings import Settings
from hdrcli.structs import Record
from hdrcli.targets.page_headers import Call, call_of
from hdrcli.targets.planned import Planned
from hdrcli.targets.recorded import check_offline, is_chosen, none_chosen, nothing_sent, page_limits
from hdrcli.targets.saved_document import DamagedError, Object, member, objects_in, optional_member, services_in
from hdrcli.text.redaction import REDACTED
from hdrcli.wire.recording import Recorded, Recording

_MODES: Final[tuple[CredentialsMode, ...]] = ("omit", "same-origin", "include")

_HIGHEST_STATUS: Final = 999
_ANY_ORIGIN: Final = "http://recorded.invalid"
_NO_PROBES: Final = "Only the requests of pages are judged again: findings that need other requests are missing."
_REDACTED: Final = "Secrets in it are redacted: cookies and tokens have other values than those that were sent."
_READ_DIFFERENTLY: Final = (
    "Browsers read some of its responses differently: they are judged as the first one read them."
)
_SHORTENED: Final = "Long texts and lists in it are shortened."


class _Exchange(Record, frozen=True, kw_only=True):
    """A recorded request, with its response or the message of its failure."""

    number: int
    purpose: Purpose
    method: str
    url: URL
    headers: tuple[Header, ...]
    response: HTTPResponse | None
    failure: str


def read_report(data: bytes, name: str, settings: Settings) -> Planned:
    """The services of a report.

    Raises `UsageError` for one without exchanges, of another version, or that is damaged.
    """
    check_offline(settings, name, shows_requests=True)
    try:
        services = tuple(services_in(data, name))
        read = [_service(service, name, settings) for service in services]
    except DamagedError as error:
        raise UsageError(f"{name} is damaged: {error}.") from None
    if settings.routes:
        read = [service for service in read if service.routes or service.skipped]
        if not read:
            raise none_chosen(name, settings)
    if not any(service.routes or service.problem for service in read):
        raise UsageError(f"{name} has nothing to check: no route of it was checked.")
    return Planned(tuple(read))


# --- services and routes --------------------------------------------------------------------------------


def _service(value: Object, name: str, settings: Settings) -> Service:
    listed = objects_in(value, "routes")
    routes = []
    for number, each in enumerate(listed, start=1):
        try:
            routes.append(_route(each, name))
        except DamagedError as error:
            raise DamagedError(f"route {number}: {error}") from None
    routes = [each for each in routes if is_chosen(each.method, str(each.url), settings)]
    pages = {page for route in routes for page in route.pages}
    text = json.dumps([(each.get("fetches"), each.get("held")) for each in listed])
    return Service(
        name=member(value, "service", str),
        routes=tuple(routes),
        skipped=tuple(_skipped_routes(value, settings)),
        limits=(
            nothing_sent(name),
            *([] if settings.is_side else [_NO_PROBES]),
            *page_limits(settings, pages),
            *([_REDACTED] if REDACTED in text else []),
            *([_READ_DIFFERENTLY] if _are_read_differently(listed) else []),
            *([_SHORTENED] if '"more_' in text else []),
            *(each for each in member(value, "limits", list) if isinstance(each, str)),
        ),
        problem=optional_member(value, "problem", str) or "",
        probes=False,
        stack=member(value, "stack", str),
    )


def _skipped_routes(value: Object, settings: Settings) -> Iterator[SkippedRoute]:
    for each in objects_in(value, "skipped_routes"):
        method, path = member(each, "method", str), member(each, "path", str)
        if is_chosen(method, f"{_ANY_ORIGIN}{path}", settings):
            yield SkippedRoute(method=method, path=path, reason=member(each, "reason", str))


def _route(value: Object, name: str) -> Route:
    """A route for all pages of the report. The page's own headers are those of its first request."""
    if "fetches" not in value:
        raise UsageError(f"{name} has no requests and responses: write the report with --exchanges.")
    fetches, held = objects_in(value, "fetches"), objects_in(value, "held")
    exchanges = _by_number(exchange for each in (*fetches, *held) for exchange in objects_in(each, "exchanges"))
    method, url = normalize_method(member(value, "method", str)), _url(member(value, "url", str))
    preflight = next((each for each in exchanges if each.purpose == "preflight"), None)
    call = _call(exchanges, held, preflight)
    return Route(
        method=method,
        url=url,
        headers=call.headers,
        preflight_only=bool(held) and all(each.purpose == "preflight" for each in exchanges),
        source=member(value, "source", str),
        pages=tuple(dict.fromkeys(map(_page, (*fetches, *held)))),
        cookies=call.cookies,
        credentials=_credentials(value),
        transport=Recording(_recorded(exchanges, method), why=_why_missing(exchanges)),
    )


def _are_read_differently(routes: Sequence[Object]) -> bool:
    """Whether browsers made different things of one response."""
    for route in routes:
        read: dict[int, object] = {}
        for fetch in objects_in(route, "fetches"):
            for exchange in objects_in(fetch, "exchanges"):
                response = optional_member(exchange, "response", dict)
                if read.setdefault(member(exchange, "number", int), response) != response:
                    return True
    return False


def _by_number(listed: Iterator[Object]) -> tuple[_Exchange, ...]:
    """The exchanges in order, each once: as the first browser has read it."""
    read: dict[int, _Exchange] = {}
    for value in listed:
        number = member(value, "number", int)
        if number not in read:
            read[number] = _exchange(value, number)
    return tuple(read[number] for number in sorted(read))


def _call(exchanges: Sequence[_Exchange], held: Sequence[Object], preflight: _Exchange | None) -> Call:
    """What the page set, as far as a request of the route shows it."""
    listed = get("Access-Control-Request-Headers", preflight.headers) if preflight is not None else None
    named = None if preflight is None else {name.strip().lower() for name in (listed or "").split(",")} - {""}
    requests = [each.headers for each in exchanges if each.purpose == "request"]
    requests += [_headers(member(each, "request", dict)) for each in held]
    if not requests:
        return Call()
    with_cookies = next((headers for headers in requests if get("Cookie", headers) is not None), None)
    cookies = call_of(with_cookies, named).cookies if with_cookies else ()
    return Call(headers=call_of(requests[0], named).headers, cookies=cookies)


def _page(value: Object) -> str:
    page = member(value, "page", str)
    try:
        parse_page(page)
    except UsageError:
        raise DamagedError("a page has no origin") from None
    return page


def _credentials(value: Object) -> tuple[CredentialsMode, ...]:
    """The modes of the report, if somebody chose them."""
    callers = objects_in(value, "callers")
    if any(member(each, "comparison", bool) for each in callers):
        return ()
    modes = {member(each, "credentials", str) for each in callers}
    return tuple(mode for mode in _MODES if mode in modes)


def _recorded(exchanges: Sequence[_Exchange], method: str) -> Iterator[Recorded]:
    for each in exchanges:
        if each.response is not None:
            requested = get("Access-Control-Request-Method", each.headers) if each.purpose == "preflight" else None
            yield Recorded(
                purpose=each.purpose,
                method=requested or (method if each.purpose == "preflight" else each.method),
                url=each.url,
                response=each.response,
                headers=each.headers,
            )


def _why_missing(exchanges: Sequence[_Exchange]) -> str:
    failures = [each.failure for each in exchanges if each.failure]
    return f"the report has {failures[0].rstrip('.')}" if failures else ""


# --- exchanges ------------------------------------------------------------------------------------------


def _exchange(value: Object, number: int) -> _Exchange:
    request = member(value, "request", dict)
    purpose = member(value, "purpose", str)
    response = optional_member(value, "response", dict)
    return _Exchange(
        number=number,
        purpose="preflight" if purpose == "preflight" else "request",
        method=member(request, "method", str),
        url=_url(member(request, "url", str)),
        headers=_headers(request),
        response=None if response is None else _response(response),
        failure="" if response is not None else member(member(value, "failure", dict), "message", str),
    )


def _response(value: Object) -> HTTPResponse:
    status = member(value, "status", int)
    if not 0 <= status <= _HIGHEST_STATUS:
        raise DamagedError(f"{str(status)[:20]} is not a status")
    return HTTPResponse(
        status=status,
        headers=_headers(value),
        proxy=optional_member(value, "proxy", str),
        http_version="2" if member(value, "http_version", str) == "2" else "1.1",
    )


def _headers(value: Object) -> tuple[Header, ...]:
    headers = []
    for pair in member(value, "headers", list):
        match pair:
            case [str(name), str(text)] if max(text, default="") <= "\xff":
                headers.append((name, text))
            case _:
                raise DamagedError("a header is not a name with a value")
    return tuple(headers)


def _url(text: str) -> URL:
    url = parse_url(text)
    if url is None or not url.is_http:
        raise DamagedError("the URL of a request is malformed")
    return url.without_credentials().with_fragment(None)
