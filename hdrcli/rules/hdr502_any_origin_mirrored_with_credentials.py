"""Any website may read the answers with its visitors' cookies.

What: a page at `https://hdrcli-probe.invalid`, which nobody can mean to allow, is allowed by name and with credentials.

Why it matters: whoever gets your users to open a page of theirs can call the service in their name and read what it
answers. FastAPI does this for `allow_origins=["*"]` together with `allow_credentials=True`: instead of the `*` that
browsers would refuse, the middleware sends back whatever Origin it gets. Services that know their users by a token in
`Authorization` alone are safe, and can do without credentials.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

Mend:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

References: https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.origins import allowed_with_credentials
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.origins import chosen_pages, too_permissive

CODE = "HDR502"
NAME = "any-origin-mirrored-with-credentials"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"
SETTINGS = ("origins",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """By the probe, whichever page calls; the fix names the page if somebody chose it."""
    probe = allowed_with_credentials(diagnosis.route, "foreign-origin")
    if probe is not None:
        pages = chosen_pages(diagnosis)
        yield too_permissive(
            diagnosis,
            probe.exchange,
            impact="JavaScript of any website can read this response, requested with the user's cookies.",
            fix="List the origins that are allowed" if pages else "List the origins that are allowed, not all of them.",
            pages=pages,
        )
