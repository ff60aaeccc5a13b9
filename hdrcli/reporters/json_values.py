"""The objects of JSON reports, as the values that `json` writes. `report.schema.json` describes them.

Bytes of headers are code units U+0000-U+00FF. Where browsers agree, there is one object for all of them: a caller is a
page, a credentials mode, and the browsers with the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from hdrcli import __version__
from hdrcli.fetch import CookieVerdict, NetworkError
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.location import Raised
from hdrcli.records.route import FetchRecord, HeldFetch, Probe, RouteRecord
from hdrcli.records.verdict import ConsoleMessage
from hdrcli.report.events import ServiceChecked
from hdrcli.report.report import SCHEMA, ServiceReport
from hdrcli.report.totals import Totals
from hdrcli.reporters.json_bounds import bounded
from hdrcli.reporters.json_client import client_value
from hdrcli.reporters.json_exchanges import JSON, exchange_value, fetch_value, in_browser_value, request_value
from hdrcli.reporters.json_findings import finding_value
from hdrcli.reporters.json_headers import header_values
from hdrcli.reporters.phrases import failure_sentence, unmet_sentence
from hdrcli.reporters.verdict_line import VERDICTS, reason
from hdrcli.reporters.view import final_url, page_of, shown_text, shown_url, status_of
from hdrcli.settings import Settings
from hdrcli.verdict.console import console_messages
from hdrcli.verdict.cookie_sentences import cookie_sentence


def run_value(totals: Totals, settings: Settings) -> JSON:
    """The run as a whole. `verify` says whether TLS certificates were checked."""
    return {
        "schema": SCHEMA,
        "hdrcli": __version__,
        "verify": settings.verify,
        "summary": {
            "exit_status": int(totals.exit_status),
            "verdict": VERDICTS[totals.exit_status].lower(),
            "reason": reason(totals, settings),
            "services": totals.services,
            "routes": totals.routes,
            "requests": totals.requests,
            "custom_headers": totals.custom_headers,
            "readable_headers": totals.readable_headers,
            "errors": totals.errors,
            "warnings": totals.warnings,
            "advice": totals.advice,
            "unmet": totals.unmet,
            "blocked": totals.blocked,
            "without_response": totals.without_response,
            "stopped_responding": totals.stopped_responding,
            "unreachable": totals.unreachable,
            "differing": totals.differing,
            "failed_comparisons": totals.failed_comparisons,
            "rejected": totals.rejected,
            "held": totals.held,
            "skipped": totals.skipped,
            "known": totals.known,
            "stale": totals.stale,
            "unchecked": totals.unchecked,
            "time_limit_reached": totals.is_time_up,
            "ignored": totals.ignored,
            "unmatched": [*map(shown_text, totals.unmatched)],
        },
    }


def service_value(service: ServiceChecked | ServiceReport, name: str) -> JSON:
    """A service, without its routes."""
    return {
        "service": name,
        "reachable": not service.is_unreachable,
        "problem": shown_text(service.problem) or None,
        "stack": service.stack.name,
        "stack_is_likely": service.stack.is_likely,
        "requests": service.requests,
        "findings": [bounded(finding_value(finding, service.stack)) for finding in service.findings],
        "skipped_routes": [
            {"method": each.method, "path": shown_text(each.path), "reason": each.reason} for each in service.skipped
        ],
        "limits": [*map(shown_text, service.limits)],
        "client": None if service.client is None else client_value(service.client, service.stack),
    }


def service_with_routes(service: ServiceReport, settings: Settings) -> JSON:
    """A service with its routes."""
    unmet: dict[tuple[str, str, str], list[UnmetExpectation]] = {}
    for each in service.unmet:
        unmet.setdefault(each.key, []).append(each)
    value = service_value(service, service.name)
    value["routes"] = [bounded(route_value(route, unmet.get(route.key, ()), settings)) for route in service.routes]
    return value


def route_value(route: RouteRecord, unmet: Iterable[UnmetExpectation], settings: Settings) -> JSON:
    """A route. `status` is that of the first caller that is not for comparison."""
    has_exchanges = settings.exchanges or settings.verbose
    value: JSON = {
        "method": route.method,
        "url": shown_url(route.url),
        "source": shown_text(route.source),
        "step": route.step or None,
        "status": next((status_of(fetch) for fetch in route.fetches if not fetch.caller.for_comparison), None),
        "callers": _collapsed(_callers(route.fetches)),
        "headers": list(header_values(route)),
        "held": _collapsed(_held(held, has_exchanges=has_exchanges) for held in route.held),
        "unmet": [_unmet(each) for each in unmet],
        "exception": None if route.raised is None else _exception(route.raised),
        "probes_complete": route.has_all_probes,
        "probes_without_response": [_probe(probe) for probe in route.probes_without_response],
        "skipped": [
            {"browser": skipped.browser, "page": str(skipped.page), "reason": skipped.reason}
            for skipped in route.skipped
        ],
        "compared": None,
        "in_browser": [
            in_browser_value(fetch, fetch.in_browser) for fetch in route.fetches if fetch.in_browser is not None
        ],
    }
    if route.probed("compare") is not None:
        from hdrcli.reporters.comparisons.json import two_ways_value  # most checks compare nothing

        value["compared"] = two_ways_value(route)
    if has_exchanges:
        value["fetches"] = [fetch_value(fetch) for fetch in route.fetches]
        value["probes"] = [*map(_probe, route.probes)]
    return value


def _exception(raised: Raised) -> JSON:
    place = raised.location
    return {
        "type": shown_text(raised.kind),
        "file": None if place is None else shown_text(place.file),
        "line": None if place is None else place.line,
    }


def _probe(probe: Probe) -> JSON:
    return {"kind": probe.kind, **exchange_value(probe.exchange)}


def _unmet(unmet: UnmetExpectation) -> JSON:
    return {
        "expect": unmet.expectation.verdict,
        "name": unmet.expectation.name,
        "header": unmet.name,
        "page": page_of(unmet.fetch),
        "credentials": unmet.fetch.credentials,
        "browsers": list(unmet.browsers) or None,
        "clause": str(unmet.verdict.clause),
        "reason": unmet_sentence(unmet),
    }


# --- callers --------------------------------------------------------------------------------------------


_OF_BROWSERS: Final = ("browsers", "console")


def _collapsed(values: Iterable[JSON]) -> list[JSON]:
    """Values that differ only in "browsers" and "console" as one, which has those of all."""
    collapsed: list[JSON] = []
    for value in values:
        own = {name: value[name] for name in _OF_BROWSERS if name in value}
        for known in collapsed:
            if known | own == value:
                for name, members in own.items():
                    _extend(known[name], members)
                break
        else:
            collapsed.append(value)
    return collapsed


def _extend(members: list[object], more: Iterable[object]) -> None:
    members += [each for each in more if each not in members]


def _callers(fetches: Iterable[FetchRecord]) -> Iterator[JSON]:
    """The callers of these fetches: browsers that follow each other and share a fetch are one value."""
    last: FetchRecord | None = None
    value: JSON = {}
    for fetch in fetches:
        if last is not None and fetch.is_made_from(last):
            _extend(value["browsers"], [fetch.browser])
            _extend(value["console"], map(_console, console_messages(fetch)))
            continue
        if last is not None:
            yield value
        last, value = fetch, _caller(fetch)
    if last is not None:
        yield value


def _caller(fetch: FetchRecord) -> JSON:
    result = fetch.result
    value: JSON = {
        "page": page_of(fetch),
        "credentials": fetch.credentials,
        "browsers": [fetch.browser],
        "comparison": fetch.caller.for_comparison,
        "outcome": fetch.outcome,
        "status": status_of(fetch),
        "redirected_to": final_url(fetch),
    }
    if isinstance(result, NetworkError):
        value["type"] = "error"
        value["failure"] = _failure(fetch, result)
    else:
        value["type"] = result.type
        value["failure"] = None
    value["console"] = [_console(message) for message in console_messages(fetch)]
    value["quirks"] = list(fetch.quirks)
    value["dropped_request_headers"] = list(fetch.dropped_header_names)
    value["cookies"] = [_cookie(verdict, "sent") for verdict in fetch.cookies]
    value["set_cookies"] = [_cookie(verdict, "stored") for verdict in fetch.set_cookies]
    return value


def _failure(fetch: FetchRecord, error: NetworkError) -> JSON:
    """Why a fetch failed, and at which URL, which a redirect may have changed."""
    request = None if error.exchange is None else fetch.exchanges[error.exchange].request
    return {
        "code": str(error.failure),
        "at": error.at,
        "url": None if request is None else shown_url(str(request.url)),
        "message": failure_sentence(error),
    }


def _console(message: ConsoleMessage) -> JSON:
    return {
        "browser": message.browser,
        "name": message.name,
        "text": message.text,
        "error": message.error,
    }


def _cookie(verdict: CookieVerdict, done: str) -> JSON:
    return {
        "name": shown_text(verdict.name),
        done: verdict.fault is None,
        "reason": None if verdict.fault is None else str(verdict.fault),
        "detail": cookie_sentence(verdict),
    }


def _held(held: HeldFetch, *, has_exchanges: bool) -> JSON:
    value: JSON = {
        "page": str(held.caller.page),
        "credentials": held.caller.credentials,
        "browsers": [held.caller.browser],
        "request": request_value(held.request),
        "following": None if held.following is None else request_value(held.following),
        "kept_headers": list(held.kept_headers),
    }
    if has_exchanges:
        value["exchanges"] = [exchange_value(exchange) for exchange in held.exchanges]
    return value
