"""A saved report (`--format json` or `jsonl`), whose recorded exchanges are judged again without any request.

Only a report that was written with `--exchanges` has what it takes. Its routes are judged as those of other recordings:
for the pages of the report or those of `--origin`, by the rules of this version. A report may come from anyone: its
shape is checked as far as it is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

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
from hdrcli.report.report import SCHEMA
from hdrcli.settings import Settings
from hdrcli.targets.page_headers import Call, call_of
from hdrcli.targets.planned import Planned
from hdrcli.targets.recorded import check_offline, nothing_sent, page_limits
from hdrcli.text.redaction import REDACTED
from hdrcli.wire.recording import Recorded, Recording

T = TypeVar("T")

_MODES: Final[tuple[CredentialsMode, ...]] = ("omit", "same-origin", "include")

_HIGHEST_STATUS: Final = 999
_NO_PROBES: Final = "Only the requests of pages are judged again: findings that need other requests are missing."
_REDACTED: Final = "Secrets in it are redacted: cookies and tokens have other values than those that were sent."
_SHORTENED: Final = "Long texts and lists in it are shortened."


class _DamagedError(ValueError):
    """Where and how a report differs from its schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange:
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
        services = tuple(_services(data, name))
        planned = Planned(tuple(_service(service, name, settings) for service in services))
    except _DamagedError as error:
        raise UsageError(f"{name} is damaged: {error}.") from None
    if not any(service.routes or service.problem for service in planned.planned):
        raise UsageError(f"{name} has nothing to check: no route of it was checked.")
    return planned


# --- the document ---------------------------------------------------------------------------------------


def _services(data: bytes, name: str) -> Iterator[Mapping[str, object]]:
    """The services, each with its routes, of a document or of lines."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _DamagedError("it is not text in UTF-8") from None
    try:
        document = _parsed(text)
    except _DamagedError:
        lines = text.splitlines()
        if len(lines) < 2 or '"type"' not in lines[0]:  # noqa: PLR2004 -- those of a route and of its service
            raise
        yield from _of_lines([_parsed(line, f"line {number}: ") for number, line in enumerate(lines, start=1)], name)
        return
    _check_version(document, name)
    yield from _objects(document, "services")


def _parsed(text: str, where: str = "") -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise _DamagedError(f"{where}its JSON is nested too deeply") from None
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is not JSON"
        raise _DamagedError(f"{where}{reason}") from None


def _of_lines(lines: Sequence[object], name: str) -> Iterator[Mapping[str, object]]:
    if _optional(lines[-1], "type", str) != "run":
        raise _DamagedError("its last line is missing, so the run had not ended")
    _check_version(lines[-1], name)
    routes: list[object] = []
    for line in lines[:-1]:
        match _member(line, "type", str):
            case "route":
                routes.append(line)
            case "service" if isinstance(line, dict):
                yield line | {"routes": routes}
                routes = []
            case other:
                raise _DamagedError(f'"{other[:20]}" is not a type of line')


def _check_version(document: object, name: str) -> None:
    schema = _optional(document, "schema", str) or ""
    if schema == SCHEMA:
        return
    if schema.startswith("hdrcli/report@"):
        raise UsageError(f'{name} has the format "{schema[:40]}" of another version: write it again as "{SCHEMA}".')
    raise UsageError(f"{name} is JSON, but neither a HAR nor a report of hdrcli.")


# --- services and routes --------------------------------------------------------------------------------


def _service(value: Mapping[str, object], name: str, settings: Settings) -> Service:
    listed = _objects(value, "routes")
    routes = []
    for number, each in enumerate(listed, start=1):
        try:
            routes.append(_route(each, name))
        except _DamagedError as error:
            raise _DamagedError(f"route {number}: {error}") from None
    pages = {page for route in routes for page in route.pages}
    text = json.dumps([(each.get("fetches"), each.get("held")) for each in listed])
    return Service(
        name=_member(value, "service", str),
        routes=tuple(routes),
        skipped=tuple(_skipped(each) for each in _objects(value, "skipped_routes")),
        limits=(
            nothing_sent(name),
            *([] if settings.is_side else [_NO_PROBES]),
            *page_limits(settings, pages),
            *([_REDACTED] if REDACTED in text else []),
            *([_SHORTENED] if '"more_' in text else []),
            *(each for each in _member(value, "limits", list) if isinstance(each, str)),
        ),
        problem=_optional(value, "problem", str) or "",
        probes=False,
        stack=_member(value, "stack", str),
    )


def _skipped(value: Mapping[str, object]) -> SkippedRoute:
    return SkippedRoute(
        method=_member(value, "method", str), path=_member(value, "path", str), reason=_member(value, "reason", str)
    )


def _route(value: Mapping[str, object], name: str) -> Route:
    """A route for all pages of the report. The page's own headers are those of its first request."""
    if "fetches" not in value:
        raise UsageError(f"{name} has no requests and responses: write the report with --exchanges.")
    fetches, held = _objects(value, "fetches"), _objects(value, "held")
    exchanges = _by_number(exchange for each in (*fetches, *held) for exchange in _objects(each, "exchanges"))
    method, url = normalize_method(_member(value, "method", str)), _url(_member(value, "url", str))
    preflight = next((each for each in exchanges if each.purpose == "preflight"), None)
    call = _call(exchanges, held, preflight)
    return Route(
        method=method,
        url=url,
        headers=call.headers,
        preflight_only=not fetches and bool(held),
        source=_member(value, "source", str),
        pages=tuple(dict.fromkeys(map(_page, (*fetches, *held)))),
        cookies=call.cookies,
        credentials=_credentials(value),
        transport=Recording(_recorded(exchanges, method), why=_why_missing(exchanges)),
    )


