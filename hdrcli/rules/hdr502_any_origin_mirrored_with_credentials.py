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
