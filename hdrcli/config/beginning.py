"""A configuration to begin with: a template, or what the responses of a service allow to expect."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from hdrcli.fetch import HTTPResponse, parse_origin, parse_url
from hdrcli.fetch.headers import get
from hdrcli.fetch.url import is_loopback
from hdrcli.records.route import RouteRecord
from hdrcli.report.report import Report
from hdrcli.report.totals import custom_headers
from hdrcli.text.redaction import redact_text, redact_tokens

_MOST_ROUTES: Final = 200
_FIRST_ERROR: Final = 400

_HEAD: Final = """\
# The configuration of hdrcli. "hdrcli config" prints the settings in effect, "hdrcli schema config" all keys.
"""

TEMPLATE: Final = f"""\
{_HEAD}
# The pages that call the service:
# origin = ["http://localhost:3000", "https://app.example"]

# Fail on warnings, too:
# fail-on = "warning"

# Services by name: hdrcli check staging
# [services.staging]
# url = "https://staging.example"
# paths = ["/items", "/me"]
# header = ["Authorization: Bearer ${{API_TOKEN}}"]

# Expectations for routes:
# [routes]
# "GET /items*" = {{ readable = ["X-Total-Count"], status = "2xx" }}
# "/internal/*" = {{ blocked = true }}

# Findings that are accepted:
# [[ignore]]
# code = "HDR501"
# route = "GET /items*"
# reason = "No cache stands in front of this service."
"""


def beginning(report: Report, *, is_named_by_url: bool) -> str:
    """What a service that was checked keeps today: its pages, its URLs, and the headers that JavaScript can read.

    A service that is not named by a URL, such as an app, has no table: the file cannot say how to reach it.
    """
    parts = [_HEAD, *_origins(report), *(_services(report) if is_named_by_url else ()), *_routes(report)]
    return "\n".join(parts)


def _origins(report: Report) -> Iterator[str]:
    origins = _pages(report)
    if origins:
        yield f"# The pages that call the service:\norigin = {_toml(origins)}\n"
    else:
        yield '# No page may read the responses so far. The pages that should:\n# origin = ["https://app.example"]\n'


def other_pages(report: Report) -> tuple[str, ...]:
    """The origins to check with instead, if no page could read a response: those that responses allow by name."""
    return () if _pages(report) else tuple(dict.fromkeys(_allowed_by_name(report)))


def _pages(report: Report) -> list[str]:
    readable = (each for each in report.fetches if each.outcome == "readable" and not each.caller.for_comparison)
    return list(dict.fromkeys(str(fetch.page) for fetch in readable))


def _allowed_by_name(report: Report) -> Iterator[str]:
    for route in report.routes:
        for exchange in (*route.exchanges, *(probe.exchange for probe in route.probes)):
            if isinstance(exchange.response, HTTPResponse):
                value = get("Access-Control-Allow-Origin", exchange.response.headers)
                origin = None if value in {None, "null"} else parse_origin(str(value))
                if origin is not None:
                    yield str(origin)


def _services(report: Report) -> Iterator[str]:
    taken: set[str] = set()
    for service in report.services:
        routes = [route for route in service.routes if route.method == "GET"]
        first = parse_url(routes[0].url) if routes else None
        if first is None:
            continue
        kind = "local" if is_loopback(first.host) else "service"
        name = next(name for name in (kind, *(f"{kind}{n}" for n in range(2, 1000))) if name not in taken)
        taken.add(name)
        yield f"# hdrcli check {name}\n[services.{name}]\nurl = {_toml(str(first.origin))}"
        paths = list(dict.fromkeys(_path(route) for route in routes if not route.source.startswith("openapi")))
        yield f"paths = {_toml(paths)}\n" if paths else ""


def _routes(report: Report) -> Iterator[str]:
    lines = list(islice(_expectations(report.routes), _MOST_ROUTES))
    if lines:
        yield "# Expectations for the routes, which the current responses meet:\n[routes]"
        yield "\n".join(lines) + "\n"


def _expectations(routes: Sequence[RouteRecord]) -> Iterator[str]:
    seen: set[str] = set()
    for route in routes:
        pattern = f"{route.method} {_path(route).partition('?')[0]}"
        if pattern in seen:
            continue
        seen.add(pattern)
        wanted = [fetch for fetch in route.fetches if not fetch.caller.for_comparison]
        statuses = sorted({fetch.response.status for fetch in wanted if fetch.response is not None})
        readable = [header.name for header, is_readable in custom_headers(route) if is_readable]
        if not statuses or any(fetch.outcome == "network-error" for fetch in wanted):
            yield f"# {_toml(pattern)}: browsers block it."
        elif statuses[-1] >= _FIRST_ERROR:
            yield f"# {_toml(pattern)}: its status is {statuses[-1]}. Send what it needs, such as a header."
        else:
            expected = {"readable": readable} if readable else {}
            classes = list(dict.fromkeys(f"{status // 100}xx" for status in statuses))
            yield f"{_toml(pattern)} = {_toml(expected | {'status': classes if len(classes) > 1 else classes[0]})}"


def _path(route: RouteRecord) -> str:
    """The path with its query, if that has no secret."""
    url = parse_url(route.url)
    if url is None:
        return "/"
    return url.path if redact_text(route.url) != route.url else url.path + url.query


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(each)}' for key, each in value.items())} }}"
    return redact_tokens(json.dumps(value, ensure_ascii=False)).replace("\x7f", "\\u007f")
