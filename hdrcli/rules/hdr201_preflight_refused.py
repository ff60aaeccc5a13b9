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
from hdrcli.fetch.safelist import is_cors_safelisted_method
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
from hdrcli.rules.evidence.cause import IN_FRONT, Cause, Refusal, is_unavailable
from hdrcli.rules.evidence.lines import blocking_lines, body_evidence, body_line, response_lines
from hdrcli.rules.evidence.lists import ALLOW_HEADERS, ALLOW_METHODS, complete_list, preflight_list
from hdrcli.rules.evidence.refusal_texts import denies_cors, matches_no_rule
from hdrcli.rules.evidence.service import ALLOW_ORIGIN, LAYER, allowing, allows, has_layer
from hdrcli.rules.finding import Fault, Severity, Unless
from hdrcli.rules.fix_in_front import fix_in_front
from hdrcli.rules.methods import allowing_method
from hdrcli.rules.origins import allowing_origin
from hdrcli.rules.refused_part import and_names, refused_part
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
_PROXY: Final = "proxy"
_LISTS: Final = (ALLOW_METHODS, ALLOW_HEADERS)
_SHOWN: Final = (*_LISTS, "Allow", "WWW-Authenticate", "x-amzn-ErrorType", "Server", "Via")
_BY_APPLICATION: Final = frozenset({_NO_LAYER, _ROUTER})
"""The reasons of which the body says nothing: it is that of the application's own 404 or 405."""

_NOT_FOR_THE_ORIGIN: Final = frozenset({Cause.BYPASSED, Cause.PARTS})
"""Other responses allow it."""

_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_BY_CORS_LAYER: Final = frozenset({400, _FORBIDDEN})
_BY_ROUTER: Final = frozenset({404, 405, 501})


