"""`Access-Control-Max-Age` is not a valid number of seconds, so browsers ignore it.

Cause: The preflight's response has the header twice, or with a value that is not plain digits, such as `-1`, `10m` or
`600.0`.

Why it matters: Nothing fails, but nearly every request is preceded by a preflight, which doubles its time. The standard
treats an invalid value as 5 seconds; Firefox then keeps nothing at all, and Chromium nothing for a negative value.

Check with: -X PUT --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        allow_methods=["PUT"],
        max_age=-1,
    )

    @app.put("/")
    def save() -> None:
        pass

Fix: Send one whole number of seconds. If you want a preflight each time, `0` states that.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        allow_methods=["PUT"],
        max_age=0,
    )

    @app.put("/")
    def save() -> None:
        pass

With `CORSMiddleware`, leave `max_age` at its default of 600. Longer values have limits: Chromium keeps the result of a
preflight for at most 2 hours, Firefox for 24 hours, Safari for 10 minutes.

Similar faults: If preflights repeat in spite of a valid value, the browser's cache is probably disabled in DevTools, or
the requests differ in URL, method or headers.

References: https://fetch.spec.whatwg.org/#http-access-control-max-age
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import contains, extract_delta_seconds, get
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import lines_of_responses
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks.setting import Setting

CODE = "HDR206"
NAME = "max-age-without-effect"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-max-age"
SETTINGS = ("max-age",)

_MAX_AGE = "Access-Control-Max-Age"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Only where the preflight's response has an ok status: browsers store no other one."""
    found = [(fetch, exchange) for fetch in diagnosis.wanted for exchange in fetch.exchanges if _is_void(exchange)]
    if not found:
        return
    yield Fault(
        fetches=tuple(dict.fromkeys(fetch for fetch, _ in found)),
        evidence=lines_of_responses((exchange for _, exchange in found), _MAX_AGE),
        impact=("Browsers store the result for five seconds or not at all: nearly every request has a preflight.",),
        fix="Send one whole number of seconds",
        fix_setting=Setting(concept="max-age", values=(_seconds(found[0]),)),
    )


def _is_void(exchange: Exchange) -> bool:
    response = exchange.response
    return (
        exchange.request.purpose == "preflight"
        and isinstance(response, HTTPResponse)
        and response.status // 100 == 2  # noqa: PLR2004 -- an ok status
        and contains(_MAX_AGE, response.headers)
        and extract_delta_seconds(_MAX_AGE, response.headers) is None
    )


def _seconds(found: tuple[FetchRecord, Exchange]) -> str:
    """What was meant: a negative number switches the cache off, of several the first one may count."""
    response = found[1].response
    value = get(_MAX_AGE, response.headers) if isinstance(response, HTTPResponse) else None
    first = (value or "").split(",")[0].strip()
    if first.startswith("-"):
        return "0"
    return first if first.isdecimal() and first.isascii() else "600"
