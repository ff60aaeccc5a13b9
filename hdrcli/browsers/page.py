"""The synthetic page that calls `fetch()` in a real browser, and the record of the result.

Theory of operation: a page must have the origin that is simulated, but no server of that origin may be contacted. The
driver intercepts the page's navigation and answers it with `DOCUMENT`. It then stops intercepting, since interception
changes how browsers handle preflights, and evaluates `FETCH` in the page. The fetch itself uses the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, Protocol

from hdrcli.fetch import Cookie, Origin, RequestInit, parse_url
from hdrcli.fetch.url import is_loopback
from hdrcli.records.errors import UsageError
from hdrcli.records.route import BrowserRecord, Outcome
from hdrcli.structs import replace
from hdrcli.text.redaction import redact_text

DOCUMENT: Final = '<!doctype html><link rel="icon" href="data:,">'
"""The page's content. Without the link, browsers would request an icon from the page's origin."""

OPAQUE_PAGE: Final = f"data:text/html,{DOCUMENT}"
"""The URL of a page with the origin `null`."""

FETCH: Final = """async ([url, init, seconds]) => {
  const rejected = (error) => ({ error: String(error) });
  const fetched = ({ type, status, headers }) => ({ type, status, headers: [...headers] });
  const tooLate = new Promise((resolve) => setTimeout(resolve, seconds * 1000, { late: true }));
  return Promise.race([fetch(url, init).then(fetched, rejected), tooLate]);
}"""
"""The JavaScript function that the page runs; `fetch_arguments` makes its argument."""

GRACE_SECONDS: Final = 20.0
"""The time that a browser has for everything but the fetch: opening the page, setting cookies, closing."""


class RealBrowser(Protocol):
    """A running browser. Fetches share neither caches nor cookies."""

    async def fetch(
        self, page: Origin, init: RequestInit, cookies: Sequence[Cookie], timeout_seconds: float
    ) -> BrowserRecord:
        """Call `fetch(url, init)` in a page of the origin `page`, and wait `timeout_seconds` at most.

        The browser holds `cookies` from the start. Raises `UsageError` if it cannot show such a page or hold a cookie.
        """


def fetch_arguments(init: RequestInit, timeout_seconds: float) -> list[Any]:
    """The argument of `FETCH`: the URL, the rest of `init` as a JavaScript object, and the timeout in seconds."""
    optional = {"body": init.body, "referrerPolicy": init.referrer_policy or None}
    javascript = {
        "method": init.method,
        "headers": [list(header) for header in init.headers],
        "mode": init.mode,
        "credentials": init.credentials,
        "redirect": init.redirect,
        **{name: value for name, value in optional.items() if value is not None},
    }
    return [init.url, javascript, timeout_seconds]


def record(
    result: dict[str, Any],
    console: Iterable[str],
    *,
    browser: str,
    version: str,
    executable: str,
    timeout_seconds: float,
) -> BrowserRecord:
    """The result of `FETCH`, and the messages on the page's console."""
    late = f"fetch() has not settled within {timeout_seconds:g} s"
    return BrowserRecord(
        browser=browser,
        version=version,
        program=executable,
        outcome=_outcome(result),
        type=result.get("type", "error"),
        status=result.get("status", 0),
        headers=tuple((name, value) for name, value in result.get("headers", ())),
        error=late if "late" in result else redact_text(result.get("error", "")),
        console=tuple(map(redact_text, console)),
    )


def _outcome(result: dict[str, Any]) -> Outcome | Literal["unsettled"]:
    if "late" in result:
        return "unsettled"
    if "error" in result:
        return "network-error"
    return "readable" if result["type"] in {"basic", "cors"} else "opaque"


def check_origin(wanted: Origin, shown: str) -> None:
    """Raise `UsageError` if the browser changed the page's URL, for example from http to https."""
    if shown != str(wanted):
        raise UsageError(f"--origin {wanted}: the browser opened {shown} instead. Use that origin.")


def cookie_to_hold(cookie: Cookie, init: RequestInit) -> Cookie:
    """The cookie in a form that a browser accepts: `SameSite=None` if it is unrestricted, which requires `Secure`."""
    url = parse_url(init.url)
    if not cookie.in_every_partition or url is None:
        return cookie
    may_leave_its_site = url.scheme == "https" or is_loopback(url.host)
    return replace(cookie, secure=may_leave_its_site, same_site="none" if may_leave_its_site else "unset")


def domain_attribute(cookie: Cookie) -> str:
    """The `Domain` attribute. A leading dot means that subdomains get the cookie, too."""
    return cookie.domain if cookie.host_only else f".{cookie.domain}"
