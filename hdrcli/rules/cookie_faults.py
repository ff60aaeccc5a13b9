"""What to do about a cookie that is not stored, or not sent."""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import CookieFault
from hdrcli.fetch.url import is_loopback
from hdrcli.records.route import FetchRecord

_ACTIONS: Final = {
    CookieFault.SAME_SITE: "Set it with SameSite=None; Secure over https, or serve page and service from one site",
    CookieFault.THIRD_PARTY: "Serve page and service from one site, such as app.example.com and api.example.com",
    CookieFault.PARTITIONED: "Leave Partitioned out, or set the cookie where the page is",
    CookieFault.NEEDS_SECURE: "Add Secure",
    CookieFault.SECURE: "Serve it over https",
    CookieFault.PREFIX: "Add what the prefix promises: Secure; for __Host- also Path=/ and no Domain; "
    "for __Http- also HttpOnly",
    CookieFault.DOMAIN: "Leave Domain out, or name the host's own domain",
    CookieFault.UNPARSABLE: "Give it a name, and a value without control characters",
    CookieFault.TOO_LARGE: "Keep name and value within 4096 bytes",
}


def cure(fault: CookieFault | None, fetch: FetchRecord) -> str | None:
    """What to do; None where nothing is wrong with the cookie. In development it is mostly the host's name."""
    own = fetch.own_exchange
    if fault in {CookieFault.SAME_SITE, CookieFault.THIRD_PARTY} and own is not None:
        host, page = own.request.url.host, fetch.page.host
        if host != page and is_loopback(host) and is_loopback(page):
            return f"Call page and service by one host name: {page} and {host} are two sites"
    return None if fault is None else _ACTIONS.get(fault)
