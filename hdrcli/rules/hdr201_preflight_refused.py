"""The response to the preflight has an error status.

Cause: Before some requests, a browser sends a preflight: an OPTIONS request to learn whether the method and the
headers are allowed. The response's status is neither 2xx nor a redirect. The CORS layer itself may refuse
it (FastAPI's `CORSMiddleware` sends 400 with the text "Disallowed CORS origin", "method" or "headers"), or it never
reaches the CORS layer: the router does not know OPTIONS (405, 404), authentication rejects it (401, 403), or a proxy,
a gateway or a firewall does. A preflight never carries cookies or `Authorization`. A CORS layer may refuse a preflight
without a word, as Spring, Tomcat and Azure Storage do with 403: hdrcli then sends it without request headers, and for
GET. If one of these is allowed, the origin is on the list, and the method or a header isn't.

Why it matters: The browser does not send the actual request, whatever the headers of the preflight's response say.
`fetch()` rejects with a TypeError, and Chromium's console reports that the response to the preflight "does not have
HTTP ok status". curl sends no preflight, so the same request works there.

Check with: -X PUT --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.put("/")
    def save() -> None:
        pass

Fix: Name the method and the request headers in the CORS settings. By default, `CORSMiddleware` allows only GET.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        allow_methods=["GET", "PUT"],
    )

    @app.put("/")
    def save() -> None:
        pass

If authentication rejects the preflight, add `CORSMiddleware` last, because the middleware that was added last is the
outermost, or let OPTIONS pass unauthenticated. If the router responds with 405, the CORS layer is missing, or it is not
in front of this route. In nginx, handle OPTIONS in the `location` with `return 204` and the CORS headers.

Similar faults: HDR202 (the preflight is redirected), HDR203 and HDR204 (it succeeds, but does not allow the method or a
header), HDR101 (it succeeds, but does not allow the origin).

References: https://fetch.spec.whatwg.org/#cors-preflight-fetch
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.fetch.headers import contains
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import (
    CORS_CHECK,
    REFUSED_ORIGIN,
    Blocked,
    Stage,
    impact_of_preflights,
)
from hdrcli.rules.evidence.cause import IN_FRONT, Cause
from hdrcli.rules.evidence.lines import blocking_lines, body_evidence, body_line, response_lines
from hdrcli.rules.evidence.refusal import Refusal
from hdrcli.rules.evidence.service import ALLOW_ORIGIN, LAYER, allowing, has_layer
from hdrcli.rules.finding import Fault, Severity, Unless
from hdrcli.rules.fix_in_front import fix_in_front
from hdrcli.rules.preflight_reason import (
    BY_ROUTER,
    LISTS,
    NO_LAYER,
    PATH,
    PROXY,
    ROUTER,
    UNAUTHORIZED,
    PreflightReason,
    reason_of_layer,
    reason_of_origin,
    reason_of_router,
    refused_parts,
)
from hdrcli.rules.refused_part import refused_part

CODE = "HDR201"
NAME = "preflight-refused"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"
EXPLAINS = frozenset({Failure.PREFLIGHT_STATUS})
SETTINGS = (
    "origins",
    "methods",
    "request-headers",
)

_SHOWN: Final = (*LISTS, "Allow", "WWW-Authenticate", "x-amzn-ErrorType", "Server", "Via")
_BY_APPLICATION: Final = frozenset({NO_LAYER, ROUTER, PATH})
"""The reasons of which the body says nothing: it is that of the application's own 404 or 405."""


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each reason: a CORS layer may refuse the method and the headers at once."""
    by_reason: dict[PreflightReason, list[Blocked]] = {}
    for block in diagnosis.blocked(CORS_CHECK | {Failure.PREFLIGHT_STATUS}, Stage.PREFLIGHT_STATUS):
        for reason in dict.fromkeys(_reasons(block, diagnosis)):
            by_reason.setdefault(reason, []).append(block)
    for reason, blocks in by_reason.items():
        yield _fault(reason, blocks, diagnosis)


def _fault(reason: PreflightReason, blocks: Sequence[Blocked], diagnosis: Diagnosis) -> Fault:
    status = blocks[0].response.status
    refusal = Refusal(blocks[0], diagnosis.route)
    line, allowed = body_line(refusal.body), refusal.allowed_preflight
    shown = (*_SHOWN, "Vary") if status in BY_ROUTER else _SHOWN
    return Fault(
        variant=reason.variant,
        fetches=tuple(block.fetch for block in blocks),
        evidence=(
            *blocking_lines(blocks, ALLOW_ORIGIN, if_sent=shown),
            *body_evidence(line),
            *(() if allowed is None else response_lines(allowed.exchange, ALLOW_ORIGIN, if_sent=LISTS)),
        ),
        impact=(
            impact_of_preflights(blocks),
            f"The console reports that the status is not ok, or a CORS error; the status is {status}.",
        ),
        fix=reason.fix,
        fix_for_several=reason.fix_for_several,
        fix_setting=reason.setting,
        quote="" if reason.variant in _BY_APPLICATION else line,
        unless=_unless(blocks, diagnosis) if reason.variant == NO_LAYER else (),
    )


def _unless(blocks: Sequence[Blocked], diagnosis: Diagnosis) -> tuple[Unless, ...]:
    """What holds if another route shows a CORS layer: one that allows the page, or one at all."""
    page = str(blocks[0].fetch.page)
    router, origin = (
        _fault(reason, blocks, diagnosis) for reason in (reason_of_router(), reason_of_origin(blocks[0], diagnosis))
    )
    return Unless(fact=allowing(page), code=CODE, fault=router), Unless(fact=LAYER, code=CODE, fault=origin)


def _reasons(block: Blocked, diagnosis: Diagnosis) -> Iterator[PreflightReason]:
    """The origin first, then the lists, then the layer that responded in place of the CORS layer."""
    cause = diagnosis.cause(block) if block.failure in REFUSED_ORIGIN else None
    refuses_origin = cause in {Cause.NOT_LISTED, Cause.REFUSED}
    if refuses_origin and diagnosis.near_miss(block) is None and not diagnosis.is_lost("Access-Control-Allow-Origin"):
        yield reason_of_origin(block, diagnosis)
    parts = refused_parts(block, diagnosis)
    yield from parts
    refusal = Refusal(block, diagnosis.route)
    allowed, sign = refusal.allowed_preflight, refusal.in_front
    if cause is Cause.PARTS and allowed is not None:
        part = refused_part(block, allowed, diagnosis)
        yield from () if parts else [PreflightReason(variant=part.variant, fix=part.fix, setting=part.setting)]
        return
    if sign is not None and cause in IN_FRONT | {Cause.GATEWAY}:
        fix, setting = fix_in_front(sign, is_preflight=True, page=str(block.fetch.page))
        yield PreflightReason(variant=PROXY if cause is Cause.GATEWAY else str(cause), fix=fix, setting=setting)
    elif not (parts or refuses_origin) or _is_of_another_layer(block):
        yield reason_of_layer(block, cause, diagnosis)


def _is_of_another_layer(block: Blocked) -> bool:
    """Whether the origin isn't all that is wrong: authentication or the router responded, and not the CORS layer."""
    status, headers = block.response.status, block.response.headers
    if status == UNAUTHORIZED or contains("WWW-Authenticate", headers):
        return True
    return status in BY_ROUTER and not has_layer(block.response)
