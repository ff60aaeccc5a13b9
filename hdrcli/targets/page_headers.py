"""Takes a browser's request apart, as DevTools shows it: into what the page set, and what the browser added.

`fetch()` cannot set `Cookie`, `Origin` or `Sec-Fetch-Mode`: the browser adds them, and so does hdrcli when it simulates
one. They say who called: `Origin` is the page, and a `Cookie` was stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import ClassVar, Final

from hdrcli.fetch import parse_origin, parse_url
from hdrcli.fetch.headers import Header
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.request import CredentialsMode
from hdrcli.fetch.safelist import is_cors_safelisted_request_header, is_forbidden_request_header
from hdrcli.structs import Record

SET_BY_BROWSERS: Final = frozenset(
    {"accept-language", "if-modified-since", "if-none-match", "priority", "upgrade-insecure-requests", "user-agent"}
)
"""Names that pages may set, and almost never do."""

_CACHE_IS_OFF: Final = {("cache-control", "no-cache"), ("pragma", "no-cache")}
"""DevTools adds both while its cache is disabled; a page that sets one of them mostly sets only that."""

_WITHHELD: Final = "withheld"
"""The value of a header that the preflight names, and that the export lacks: it was exported without secrets."""


class Call(Record, frozen=True, kw_only=True):
    """What a request says about the page: its origin ("" if unknown), the headers that it set, the stored cookies."""

    not_in_repr: ClassVar = frozenset({"headers", "cookies"})

    page: str = ""
    headers: tuple[Header, ...] = ()
    cookies: tuple[str, ...] = ()

    @property
    def credentials(self) -> tuple[CredentialsMode, ...]:
        """The only mode that sends cookies to another origin; both modes may send none."""
        return ("include",) if self.cookies else ()


def call_of(headers: Iterable[Header], named: Collection[str] | None = None) -> Call:
    """Take the headers of a request apart.

    `named` are the names in the `Access-Control-Request-Headers` of its preflight, in lower case, if that is known: it
    names exactly those headers of the page that need permission.
    """
    headers = [(name, value) for name, value in headers if not name.startswith(":")]
    lowercase = [(byte_lowercase(name), value) for name, value in headers]
    ignored = _CACHE_IS_OFF if set(lowercase) >= _CACHE_IS_OFF else set()
    kept = [
        (name, value)
        for (name, value), key in zip(headers, lowercase, strict=True)
        if key not in ignored and _is_set_by_page(key[0], value, named)
    ]
    sent = {name for name, _ in lowercase}
    kept += [(name, _WITHHELD) for name in named or () if name not in sent]
    return Call(
        page=_page(dict(lowercase)),
        headers=tuple(kept),
        cookies=tuple(
            cookie.strip()
            for name, value in lowercase
            if name == "cookie"
            for cookie in value.split(";")
            if cookie.strip()
        ),
    )


def _is_set_by_page(name: str, value: str, named: Collection[str] | None) -> bool:
    if is_forbidden_request_header(name, value) or (name, value) == ("accept", "*/*"):
        return False
    if named is not None and not is_cors_safelisted_request_header(name, value):
        return name in named
    return name not in SET_BY_BROWSERS


def _page(headers: dict[str, str]) -> str:
    """The page's origin: `Origin`, or that of `Referer`, which requests to the page's own origin have instead."""
    if parse_origin(headers.get("origin", "")) is not None:
        return headers["origin"]
    referrer = parse_url(headers.get("referer", ""))
    return str(referrer.origin) if referrer is not None and referrer.is_http else ""
