"""A browser's cookies as one page's fetches meet them: what is stored, and what goes with a request.

The standard here is RFC 6265bis; Fetch adds that a redirect through another site makes a request cross-site. (By the
letter of Fetch's steps a request without redirects is never cross-site: they do not look at the page's site yet.)

Source: https://fetch.spec.whatwg.org/#cookies, https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from hdrcli.fetch.headers import HeaderList, values_of
from hdrcli.fetch.request import Request
from hdrcli.fetch.set_cookie import CookieFault, SameSite, SetCookie, cookie_name, parse_set_cookie, prefix_is_kept
from hdrcli.fetch.url import (
    URL,
    Origin,
    is_ip_address,
    is_loopback,
    is_public_suffix,
    same_site,
    schemelessly_same_site,
)
from hdrcli.fetch.user_agent import UserAgent

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
class Cookie:
    """A cookie as it is stored: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7."""

    name: str
    value: str
    domain: str
    path: str = "/"
    host_only: bool = True
    secure: bool = False
    same_site: SameSite = "none"
    partition: Origin | None = None
    """The page whose site alone it is for."""

    @property
    def key(self) -> tuple[object, ...]:
        """What a store holds once."""
        return self.name, self.domain, self.path, self.host_only, self.partition

    def __str__(self) -> str:
        return f"{self.name}={self.value}" if self.name else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieVerdict:
    """What became of a cookie: it was sent (or stored) where `fault` is None; else `detail` is a sentence.

    `line` is the Set-Cookie line, if an answer brought it.
    """

    name: str
    fault: CookieFault | None
    detail: str
    line: str = ""


@dataclass(slots=True, kw_only=True)
class CookieStore:
    """The cookies of a user agent that one page's fetches meet. `now` is in seconds since 1970."""

    user_agent: UserAgent
    third_party: ThirdPartyCookies = "default"
    now: float = 0.0
    received: list[CookieVerdict] = field(default_factory=list)
    """What became of the Set-Cookie lines of answers."""
    _cookies: dict[tuple[object, ...], Cookie] = field(default_factory=dict)
    _held: list[tuple[Cookie, list[CookieVerdict]]] = field(default_factory=list)
    _refused: list[CookieVerdict] = field(default_factory=list)

    def hold(self, cookie: Cookie) -> None:
        """A cookie that is there beforehand."""
        self._cookies[cookie.key] = cookie
        self._held.append((cookie, []))

    def visit(self, url: URL, line: str) -> None:
        """A Set-Cookie line of a page that was visited at `url` beforehand: the browser holds what it stores of it."""
        parsed = parse_set_cookie(line, self.user_agent)
        stored = self._store(parsed, url, url.origin, is_same_site=True)
        if isinstance(stored, Cookie):
            self._held.append((stored, []))
        else:
            self._refused.append(_verdict(cookie_name(line), stored, "unset"))

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
            parsed = parse_set_cookie(line, self.user_agent) if include_credentials else CookieFault.CREDENTIALS_MODE
            stored = self._store(parsed, request.current_url, request.origin, is_same_site=is_same_site)
            fault = stored if isinstance(stored, CookieFault) else None
            label = parsed.same_site if isinstance(parsed, SetCookie) else "unset"
            self.received.append(_verdict(cookie_name(line), fault, label, line))

    def _place(self, cookie: Cookie) -> tuple[int, ...]:
        """By what cookies are sorted; those alike stay as they were created."""
        if self.user_agent.cookies_sorted_by_domain:
            return -len(cookie.path), -len(cookie.domain), cookie.host_only
        return (-len(cookie.path),)

    def _why_not_sent(self, cookie: Cookie, request: Request) -> CookieFault | None:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3."""
        url, page = request.current_url, request.origin
        if not (url.host == cookie.domain if cookie.host_only else _domain_matches(url.host, cookie.domain)):
            return CookieFault.DOMAIN
        if not _path_matches(url.path, cookie.path):
            return CookieFault.PATH
        if cookie.secure and not self._is_secure(url):
            return CookieFault.SECURE
        if cookie.partition is not None:
            if cookie.partition != page and not same_site(cookie.partition, page):
                return CookieFault.PARTITIONED
        elif self._third_party_policy(url, page) in {"block", "partition"}:
            return CookieFault.THIRD_PARTY
        return None if self._goes_anywhere(cookie.same_site) or self._is_same_site(request) else CookieFault.SAME_SITE

    def _store(
        self, parsed: SetCookie | CookieFault, url: URL, page: Origin, *, is_same_site: bool
    ) -> Cookie | CookieFault:
        """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7."""
        if isinstance(parsed, CookieFault):
            return parsed
        domain = _domain(parsed, url)
        if domain is None:
            return CookieFault.DOMAIN
        policy = self._third_party_policy(url, page)
        kept_apart = policy == "partition" or parsed.partitioned
        cookie = Cookie(
            name=parsed.name,
            value=parsed.value,
            domain=domain.removeprefix("."),
            path=parsed.path or _default_path(url),
            host_only=not domain.startswith("."),
            secure=parsed.secure,
            same_site=parsed.same_site,
            partition=page if kept_apart else None,
        )
        fault = self._why_not_stored(parsed, cookie, url, policy, is_same_site=is_same_site)
        if fault is None or fault is CookieFault.EXPIRED:
            self._replace(cookie, expired=fault is not None)
        return fault or cookie

    def _why_not_stored(
        self, parsed: SetCookie, cookie: Cookie, url: URL, policy: str, *, is_same_site: bool
    ) -> CookieFault | None:
        user_agent = self.user_agent
        if cookie.secure and not self._is_secure(url):
            return CookieFault.SECURE
        if not self._is_secure(url) and any(_is_overlaid(old, cookie) for old in self._cookies.values()):
            return CookieFault.PROTECTED
        if not cookie.secure and (
            parsed.partitioned or (cookie.same_site == "none" and not user_agent.same_site_none_may_be_insecure)
        ):
            return CookieFault.NEEDS_SECURE
        if not user_agent.cookie_prefixes_ignored and not prefix_is_kept(parsed):
            return CookieFault.PREFIX
        if not is_same_site and not self._goes_anywhere(cookie.same_site):
            return CookieFault.SAME_SITE
        spared = parsed.partitioned and user_agent.partitioned_cookies == "always"
        if policy == "not-stored" or (policy == "block" and not spared):
            return CookieFault.THIRD_PARTY
        return CookieFault.EXPIRED if parsed.expiry <= self.now else None

    def _replace(self, cookie: Cookie, *, expired: bool) -> None:
        old = self._cookies.get(cookie.key)
        loses_place = self.user_agent.changed_cookie_goes_last and old is not None and old.value != cookie.value
        if expired or loses_place:
            self._cookies.pop(cookie.key, None)
        if not expired:
            self._cookies[cookie.key] = cookie
        if len(self._cookies) > _MOST_COOKIES:
            del self._cookies[next(iter(self._cookies))]

    def _is_same_site(self, request: Request) -> bool:
        """https://fetch.spec.whatwg.org/#determine-the-same-site-mode."""
        urls = [request.current_url] if self.user_agent.same_site_ignores_redirects else request.url_list
        return all(self._are_one_site(request.origin, url.origin) for url in urls)

    def _are_one_site(self, a: Origin, b: Origin) -> bool:
        return schemelessly_same_site(a, b) if self.user_agent.cookie_site_ignores_scheme else same_site(a, b)

    def _third_party_policy(self, url: URL, page: Origin) -> str:
        """What happens to the cookies of `url`; "allow" where it is no third party to the page."""
        if self._are_one_site(page, url.origin):
            return "allow"
        return self.user_agent.third_party_cookies if self.third_party == "default" else self.third_party

    def _goes_anywhere(self, label: SameSite) -> bool:
        return label == "none" or (label == "unset" and self.user_agent.same_site_default_is_none)

    def _is_secure(self, url: URL) -> bool:
        return url.scheme == "https" or (self.user_agent.loopback_is_secure_for_cookies and is_loopback(url.host))


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


def _domain(parsed: SetCookie, url: URL) -> str | None:
    """The cookie's host, or behind a dot its domain; None where it may not be set."""
    domain = parsed.domain
    if domain is None or (domain == url.host and (is_ip_address(domain) or is_public_suffix(domain))):
        return url.host
    return f".{domain}" if _domain_matches(url.host, domain) and not is_public_suffix(domain) else None


def _domain_matches(host: str, domain: str) -> bool:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.3."""
    return host == domain or (host.endswith(f".{domain}") and not is_ip_address(host))


def _default_path(url: URL) -> str:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.4."""
    return url.path.rpartition("/")[0] or "/"


def _path_matches(path: str, cookie_path: str) -> bool:
    """https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.4."""
    return path == cookie_path or path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")


def _is_overlaid(old: Cookie, new: Cookie) -> bool:
    """Whether a Secure cookie would be hidden by one that is not."""
    related = _domain_matches(old.domain, new.domain) or _domain_matches(new.domain, old.domain)
    return old.secure and old.name == new.name and related and _path_matches(new.path, old.path)
