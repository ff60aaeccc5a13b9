"""The preflight is answered with an error status.

Cause: Before some requests, a browser sends a preflight: an OPTIONS request that asks whether the method and the
headers are allowed. It was answered with a status that is neither 2xx nor a redirect. The CORS layer itself may refuse
it (FastAPI's `CORSMiddleware` sends 400 with the text "Disallowed CORS origin", "method" or "headers"), or it never
reaches the CORS layer: the router does not know OPTIONS (405, 404), authentication rejects it (401, 403), or a proxy
does. A preflight never carries cookies or `Authorization`.

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
outermost, or let OPTIONS pass unauthenticated. If the router answers 405, the CORS layer is missing, or it is not in
front of this route. In nginx, answer OPTIONS in the `location` with `return 204` and the CORS headers.

Similar faults: HDR202 (the preflight is redirected), HDR203 and HDR204 (it succeeds, but does not allow the method or a
header), HDR101 (it succeeds, but does not allow the origin).

References: https://fetch.spec.whatwg.org/#cors-preflight-fetch
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hdrcli.fetch import Failure
from hdrcli.fetch.headers import contains
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import (
    CORS_CHECK,
    NOT_SENT,
    REFUSED_ORIGIN,
    Blocked,
    Stage,
    requested_header_names,
    requested_method,
)
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.evidence.lists import ALLOW_METHODS, complete_list, preflight_list
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.methods import allowing_method
from hdrcli.rules.origins import allowing_origin
from hdrcli.stacks.setting import Setting

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

_HEADERS = "Access-Control-Allow-Headers"
_UNKNOWN = "unknown"
_BY_CORS_LAYER = frozenset({400, 403})
_BY_AUTHENTICATION = frozenset({401, 403})
_BY_ROUTER = frozenset({404, 405, 501})
_BY_PROXY = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """Why it is refused; `variant` is the layer that refuses it, or what it refuses."""

    variant: str
    fix: str
    setting: Setting | None = None
    severity: Severity | None = None


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each reason: a CORS layer may refuse the method and the headers at once."""
    by_reason: dict[_Reason, list[Blocked]] = {}
    for block in diagnosis.blocked(CORS_CHECK | {Failure.PREFLIGHT_STATUS}, Stage.PREFLIGHT_STATUS):
        for reason in _reasons(block, diagnosis):
            by_reason.setdefault(reason, []).append(block)
    for reason, blocks in by_reason.items():
        status = blocks[0].response.status
        yield Fault(
            variant=reason.variant,
            fetches=tuple(block.fetch for block in blocks),
            evidence=blocking_lines(
                blocks,
                "Access-Control-Allow-Origin",
                if_sent=(ALLOW_METHODS, _HEADERS, "Allow", "WWW-Authenticate", "Server", "Via"),
            ),
            impact=(
                NOT_SENT,
                f"The console speaks of a status that is not ok, or of a CORS header; the real response is {status}.",
            ),
            fix=reason.fix,
            fix_setting=reason.setting,
            severity=reason.severity,
        )


def _reasons(block: Blocked, diagnosis: Diagnosis) -> Iterator[_Reason]:
    status, headers = block.response.status, block.response.headers
    if status in _BY_CORS_LAYER and contains(ALLOW_METHODS, headers):
        yield from _refused_by_cors_layer(block, diagnosis)
    elif status in _BY_AUTHENTICATION or contains("WWW-Authenticate", headers):
        fix = "Let preflights pass before authentication: put the CORS layer outside of it (FastAPI: add it last)"
        yield _Reason(variant="authentication", fix=fix)
    elif status in _BY_ROUTER or contains("Allow", headers):
        fix = "Put a CORS layer before the router: as it is, OPTIONS reaches the router, which has no such route"
        yield _Reason(variant="router", fix=fix)
    elif status in _BY_PROXY:
        fix = "Start the service, or mend the way to it: the proxy before it could not hand the preflight on"
        yield _Reason(variant="proxy", fix=fix)
    else:
        yield _Reason(
            variant=f"{status}", fix="Let the CORS layer response OPTIONS, before whatever gave this response"
        )


def _refused_by_cors_layer(block: Blocked, diagnosis: Diagnosis) -> Iterator[_Reason]:
    """What its lists do not hold; Starlette's wants even GET and POST named."""
    if block.failure not in REFUSED_ORIGIN:
        yield from _refused_by_lists(block)
        return
    if diagnosis.near_miss(block) is None:
        fix, setting = allowing_origin([block], diagnosis)
        severity = Severity.ADVICE if diagnosis.default_page else None
        yield _Reason(variant="origin", fix=fix, setting=setting, severity=severity)
    yield from (reason for reason in _refused_by_lists(block) if reason.variant != _UNKNOWN)


def _refused_by_lists(block: Blocked) -> Iterator[_Reason]:
    methods, names = preflight_list(block, ALLOW_METHODS), preflight_list(block, _HEADERS)
    method, known = requested_method(block), {name.lower() for name in names}
    missing = [name for name in requested_header_names(block) if name not in known]
    if method not in methods and "*" not in methods:
        fix, setting = allowing_method([block])
        yield _Reason(variant="method", fix=fix, setting=setting)
    if missing and "*" not in known:
        setting = complete_list([block], _HEADERS, missing)
        yield _Reason(
            variant="headers",
            fix=f"Allow the request header{'s' * (len(missing) > 1)} {', '.join(missing)}",
            setting=setting,
        )
    elif method in methods or "*" in methods:
        yield _Reason(variant=_UNKNOWN, fix="Read in the response's body what the CORS layer refuses")
