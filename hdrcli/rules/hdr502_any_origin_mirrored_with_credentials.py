"""Any website can read the responses with its visitors' cookies.

Cause: A request from `https://hdrcli-probe.invalid`, an origin that nobody can intend to allow, is allowed by name and
with credentials. FastAPI does this for `allow_origins=["*"]` with `allow_credentials=True`: instead of `*`, which
browsers would refuse, the middleware sends back whatever `Origin` it receives.

Why it matters: No page fails, and that is the danger. Whoever gets your users to open a page can call the service in
their name and read its responses.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: List the origins of your pages.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

If users are identified only by a token in `Authorization`, turn credentials off: `allow_credentials=False` with
`allow_origins=["*"]` is safe. In Express, avoid `origin: true`; in Spring, avoid `allowedOriginPatterns("*")`; in
nginx, don't copy `$http_origin` unchecked.

Similar faults: HDR105 (`*` itself with credentials, which browsers refuse), HDR503 (the origin `null`), HDR513 (a
pattern that allows too much).

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
    """By the probe, whichever page calls; the fix names the page if the user named it."""
    probe = allowed_with_credentials(diagnosis.route, "foreign-origin")
    if probe is not None:
        pages = chosen_pages(diagnosis)
        yield too_permissive(
            diagnosis,
            probe.exchange,
            impact="JavaScript of any website can read this response with the user's cookies.",
            fix="List the origins of your pages" if pages else "List the origins of your pages instead of allowing all",
            pages=pages,
        )
