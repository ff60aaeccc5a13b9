"""Why a preflight is refused: what the CORS layer refuses in it, or the layer that responded in its place."""

from __future__ import annotations

from typing import Final

from hdrcli.fetch.headers import contains
from hdrcli.fetch.safelist import is_cors_safelisted_method
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import Blocked, requested_header_names, requested_method
from hdrcli.rules.evidence.cause import Cause, is_unavailable
from hdrcli.rules.evidence.lines import body_line
from hdrcli.rules.evidence.lists import ALLOW_HEADERS, ALLOW_METHODS, complete_list, preflight_list
from hdrcli.rules.evidence.refusal import Refusal
from hdrcli.rules.evidence.refusal_texts import denies_cors, matches_no_rule
from hdrcli.rules.evidence.service import allows, has_layer
from hdrcli.rules.methods import FOR_SEVERAL_METHODS, allowing_method
from hdrcli.rules.origins import allowing_origin
from hdrcli.rules.refused_part import and_names
from hdrcli.stacks.setting import Setting
from hdrcli.structs import Record

NO_LAYER: Final = "no-layer"
ROUTER: Final = "router"
PATH: Final = "path"
PROXY: Final = "proxy"
LISTS: Final = (ALLOW_METHODS, ALLOW_HEADERS)

UNAUTHORIZED: Final = 401
BY_ROUTER: Final = frozenset({404, 405, 501})

_UNKNOWN: Final = "unknown"
_NOT_FOR_THE_ORIGIN: Final = frozenset({Cause.BYPASSED, Cause.PARTS})
"""Other responses allow it."""

_FORBIDDEN: Final = 403
_BY_CORS_LAYER: Final = frozenset({400, _FORBIDDEN})
_NOT_FOUND: Final = 404
_WITHOUT_LAYER: Final = frozenset({Cause.NO_LAYER, Cause.ERRORS})


class PreflightReason(Record, frozen=True, kw_only=True):
    """Why it is refused; `variant` is the layer that refuses it, or the part that it refuses."""

    variant: str
    fix: str
    fix_for_several: str = ""
    setting: Setting | None = None


def reason_of_layer(block: Blocked, cause: Cause | None, diagnosis: Diagnosis) -> PreflightReason:
    """The layer that responded in place of the CORS layer."""
    status, headers = block.response.status, block.response.headers
    if contains(ALLOW_METHODS, headers) and status in _BY_CORS_LAYER:
        return PreflightReason(variant=_UNKNOWN, fix="Read the response's body: it says what the CORS layer refuses")
    if status == UNAUTHORIZED or contains("WWW-Authenticate", headers):
        fix = "Let preflights pass before authentication: they never carry credentials"
        return PreflightReason(variant="authentication", fix=fix, setting=Setting(concept="preflights-first"))
    refusal = Refusal(block, diagnosis.route)
    if cause is Cause.NO_LAYER and denies_cors(refusal.body):
        return _no_layer(cause, block, diagnosis)
    if status == _FORBIDDEN and cause in _WITHOUT_LAYER | {Cause.UNKNOWN}:
        where = "the response's body" if body_line(refusal.body) else "the service's log"
        fix = f"Find out in {where} whether the CORS layer refuses the page's origin, or authentication the preflight"
        return PreflightReason(variant=f"{status}", fix=fix)
    if status == _FORBIDDEN:
        fix = "Let preflights pass before authentication: they never carry credentials"
        return PreflightReason(variant="authentication", fix=fix, setting=Setting(concept="preflights-first"))
    if status in BY_ROUTER or contains("Allow", headers):
        if _is_unknown_path(refusal):
            return PreflightReason(variant=PATH, fix="Check the URL: the service responds with 404 to GET, too")
        if cause in _WITHOUT_LAYER:
            return _no_layer(cause, block, diagnosis)
        if allows(block.response, str(block.fetch.page)):
            return _only_status(block, diagnosis)
        return _passed_on(block, diagnosis) if has_layer(block.response) else reason_of_router()
    if is_unavailable(refusal):
        fix = "Start the service, or fix the proxy's connection to it: the proxy could not forward the preflight"
        return PreflightReason(variant=PROXY, fix=fix)
    if cause is Cause.NO_LAYER:
        return _no_layer(cause, block, diagnosis)
    fix = "Let the CORS layer respond to OPTIONS before the layer that responds now"
    return PreflightReason(variant=f"{status}", fix=fix, setting=Setting(concept="preflights-first"))