class _Reason(Record, frozen=True, kw_only=True):
    """Why it is refused; `variant` is the layer that refuses it, or the part that it refuses."""

    variant: str
    fix: str
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
    refusal = Refusal(blocks[0], diagnosis.route)
    line, allowed = body_line(refusal.body), refusal.allowed_preflight
    shown = (*_SHOWN, "Vary") if status in _BY_ROUTER else _SHOWN
    return Fault(
        variant=reason.variant,
        fetches=tuple(block.fetch for block in blocks),
        evidence=(
            *blocking_lines(blocks, ALLOW_ORIGIN, if_sent=shown),
            *body_evidence(line),
            *(() if allowed is None else response_lines(allowed.exchange, ALLOW_ORIGIN, if_sent=_LISTS)),
        ),
        impact=(
            impact_of_preflights(blocks),
            f"The console reports that the status is not ok, or a CORS error; the status is {status}.",
        ),
        fix=reason.fix,
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
    refusal = Refusal(block, diagnosis.route)
    allowed, sign = refusal.allowed_preflight, refusal.in_front
    if cause is Cause.PARTS and allowed is not None:
        part = refused_part(block, allowed, diagnosis)
        yield from () if parts else [_Reason(variant=part.variant, fix=part.fix, setting=part.setting)]
        return
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
    if cause is Cause.NO_LAYER and denies_cors(refusal.body):
        return _no_layer(block, diagnosis)
    if status == _FORBIDDEN and cause in {Cause.NO_LAYER, Cause.UNKNOWN}:
        where = "the response's body" if body_line(refusal.body) else "the service's log"
        fix = f"Find out in {where} whether the CORS layer refuses the page's origin, or authentication the preflight"
        return _Reason(variant=f"{status}", fix=fix)
    if status == _FORBIDDEN:
        fix = "Let preflights pass before authentication: they never carry credentials"
        return _Reason(variant="authentication", fix=fix, setting=Setting(concept="preflights-first"))
    if status in _BY_ROUTER or contains("Allow", headers):
        if cause is Cause.NO_LAYER:
            return _no_layer(block, diagnosis)
        if allows(block.response, str(block.fetch.page)):
            return _only_status(block, diagnosis)
        return _passed_on(block, diagnosis) if has_layer(block.response) else _router()
    if is_unavailable(refusal):
        fix = "Start the service, or fix the proxy's connection to it: the proxy could not forward the preflight"
        return _Reason(variant=_PROXY, fix=fix)
    if cause is Cause.NO_LAYER:
        return _no_layer(block, diagnosis)
    fix = "Let the CORS layer respond to OPTIONS before the layer that responds now"
    return _Reason(variant=f"{status}", fix=fix, setting=Setting(concept="preflights-first"))


def _origin(block: Blocked, diagnosis: Diagnosis) -> _Reason:
    fix, setting = allowing_origin([block], diagnosis)
    if matches_no_rule(Refusal(block, diagnosis.route).body):
        names = diagnosis.as_page_spells(requested_header_names(block))
        parts = [f"the method {requested_method(block)}", *(f"the request header {name}" for name in names)]
        fix = f"{fix}, in a rule that allows {' and '.join(parts)}, too"
    return _Reason(variant="origin", fix=fix, setting=setting)


def _router() -> _Reason:
    fix = "Let the CORS layer respond to OPTIONS in front of the router, which has no such route"
    return _Reason(variant=_ROUTER, fix=fix, setting=Setting(concept="preflights-first"))


def _only_status(block: Blocked, diagnosis: Diagnosis) -> _Reason:
    """As of a rule that adds headers to every response: nobody responds to the preflight itself."""
    method, names = requested_method(block), diagnosis.as_page_spells(requested_header_names(block))
    methods, known = preflight_list(block, ALLOW_METHODS), {n.lower() for n in preflight_list(block, ALLOW_HEADERS)}
    missing = [] if is_cors_safelisted_method(method) or {method, "*"} & set(methods) else [f"the method {method}"]
    missing += [f"the request header {name}" for name in names if not {name.lower(), "*"} & known]
    status = block.response.status
    fix = f"Respond to OPTIONS with status 204 and the same CORS headers: now the router responds with {status}"
    more = f"; allow {' and '.join(missing)} there, too" if missing else ""
    return _Reason(variant="status", fix=f"{fix}{more}", setting=Setting(concept="preflights-first"))


def _passed_on(block: Blocked, diagnosis: Diagnosis) -> _Reason:
    """As rack-cors does with a preflight that it doesn't allow: its Vary is in the response of the router."""
    names = diagnosis.as_page_spells(requested_header_names(block))
    fix, setting = allowing_method([block])
    return _Reason(
        variant="method",
        fix=f"{fix}{and_names(names)}: the CORS layer left the preflight to the router",
        setting=setting,
    )


def _no_layer(block: Blocked, diagnosis: Diagnosis) -> _Reason:
    fix = "Add a CORS layer in front of what responds to OPTIONS, or move it there: no response shows one"
    _, allowed = allowing_origin([block], diagnosis)
    pages = () if allowed is None else allowed.values
    return _Reason(variant=_NO_LAYER, fix=fix, setting=Setting(concept="cors-layer", values=pages))


def _refused_parts(block: Blocked, diagnosis: Diagnosis) -> list[_Reason]:
    """The method and the headers that the response's lists lack, or that its body names.

    Starlette and Litestar write "Disallowed CORS headers", which the app may put into JSON; aiohttp-cors writes
    "headers are not allowed: X-TOKEN".
    """
    refusal = Refusal(block, diagnosis.route)
    body = refusal.body.lower()
    has_lists = contains(ALLOW_METHODS, block.response.headers) or contains(ALLOW_HEADERS, block.response.headers)
    methods, names = preflight_list(block, ALLOW_METHODS), preflight_list(block, ALLOW_HEADERS)
    method, known = requested_method(block), {name.lower() for name in names}
    missing = [name for name in requested_header_names(block) if name not in known and "*" not in known]
    named = "disallowed cors" in body or body.startswith("cors preflight request failed")
    if matches_no_rule(refusal.body):
        named = diagnosis.cause(block) in _NOT_FOR_THE_ORIGIN
    refused = [name for name in missing if name in body]
    missing = diagnosis.as_page_spells(refused if named and refused else missing)
    reasons = []
    if ("method" in body if named else contains(ALLOW_METHODS, block.response.headers)) and not (
        {method, "*"} & set(methods)
    ):
        fix, setting = allowing_method([block])
        reasons.append(_Reason(variant="method", fix=fix, setting=setting))
    if missing and ("header" in body if named and not has_lists else has_lists):
        reasons.append(
            _Reason(
                variant="headers",
                fix=f"Allow the request header{'s' * (len(missing) > 1)} {', '.join(missing)}",
                setting=complete_list([block], ALLOW_HEADERS, missing),
            )
        )
    return reasons if block.response.status in _BY_CORS_LAYER | {_UNAUTHORIZED} else []
