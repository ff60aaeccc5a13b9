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

from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import answered
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.origins import allowed_by_name, allowed_with_credentials, any_origin_is_mirrored
from hdrcli.stacks.setting import Setting

CODE = "HDR513"
NAME = "lookalike-origin-allowed"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for the service, which has one pattern."""
    probe = allowed_by_name(route, "lookalike-origin")
    if probe is None or any_origin_is_mirrored(route):
        return
    credentialed = allowed_with_credentials(route, "lookalike-origin") is not None
    pages = dict.fromkeys(str(fetch.page) for fetch in route.fetches if not fetch.page.is_opaque)
    yield Fault(
        cause="",
        fetches=context.asked(route),
        seen=answered(probe.exchange, "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"),
        javascript=(
            "JavaScript of a website with such a name gets this answer"
            + (", asked for with the user's cookies." if credentialed else "."),
        ),
        action="Have the pattern of allowed origins end where the origin ends, or name them"
        + ("" if context.default_page else " in place of it"),
        setting=None if context.default_page else Setting(concept="origins", values=tuple(pages)),
        severity=Severity.WARNING if credentialed else None,
    )
