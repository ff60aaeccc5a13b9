"""How a user agent reads a Set-Cookie line, and the faults that do not depend on the request.

Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6
"""

from __future__ import annotations

import math
import re
from enum import StrEnum
from typing import ClassVar, Final, Literal

from hdrcli.fetch.headers import HTTP_TAB_OR_SPACE, only_utf8
from hdrcli.fetch.url import URL, Origin, is_ip_address, is_public_suffix, same_site
from hdrcli.fetch.user_agent import CookieQuirks
from hdrcli.structs import Record

SameSite = Literal["strict", "lax", "none", "unset"]

SET_COOKIE_ATTRIBUTES: Final = frozenset(
    {"domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure"},
)
"""The attributes that at least one browser knows, in lower case."""

_MAX_PAIR: Final = 4096
_MAX_ATTRIBUTE: Final = 1024
_FIRST_YEAR: Final = 1601
_CENTURY: Final = 100
_LAST_OF_2000: Final = 69

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_same_sites: Final[dict[str, SameSite]] = {"strict": "strict", "lax": "lax", "none": "none"}
_control_character = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]").search
_delta_seconds = re.compile(r"-?[0-9]+").fullmatch
_DATE_DELIMITERS: Final = r"[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+"
_DATE_PARTS: Final = {
    "time": r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})([^0-9].*)?",
    "day": r"([0-9]{1,2})([^0-9].*)?",
    "month": rf"({'|'.join(_MONTHS)}).*",
    "year": r"([0-9]{2,4})([^0-9].*)?",
}
"""In the order in which a token is compared with them; compiled with the first date."""


class CookieFault(StrEnum):
    """Why a cookie is not stored or not sent."""

    UNPARSABLE = "unparsable"
    TOO_LARGE = "too-large"
    NEEDS_SECURE = "needs-secure"
    PREFIX = "prefix"
    EXPIRED = "expired"
    PROTECTED = "protected"
    DOMAIN = "domain"
    PATH = "path"
    SECURE = "secure"
    SAME_SITE = "same-site"
    PARTITIONED = "partitioned"
    THIRD_PARTY = "third-party"
    CREDENTIALS_MODE = "credentials-mode"
    NO_REQUEST = "no-request"


class Cookie(Record, frozen=True, kw_only=True):
    """A cookie: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7.

    By default it is sent with every request to its host. `has_path` means that its path is not the URL's default path.
    `expiry` is in seconds since 1970, infinite for a cookie that outlives every fetch.
    """

    not_in_repr: ClassVar = frozenset({"value"})

    name: str
    value: str
    domain: str
    host_only: bool = True
    path: str = "/"
    has_path: bool = True
    secure: bool = False
    http_only: bool = False
    same_site: SameSite = "none"
    partitioned: bool = False
    expiry: float = math.inf
    partition: Origin | None = None
    """The page to whose site it is bound."""
    in_every_partition: bool = False
    """Whether it is sent for every page, as if each had set it itself."""

    @property
    def key(self) -> tuple[object, ...]:
        """Its identity: a store has one cookie of each key."""
        return self.name, self.domain, self.host_only, self.path, self.partition

    def is_in_partition_of(self, page: Origin) -> bool:
        """Whether it exists for fetches of this page: a cookie that is not partitioned exists for all."""
        return self.partition is None or self.partition == page or same_site(self.partition, page)

    def __str__(self) -> str:
        return f"{self.name}={self.value}" if self.name else self.value


def cookie_name(line: str) -> str:
    """The part of a Set-Cookie line before the first "=", or "" if there is none."""
    name, separator, _ = line.partition(";")[0].partition("=")
    return name.strip(HTTP_TAB_OR_SPACE) if separator else ""


