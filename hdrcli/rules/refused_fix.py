"""The fix of a refusal, by its cause, and the setting that makes it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from hdrcli.fetch import HTTPResponse, parse_url
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import Blocked, Stage
from hdrcli.rules.evidence.cause import IN_FRONT, Cause
from hdrcli.rules.evidence.guards import fix_of_guard, sign_of_guard
from hdrcli.rules.evidence.redirects import Target, fix_of_redirect, last_redirect, redirects
from hdrcli.rules.evidence.refusal import Refusal
from hdrcli.rules.evidence.service import service_responses
from hdrcli.rules.evidence.software import sent_by_another, stack_of
from hdrcli.rules.fix_in_front import fix_in_front
from hdrcli.rules.origins import allowing_origin
from hdrcli.rules.refused_part import refused_part
from hdrcli.stacks import recognise
from hdrcli.stacks.setting import Setting
from hdrcli.text.redaction import redact_text

_OUTSIDE_OF_MIDDLEWARE: Final = frozenset({413, 500})
"""Statuses that frameworks respond with outside of all middleware."""

_NOT_AUTHENTICATED: Final = frozenset({401, 403})
_NO_ROUTE: Final = frozenset({404, 405, 410, 501})


def fix_of_refusal(cause: Cause, blocks: Sequence[Blocked], diagnosis: Diagnosis) -> tuple[str, Setting | None]:
    """The fix of responses that were refused for one cause, and its setting if there is one for it."""
    block = blocks[0]
    refusal = Refusal(block, diagnosis.route)
    if refusal.in_front is not None and cause in IN_FRONT | {Cause.GATEWAY}:
        is_preflight = block.stage is Stage.PREFLIGHT
        return fix_in_front(refusal.in_front, is_preflight=is_preflight, page=str(block.fetch.page))
    if refusal.allowed_preflight is not None and cause is Cause.PARTS:
        part = refused_part(block, refusal.allowed_preflight, diagnosis)
        return f"{part.fix}: the CORS layer allows the page, but not this preflight", part.setting
    return _by_cause(cause, blocks, diagnosis)


def _by_cause(cause: Cause, blocks: Sequence[Blocked], diagnosis: Diagnosis) -> tuple[str, Setting | None]:
    block = blocks[0]
    match cause:
        case Cause.NOT_LISTED:
            return allowing_origin(blocks, diagnosis)
        case Cause.REFUSED:
            return _allowing_refused(blocks, diagnosis)
        case Cause.HOST:
            return _allowing_host(block, diagnosis), None
        case Cause.NO_LAYER | Cause.ERRORS:
            return _adding_layer(cause, blocks, diagnosis)
        case Cause.UNKNOWN:
            fix, setting = allowing_origin(blocks, diagnosis)
            command = _deciding(block, diagnosis)
            condition = "If the page's origin is not on the CORS layer's list"
            return f"{command} finds the cause. {condition}: {fix[0].lower()}{fix[1:]}", setting
        case Cause.CACHED:
            fix = "Send Vary: Origin with every response, add Origin to the cache key, and purge the cache"
            return fix, Setting(concept="vary-origin")
        case Cause.REDIRECTED:
            return fix_of_redirect(last_redirect(block.fetch)), None
        case Cause.GUARDED if block.stage is Stage.ERROR:
            fix = "Put the CORS layer, which must allow the page, in front of the layer that responds with this status"
            return fix, Setting(concept="outermost")
        case Cause.BYPASSED if (line := _other_software(block, diagnosis)) and block.stage is not Stage.REDIRECT:
            return _including_other_software(block, line)
        case Cause.BYPASSED | Cause.GUARDED:
            return _including(block)
        case _:  # a gateway, of which only the status is known
            return "Start the service, or fix the gateway's connection to it: this response is the gateway's own", None


def _allowing_host(block: Blocked, diagnosis: Diagnosis) -> str:
    sign = sign_of_guard(Refusal(block, diagnosis.route).body)
    return "" if sign is None else fix_of_guard(sign, host=block.exchange.request.url.host, page=str(block.fetch.page))


def _deciding(block: Blocked, diagnosis: Diagnosis) -> str:
    """The command that finds the cause by probes. Behind a proxy, the service has another origin than the URL."""
    url, method = parse_url(diagnosis.route.url), diagnosis.route.method
    is_origin = diagnosis.service.startswith(("http://", "https://"))
    target = diagnosis.route.url if url is None or not is_origin else f"{diagnosis.service}{url.target}"
    options = [*([] if method == "GET" else ["-X", method]), "--origin", str(block.fetch.page)]
    return shlex.join(["hdrcli", "check", redact_text(target), *options])


def _other_software(block: Blocked, diagnosis: Diagnosis) -> str:
    """The name of the software that sends other responses, and not this one: those that allow the page, if any does."""
    refusal = Refusal(block, diagnosis.route)
    allowed = next(refusal.allowing(), None)
    other = refusal.probed("without-preflight") if allowed is None else allowed.response
    return sent_by_another(block.response, other) if isinstance(other, HTTPResponse) else ""


def _including_other_software(block: Blocked, line: str) -> tuple[str, Setting]:
    """The CORS layer allows the page, and is a part of other software than what sends this response."""
    what = "responds to OPTIONS" if block.stage is Stage.PREFLIGHT else "sends this response"
    fix = f"Configure CORS in the software that {what}: it is not the one whose CORS layer allows the page ({line})"
    return fix, Setting(concept="cors-layer", values=(str(block.fetch.page),), stack=stack_of(block.response))


def _including(block: Blocked) -> tuple[str, Setting]:
    """The CORS layer allows the page, and doesn't see this response."""
    match block.stage:
        case Stage.PREFLIGHT:
            fix = "Let the CORS layer respond to OPTIONS: its preflights don't reach it, and other requests do"
            return fix, Setting(concept="preflights-first")
        case Stage.ERROR if block.response.status in _OUTSIDE_OF_MIDDLEWARE:
            fix = "Correct the error, and let the CORS layer cover errors: this one is sent from outside of it"
            return fix, Setting(concept="errors", values=(str(block.fetch.page),))
        case Stage.ERROR:
            fix = "Let the CORS layer cover this error: it is sent from outside of it"
            return fix, Setting(concept="outermost")
        case Stage.REDIRECT:
            redirect = next(redirects([block.exchange]), None)
            if redirect is not None and redirect.target is not Target.OTHER:
                fix = f"{fix_of_redirect(redirect)}, or let the CORS layer cover the redirect"
                return fix, Setting(concept="outermost")
            fix = "Let the page request the URL that the redirect leads to, or let the CORS layer cover the redirect"
            return fix, Setting(concept="outermost")
        case _:
            fix = "Send this response through the CORS layer, which allows the page in other responses"
            return fix, Setting(concept="outermost")


