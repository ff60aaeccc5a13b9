"""The report as JSON, schema "hdrcli/report@1": keys are never renamed, only added.

Header bytes stand as code units U+0000-U+00FF, written as ASCII escapes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, TextIO

from hdrcli.fetch import CookieVerdict, HTTPResponse, NetworkError, TransportFailure
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import BrowserRecord, FetchRecord, RouteRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.report.report import Report
from hdrcli.rules.finding import Finding
from hdrcli.stacks import mend
from hdrcli.text.redaction import redact_request_header, redact_response_header
from hdrcli.verdict.agreement import Agreement, agreement
from hdrcli.verdict.failures import cookie_sentence, sentence, transport_sentence

SCHEMA = "hdrcli/report@1"

JSON = dict[str, Any]  # a JSON object: its values are whatever `json` writes


def write(report: Report, out: TextIO) -> None:
    """Write the report as one indented JSON document with a line end."""
    out.write(f"{json.dumps(as_json(report), indent=2)}\n")


def as_json(report: Report) -> JSON:
    """The report as the values that `json` writes."""
    return {
        "schema": SCHEMA,
        "exit_status": int(report.exit_status),
        "routes": [_route(route) for route in report.routes],
        "stack": report.stack.name,
        "findings": [_finding(finding, report) for finding in report.findings],
        "unmet": [
            {
                "expect": unmet.expectation.verdict,
                "name": unmet.expectation.name,
                "method": unmet.route.method,
                "url": unmet.route.url,
                "reason": unmet.reason,
            }
            for unmet in report.unmet
        ],
    }


def _finding(finding: Finding, report: Report) -> JSON:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "places": [
            {
                "method": place.method,
                "url": place.url,
                "page": place.page,
                "credentials": list(place.credentials),
            }
            for place in finding.places
        ],
        "browsers": list(finding.browsers),
        "quirks": list(finding.quirks),
        "seen": list(finding.seen),
        "javascript": list(finding.javascript),
        "action": finding.action,
        "setting": None if finding.setting is None else mend(finding.setting, report.stack),
        "spec": finding.spec,
    }


def _route(route: RouteRecord) -> JSON:
    return {
        "method": route.method,
        "url": route.url,
        "fetches": [_fetch(fetch) for fetch in route.fetches],
        "headers": [_header(header) for header in route.headers],
        "probes": [{"kind": probe.kind, **_exchange(probe.exchange)} for probe in route.probes],
        "left_out": [
            {"browser": left_out.browser, "page": str(left_out.page), "reason": left_out.reason}
            for left_out in route.left_out
        ],
    }


def _fetch(fetch: FetchRecord) -> JSON:
    result = fetch.result
    record: JSON = {
        "page": str(fetch.page),
        "credentials": fetch.credentials,
        "browser": fetch.browser,
        "outcome": fetch.outcome,
        "quirks": list(fetch.quirks),
    }
    if isinstance(result, NetworkError):
        record |= {"type": "error", "status": 0, "url": "", "redirected": False, "headers": []}
        record["failure"] = {
            "code": str(result.failure),
            "detail": sentence(result),
            "exchange": result.exchange,
            "console": [asdict(message) for message in fetch.console],
        }
    else:
        record |= {
            "type": result.type,
            "status": result.status,
            "url": result.url,
            "redirected": result.redirected,
            "headers": [list(redact_response_header(header)) for header in result.headers],
            "failure": None,
        }
    record["dropped_request_headers"] = list(fetch.dropped_header_names)
    record["cookies"] = [_cookie(verdict, "sent") for verdict in fetch.cookies]
    record["set_cookies"] = [_cookie(verdict, "stored") for verdict in fetch.set_cookies]
    record["exchanges"] = [_exchange(exchange) for exchange in fetch.exchanges]
    record["in_browser"] = None if fetch.in_browser is None else _in_browser(fetch.in_browser, agreement(fetch))
    return record


def _cookie(verdict: CookieVerdict, done: str) -> JSON:
    return {
        "name": verdict.name,
        done: verdict.fault is None,
        "reason": None if verdict.fault is None else str(verdict.fault),
        "detail": cookie_sentence(verdict),
    }


def _in_browser(real: BrowserRecord, agreement: Agreement | None) -> JSON:
    return {
        "agreement": agreement,
        "browser": real.browser,
        "version": real.version,
        "program": real.program,
        "outcome": real.outcome,
        "type": real.type,
        "status": real.status,
        "headers": [list(redact_response_header(header)) for header in real.headers],
        "error": real.error or None,
        "console": list(real.console),
    }


def _exchange(exchange: Exchange) -> JSON:
    """Purpose, request, the 1xx answers that came first, and either `response` or `failure`."""
    request, response = exchange.request, exchange.response
    record: JSON = {
        "purpose": request.purpose,
        "request": {
            "method": request.method,
            "url": str(request.url),
            "headers": [list(redact_request_header(header)) for header in request.headers],
        },
        "interim": [_response(interim) for interim in exchange.interim],
    }
    if isinstance(response, TransportFailure):
        record["failure"] = {"code": str(response.failure), "detail": transport_sentence(response)}
    else:
        way = {"proxy": response.proxy, "http_version": response.http_version}
        record["response"] = _response(response) | way
    return record


def _response(response: HTTPResponse) -> JSON:
    headers = [list(redact_response_header(header)) for header in response.headers]
    return {"status": response.status, "headers": headers}


def _header(header: HeaderRecord) -> JSON:
    return {
        "name": header.name,
        "custom": header.custom,
        "verdicts": [
            {
                "fetch": index,
                "sent": verdict.sent,
                "readable": verdict.readable,
                "clause": str(verdict.clause),
                "detail": verdict.detail,
                "values": [redact_response_header((header.name, value))[1] for value in verdict.values],
            }
            for index, verdict in enumerate(header.verdicts)
        ],
    }
