"""A browser's cookies as one page's fetches meet them: what is stored, and what goes with a request.

The standard here is RFC 6265bis; Fetch adds that a redirect through another site makes a request cross-site. (By the
letter of Fetch's steps a request without redirects is never cross-site: they do not look at the page's site yet.)

Source: https://fetch.spec.whatwg.org/#cookies, https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from hdrcli.fetch.headers import HeaderList, values_of
from hdrcli.fetch.request import Request
from hdrcli.fetch.set_cookie import (
    Cookie,
    CookieFault,
    SameSite,
    cookie_name,
    domain_matches,
    parse_set_cookie,
    prefix_is_kept,
)
from hdrcli.fetch.url import URL, Origin, is_loopback, same_site, schemelessly_same_site
from hdrcli.fetch.user_agent import CookieQuirks

_MOST_COOKIES: Final = 180
"""What Chromium and Firefox keep of one site; the oldest goes first."""

ThirdPartyCookies = Literal["default", "allow", "block"]

_DETAILS: Final = {
    CookieFault.UNPARSABLE: "It has neither name nor value, or holds a control character.",
    CookieFault.TOO_LARGE: "Its name and value have more than 4096 bytes.",
    CookieFault.NEEDS_SECURE: "SameSite=None and Partitioned need Secure, which it lacks.",
    CookieFault.PREFIX: "The prefix of its name promises attributes that it lacks.",
    CookieFault.EXPIRED: "It is expired when it comes, which deletes it.",
    CookieFault.PROTECTED: "An answer over http may not replace a Secure cookie.",
    CookieFault.DOMAIN: "Its domain does not go with the host.",
    CookieFault.PATH: "Its path is not the URL's.",
    CookieFault.SECURE: "It is Secure, and the URL is not https.",
    CookieFault.PARTITIONED: "It is Partitioned, and was set on another site than the page's.",
    CookieFault.THIRD_PARTY: "The browser keeps third-party cookies out, or in a jar for each page's site.",
    CookieFault.CREDENTIALS_MODE: "The request goes without credentials.",
    CookieFault.NOT_ASKED: "No request was sent.",
}
_SAME_SITE_LABELS: Final = {
    "strict": "SameSite=Strict",
    "lax": "SameSite=Lax",
    "unset": "without SameSite, which means Lax",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieVerdict:
    """What became of a cookie: it was sent (or stored) where `fault` is None; else `detail` is a sentence.

    `line` is the Set-Cookie line, if an answer brought it.
    """

    name: str
    fault: CookieFault | None
    detail: str
    line: str = ""


class CookieStore:
    """The cookies of a user agent that one page's fetches meet. `now` is in seconds since 1970."""

    def __init__(self, *, quirks: CookieQuirks, third_party: ThirdPartyCookies = "default", now: float = 0.0) -> None:
        self.received: list[CookieVerdict] = []
        """What became of the Set-Cookie lines of answers."""
        self._quirks = quirks
        self._third_party = third_party
        self._now = now
        self._cookies: dict[tuple[object, ...], Cookie] = {}
        self._held: list[tuple[Cookie, list[CookieVerdict]]] = []
        self._refused: list[CookieVerdict] = []

    def hold(self, cookie: Cookie) -> None:
        """A cookie that is there beforehand."""
        self._cookies[cookie.key] = cookie
        self._held.append((cookie, []))

    def visit(self, url: URL, line: str) -> None:
        """A Set-Cookie line of a page that was visited at `url` beforehand: the browser holds what it stores of it."""
        parsed = parse_set_cookie(line, url, self._quirks)
        stored = self._store(parsed, url, url.origin, is_same_site=True)
        if isinstance(stored, Cookie):
            self._held.append((stored, []))
        else:
            self._refused.append(_verdict(cookie_name(line), stored, "unset"))

    @property
    def content(self) -> tuple[Cookie, ...]:
        """All that would be sent, were it asked for."""
        return tuple(self._cookies.values())

    @property
    def held(self) -> tuple[CookieVerdict, ...]:
        """What became of the cookies that are there beforehand: each was sent with some request, or why it was not."""
        return (*self._refused, *(_sum_up(cookie, verdicts) for cookie, verdicts in self._held))

    def header_for(self, request: Request, *, include_credentials: bool) -> str | None:
        """https://fetch.spec.whatwg.org/#append-a-request-cookie-header."""
        faults = {
            cookie.key: self._why_not_sent(cookie, request) if include_credentials else CookieFault.CREDENTIALS_MODE
            for cookie in self._cookies.values()
        }
        for cookie, verdicts in self._held:
            if cookie.key in faults:
                verdicts.append(_verdict(cookie.name, faults[cookie.key], cookie.same_site))
        sent = [cookie for cookie in self._cookies.values() if faults[cookie.key] is None]
        sent.sort(key=self._place)
        return "; ".join(map(str, sent)) if sent else None

    def receive(self, request: Request, headers: HeaderList, *, include_credentials: bool) -> None:
        """https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers."""
        is_same_site = self._is_same_site(request)
        for line in values_of("Set-Cookie", headers):
            parsed: Cookie | CookieFault = CookieFault.CREDENTIALS_MODE
            if include_credentials:
                parsed = parse_set_cookie(line, request.current_url, self._quirks)
            stored = self._store(parsed, request.current_url, request.origin, is_same_site=is_same_site)
            fault = stored if isinstance(stored, CookieFault) else None
            label = parsed.same_site if isinstance(parsed, Cookie) else "unset"
            self.received.append(_verdict(cookie_name(line), fault, label, line))

    def _place(self, cookie: Cookie) -> tuple[int, ...]:
        """By what cookies are sorted; those alike stay as they were created."""
        if self._quirks.cookies_sorted_by_domain:
            return -len(cookie.path), -len(cookie.domain), cookie.host_only
        return (-len(cookie.path),)

    def _why_not_sent(self, cookie: Cookie, request: Request) -> CookieFault | None:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3."""
        url, page = request.current_url, request.origin
        if not (url.host == cookie.domain if cookie.host_only else domain_matches(url.host, cookie.domain)):
            return CookieFault.DOMAIN
        if not _path_matches(url.path, cookie.path):
            return CookieFault.PATH
        if cookie.secure and not self._is_secure(url):
            return CookieFault.SECURE
        if cookie.partition is not None:
            if not cookie.is_in_partition_of(page):
                return CookieFault.PARTITIONED
        elif (policy := self._third_party_policy(url, page)) == "block" or (
            policy == "partition" and not cookie.in_every_partition
        ):
            return CookieFault.THIRD_PARTY
        return None if self._goes_anywhere(cookie.same_site) or self._is_same_site(request) else CookieFault.SAME_SITE

    def _store(
        self, parsed: Cookie | CookieFault, url: URL, page: Origin, *, is_same_site: bool
    ) -> Cookie | CookieFault:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7."""
        if isinstance(parsed, CookieFault):
            return parsed
        policy = self._third_party_policy(url, page)
        kept_apart = policy == "partition" or parsed.partitioned
        cookie = replace(parsed, partition=page) if kept_apart else parsed
        fault = self._why_not_stored(cookie, url, policy, is_same_site=is_same_site)
        if fault is None or fault is CookieFault.EXPIRED:
            self._replace(cookie, expired=fault is not None)
        return fault or cookie

    def _why_not_stored(self, cookie: Cookie, url: URL, policy: str, *, is_same_site: bool) -> CookieFault | None:
        quirks = self._quirks
        if cookie.secure and not self._is_secure(url):
            return CookieFault.SECURE
        if not self._is_secure(url) and any(_is_overlaid(old, cookie) for old in self._cookies.values()):
            return CookieFault.PROTECTED
        if not cookie.secure and (
            cookie.partitioned or (cookie.same_site == "none" and not quirks.same_site_none_may_be_insecure)
        ):
            return CookieFault.NEEDS_SECURE
        if not quirks.cookie_prefixes_ignored and not prefix_is_kept(cookie, quirks):
            return CookieFault.PREFIX
        if not is_same_site and not self._goes_anywhere(cookie.same_site):
            return CookieFault.SAME_SITE
        spared = cookie.partitioned and quirks.partitioned_cookies == "always"
        if policy == "not-stored" or (policy == "block" and not spared):
            return CookieFault.THIRD_PARTY
        return CookieFault.EXPIRED if cookie.expiry <= self._now else None

    def _replace(self, cookie: Cookie, *, expired: bool) -> None:
        old = self._cookies.get(cookie.key)
        loses_place = self._quirks.changed_cookie_goes_last and old is not None and old.value != cookie.value
        if expired or loses_place:
            self._cookies.pop(cookie.key, None)
        if not expired:
            self._cookies[cookie.key] = cookie
        if len(self._cookies) > _MOST_COOKIES:
            del self._cookies[next(iter(self._cookies))]

    def _is_same_site(self, request: Request) -> bool:
        """https://fetch.spec.whatwg.org/#determine-the-same-site-mode."""
        urls = [request.current_url] if self._quirks.same_site_ignores_redirects else request.url_list
        return all(self._are_one_site(request.origin, url.origin) for url in urls)

    def _are_one_site(self, a: Origin, b: Origin) -> bool:
        return schemelessly_same_site(a, b) if self._quirks.cookie_site_ignores_scheme else same_site(a, b)

    def _third_party_policy(self, url: URL, page: Origin) -> str:
        """What happens to the cookies of `url`; "allow" where it is no third party to the page."""
        if self._are_one_site(page, url.origin):
            return "allow"
        return self._quirks.third_party_cookies if self._third_party == "default" else self._third_party

    def _goes_anywhere(self, label: SameSite) -> bool:
        return label == "none" or (label == "unset" and self._quirks.same_site_default_is_none)

    def _is_secure(self, url: URL) -> bool:
        return url.scheme == "https" or (self._quirks.loopback_is_secure_for_cookies and is_loopback(url.host))


def _verdict(name: str, fault: CookieFault | None, label: SameSite, line: str = "") -> CookieVerdict:
    if fault is CookieFault.SAME_SITE:
        detail = f"It is {_SAME_SITE_LABELS[label]}, and the request is cross-site."
    else:
        detail = "" if fault is None else _DETAILS[fault]
    return CookieVerdict(name=name, fault=fault, detail=detail, line=line)


def _sum_up(cookie: Cookie, verdicts: list[CookieVerdict]) -> CookieVerdict:
    """Sent with some request; else why not with the first."""
    sent = next((verdict for verdict in verdicts if verdict.fault is None), None)
    return sent or next(iter(verdicts), _verdict(cookie.name, CookieFault.NOT_ASKED, cookie.same_site))


def _path_matches(path: str, cookie_path: str) -> bool:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.4."""
    return path == cookie_path or path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")


def _is_overlaid(old: Cookie, new: Cookie) -> bool:
    """Whether a Secure cookie would be hidden by one that is not."""
    if not old.secure or old.name != new.name:
        return False
    related = domain_matches(old.domain, new.domain) or domain_matches(new.domain, old.domain)
    return related and _path_matches(new.path, old.path)
