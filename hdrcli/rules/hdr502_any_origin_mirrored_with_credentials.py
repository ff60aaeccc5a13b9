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

from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import answered
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.origins import allowed_with_credentials
from hdrcli.stacks.setting import Setting

CODE = "HDR502"
NAME = "any-origin-mirrored-with-credentials"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """By the probe alone, whatever page was asked for; its origin goes into the setting if somebody chose it."""
    probe = allowed_with_credentials(route, "foreign-origin")
    if probe is not None:
        pages = dict.fromkeys(str(fetch.page) for fetch in route.fetches if not fetch.page.is_opaque)
        known = bool(pages) and not context.default_page
        yield Fault(
            cause="",
            fetches=context.asked(route),
            seen=answered(probe.exchange, "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"),
            javascript=("JavaScript of any website gets this answer, asked for with the user's cookies.",),
            action="Name the origins that are allowed" + ("" if known else ", instead of all."),
            setting=Setting(concept="origins", values=tuple(pages)) if known else None,
        )
