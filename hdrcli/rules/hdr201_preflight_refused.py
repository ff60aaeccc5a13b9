"""The response to the preflight has an error status.

Cause: Before some requests, a browser sends a preflight: an OPTIONS request to learn whether the method and the
headers are allowed. The response's status is neither 2xx nor a redirect. The CORS layer itself may refuse
it (FastAPI's `CORSMiddleware` sends 400 with the text "Disallowed CORS origin", "method" or "headers"), or it never
reaches the CORS layer: the router does not know OPTIONS (405, 404), authentication rejects it (401, 403), or a proxy,
a gateway or a firewall does. A preflight never carries cookies or `Authorization`.

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
    requested_header_names,
    requested_method,
)
from hdrcli.rules.evidence.cause import IN_FRONT, REFUSED_BY_BUCKET, Cause, Refusal, denies_cors, is_unavailable
from hdrcli.rules.evidence.in_front import fix_in_front
from hdrcli.rules.evidence.lines import blocking_lines, body_evidence, body_line
from hdrcli.rules.evidence.lists import ALLOW_HEADERS, ALLOW_METHODS, complete_list, preflight_list
from hdrcli.rules.evidence.service import ALLOW_ORIGIN, LAYER, allowing, has_layer
from hdrcli.rules.finding import Fault, Severity, Unless
from hdrcli.rules.methods import FOR_SEVERAL_METHODS, allowing_method
from hdrcli.rules.origins import allowing_origin
from hdrcli.stacks.setting import Setting
from hdrcli.structs import Record

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

_UNKNOWN: Final = "unknown"
_NO_LAYER: Final = "no-layer"
_ROUTER: Final = "router"
_PATH: Final = "path"
_PROXY: Final = "proxy"
_SHOWN: Final = (ALLOW_METHODS, ALLOW_HEADERS, "Allow", "WWW-Authenticate", "x-amzn-ErrorType", "Server", "Via")
_BY_APPLICATION: Final = frozenset({_NO_LAYER, _ROUTER, _PATH})
"""The reasons of which the body says nothing: it is that of the application's own 404 or 405."""

_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_BY_CORS_LAYER: Final = frozenset({400, _FORBIDDEN})
_BY_ROUTER: Final = frozenset({404, 405, 501})
_NOT_FOUND: Final = 404
_WITHOUT_LAYER: Final = frozenset({Cause.NO_LAYER, Cause.ERRORS})


