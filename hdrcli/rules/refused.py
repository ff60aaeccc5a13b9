"""Makes faults of the refusals whose causes `evidence.cause` finds: the rule that each belongs to, and its fix.

HDR101, HDR107, HDR109, HDR405 and HDR408 yield what is made here for their codes.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hdrcli.fetch import Failure, HTTPResponse, parse_url
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Blocked, Stage, impact_of_preflights
from hdrcli.rules.evidence.cause import IN_FRONT, REMAINING, Cause, Refusal
from hdrcli.rules.evidence.in_front import NGROK_CODE
from hdrcli.rules.evidence.lines import blocking_lines, body_evidence, body_line, response_lines
from hdrcli.rules.evidence.redirects import (
    Target,
    fix_of_redirect,
    last_redirect,
    redirects,
    variant_of_redirect,
)
from hdrcli.rules.evidence.service import ALLOW_ORIGIN, LAYER, allowing
from hdrcli.rules.evidence.software import sent_by_another, stack_of
from hdrcli.rules.finding import Fault, Unless
from hdrcli.rules.fix_in_front import fix_in_front
from hdrcli.rules.origins import allowing_origin
from hdrcli.rules.refused_part import refused_part
from hdrcli.stacks.setting import Setting
from hdrcli.text.redaction import redact_text
from hdrcli.verdict.representation import sign_of_cache

MISSING: Final = "HDR101"
ERROR: Final = "HDR107"
CACHED: Final = "HDR109"
REDIRECT: Final = "HDR405"
REDIRECTED: Final = "HDR408"

_LEFT_TO_OTHER_ROUTES: Final = frozenset({Cause.NO_LAYER, Cause.GUARDED, Cause.UNKNOWN})
"""Causes that hold if no other route of the service shows a CORS layer."""
_STAGES: Final = (Stage.PREFLIGHT, Stage.RESPONSE, Stage.ERROR, Stage.REDIRECT)
_FAILURES: Final = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})
_OUTSIDE_OF_MIDDLEWARE: Final = frozenset({413, 500})
"""Statuses that frameworks respond with outside of all middleware."""

_SHOWN_BY_BODY: Final = IN_FRONT | {Cause.NOT_LISTED, Cause.REFUSED, Cause.GATEWAY, Cause.GUARDED, Cause.UNKNOWN}
"""The causes for which the body says which layer responded, or what it refuses."""

_SHOWN: Final = (
    "Access-Control-Allow-Credentials",
    "Access-Control-Expose-Headers",
    "Access-Control-Allow-Methods",
    "Vary",
    "Allow",
    "Location",
    "X-Cache",
    "Age",
    "CF-Cache-Status",
    "cf-mitigated",
    NGROK_CODE,
    "x-amzn-ErrorType",
    "Server",
    "Via",
)


def refused_as(code: str) -> Callable[[Diagnosis], Iterator[Fault]]:
    """The `check` of a rule whose faults are made here."""

    def check(diagnosis: Diagnosis) -> Iterator[Fault]:
        if diagnosis.has_blocked:
            yield from (fault for made, fault in refusals(diagnosis) if made == code)

    return check


def refusals(diagnosis: Diagnosis) -> Iterator[tuple[str, Fault]]:
    """The faults of pages that were refused for their origin, each with the code of its rule."""
    groups: dict[tuple[str, Cause, Stage, int, str], list[Blocked]] = {}
    for block in diagnosis.blocked(_FAILURES, *_STAGES):
        cause = diagnosis.cause(block)
        code = _code(block, cause)
        if code is None or diagnosis.near_miss(block) is not None or block.fetch in diagnosis.misled:
            continue
        groups.setdefault((code, cause, block.stage, block.response.status, str(block.fetch.page)), []).append(block)
    for (code, cause, *_), blocks in groups.items():
        yield code, refusal_fault(code, cause, blocks, diagnosis)


def _code(block: Blocked, cause: Cause) -> str | None:
    """The rule; None where another one explains it: a value that doesn't fit is HDR102 or HDR104."""
    match cause:
        case Cause.CACHED:
            return CACHED
        case Cause.REDIRECTED:
            return REDIRECTED
        case _ if block.failure is not Failure.ALLOW_ORIGIN_MISSING:
            return None
        case Cause.GATEWAY | Cause.BYPASSED | Cause.GUARDED if block.stage is Stage.ERROR:
            return ERROR
        case _ if cause in IN_FRONT and block.stage is Stage.ERROR:
            return ERROR
        case Cause.BYPASSED | Cause.UNKNOWN | Cause.GUARDED if block.stage is Stage.REDIRECT:
            return REDIRECT
        case _:
            return MISSING


def refusal_fault(code: str, cause: Cause, blocks: Sequence[Blocked], diagnosis: Diagnosis) -> Fault:
    """The fault of these refusals, which have one cause, stage, status and page."""
    fix, setting = _fix(cause, blocks, diagnosis)
    quote = body_line(Refusal(blocks[0], diagnosis.route).body)
    return Fault(
        variant=_variant(code, cause, blocks[0]),
        fetches=tuple(block.fetch for block in blocks),
        evidence=(
            *blocking_lines(blocks, ALLOW_ORIGIN, if_sent=_SHOWN),
            *body_evidence(quote),
            *_proof(cause, blocks[0], diagnosis),
        ),
        impact=_impact(blocks),
        fix=fix,
        fix_setting=setting,
        unless=_unless(blocks, diagnosis) if cause in _LEFT_TO_OTHER_ROUTES else (),
        quote=quote if cause in _SHOWN_BY_BODY else "",
    )