def parse_set_cookie(line: str, url: URL, quirks: CookieQuirks) -> Cookie | CookieFault:
    """The cookie that a response of `url` sets: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6."""
    pair, *rest = line.split(";")
    name, value = cookie_name(line), pair.partition("=")[2] if "=" in pair else pair
    value = value.strip(HTTP_TAB_OR_SPACE)
    if quirks.cookie_without_equals_is_name:
        name, value = (value, "") if "=" not in pair else (name, value if name else "")
    if _control_character(line) or not name + value:
        return CookieFault.UNPARSABLE
    if (quirks.cookie_with_tab_rejected and _has_tab_within(line)) or (
        quirks.nameless_value_without_equals and not name and "=" in value
    ):
        return CookieFault.UNPARSABLE
    if quirks.cookie_invalid_utf8_replaced:
        value = only_utf8(value)
    limited = not quirks.cookie_sizes_unlimited
    if limited and len(name) + len(value) > _MAX_PAIR:
        return CookieFault.TOO_LARGE
    attributes = [
        (attribute.strip(HTTP_TAB_OR_SPACE).lower(), argument.strip(HTTP_TAB_OR_SPACE))
        for attribute, _, argument in (text.partition("=") for text in rest)
    ]
    if limited:
        attributes = [(attribute, argument) for attribute, argument in attributes if len(argument) <= _MAX_ATTRIBUTE]
    last = dict(attributes)
    domain = last.get("domain", "").lower()
    if domain != "." or not quirks.lone_dot_domain_rejected:
        domain = domain.removeprefix(".")
    host_only = not domain or (domain == url.host and (is_ip_address(domain) or is_public_suffix(domain)))
    path = last.get("path", "")
    has_path = path.startswith("/")
    return Cookie(
        name=name,
        value=value,
        domain=url.host if host_only else domain,
        host_only=host_only,
        path=path if has_path else _default_path(url),
        has_path=has_path,
        secure="secure" in last,
        http_only="httponly" in last,
        same_site=_same_sites.get(last.get("samesite", "").lower(), "unset"),
        partitioned="partitioned" in last and quirks.partitioned_cookies != "unknown",
        expiry=_expiry(attributes, quirks),
    )


def _has_tab_within(line: str) -> bool:
    """Whether there is a tab within (not around) a name or a value, of the cookie or of an attribute."""
    return any("\t" in part.strip(HTTP_TAB_OR_SPACE) for text in line.split(";") for part in text.split("=", 1))


def domain_matches(host: str, domain: str) -> bool:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.3."""
    return host == domain or (host.endswith(f".{domain}") and not is_ip_address(host))


def may_set_domain(cookie: Cookie, url: URL) -> bool:
    """Whether a response of `url` may set a cookie of this domain.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7, steps 8 to 10.
    """
    if cookie.host_only:
        return True
    return domain_matches(url.host, cookie.domain) and not is_public_suffix(cookie.domain)


def _default_path(url: URL) -> str:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.4."""
    return url.path.rpartition("/")[0] or "/"


def _expiry(attributes: list[tuple[str, str]], quirks: CookieQuirks) -> float:
    """The last valid Max-Age; if there is none, the last valid Expires."""
    if quirks.last_expiry_attribute_counts:
        attributes = list(dict(attributes).items())
    ages = [argument for attribute, argument in attributes if attribute == "max-age" and _delta_seconds(argument)]
    if ages:
        return -math.inf if ages[-1].startswith("-") or not ages[-1].strip("0") else math.inf
    dates = [parse_cookie_date(argument) for attribute, argument in attributes if attribute == "expires"]
    return next((date for date in reversed(dates) if date is not None), math.inf)


def parse_cookie_date(text: str) -> float | None:
    """The date in seconds since 1970: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.1."""
    from datetime import UTC, datetime

    found: dict[str, re.Match[str]] = {}
    for token in re.split(_DATE_DELIMITERS, text):
        for part, pattern in _DATE_PARTS.items():
            matched = None if part in found else re.fullmatch(pattern, token, re.DOTALL | re.IGNORECASE)
            if matched is not None:
                found[part] = matched
                break
    if found.keys() != _DATE_PARTS.keys():
        return None
    year = int(found["year"][1])
    if year < _CENTURY:
        year += 2000 if year <= _LAST_OF_2000 else 1900
    month = _MONTHS.index(found["month"][1].lower()) + 1
    hour, minute, second = map(int, found["time"].groups()[:3])
    try:
        date = datetime(year, month, int(found["day"][1]), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return None if year < _FIRST_YEAR else date.timestamp()


def satisfies_prefix(cookie: Cookie, quirks: CookieQuirks) -> bool:
    """Whether the cookie has the attributes that the prefix of its name requires.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-store-a-cookie
    """
    label = (cookie.name or cookie.value).lower()
    if not label.startswith(("__secure-", "__host-", "__http-")):
        return True
    if not cookie.name or not cookie.secure:
        return False
    has_path = cookie.has_path or quirks.host_prefix_allows_default_path
    if label.startswith("__host-") and not (cookie.host_only and has_path and cookie.path == "/"):
        return False
    return cookie.http_only or not label.startswith(("__http-", "__host-http-"))
