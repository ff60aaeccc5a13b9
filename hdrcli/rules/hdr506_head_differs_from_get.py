"""The response to HEAD differs from the response to GET.

Cause: The page sends HEAD, and the same request with GET has another status, or has headers that the response to HEAD
lacks. It is a warning if HEAD fails and GET does not, and advice otherwise. `Content-Length`, `Content-Encoding`,
`Vary`, `Date` and the connection's own headers may differ and are not compared. FastAPI registers `@app.get` routes for
GET only and responds to HEAD with 405 and `allow: GET`; Starlette's own `Route` and `StaticFiles` respond to both.

Why it matters: Pages use HEAD to learn a total, a size or a date without the content, and expect the headers that GET
would return. They get an error, or `null` for a header.

Check with: -X HEAD --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"]
    )

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

Fix: Register the route for both methods.

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"]
    )

    @app.api_route("/", methods=["GET", "HEAD"])
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

If the service should stay as it is, let the page send GET.

Similar faults: HDR313 (GET does not send the header either), HDR203 (a preflight does not allow the method; HEAD alone
needs no preflight).

References: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3.2,
https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.6
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import contains
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import model_of_probes
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.layers import READ_BY_PAGES, sent_only_by_first
from hdrcli.rules.evidence.lines import response_lines
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR506"
NAME = "head-differs-from-get"
SEVERITY = Severity.ADVICE
SPEC = "https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3.2"

_FIRST_ERROR: Final = 400
_PASSING: Final = frozenset({429, 503})
"""Too many requests, service unavailable: they depend on the moment, not on the method."""

_HEAD_OF_ITS_OWN: Final = ("Tus-Resumable", "Upload-Offset", "Docker-Distribution-Api-Version")
"""Headers of protocols in which HEAD has a meaning of its own: https://tus.io/protocols/resumable-upload#head."""

_NOT_ROUTED: Final = frozenset({405, 501})


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Compare the responses to HEAD and to the same request as a GET: the status first, then the names."""
    probe = diagnosis.probes.get("get")
    own = None if probe is None else model_of_probes(diagnosis.route.fetches)
    if own is None or probe is None or probe.response is None or not isinstance(own.response, HTTPResponse):
        return
    if any(contains(name, own.response.headers) for name in _HEAD_OF_ITS_OWN):
        return
    fetches = tuple(fetch for fetch in diagnosis.wanted if fetch.outcome != "opaque")
    statuses = {own.response.status, probe.response.status}
    if not fetches or statuses & _PASSING:
        return
    # The page reads the response after a redirect instead, and nothing if it is blocked.
    is_read = any(fetch.outcome == "readable" and fetch.exchanges[-1] is fetch.own_exchange for fetch in fetches)
    if len(statuses) > 1:
        head, get = own.response.status, probe.response.status
        yield Fault(
            variant=f"status {head}",
            fetches=fetches,
            evidence=_evidence(own, probe.exchange, if_sent=("Allow",)),
            impact=(f"JavaScript gets {head} from response.status, and {get} with GET.",) if is_read else (),
            fix=_fix(head),
            severity=_severity(head, get, diagnosis),
        )
    elif missing := sent_only_by_first(probe.response, own.response, READ_BY_PAGES):
        names = ", ".join(missing.values())
        yield Fault(
            variant=", ".join(sorted(missing)),
            fetches=fetches,
            evidence=_evidence(own, probe.exchange, *missing.values()),
            impact=tuple(f'JavaScript gets null from response.headers.get("{name}").' for name in missing)
            if is_read
            else (),
            fix=f"Send {names} in the response to HEAD, too, or send GET",
        )


def _evidence(head: Exchange, get: Exchange, *names: str, if_sent: tuple[str, ...] = ()) -> tuple[str, ...]:
    return *response_lines(head, *names, if_sent=if_sent), *response_lines(get, *names, if_sent=if_sent)


def _fix(status: int) -> str:
    if status in _NOT_ROUTED:
        return "Route HEAD to the handler of GET, or send GET"
    return "Respond to HEAD as to GET, without the content, or send GET"


def _severity(head: int, get: int, diagnosis: Diagnosis) -> Severity | None:
    """An error instead of HDR005 where the status of HEAD is not expected."""
    if not get < _FIRST_ERROR <= head:
        return None
    return Severity.WARNING if diagnosis.expects_status(head) or not diagnosis.is_named else Severity.ERROR
