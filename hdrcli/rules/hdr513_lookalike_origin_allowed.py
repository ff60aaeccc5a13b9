r"""The pattern of allowed origins also matches hosts that only begin like the page's.

Cause: The page's origin is allowed by name, and so is that of the same host with `.hdrcli-probe.invalid` appended. The
pattern has no end, or ends in `.*`. It is a warning if credentials are allowed, and advice otherwise. If the service
allows every origin, the rule does not apply.

Why it matters: The pattern is meant to choose who gets in. Whoever registers a matching name, such as
`app.example.evil.test`, can read the responses, and with your users' cookies if credentials are allowed. No page fails,
so nobody notices.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://app.*", allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: Write the complete host into the pattern, escape the dots, and end it after the last part.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://app(-[a-z]+)?\.example", allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

Starlette matches the whole origin, unless a `.*` at the end undoes it. Flask-CORS and django-cors-headers match
patterns only at the beginning, and Express matches anywhere: anchor them with `^` and `$`.

Similar faults: HDR502 (every origin is allowed with credentials), HDR503 (the origin `null` is allowed).

References: https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.origins import allowed_by_name, allowed_with_credentials, any_origin_is_mirrored
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.origins import chosen_pages, too_permissive

CODE = "HDR513"
NAME = "lookalike-origin-allowed"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"
SETTINGS = ("origins",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault: the service has one pattern."""
    probe = allowed_by_name(diagnosis.route, "lookalike-origin")
    if probe is None or any_origin_is_mirrored(diagnosis.route):
        return
    credentialed = allowed_with_credentials(diagnosis.route, "lookalike-origin") is not None
    pages = chosen_pages(diagnosis)
    yield too_permissive(
        diagnosis,
        probe.exchange,
        impact="JavaScript of a website with such a name can read this response"
        + (", requested with the user's cookies." if credentialed else "."),
        fix="End the pattern of allowed origins where the origin ends, or list the origins"
        + (" instead" if pages else ""),
        pages=pages,
        severity=Severity.WARNING if credentialed else None,
    )
