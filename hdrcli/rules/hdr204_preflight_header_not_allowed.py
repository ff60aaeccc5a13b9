"""The preflight's response does not allow a request header that the page sets.

Cause: The preflight is answered with a 2xx status, and `Access-Control-Allow-Headers` does not name one of the
request's headers. Usual ones are `Authorization`, a custom header, and `Content-Type` with the value
`application/json`. `*` allows every header except `Authorization`, and only without credentials.

Why it matters: The browser does not send the actual request; `fetch()` rejects with a TypeError. Chromium's and
Safari's consoles report that the header "is not allowed by Access-Control-Allow-Headers". If only `Authorization` is
concerned and the list is `*`, today's browsers still let it pass, against the standard; Firefox warns that it will stop
to.

Check with: -H "X-Token: 1" --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI, Response

    app = FastAPI()

    @app.options("/")
    def preflight(response: Response) -> None:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"
        return []

Fix: Name the header in `allow_headers`.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        allow_headers=["Content-Type", "X-Token"],
    )

    @app.get("/")
    def items() -> list[str]:
        return []

If the page doesn't need the header, remove it there instead: many HTTP libraries add `X-Requested-With` or a tracing
header to every request. In nginx, write `add_header Access-Control-Allow-Headers "Content-Type, X-Token" always;` where
OPTIONS is answered.

Similar faults: HDR307 (a response header in this list), HDR201 (`CORSMiddleware` answers a header that it does not
allow with 400), HDR205 (the list cannot be parsed).

References: https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hdrcli.fetch import Failure, HTTPResponse
from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import (
    TYPE_ERROR,
    Blocked,
    Stage,
    blocked,
    blocking_lines,
    is_list_of_letters,
    mended_list,
    preflight_list,
    requested_header_names,
)
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.two_answers import is_lost

CODE = "HDR204"
NAME = "preflight-header-not-allowed"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"

_HEADERS = "Access-Control-Allow-Headers"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for all headers: one list allows them."""
    failures = {Failure.PREFLIGHT_HEADER, Failure.PREFLIGHT_AUTHORIZATION}
    blocks = blocked(route, context, failures, Stage.PREFLIGHT) or tuple(_let_through(route, context))
    if not blocks or is_lost(route, _HEADERS):
        return
    asked = [block for block in blocks if block.fetch in context.asked(route)]
    missing = list(dict.fromkeys(name for block in asked for name in _missing(block)))
    listed = [name for block in asked for name in preflight_list(block, _HEADERS)]
    covered_today = all(map(_is_covered_today, asked))
    has_credentials = any(block.fetch.credentials == "include" for block in asked)
    yield Fault(
        cause="",
        fetches=tuple(block.fetch for block in blocks),
        seen=blocking_lines(blocks, _HEADERS),
        javascript=(_javascript(covered_today=covered_today),),
        action=_action(missing, listed),
        setting=mended_list(asked, _HEADERS, missing, keep_wildcard=not has_credentials),
        severity=Severity.WARNING if covered_today else None,
    )


def _let_through(route: RouteRecord, context: Context) -> Iterator[Blocked]:
    """What the standard blocks and a browser does not: Authorization under "*"."""
    for fetch in context.asked(route):
        for exchange in fetch.exchanges:
            if exchange.request.purpose == "preflight" and isinstance(exchange.response, HTTPResponse):
                block = Blocked(
                    fetch=fetch,
                    exchange=exchange,
                    answer=exchange.response,
                    failure=Failure.PREFLIGHT_AUTHORIZATION,
                    stage=Stage.PREFLIGHT,
                )
                if fetch.outcome == "readable" and _is_covered_today(block):
                    yield block


def _missing(block: Blocked) -> list[str]:
    """What "*" covers is not missing, but it never covers Authorization, and nothing with credentials."""
    names = [name.lower() for name in preflight_list(block, _HEADERS)]
    by_wildcard = "*" in names and block.fetch.credentials != "include"
    requested = requested_header_names(block)
    return [name for name in requested if name not in names and not (by_wildcard and name != "authorization")]


def _is_covered_today(block: Blocked) -> bool:
    has_wildcard = "*" in preflight_list(block, _HEADERS)
    return has_wildcard and block.fetch.credentials != "include" and _missing(block) == ["authorization"]


def _javascript(*, covered_today: bool) -> str:
    if covered_today:
        return 'Today "*" covers Authorization in browsers; by the standard fetch() is rejected with a TypeError.'
    return f"{TYPE_ERROR} The request itself is never sent."


def _action(missing: Sequence[str], listed: Sequence[str]) -> str:
    action = f"Allow the request header{'s' * (len(missing) > 1)} {', '.join(missing)}"
    if is_list_of_letters(listed):
        return f"{action}, in a list: as it is, a string was taken for one, letter by letter"
    return f'{action} by name: "*" does not cover {"it" if len(missing) == 1 else "them"}' if "*" in listed else action