def _allowing_refused(blocks: Sequence[Blocked], diagnosis: Diagnosis) -> tuple[str, Setting | None]:
    """If the stack's CORS layer refuses no requests, the application does."""
    fix, setting = allowing_origin(blocks, diagnosis)
    stack = recognise(response for _, response in service_responses(diagnosis.route))
    if setting is None or stack.refuses_requests:
        return fix, setting
    status = blocks[0].response.status
    fix = f"Allow the page's origin where the service checks it, as it refuses other origins with status {status}, and "
    return f"{fix}add a CORS layer that allows the page", Setting(concept="cors-layer", values=setting.values)


def _avoiding(status: int) -> str:
    """How to get a response that is no error."""
    if status in _NOT_AUTHENTICATED:
        return "Check with the page's credentials, by --bearer, --header or --cookie"
    return "Check a URL that exists" if status in _NO_ROUTE else "Check a URL that responds without an error"


def _adding_layer(cause: Cause, blocks: Sequence[Blocked], diagnosis: Diagnosis) -> tuple[str, Setting | None]:
    block = blocks[0]
    fix, setting = allowing_origin(blocks, diagnosis)
    if setting is None:
        return fix, None
    hint = ", or name your page with --origin" if diagnosis.default_page else ""
    stack = ""
    if cause is Cause.ERRORS:
        fix = f"{_avoiding(block.response.status)}: if that response has CORS headers, this error bypasses "
        fix = f"{fix}the CORS layer. If not, add one that allows the page{hint}"
    else:
        fix = f"Add a CORS layer that allows the page, or add the page to its list if there is one{hint}"
    if block.stage is Stage.PREFLIGHT and (line := _other_software(block, diagnosis)):
        fix = f"{fix}, in the software that responds to OPTIONS: it is not that of other responses ({line})"
        stack = stack_of(block.response)
    return fix, Setting(concept="cors-layer", values=setting.values, stack=stack)