def reason_of_origin(block: Blocked, diagnosis: Diagnosis) -> PreflightReason:
    """The CORS layer does not allow the page."""
    fix, setting = allowing_origin([block], diagnosis)
    if matches_no_rule(Refusal(block, diagnosis.route).body):
        names = diagnosis.as_page_spells(requested_header_names(block))
        parts = [f"the method {requested_method(block)}", *(f"the request header {name}" for name in names)]
        fix = f"{fix}, in a rule that allows {' and '.join(parts)}, too"
    return PreflightReason(variant="origin", fix=fix, setting=setting)


def reason_of_router() -> PreflightReason:
    """The preflight reaches the router."""
    fix = "Let the CORS layer respond to OPTIONS in front of the router, which has no such route"
    return PreflightReason(variant=ROUTER, fix=fix, setting=Setting(concept="preflights-first"))


def _only_status(block: Blocked, diagnosis: Diagnosis) -> PreflightReason:
    """As of a rule that adds headers to every response: nobody responds to the preflight itself."""
    method, names = requested_method(block), diagnosis.as_page_spells(requested_header_names(block))
    methods, known = preflight_list(block, ALLOW_METHODS), {n.lower() for n in preflight_list(block, ALLOW_HEADERS)}
    missing = [] if is_cors_safelisted_method(method) or {method, "*"} & set(methods) else [f"the method {method}"]
    missing += [f"the request header {name}" for name in names if not {name.lower(), "*"} & known]
    status = block.response.status
    fix = f"Respond to OPTIONS with status 204 and the same CORS headers: now the router responds with {status}"
    more = f"; allow {' and '.join(missing)} there, too" if missing else ""
    return PreflightReason(variant="status", fix=f"{fix}{more}", setting=Setting(concept="preflights-first"))


def _passed_on(block: Blocked, diagnosis: Diagnosis) -> PreflightReason:
    """As rack-cors does with a preflight that it doesn't allow: its Vary is in the response of the router."""
    names = diagnosis.as_page_spells(requested_header_names(block))
    fix, setting = allowing_method([block])
    return PreflightReason(
        variant="method",
        fix=f"{fix}{and_names(names)}: the CORS layer left the preflight to the router",
        setting=setting,
    )


def _is_unknown_path(refusal: Refusal) -> bool:
    """Whether the page's own GET would get the 404 of the preflight, as one without preflight does."""
    without = refusal.probed("without-preflight")
    is_get = requested_method(refusal.block) == "GET"
    return is_get and without is not None and {without.status, refusal.response.status} == {_NOT_FOUND}


def _no_layer(cause: Cause | None, block: Blocked, diagnosis: Diagnosis) -> PreflightReason:
    fix = "Add a CORS layer in front of what responds to OPTIONS, or move it there: no response shows one"
    if cause is Cause.ERRORS:
        fix = "Add a CORS layer in front of the router, or add this route to the one that covers others"
    _, allowed = allowing_origin([block], diagnosis)
    pages = () if allowed is None else allowed.values
    return PreflightReason(variant=NO_LAYER, fix=fix, setting=Setting(concept="cors-layer", values=pages))


def refused_parts(block: Blocked, diagnosis: Diagnosis) -> list[PreflightReason]:
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
        reasons.append(PreflightReason(variant="method", fix=fix, fix_for_several=FOR_SEVERAL_METHODS, setting=setting))
    if missing and ("header" in body if named and not has_lists else has_lists):
        reasons.append(
            PreflightReason(
                variant="headers",
                fix=f"Allow the request header{'s' * (len(missing) > 1)} {', '.join(missing)}",
                fix_for_several="Allow the request headers of these routes",
                setting=complete_list([block], ALLOW_HEADERS, missing),
            )
        )
    return reasons if block.response.status in _BY_CORS_LAYER | {UNAUTHORIZED} else []