def _unless(blocks: Sequence[Blocked], diagnosis: Diagnosis) -> tuple[Unless, ...]:
    """The causes that hold if another route shows a CORS layer: for this page, or at all."""
    block = blocks[0]
    bypassed = _code(block, Cause.BYPASSED) or MISSING
    return (
        Unless(
            fact=allowing(str(block.fetch.page)),
            code=bypassed,
            fault=refusal_fault(bypassed, Cause.BYPASSED, blocks, diagnosis),
        ),
        Unless(fact=LAYER, code=MISSING, fault=refusal_fault(MISSING, Cause.NOT_LISTED, blocks, diagnosis)),
    )


def _variant(code: str, cause: Cause, block: Blocked) -> str:
    if code == ERROR:
        return f"{block.response.status}" if cause is Cause.BYPASSED else f"{cause} {block.response.status}"
    if code in {REDIRECT, REDIRECTED}:
        return variant_of_redirect(last_redirect(block.fetch))
    return "preflight" if cause is Cause.BYPASSED and block.stage is Stage.PREFLIGHT else str(cause)


def _impact(blocks: Sequence[Blocked]) -> tuple[str, ...]:
    block = blocks[0]
    match block.stage:
        case Stage.ERROR:
            status = block.response.status
            return f"The console reports a CORS error; the status of the response is {status}.", TYPE_ERROR
        case Stage.PREFLIGHT:
            return (impact_of_preflights(blocks),)
        case Stage.REDIRECT:
            return TYPE_ERROR, "The browser doesn't request the URL that the redirect leads to."
        case _:
            return (TYPE_ERROR,)


def _proof(cause: Cause, block: Blocked, diagnosis: Diagnosis) -> Iterator[str]:
    """The lines that decide for the cause, as far as they are not those of the response itself."""
    refusal = Refusal(block, diagnosis.route)
    match cause:
        case Cause.BYPASSED:
            allowed = next(refusal.allowing(), None)
            if allowed is not None:
                yield from response_lines(allowed, ALLOW_ORIGIN, url=True)
        case Cause.PARTS if refusal.allowed_preflight is not None:
            yield from response_lines(refusal.allowed_preflight.exchange, ALLOW_ORIGIN)
        case Cause.REFUSED:
            probe = diagnosis.probed("no-origin")
            yield from () if probe is None else response_lines(probe, url=True)
        case Cause.CACHED:
            sign, probe = sign_of_cache(block.response), diagnosis.probed("uncached")
            yield from () if sign is None or sign[0] in _SHOWN else (f"{sign[0]}: {sign[1]}",)
            yield from () if probe is None else response_lines(probe, ALLOW_ORIGIN, url=True)
        case Cause.GUARDED:
            yield f"every response has status {block.response.status}: none shows a CORS layer behind it"
        case Cause.NO_LAYER:
            yield "no response of the service shows a CORS layer"
        case Cause.UNKNOWN:
            yield f"possible causes: {'; '.join(REMAINING)}"
        case _:
            pass


def _fix(cause: Cause, blocks: Sequence[Blocked], diagnosis: Diagnosis) -> tuple[str, Setting | None]:
    block = blocks[0]
    sign = Refusal(block, diagnosis.route).in_front
    if sign is not None and cause in IN_FRONT | {Cause.GATEWAY}:
        return fix_in_front(sign, is_preflight=block.stage is Stage.PREFLIGHT, page=str(block.fetch.page))
    allowed = Refusal(block, diagnosis.route).allowed_preflight
    match cause:
        case Cause.PARTS if allowed is not None:
            part = refused_part(block, allowed, diagnosis)
            return f"{part.fix}: the CORS layer allows the page, but not this preflight", part.setting
        case Cause.NOT_LISTED | Cause.REFUSED:
            return allowing_origin(blocks, diagnosis)
        case Cause.NO_LAYER:
            return _adding_layer(blocks, diagnosis)
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


def _adding_layer(blocks: Sequence[Blocked], diagnosis: Diagnosis) -> tuple[str, Setting | None]:
    block = blocks[0]
    fix, setting = allowing_origin(blocks, diagnosis)
    if setting is None:
        return fix, None
    hint = ", or name your page with --origin" if diagnosis.default_page else ""
    fix = f"Add a CORS layer that allows the page, or add the page to its list if there is one{hint}"
    stack = ""
    if block.stage is Stage.PREFLIGHT and (line := _other_software(block, diagnosis)):
        fix = f"{fix}, in the software that responds to OPTIONS: it is not that of other responses ({line})"
        stack = stack_of(block.response)
    elif block.stage is Stage.ERROR and not Refusal(block, diagnosis.route).has_success:
        fix = f"{fix}; but check a URL that succeeds, too: if it has CORS headers, let the layer cover errors"
    return fix, Setting(concept="cors-layer", values=setting.values, stack=stack)