class _Reason(Record, frozen=True, kw_only=True):
    """Why it is refused; `variant` is the layer that refuses it, or the part that it refuses."""

    variant: str
    fix: str
    fix_for_several: str = ""
    setting: Setting | None = None


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each reason: a CORS layer may refuse the method and the headers at once."""
    by_reason: dict[_Reason, list[Blocked]] = {}
    for block in diagnosis.blocked(CORS_CHECK | {Failure.PREFLIGHT_STATUS}, Stage.PREFLIGHT_STATUS):
        for reason in dict.fromkeys(_reasons(block, diagnosis)):
            by_reason.setdefault(reason, []).append(block)
    for reason, blocks in by_reason.items():
        yield _fault(reason, blocks, diagnosis)


def _fault(reason: _Reason, blocks: Sequence[Blocked], diagnosis: Diagnosis) -> Fault:
    status = blocks[0].response.status
    line = body_line(Refusal(blocks[0], diagnosis.route).body)
    shown = (*_SHOWN, "Vary") if status in _BY_ROUTER else _SHOWN
    return Fault(
        variant=reason.variant,
        fetches=tuple(block.fetch for block in blocks),
        evidence=(*blocking_lines(blocks, ALLOW_ORIGIN, if_sent=shown), *body_evidence(line)),
        impact=(
            impact_of_preflights(blocks),
            f"The console reports that the status is not ok, or a CORS error; the status is {status}.",
        ),
        fix=reason.fix,
        fix_for_several=reason.fix_for_several,
        fix_setting=reason.setting,
        quote="" if reason.variant in _BY_APPLICATION else line,
        unless=_unless(blocks, diagnosis) if reason.variant == _NO_LAYER else (),
    )


def _unless(blocks: Sequence[Blocked], diagnosis: Diagnosis) -> tuple[Unless, ...]:
    """What holds if another route shows a CORS layer: one that allows the page, or one at all."""
    page = str(blocks[0].fetch.page)
    router, origin = (_fault(reason, blocks, diagnosis) for reason in (_router(), _origin(blocks[0], diagnosis)))
    return Unless(fact=allowing(page), code=CODE, fault=router), Unless(fact=LAYER, code=CODE, fault=origin)


def _reasons(block: Blocked, diagnosis: Diagnosis) -> Iterator[_Reason]:
    """The origin first, then the lists, then the layer that responded in place of the CORS layer."""
    cause = diagnosis.cause(block) if block.failure in REFUSED_ORIGIN else None
    refuses_origin = cause in {Cause.NOT_LISTED, Cause.REFUSED}
    if refuses_origin and diagnosis.near_miss(block) is None and not diagnosis.is_lost("Access-Control-Allow-Origin"):
        yield _origin(block, diagnosis)
    parts = _refused_parts(block, diagnosis)
    yield from parts
    sign = Refusal(block, diagnosis.route).in_front
    if sign is not None and cause in IN_FRONT | {Cause.GATEWAY}:
        fix, setting = fix_in_front(sign, is_preflight=True, page=str(block.fetch.page))
        yield _Reason(variant=_PROXY if cause is Cause.GATEWAY else str(cause), fix=fix, setting=setting)
    elif not (parts or refuses_origin) or _is_of_another_layer(block):
        yield _layer(block, cause, diagnosis)


def _is_of_another_layer(block: Blocked) -> bool:
    """Whether the origin isn't all that is wrong: authentication or the router responded, and not the CORS layer."""
    status, headers = block.response.status, block.response.headers
    if status == _UNAUTHORIZED or contains("WWW-Authenticate", headers):
        return True
    return status in _BY_ROUTER and not has_layer(block.response)


def _layer(block: Blocked, cause: Cause | None, diagnosis: Diagnosis) -> _Reason:
    status, headers = block.response.status, block.response.headers
    if contains(ALLOW_METHODS, headers) and status in _BY_CORS_LAYER:
        return _Reason(variant=_UNKNOWN, fix="Read the response's body: it says what the CORS layer refuses")
    if status == _UNAUTHORIZED or contains("WWW-Authenticate", headers):
        fix = "Let preflights pass before authentication: they never carry credentials"
        return _Reason(variant="authentication", fix=fix, setting=Setting(concept="preflights-first"))
    refusal = Refusal(block, diagnosis.route)
    if cause is Cause.NO_LAYER and denies_cors(refusal):
        return _no_layer(cause, block, diagnosis)
    if status == _FORBIDDEN and cause in _WITHOUT_LAYER | {Cause.UNKNOWN}:
        where = "the response's body" if body_line(refusal.body) else "the service's log"
        fix = f"Find out in {where} whether the CORS layer refuses the page's origin, or authentication the preflight"
        return _Reason(variant=f"{status}", fix=fix)
    if status == _FORBIDDEN:
        fix = "Let preflights pass before authentication: they never carry credentials"
        return _Reason(variant="authentication", fix=fix, setting=Setting(concept="preflights-first"))
    if status in _BY_ROUTER or contains("Allow", headers):
        if _is_unknown_path(refusal):
            return _Reason(variant=_PATH, fix="Check the URL: the service responds with 404 to GET, too")
        if cause in _WITHOUT_LAYER:
            return _no_layer(cause, block, diagnosis)
        return _passed_on(block, diagnosis) if has_layer(block.response) else _router()
    if is_unavailable(refusal):
        fix = "Start the service, or fix the proxy's connection to it: the proxy could not forward the preflight"
        return _Reason(variant=_PROXY, fix=fix)
    fix = "Let the CORS layer respond to OPTIONS before the layer that responds now"
    return _Reason(variant=f"{status}", fix=fix, setting=Setting(concept="preflights-first"))


