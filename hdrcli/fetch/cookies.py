"""The cookies that exist for one page's fetches: which ones are stored, and which ones are sent with a request.

The standard is RFC 6265bis; Fetch adds that a redirect through another site makes a request cross-site. (By the text of
Fetch, a request without redirects is never cross-site, as its steps do not consider the page's site yet.)

Source: https://fetch.spec.whatwg.org/#cookies, https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final, Literal

from hdrcli.fetch.headers import HeaderList, values_of
from hdrcli.fetch.request import Request
from hdrcli.fetch.set_cookie import (
    Cookie,
    CookieFault,
    SameSite,
    cookie_name,
    domain_matches,
    may_set_domain,
    parse_set_cookie,
    satisfies_prefix,
)
from hdrcli.fetch.url import URL, Origin, is_loopback, same_site, schemelessly_same_site
from hdrcli.fetch.user_agent import CookieQuirks
from hdrcli.structs import Record, replace

_MOST_COOKIES: Final = 180
"""The limit of Chromium and Firefox for one site; the oldest cookie is removed first."""

ThirdPartyCookies = Literal["default", "allow", "block"]


class CookieVerdict(Record, frozen=True, kw_only=True):
    """Whether a cookie was sent or stored: it was if there are no `faults`. `hdrcli.verdict.failures` words them.

    The browser finds the first fault, and would find each other one once those before it are fixed. `same_site` is the
    cookie's, `line` the Set-Cookie line if a response set it.
    """

    not_in_repr: ClassVar = frozenset({"line"})

    name: str
    faults: tuple[CookieFault, ...]
    same_site: SameSite = "unset"
    line: str = ""

    @property
    def fault(self) -> CookieFault | None:
        """The first fault."""
        return self.faults[0] if self.faults else None


class CookieStore:
    """The cookies of a user agent, as far as they exist for one page's fetches. `now` is in seconds since 1970."""

    def __init__(self, *, quirks: CookieQuirks, third_party: ThirdPartyCookies = "default", now: float = 0.0) -> None:
        self.set_verdicts: list[CookieVerdict] = []
        """Whether the cookies of the responses' Set-Cookie lines were stored."""
        self._quirks = quirks
        self._third_party = third_party
        self._now = now
        self._cookies: dict[tuple[object, ...], Cookie] = {}
        self._initial: list[tuple[Cookie, list[CookieVerdict]]] = []
        self._rejected: list[CookieVerdict] = []

    def add(self, cookie: Cookie) -> None:
        """Add a cookie that exists before the fetch."""
        self._cookies[cookie.key] = cookie
        self._initial.append((cookie, []))

    def visit(self, url: URL, line: str) -> None:
        """Add the cookie of a Set-Cookie line that a page at `url` has sent before, if the browser stores it."""
        parsed = parse_set_cookie(line, url, self._quirks)
        stored = self._store(parsed, url, url.origin, is_same_site=True)
        if isinstance(stored, Cookie):
            self._initial.append((stored, []))
        else:
            self._rejected.append(_verdict(cookie_name(line), stored, "unset"))

    @property
    def content(self) -> tuple[Cookie, ...]:
        """All stored cookies."""
        return tuple(self._cookies.values())

    @property
    def initial_verdicts(self) -> tuple[CookieVerdict, ...]:
        """Whether each cookie that existed before the fetch was sent with any request, and why not."""
        return (*self._rejected, *(_sum_up(cookie, verdicts) for cookie, verdicts in self._initial))

    def header_for(self, request: Request, *, include_credentials: bool) -> str | None:
        """https://fetch.spec.whatwg.org/#append-a-request-cookie-header."""
        if not self._cookies:
            return None
        faults = {
            cookie.key: tuple(self._why_not_sent(cookie, request))
            if include_credentials
            else (CookieFault.CREDENTIALS_MODE,)
            for cookie in self._cookies.values()
        }
        for cookie, verdicts in self._initial:
            if cookie.key in faults:
                verdicts.append(_verdict(cookie.name, faults[cookie.key], cookie.same_site))
        sent = [cookie for cookie in self._cookies.values() if not faults[cookie.key]]
        sent.sort(key=self._place)
        return "; ".join(map(str, sent)) if sent else None

    def receive(self, request: Request, headers: HeaderList, *, include_credentials: bool) -> None:
        """https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers."""
        lines = values_of("Set-Cookie", headers)
        is_same_site = bool(lines) and self._is_same_site(request)
        for line in lines:
            parsed: Cookie | CookieFault = CookieFault.CREDENTIALS_MODE
            if include_credentials:
                parsed = parse_set_cookie(line, request.current_url, self._quirks)
            stored = self._store(parsed, request.current_url, request.origin, is_same_site=is_same_site)
            faults = () if isinstance(stored, Cookie) else stored
            label = parsed.same_site if isinstance(parsed, Cookie) else "unset"
            self.set_verdicts.append(_verdict(cookie_name(line), faults, label, line))

    def _place(self, cookie: Cookie) -> tuple[int, ...]:
        """The sort key of a cookie; cookies with equal keys keep the order of their creation."""
        if self._quirks.cookies_sorted_by_domain:
            return -len(cookie.path), -len(cookie.domain), cookie.host_only
        return (-len(cookie.path),)

    def _why_not_sent(self, cookie: Cookie, request: Request) -> Iterator[CookieFault]:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3."""
        url, page = request.current_url, request.origin
        if not (url.host == cookie.domain if cookie.host_only else domain_matches(url.host, cookie.domain)):
            yield CookieFault.DOMAIN
            return  # it is not meant for this URL, nor below
        if not _path_matches(url.path, cookie.path):
            yield CookieFault.PATH
            return
        if cookie.secure and not self._is_secure(url):
            yield CookieFault.SECURE
        if cookie.partition is not None:
            if not cookie.is_in_partition_of(page):
                yield CookieFault.PARTITIONED
        elif (policy := self._third_party_policy(url, page)) == "block" or (
            policy == "partition" and not cookie.in_every_partition
        ):
            yield CookieFault.THIRD_PARTY
        if not self._is_sent_cross_site(cookie.same_site) and not self._is_same_site(request):
            yield CookieFault.SAME_SITE

    def _store(
        self, parsed: Cookie | CookieFault, url: URL, page: Origin, *, is_same_site: bool
    ) -> Cookie | tuple[CookieFault, ...]:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7."""
        if isinstance(parsed, CookieFault):
            return (parsed,)
        policy = self._third_party_policy(url, page)
        is_partitioned = policy == "partition" or parsed.partitioned
        cookie = replace(parsed, partition=page) if is_partitioned else parsed
        faults = tuple(self._why_not_stored(cookie, url, policy, is_same_site=is_same_site))
        if faults:
            return faults
        is_expired = cookie.expiry <= self._now
        self._replace(cookie, expired=is_expired)
        return (CookieFault.EXPIRED,) if is_expired else cookie

    def _why_not_stored(self, cookie: Cookie, url: URL, policy: str, *, is_same_site: bool) -> Iterator[CookieFault]:
        quirks = self._quirks
        if not may_set_domain(cookie, url):
            yield CookieFault.DOMAIN
        if cookie.secure and not self._is_secure(url):
            yield CookieFault.SECURE
        elif not self._is_secure(url) and any(
            old.secure and old.name == cookie.name and _overlap(old, cookie) for old in self._cookies.values()
        ):
            yield CookieFault.PROTECTED
        if not cookie.secure and (
            cookie.partitioned or (cookie.same_site == "none" and not quirks.same_site_none_may_be_insecure)
        ):
            yield CookieFault.NEEDS_SECURE
        if not quirks.cookie_prefixes_ignored and not satisfies_prefix(cookie, quirks):
            yield CookieFault.PREFIX
        if not is_same_site and not self._is_sent_cross_site(cookie.same_site):
            yield CookieFault.SAME_SITE
        is_exempt = cookie.partitioned and quirks.partitioned_cookies == "always"
        if policy == "not-stored" or (policy == "block" and not is_exempt):
            yield CookieFault.THIRD_PARTY

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
        """What happens to the cookies of `url`; "allow" if it is not a third party to the page."""
        if self._are_one_site(page, url.origin):
            return "allow"
        return self._quirks.third_party_cookies if self._third_party == "default" else self._third_party

    def _is_sent_cross_site(self, label: SameSite) -> bool:
        return label == "none" or (label == "unset" and self._quirks.same_site_default_is_none)

    def _is_secure(self, url: URL) -> bool:
        return url.scheme == "https" or (self._quirks.loopback_is_secure_for_cookies and is_loopback(url.host))


def _verdict(name: str, faults: tuple[CookieFault, ...], same_site: SameSite, line: str = "") -> CookieVerdict:
    return CookieVerdict(name=name, faults=faults, same_site=same_site, line=line)


def _sum_up(cookie: Cookie, verdicts: list[CookieVerdict]) -> CookieVerdict:
    """Sent if any request carried it; otherwise why the first one did not."""
    sent = next((verdict for verdict in verdicts if not verdict.faults), None)
    return sent or next(iter(verdicts), _verdict(cookie.name, (CookieFault.NO_REQUEST,), cookie.same_site))


def _path_matches(path: str, cookie_path: str) -> bool:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.4."""
    return path == cookie_path or path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")


def _overlap(old: Cookie, new: Cookie) -> bool:
    """Whether a new cookie would hide an old one of the same name, by domain and path."""
    related = domain_matches(old.domain, new.domain) or domain_matches(new.domain, old.domain)
    return related and _path_matches(new.path, old.path)
