"""The sentence for each reason why a cookie is not stored or sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hdrcli.fetch import CookieFault, CookieVerdict
from hdrcli.fetch.set_cookie import SameSite

_COOKIES: Final[Mapping[CookieFault, str]] = {
    CookieFault.UNPARSABLE: "It has neither a name nor a value, or contains a control character.",
    CookieFault.TOO_LARGE: "Its name and value are longer than 4096 bytes.",
    CookieFault.NEEDS_SECURE: "SameSite=None and Partitioned require Secure, which the cookie lacks.",
    CookieFault.PREFIX: "The prefix of its name requires attributes that it lacks.",
    CookieFault.EXPIRED: "It is already expired, which deletes it.",
    CookieFault.PROTECTED: "A response over http must not replace a Secure cookie.",
    CookieFault.DOMAIN: "Its domain does not match the host.",
    CookieFault.PATH: "Its path does not match the URL.",
    CookieFault.SECURE: "It is Secure, and the URL is not https.",
    CookieFault.PARTITIONED: "It is Partitioned, and was set on another site than the page's.",
    CookieFault.THIRD_PARTY: "The browser blocks third-party cookies, or keeps separate ones for each page's site.",
    CookieFault.CREDENTIALS_MODE: "The request is sent without credentials.",
    CookieFault.NO_REQUEST: "No request was sent.",
}
_SAME_SITE: Final[Mapping[SameSite, str]] = {
    "strict": "is SameSite=Strict",
    "lax": "is SameSite=Lax",
    "none": "is SameSite=None",
    "unset": "has no SameSite attribute, which means Lax",
}


def cookie_sentences(verdict: CookieVerdict) -> tuple[str, ...]:
    """Why a cookie was not sent or stored, one sentence for each fault; none if it was."""
    return tuple(
        f"It {_SAME_SITE[verdict.same_site]}, and the request is cross-site."
        if fault is CookieFault.SAME_SITE
        else _COOKIES[fault]
        for fault in verdict.faults
    )


def cookie_sentence(verdict: CookieVerdict) -> str:
    """Why a cookie was not sent or stored; empty if it was."""
    return " ".join(cookie_sentences(verdict))
