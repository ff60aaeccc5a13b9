"""The preflight's response does not allow a request header that the page sets.

Cause: The response to the preflight has a 2xx status, and `Access-Control-Allow-Headers` does not name one of the
request's headers. Usual ones are `Authorization`, a custom header, and `Content-Type` with the value
`application/json`. `*` allows every header except `Authorization`, and only without credentials.

Why it matters: The browser does not send the actual request; `fetch()` rejects with a TypeError. Chromium's and
Safari's consoles report that the header "is not allowed by Access-Control-Allow-Headers". If only `Authorization` is
concerned and the list is `*`, today's browsers still let it pass, against the standard; Firefox warns that it will stop
doing so.

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
header to every request. In nginx, write `add_header Access-Control-Allow-Headers "Content-Type, X-Token" always;` in
the block that responds to OPTIONS.

Similar faults: HDR307 (a response header in this list), HDR201 (`CORSMiddleware` responds to a header that it does not
allow with 400), HDR205 (the list cannot be parsed).

References: https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hdrcli.fetch import Failure, HTTPResponse
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import Blocked, Stage, impact_of_preflights, requested_header_names
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.evidence.lists import complete_list, is_list_of_letters, preflight_list
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR204"
NAME = "preflight-header-not-allowed"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"
EXPLAINS = frozenset({Failure.PREFLIGHT_HEADER, Failure.PREFLIGHT_AUTHORIZATION})
SETTINGS = ("request-headers",)

_HEADERS = "Access-Control-Allow-Headers"
_COVERED_TODAY = 'Browsers still let "*" cover Authorization; by the standard, fetch() rejects with a TypeError.'


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all headers: one list allows them."""
    failures = {Failure.PREFLIGHT_HEADER, Failure.PREFLIGHT_AUTHORIZATION}
    blocks = diagnosis.blocked(failures, Stage.PREFLIGHT) or tuple(_let_through(diagnosis))
    if not blocks:
        return
    wanted = [block for block in blocks if block.fetch in diagnosis.wanted]
    missing = diagnosis.as_page_spells(dict.fromkeys(name for block in wanted for name in _missing(block)))
    is_one = len(missing) == 1
    listed = [name for block in wanted for name in preflight_list(block, _HEADERS)]
    covered_today = all(map(_is_covered_today, wanted))
    yield Fault(
        fetches=tuple(block.fetch for block in blocks),
        evidence=blocking_lines(blocks, _HEADERS),
        impact=(_COVERED_TODAY if covered_today else impact_of_preflights(blocks),),
        fix=f"Allow the request header{'' if is_one else 's'} {', '.join(missing)}{_how(listed, is_one=is_one)}",
        fix_for_several=f"Allow the request headers of these routes{_how(listed)}",
        fix_setting=complete_list(wanted, _HEADERS, missing),
        severity=Severity.WARNING if covered_today else None,
    )


def _let_through(diagnosis: Diagnosis) -> Iterator[Blocked]:
    """Fetches that the standard blocks and the browser does not: Authorization under "*"."""
    for fetch in diagnosis.wanted:
        for exchange in fetch.exchanges:
            if exchange.request.purpose == "preflight" and isinstance(exchange.response, HTTPResponse):
                block = Blocked(
                    fetch=fetch,
                    exchange=exchange,
                    response=exchange.response,
                    failure=Failure.PREFLIGHT_AUTHORIZATION,
                    stage=Stage.PREFLIGHT,
                )
                if fetch.outcome == "readable" and _is_covered_today(block):
                    yield block


def _missing(block: Blocked) -> list[str]:
    """The requested headers that the list lacks: "*" covers all but Authorization, and none with credentials."""
    names = [name.lower() for name in preflight_list(block, _HEADERS)]
    by_wildcard = "*" in names and block.fetch.credentials != "include"
    requested = requested_header_names(block)
    return [name for name in requested if name not in names and not (by_wildcard and name != "authorization")]


def _is_covered_today(block: Blocked) -> bool:
    has_wildcard = "*" in preflight_list(block, _HEADERS)
    return has_wildcard and block.fetch.credentials != "include" and _missing(block) == ["authorization"]


def _how(listed: Sequence[str], *, is_one: bool = False) -> str:
    """A hint, where the header looks as if it were allowed."""
    if is_list_of_letters(listed):
        return ", in a list: a string was split into its letters"
    return f' by name: "*" does not cover {"it" if is_one else "them"}' if "*" in listed else ""
