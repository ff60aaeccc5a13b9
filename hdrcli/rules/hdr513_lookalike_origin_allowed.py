r"""A pattern of allowed origins has no end: it lets in hosts that only begin like the page's.

What: the page's origin is allowed by name, and so is that of the same host with `.hdrcli-probe.invalid` behind it. It
is a warning where credentials are allowed, and advice otherwise. Where any origin at all is let in, it is not said.

Why it matters: who wrote the pattern wanted to choose whom to let in. Whoever registers a name that fits, such as
`app.example.evil.test`, reads the answers, with your users' cookies if credentials are allowed. Some stacks match a
pattern at the beginning alone (Flask-CORS, django-cors-headers), or anywhere (Express); Starlette matches the whole
origin, which a `.*` at the end makes good for nothing.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://app.*", allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

Mend:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://app(-[a-z]+)?\.example", allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

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
    """One fault for the service, which has one pattern."""
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
        fix="Let the pattern of allowed origins end where the origin ends, or list the origins"
        + (" in place of it" if pages else ""),
        pages=pages,
        severity=Severity.WARNING if credentialed else None,
    )
