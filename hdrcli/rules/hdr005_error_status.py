"""The headers are those of an error response.

Cause: The response has a status of 400 or higher. The usual reasons are a missing or empty token (401, 403), a URL or a
method that the service doesn't know (404, 405), a body that doesn't validate (422), and a crash (500). Behind a CORS
layer that allows the page, the application may still refuse the request (400, 403): for its host, for its origin, or
because a CSRF token is missing. The body of the error then says so, and the fix names the list of that check.

Why it matters: An error response has headers of its own. That it lacks `X-Total-Count`, or that the page can read it,
proves nothing about the response that the page needs. For a URL that you name, the check therefore fails. On routes
that come from a document, a 5xx is an error, and any other error status a warning: the route could not be verified. If
you state the statuses, with `--expect-status` or in the configuration, any other one is an error.

Fault:

    from fastapi import FastAPI, HTTPException
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        raise HTTPException(401)

Fix: Send the request as the page does, with its token, method and body. If the error is the response that you want to
check, allow it with `--expect-status 401`, or a whole class with `--expect-status 4xx`.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

Similar faults: HDR107 (the error has no CORS headers, so the page doesn't even get the status), HDR201 (the response
to the preflight has an error status).

References: https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.guards import fix_of_guard, sign_of_guard
from hdrcli.rules.evidence.in_front import Reason, sign_in_front
from hdrcli.rules.evidence.lines import body_evidence, body_line, lines_of_responses, text_of_body
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.fix_in_front import fix_in_front

CODE = "HDR005"
NAME = "error-status"
SEVERITY = Severity.ERROR
FOR_SEVERAL = "The headers are those of error responses with {number} statuses"
SPEC = "https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes"

_EXCEPTION: Final = "exception"
_NOT_AUTHENTICATED: Final = frozenset({401, 403})
_NO_ROUTE: Final = frozenset({404, 405, 501})
_TOO_MANY: Final = 429
_CRASHED: Final = 500
_FIRST_ERROR: Final = 400


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each status that isn't expected, of responses that pages get; one finding for statuses alike.

    Also of an error that only looks as if the page was blocked, where that is expected.
    """
    by_status: dict[int, list[FetchRecord]] = {}
    for fetch in diagnosis.wanted:
        response = fetch.response
        if response is None or diagnosis.expects_status(response.status) or fetch in diagnosis.astray:
            continue
        is_read = fetch.outcome != "network-error" or _hides_that_nothing_is_blocked(response, diagnosis)
        if is_read and not diagnosis.head_differs:
            by_status.setdefault(response.status, []).append(fetch)
    for status, fetches in by_status.items():
        yield _fault(status, fetches, diagnosis)


def _fault(status: int, fetches: Sequence[FetchRecord], diagnosis: Diagnosis) -> Fault:
    is_open = not diagnosis.is_named and not diagnosis.states_statuses
    is_unverified = is_open and _FIRST_ERROR <= status < _CRASHED
    body = _body(fetches[0], status, diagnosis)
    kind, cause = _in_front(fetches[0], body) or _guard(fetches[0], body) or _kind(status, diagnosis.route)
    line = body_line(body)
    return Fault(
        variant=kind,
        subjects=(f"{status}",),
        fetches=tuple(fetches),
        evidence=(
            *lines_of_responses(
                (fetch.exchanges[-1] for fetch in fetches), if_sent=("WWW-Authenticate", "Allow", "Retry-After")
            ),
            *body_evidence(line),
        ),
        impact=(f"These are the headers of a response with status {status}.",),
        fix=f"{cause}, or allow the status with --expect-status {status}",
        fix_for_several=f"{cause}, or allow the statuses with --expect-status",
        severity=Severity.WARNING if is_unverified else None,
        quote="" if kind == _EXCEPTION else line,
    )


def _body(fetch: FetchRecord, status: int, diagnosis: Diagnosis) -> str:
    """The beginning of the error's body: of a write's own, or if the probe without Origin got the same error."""
    own = "" if fetch.response is None else text_of_body(fetch.response)
    if own:
        return own
    probe = diagnosis.route.probed("no-origin")
    response = probe.response if probe is not None else None
    return text_of_body(response) if response is not None and response.status == status else ""


def _in_front(fetch: FetchRecord, body: str) -> tuple[str, str] | None:
    """What is wrong with the layer in front of the service that wrote the response, and what to do about it."""
    sign = sign_in_front(fetch.response, body) if fetch.response is not None else None
    if sign is None or sign.reason is Reason.KEY:
        return None
    fix, _ = fix_in_front(sign, is_preflight=False, page=str(fetch.page))
    return str(sign.reason), fix


def _guard(fetch: FetchRecord, body: str) -> tuple[str, str] | None:
    """Which check of the application refuses the request, and how to pass it."""
    sign = sign_of_guard(body)
    if sign is None:
        return None
    return str(sign.check), fix_of_guard(sign, host=fetch.exchanges[-1].request.url.host, page=str(fetch.page))


def _hides_that_nothing_is_blocked(response: HTTPResponse, diagnosis: Diagnosis) -> bool:
    """Whether a fetch that is expected to be blocked got an error that everybody gets, whatever the page's origin."""
    if not diagnosis.expects_blocked or response.status < _FIRST_ERROR:
        return False
    probe = diagnosis.route.probed("no-origin")
    return probe is not None and probe.response is not None and probe.response.status == response.status


def _kind(status: int, route: RouteRecord) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    if status < _FIRST_ERROR:
        return "unexpected", "Find out why the service sends this status"
    if status in _NOT_AUTHENTICATED:
        return "credentials", "Send the page's credentials, with --bearer, --header or --cookie"
    if status in _NO_ROUTE:
        return "route", "Check the URL and the method"
    if status == _TOO_MANY:
        return "limit", "Check again later, or more slowly with --rate"
    if status >= _CRASHED and route.raised is not None:
        return _EXCEPTION, "Correct the exception that the app raised"
    if status >= _CRASHED:
        return "crash", "Correct the error, which the service's log shows"
    if route.step:
        return "step", "Give the URL that the profile is for, which hdrcli profiles describes"
    return "request", "Send a request that the service accepts, with --data and --header"
