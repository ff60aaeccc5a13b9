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
from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import (
    CORS_CHECK,
    REFUSED_ORIGIN,
    TYPE_ERROR,
    Blocked,
    Stage,
    blocked,
    blocking_lines,
    mended_list,
    preflight_list,
    requested_header_names,
    requested_method,
)
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.methods import ALLOW_METHODS, allowing_method
from hdrcli.rules.origins import allowing_origin, near_miss
from hdrcli.stacks.setting import Setting

CODE = "HDR201"
NAME = "preflight-refused"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"

_HEADERS = "Access-Control-Allow-Headers"
_UNKNOWN = "unknown"
_BY_CORS_LAYER = frozenset({400, 403})
_BY_AUTHENTICATION = frozenset({401, 403})
_BY_ROUTER = frozenset({404, 405, 501})
_BY_PROXY = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """Why it is refused; `cause` is who does it, or what of."""

    cause: str
    action: str
    setting: Setting | None = None
    severity: Severity | None = None


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for each reason: a CORS layer may refuse the method and the headers at once."""
    by_reason: dict[_Reason, list[Blocked]] = {}
    for block in blocked(route, context, CORS_CHECK | {Failure.PREFLIGHT_STATUS}, Stage.PREFLIGHT_STATUS):
        for reason in _reasons(block, route, context):
            by_reason.setdefault(reason, []).append(block)
    for reason, blocks in by_reason.items():
        status = blocks[0].answer.status
        yield Fault(
            cause=reason.cause,
            fetches=tuple(block.fetch for block in blocks),
            seen=blocking_lines(
                blocks,
                "Access-Control-Allow-Origin",
                if_sent=(ALLOW_METHODS, _HEADERS, "Allow", "WWW-Authenticate", "Server", "Via"),
            ),
            javascript=(
                f"{TYPE_ERROR} The request itself is never sent.",
                f"The console speaks of a status that is not ok, or of a CORS header; the real answer is {status}.",
            ),
            action=reason.action,
            setting=reason.setting,
            severity=reason.severity,
        )


def _reasons(block: Blocked, route: RouteRecord, context: Context) -> Iterator[_Reason]:
    status, headers = block.answer.status, block.answer.headers
    if status in _BY_CORS_LAYER and contains(ALLOW_METHODS, headers):
        yield from _refused_by_cors_layer(block, route, context)
    elif status in _BY_AUTHENTICATION or contains("WWW-Authenticate", headers):
        action = "Let preflights pass before authentication: put the CORS layer outside of it (FastAPI: add it last)"
        yield _Reason(cause="authentication", action=action)
    elif status in _BY_ROUTER or contains("Allow", headers):
        action = "Put a CORS layer before the router: as it is, OPTIONS reaches the router, which has no such route"
        yield _Reason(cause="router", action=action)
    elif status in _BY_PROXY:
        action = "Start the service, or mend the way to it: the proxy before it could not hand the preflight on"
        yield _Reason(cause="proxy", action=action)
    else:
        yield _Reason(cause=f"{status}", action="Let the CORS layer answer OPTIONS, before whatever gave this answer")


def _refused_by_cors_layer(block: Blocked, route: RouteRecord, context: Context) -> Iterator[_Reason]:
    """What its lists do not hold; Starlette's wants even GET and POST named."""
    if block.failure not in REFUSED_ORIGIN:
        yield from _refused_by_lists(block)
        return
    if near_miss(route, block) is None:
        action, setting = allowing_origin([block], context)
        severity = Severity.ADVICE if context.default_page else None
        yield _Reason(cause="origin", action=action, setting=setting, severity=severity)
    yield from (reason for reason in _refused_by_lists(block) if reason.cause != _UNKNOWN)


def _refused_by_lists(block: Blocked) -> Iterator[_Reason]:
    methods, names = preflight_list(block, ALLOW_METHODS), preflight_list(block, _HEADERS)
    method, known = requested_method(block), {name.lower() for name in names}
    missing = [name for name in requested_header_names(block) if name not in known]
    if method not in methods and "*" not in methods:
        action, setting = allowing_method([block])
        yield _Reason(cause="method", action=action, setting=setting)
    if missing and "*" not in known:
        setting = mended_list([block], _HEADERS, missing)
        yield _Reason(
            cause="headers",
            action=f"Allow the request header{'s' * (len(missing) > 1)} {', '.join(missing)}",
            setting=setting,
        )
    elif method in methods or "*" in methods:
        yield _Reason(cause=_UNKNOWN, action="Read in the answer's body what the CORS layer refuses")
