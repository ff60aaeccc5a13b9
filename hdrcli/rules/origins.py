"""Shared by the rules on origins: the fix that allows a page, and faults of origins that should not be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from hdrcli.records.exchange import Exchange
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import Blocked
from hdrcli.rules.evidence.lines import response_lines
from hdrcli.rules.evidence.origins import usual_origin
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks.setting import Setting


def allowing_origin(blocks: Sequence[Blocked], diagnosis: Diagnosis, *others: str) -> tuple[str, Setting | None]:
    """The fix that allows these pages, in addition to other origins, and its setting."""
    pages = dict.fromkeys(str(block.fetch.page) for block in blocks if not block.fetch.page.is_opaque)
    if not pages:
        return "Serve the page from a web server: a sandboxed page or a file has no origin that could be allowed", None
    values = tuple(dict.fromkeys((*pages, *others, *diagnosis.allowed_pages)))
    setting = Setting(concept="origins", values=values, operation="add", complete=False)
    if diagnosis.default_page:
        page = next(iter(pages))
        usual = usual_origin(diagnosis.route)
        if usual is not None:
            named = f"Name your page with --origin {usual}, which the service allows"
            return f"{named}, or add {page}, which is a default, to the allowed origins", setting
        return (
            f"Add the page's origin to the allowed origins, or name your page with --origin ({page} is a default)",
            setting,
        )
    return "Add the page's origin to the allowed origins", setting


def chosen_pages(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The pages that somebody chose, as origins."""
    if diagnosis.default_page:
        return ()
    return tuple(dict.fromkeys(str(fetch.page) for fetch in diagnosis.route.fetches if not fetch.page.is_opaque))


def too_permissive(
    diagnosis: Diagnosis,
    exchange: Exchange,
    *,
    impact: str,
    fix: str,
    pages: tuple[str, ...] = (),
    severity: Severity | None = None,
) -> Fault:
    """The fault of a service that allows the origin of a probe; `pages` are those that the setting is to name."""
    return Fault(
        fetches=diagnosis.wanted,
        evidence=response_lines(exchange, "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"),
        impact=(impact,),
        fix=fix,
        fix_setting=Setting(concept="origins", values=pages) if pages else None,
        severity=severity,
    )
