"""The fix for a cookie that is not stored, or not sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from hdrcli.fetch import CookieFault, CookieVerdict
from hdrcli.fetch.url import is_loopback
from hdrcli.records.route import FetchRecord
from hdrcli.verdict.failures import cookie_sentence

_FIXES: Final = {
    CookieFault.SAME_SITE: "Set it with SameSite=None; Secure over https, or serve page and service from one site",
    CookieFault.THIRD_PARTY: "Serve page and service from one site, such as app.example.com and api.example.com",
    CookieFault.PARTITIONED: "Remove Partitioned, or set the cookie from a response to the page's own site",
    CookieFault.NEEDS_SECURE: "Add Secure",
    CookieFault.SECURE: "Serve it over https",
    CookieFault.PREFIX: "Add what the prefix requires: Secure; for __Host- also Path=/ and no Domain; "
    "for __Http- also HttpOnly",
    CookieFault.DOMAIN: "Remove Domain, or name the host's own domain",
    CookieFault.UNPARSABLE: "Give it a name, and a value without control characters",
    CookieFault.TOO_LARGE: "Keep name and value within 4096 bytes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieFix:
    """A fault of cookies and its fix; `variant` identifies the pair."""

    fault: CookieFault
    variant: str
    text: str


def fix_of(verdict: CookieVerdict, fetch: FetchRecord) -> CookieFix | None:
    """The fix; None if nothing is wrong with the cookie. In development, the cause is usually the host's name."""
    fault, own = verdict.fault, fetch.own_exchange
    if fault is None or fault not in _FIXES:
        return None
    if fault in {CookieFault.SAME_SITE, CookieFault.THIRD_PARTY} and own is not None:
        host, page = own.request.url.host, fetch.page.host
        if host != page and is_loopback(host) and is_loopback(page):
            text = f"Use one host name for page and service: {page} and {host} are two sites"
            return CookieFix(fault=fault, variant=f"{fault} {page} {host}", text=text)
    return CookieFix(fault=fault, variant=fault, text=_FIXES[fault])


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The cookies that have one fix, with the fetches that show it."""

    fix: CookieFix
    cookies: tuple[tuple[FetchRecord, CookieVerdict], ...]

    @property
    def fetches(self) -> tuple[FetchRecord, ...]:
        """The fetches, each once."""
        return tuple(dict.fromkeys(fetch for fetch, _ in self.cookies))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the cookies, each once."""
        return tuple(dict.fromkeys(verdict.name for _, verdict in self.cookies))

    @property
    def details(self) -> tuple[str, ...]:
        """Why they are refused, a sentence each."""
        return tuple(dict.fromkeys(cookie_sentence(verdict) for _, verdict in self.cookies))


def by_fix(verdicts: Iterable[tuple[FetchRecord, CookieVerdict]]) -> Iterator[Refused]:
    """The refused cookies, by their fix."""
    found: dict[CookieFix, list[tuple[FetchRecord, CookieVerdict]]] = {}
    for fetch, verdict in verdicts:
        fix = fix_of(verdict, fetch)
        if fix is not None:
            found.setdefault(fix, []).append((fetch, verdict))
    for fix, cookies in found.items():
        yield Refused(fix=fix, cookies=tuple(cookies))