def _by_number(listed: Iterator[Mapping[str, object]]) -> tuple[_Exchange, ...]:
    """The exchanges in order, each once: as the first browser has read it."""
    read: dict[int, _Exchange] = {}
    for value in listed:
        number = _member(value, "number", int)
        if number not in read:
            read[number] = _exchange(value, number)
    return tuple(read[number] for number in sorted(read))


def _call(exchanges: Sequence[_Exchange], held: Sequence[Mapping[str, object]], preflight: _Exchange | None) -> Call:
    """What the page set, as far as a request of the route shows it."""
    listed = get("Access-Control-Request-Headers", preflight.headers) if preflight is not None else None
    named = None if preflight is None else {name.strip().lower() for name in (listed or "").split(",")} - {""}
    requests = [each.headers for each in exchanges if each.purpose == "request"]
    requests += [_headers(_member(each, "request", dict)) for each in held]
    if not requests:
        return Call()
    with_cookies = next((headers for headers in requests if get("Cookie", headers) is not None), None)
    cookies = call_of(with_cookies, named).cookies if with_cookies else ()
    return Call(headers=call_of(requests[0], named).headers, cookies=cookies)


def _page(value: Mapping[str, object]) -> str:
    page = _member(value, "page", str)
    try:
        parse_page(page)
    except UsageError:
        raise _DamagedError("a page has no origin") from None
    return page


def _credentials(value: Mapping[str, object]) -> tuple[CredentialsMode, ...]:
    """The modes of the report, if somebody chose them."""
    callers = _objects(value, "callers")
    if any(_member(each, "comparison", bool) for each in callers):
        return ()
    modes = {_member(each, "credentials", str) for each in callers}
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


def _exchange(value: Mapping[str, object], number: int) -> _Exchange:
    request = _member(value, "request", dict)
    purpose = _member(value, "purpose", str)
    response = _optional(value, "response", dict)
    return _Exchange(
        number=number,
        purpose="preflight" if purpose == "preflight" else "request",
        method=_member(request, "method", str),
        url=_url(_member(request, "url", str)),
        headers=_headers(request),
        response=None if response is None else _response(response),
        failure="" if response is not None else _member(_member(value, "failure", dict), "message", str),
    )


def _response(value: Mapping[str, object]) -> HTTPResponse:
    status = _member(value, "status", int)
    if not 0 <= status <= _HIGHEST_STATUS:
        raise _DamagedError(f"{str(status)[:20]} is not a status")
    return HTTPResponse(
        status=status,
        headers=_headers(value),
        proxy=_optional(value, "proxy", str),
        http_version="2" if _member(value, "http_version", str) == "2" else "1.1",
    )


def _headers(value: Mapping[str, object]) -> tuple[Header, ...]:
    headers = []
    for pair in _member(value, "headers", list):
        match pair:
            case [str(name), str(text)] if max(text, default="") <= "\xff":
                headers.append((name, text))
            case _:
                raise _DamagedError("a header is not a name with a value")
    return tuple(headers)


def _url(text: str) -> URL:
    url = parse_url(text)
    if url is None or not url.is_http:
        raise _DamagedError("the URL of a request is malformed")
    return url.without_credentials().with_fragment(None)


# --- members --------------------------------------------------------------------------------------------


def _optional(value: object, key: str, kind: type[T]) -> T | None:
    member = value.get(key) if isinstance(value, dict) else None
    return member if isinstance(member, kind) else None


def _member(value: object, key: str, kind: type[T]) -> T:
    member = _optional(value, key, kind)
    if member is None:
        raise _DamagedError(f'"{key}" is missing or malformed')
    return member


def _objects(value: object, key: str) -> tuple[Mapping[str, object], ...]:
    listed = _member(value, key, list)
    if not all(isinstance(each, dict) for each in listed):
        raise _DamagedError(f'"{key}" is malformed')
    return tuple(listed)