def _origin(block: Blocked, diagnosis: Diagnosis) -> _Reason:
    fix, setting = allowing_origin([block], diagnosis)
    return _Reason(variant="origin", fix=fix, setting=setting)


def _router() -> _Reason:
    fix = "Let the CORS layer respond to OPTIONS in front of the router, which has no such route"
    return _Reason(variant=_ROUTER, fix=fix, setting=Setting(concept="preflights-first"))


def _passed_on(block: Blocked, diagnosis: Diagnosis) -> _Reason:
    """As rack-cors does with a preflight that it doesn't allow: its Vary is in the response of the router."""
    names = diagnosis.as_page_spells(requested_header_names(block))
    fix, setting = allowing_method([block])
    more = f", and the request headers {', '.join(names)} if they are not allowed" if names else ""
    return _Reason(
        variant="method", fix=f"{fix}{more}: the CORS layer left the preflight to the router", setting=setting
    )


def _is_unknown_path(refusal: Refusal) -> bool:
    """Whether the page's own GET would get the 404 of the preflight, as one without preflight does."""
    without = refusal.probed("without-preflight")
    is_get = requested_method(refusal.block) == "GET"
    return is_get and without is not None and {without.status, refusal.response.status} == {_NOT_FOUND}


def _no_layer(cause: Cause | None, block: Blocked, diagnosis: Diagnosis) -> _Reason:
    fix = "Add a CORS layer in front of the router: no response of the service shows one"
    if cause is Cause.ERRORS:
        fix = "Add a CORS layer in front of the router, or add this route to the one that covers others"
    _, allowed = allowing_origin([block], diagnosis)
    pages = () if allowed is None else allowed.values
    return _Reason(variant=_NO_LAYER, fix=fix, setting=Setting(concept="cors-layer", values=pages))


def _refused_parts(block: Blocked, diagnosis: Diagnosis) -> list[_Reason]:
    """The method and the headers that the response's lists lack, or that its body names.

    Starlette and Litestar write "Disallowed CORS headers", which the app may put into JSON; aiohttp-cors writes
    "headers are not allowed: X-TOKEN".
    """
    body = Refusal(block, diagnosis.route).body.lower()
    has_lists = contains(ALLOW_METHODS, block.response.headers) or contains(ALLOW_HEADERS, block.response.headers)
    methods, names = preflight_list(block, ALLOW_METHODS), preflight_list(block, ALLOW_HEADERS)
    method, known = requested_method(block), {name.lower() for name in names}
    missing = [name for name in requested_header_names(block) if name not in known and "*" not in known]
    named = "disallowed cors" in body or body.startswith("cors preflight request failed")
    if REFUSED_BY_BUCKET in body:
        named = diagnosis.cause(block) is Cause.BYPASSED  # not for its origin, which other responses allow
    refused = [name for name in missing if name in body]
    missing = diagnosis.as_page_spells(refused if named and refused else missing)
    reasons = []
    if ("method" in body if named else contains(ALLOW_METHODS, block.response.headers)) and not (
        {method, "*"} & set(methods)
    ):
        fix, setting = allowing_method([block])
        reasons.append(_Reason(variant="method", fix=fix, fix_for_several=FOR_SEVERAL_METHODS, setting=setting))
    if missing and ("header" in body if named and not has_lists else has_lists):
        reasons.append(
            _Reason(
                variant="headers",
                fix=f"Allow the request header{'s' * (len(missing) > 1)} {', '.join(missing)}",
                fix_for_several="Allow the request headers of these routes",
                setting=complete_list([block], ALLOW_HEADERS, missing),
            )
        )
    return reasons if block.response.status in _BY_CORS_LAYER | {_UNAUTHORIZED} else []
