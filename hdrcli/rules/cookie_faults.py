"""The fix for a cookie that is not stored, or not sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from hdrcli.fetch import CookieFault, CookieVerdict
from hdrcli.fetch.url import is_loopback
from hdrcli.records.route import FetchRecord
from hdrcli.structs import Record
from hdrcli.verdict.cookie_sentences import cookie_sentences

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


_is_of_infrastructure = re.compile(
    r"AWSALB|AWSELB|aws-waf-token$|__cf|_cf|cf_|ARRAffinity|ApplicationGatewayAffinity|BIGipServer|TS[0-9a-f]{6,8}$"
    r"|visid_incap_|incap_ses_|nlbi_|ak_bmsc$|bm_|_abck$|GCI?LB$|INGRESSCOOKIE$|SERVERID$|datadome$"
).match
"""The names of cookies by which load balancers and firewalls recognize a client. No page depends on them."""


def is_for_page(name: str) -> bool:
    """Whether a page may need the cookie: it is not one of the layers in front of the service."""
    return _is_of_infrastructure(name) is None


class CookieFix(Record, frozen=True, kw_only=True):
    """All faults of a cookie and the fix for them; `variant` identifies the pair."""

    faults: tuple[CookieFault, ...]
    variant: str
    text: str


def _fix(faults: tuple[CookieFault, ...], fetch: FetchRecord) -> CookieFix:
    """One fix for all faults. In development, the cause is usually the host's name."""
    variant, fixes, own = " ".join(faults), [_FIXES[fault] for fault in faults], fetch.own_exchange
    of_sites = {CookieFault.SAME_SITE, CookieFault.THIRD_PARTY}.intersection(faults)
    if of_sites and own is not None:
        host, page = own.request.url.host, fetch.page.host
        if host != page and is_loopback(host) and is_loopback(page):
            variant = f"{variant} {page} {host}"
            fixes = [_FIXES[fault] for fault in faults if fault not in of_sites]
            fixes.append(f"Use one host name for page and service: {page} and {host} are two sites")
    first, *others = fixes
    return CookieFix(faults=faults, variant=variant, text=". Also ".join([first, *map(_continued, others)]))


def _to_fix(verdict: CookieVerdict) -> tuple[CookieFault, ...]:
    """The faults that have a fix of their own: no page is cross-site once both are one site."""
    faults = tuple(fault for fault in verdict.faults if fault in _FIXES)
    is_covered = CookieFault.THIRD_PARTY in faults
    return tuple(fault for fault in faults if fault is not CookieFault.SAME_SITE or not is_covered)


def _continued(fix: str) -> str:
    return fix[0].lower() + fix[1:]


class Refused(Record, frozen=True, kw_only=True):
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
        return tuple(dict.fromkeys(line for _, verdict in self.cookies for line in cookie_sentences(verdict)))


def by_fix(verdicts: Iterable[tuple[FetchRecord, CookieVerdict]]) -> Iterator[Refused]:
    """The refused cookies, by their fix. A browser that finds fewer faults in a line than another gets the same fix."""
    refused = [(fetch, verdict, faults) for fetch, verdict in verdicts if (faults := _to_fix(verdict))]
    by_line: dict[tuple[object, ...], list[tuple[CookieFault, ...]]] = {}
    for fetch, verdict, faults in refused:
        by_line.setdefault((fetch.page, verdict.name, verdict.line), []).append(faults)
    found: dict[CookieFix, list[tuple[FetchRecord, CookieVerdict]]] = {}
    for fetch, verdict, faults in refused:
        others = by_line[fetch.page, verdict.name, verdict.line]
        most = max((each for each in others if set(faults) <= set(each)), key=len)
        found.setdefault(_fix(most, fetch), []).append((fetch, verdict))
    for fix, cookies in found.items():
        yield Refused(fix=fix, cookies=tuple(cookies))
