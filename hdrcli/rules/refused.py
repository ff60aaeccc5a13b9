"""Makes faults of the refusals whose causes `evidence.cause` finds: the rule that each belongs to, and its fix.

HDR101, HDR107, HDR109, HDR405 and HDR408 yield what is made here for their codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Blocked, Stage, impact_of_preflights
from hdrcli.rules.evidence.cause import IN_FRONT, REMAINING, Cause
from hdrcli.rules.evidence.in_front import NGROK_CODE
from hdrcli.rules.evidence.lines import blocking_lines, body_evidence, body_line, response_lines
from hdrcli.rules.evidence.redirects import (
    last_redirect,
    variant_of_redirect,
)
from hdrcli.rules.evidence.refusal import Refusal
from hdrcli.rules.evidence.service import ALLOW_ORIGIN, LAYER, allowing
from hdrcli.rules.finding import Fault, Unless
from hdrcli.rules.refused_fix import fix_of_refusal
from hdrcli.verdict.representation import sign_of_cache

MISSING: Final = "HDR101"
ERROR: Final = "HDR107"
CACHED: Final = "HDR109"
REDIRECT: Final = "HDR405"
REDIRECTED: Final = "HDR408"

_LEFT_TO_OTHER_ROUTES: Final = frozenset({Cause.ERRORS, Cause.NO_LAYER, Cause.GUARDED, Cause.UNKNOWN})
"""Causes that hold if no other route of the service shows a CORS layer."""
_STAGES: Final = (Stage.PREFLIGHT, Stage.RESPONSE, Stage.ERROR, Stage.REDIRECT)
_FAILURES: Final = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})
_NOT_SHOWN_BY_BODY: Final = {Cause.REDIRECTED, Cause.CACHED, Cause.BYPASSED, Cause.ERRORS, Cause.NO_LAYER}
"""The causes for which the body doesn't say which layer responded, or what it refuses."""

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
        case Cause.GATEWAY | Cause.BYPASSED | Cause.GUARDED | Cause.HOST if block.stage is Stage.ERROR:
            return ERROR
        case _ if cause in IN_FRONT and block.stage is Stage.ERROR:
            return ERROR
        case Cause.BYPASSED | Cause.UNKNOWN | Cause.GUARDED if block.stage is Stage.REDIRECT:
            return REDIRECT
        case _:
            return MISSING


def refusal_fault(code: str, cause: Cause, blocks: Sequence[Blocked], diagnosis: Diagnosis) -> Fault:
    """The fault of these refusals, which have one cause, stage, status and page."""
    fix, setting = fix_of_refusal(cause, blocks, diagnosis)
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
        quote="" if cause in _NOT_SHOWN_BY_BODY else quote,
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
        case Cause.ERRORS:
            yield "all responses to pages are errors, and none shows a CORS layer"
        case Cause.NO_LAYER:
            yield "no response of the service shows a CORS layer"
        case Cause.UNKNOWN:
            yield f"possible causes: {'; '.join(REMAINING)}"
        case _:
            pass
