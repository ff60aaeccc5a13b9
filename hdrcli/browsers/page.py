"""The page that is made up, what it is asked to do, and what it tells of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, Protocol

from hdrcli.fetch import Cookie, Origin, RequestInit, parse_url
from hdrcli.fetch.url import is_loopback
from hdrcli.records.errors import UsageError
from hdrcli.records.route import BrowserRecord, Outcome
from hdrcli.text.redaction import redact_url

DOCUMENT: Final = '<!doctype html><link rel="icon" href="data:,">'
"""Without the link, browsers would ask the page's origin for an icon."""

OPAQUE_PAGE: Final = f"data:text/html,{DOCUMENT}"
"""The URL of a page whose origin is `null`."""

FETCH: Final = """async ([url, init, patience]) => {
  const rejected = (error) => ({ error: String(error) });
  const fetched = ({ type, status, headers }) => ({ type, status, headers: [...headers] });
  const tooLate = new Promise((resolve) => setTimeout(resolve, patience * 1000, { late: true }));
  return Promise.race([fetch(url, init).then(fetched, rejected), tooLate]);
}"""
"""What the page does, a JavaScript function; `fetch_arguments` makes its argument."""

GRACE_SECONDS: Final = 20.0
"""What a browser has for all but the fetch itself: the page, the cookies, the end."""


class RealBrowser(Protocol):
    """A browser that runs; no fetch shares a cache or a cookie with another."""

    async def fetch(self, page: Origin, init: RequestInit, cookies: Sequence[Cookie], patience: float) -> BrowserRecord:
        """Call `fetch(url, init)` in a page at the origin `page`, and wait so many seconds for the response.

        `cookies` are held beforehand. Raises `UsageError` where there can be no such page or cookie.
        """


def fetch_arguments(init: RequestInit, patience: float) -> list[Any]:
    """`FETCH`'s argument: the URL, the rest of `init` as JavaScript has it, and how many seconds to wait."""
    optional = {"body": init.body, "referrerPolicy": init.referrer_policy or None}
    javascript = {
        "method": init.method,
        "headers": [list(header) for header in init.headers],
        "mode": init.mode,
        "credentials": init.credentials,
        "redirect": init.redirect,
        **{name: value for name, value in optional.items() if value is not None},
    }
    return [init.url, javascript, patience]


def record(
    seen: dict[str, Any], console: Iterable[str], *, browser: str, version: str, program: str, patience: float
) -> BrowserRecord:
    """What `FETCH` has given, and the lines on the page's console."""
    late = f"fetch() has not settled within {patience:g} s"
    return BrowserRecord(
        browser=browser,
        version=version,
        program=program,
        outcome=_outcome(seen),
        type=seen.get("type", "error"),
        status=seen.get("status", 0),
        headers=tuple((name, value) for name, value in seen.get("headers", ())),
        error=late if "late" in seen else redact_url(seen.get("error", "")),
        console=tuple(map(redact_url, console)),
    )


def _outcome(seen: dict[str, Any]) -> Outcome | Literal["unsettled"]:
    if "late" in seen:
        return "unsettled"
    if "error" in seen:
        return "network-error"
    return "readable" if seen["type"] in {"basic", "cors"} else "opaque"


def check_origin(wanted: Origin, shown: str) -> None:
    """Browsers change some URLs of pages, http to https for one. Raises `UsageError` where they did."""
    if shown != str(wanted):
        raise UsageError(f"--origin {wanted} cannot be shown in a browser, which makes {shown} of it: choose that.")


def cookie_to_hold(cookie: Cookie, init: RequestInit) -> Cookie:
    """The cookie as a browser takes it in: one without restrictions is `SameSite=None`, and then must be `Secure`."""
    url = parse_url(init.url)
    if not cookie.in_every_partition or url is None:
        return cookie
    may_leave_its_site = url.scheme == "https" or is_loopback(url.host)
    return replace(cookie, secure=may_leave_its_site, same_site="none" if may_leave_its_site else "unset")


def domain_attribute(cookie: Cookie) -> str:
    """A dot in front says that subdomains have the cookie, too."""
    return cookie.domain if cookie.host_only else f".{cookie.domain}"
