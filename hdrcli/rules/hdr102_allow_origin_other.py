"""`Access-Control-Allow-Origin` names an origin other than the page's.

Cause: The response allows one origin by name, and it is not the origin of the page that sent the request. The header
holds a single origin, `*` or `null`. Browsers don't interpret patterns in it: `https://*.example` is plain text to
them.

Why it matters: Browsers compare the value with the page's origin byte by byte and withhold the response if they differ:
`fetch()` rejects with a TypeError. Chromium's console reports that the header "has a value '…' that is not equal to the
supplied origin", Firefox's that it "does not match '…'". A fixed header line can serve one front end; a service with
several must respond to each with its own origin.

Fault:

    from fastapi import FastAPI, Response

    app = FastAPI()

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["Access-Control-Allow-Origin"] = "https://admin.example"
        return []

Fix: Let `CORSMiddleware` send the header. It compares the request's `Origin` with the list and responds with the one
that matches.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example", "https://admin.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

In nginx, choose the value with a `map` on `$http_origin`, and add `Vary: Origin` (see HDR501).

Similar faults: HDR103, if the two origins differ only in a detail such as a slash or a port; HDR104, if the header
lists several origins.

References: https://fetch.spec.whatwg.org/#http-access-control-allow-origin
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import Failure, parse_origin
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Blocked, Stage
from hdrcli.rules.evidence.cause import Cause
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.evidence.origins import allowed_origins
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.origins import allowing_origin

CODE = "HDR102"
NAME = "allow-origin-other"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISMATCH})
SETTINGS = ("origins",)

_ELSEWHERE: Final = frozenset({Cause.CACHED, Cause.REDIRECTED})
"""Causes that HDR109 and HDR408 report."""


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each origin that is allowed instead; several have HDR104, near ones HDR103."""
    failures, stages = {Failure.ALLOW_ORIGIN_MISMATCH}, (Stage.PREFLIGHT, Stage.ERROR, Stage.RESPONSE)
    by_value: dict[str, list[Blocked]] = {}
    for block in diagnosis.blocked(failures, *stages):
        values = allowed_origins(block.response)
        if diagnosis.cause(block) in _ELSEWHERE or block.fetch in diagnosis.misled:
            continue
        if len(values) == 1 and diagnosis.near_miss(block) is None:
            by_value.setdefault(values[0], []).append(block)
    for value, blocks in by_value.items():
        others = (value,) if value != "null" and "*" not in value and parse_origin(value) is not None else ()
        fix, setting = allowing_origin(blocks, diagnosis, *others)
        yield Fault(
            variant=value,
            fetches=tuple(block.fetch for block in blocks),
            evidence=blocking_lines(blocks, "Access-Control-Allow-Origin"),
            impact=(TYPE_ERROR,),
            fix=fix,
            fix_setting=setting,
        )
