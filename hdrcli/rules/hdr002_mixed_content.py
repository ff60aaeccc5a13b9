"""A page on https asks for a URL on http: browsers block mixed content before anything is sent.

What: the page's origin is on https, the URL is on http, and its host is not the browser's own machine (`localhost`,
`127.0.0.1` and `[::1]` are let through).

Why it matters: an answer that anybody on the way could have changed would undo the security of the page. The service
never sees the request, whatever its CORS headers say.

Shown by: tests/rules/test_cors_rules.py

References: https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import failure_sentences
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR002"
NAME = "mixed-content"
SEVERITY = Severity.ERROR
SPEC = "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"

EXPLAINS: Final = frozenset({Failure.MIXED_CONTENT})


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all URLs on http; mixed content behind a redirect is HDR402."""
    fetches = tuple(fetch for fetch in diagnosis.failing(Failure.MIXED_CONTENT) if not fetch.exchanges)
    if not fetches:
        return
    yield Fault(
        fetches=fetches,
        evidence=failure_sentences(fetches),
        impact=(f"{TYPE_ERROR} Nothing is sent.",),
        fix="Call the service by an https URL",
    )
