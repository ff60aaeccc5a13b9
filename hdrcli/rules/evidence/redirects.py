"""Redirects: where each leads, and what is wrong with the target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from ipaddress import ip_address
from typing import Final

from hdrcli.fetch import URL, HTTPResponse, parse_url
from hdrcli.fetch.headers import get
from hdrcli.fetch.url import is_ip_address, is_loopback, same_origin
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord
from hdrcli.rules.evidence.blocked import is_redirect, last_response
from hdrcli.structs import Record, replace

_FIRST_ERROR: Final = 400
_is_log_in = re.compile(
    r"(?:^|[/_.-])(?:log-?in|sign-?in|auth|oauth2?|authorize|sso|saml2?|account/login|cas)(?:[/_.?-]|$)", re.IGNORECASE
).search


class Target(StrEnum):
    """Where a redirect leads, by what is likely to be wrong with it."""

    LOG_IN = "log-in"
    """A log-in page, which fetch() can't use."""
    SCHEME = "scheme"
    """The same host, by http instead of https."""
    INNER_HOST = "inner-host"
    """An address that only the service's own network knows: another host, or another port of the same one."""
    SLASH = "slash"
    """The same URL with or without a slash at the end."""
    PREFIX = "prefix"
    """The same path with or without a slash at the end, and without its beginning."""
    OTHER = "other"


class Redirect(Record, frozen=True, kw_only=True):
    """A response that redirects; `url` is where it leads, None if that isn't a URL."""

    exchange: Exchange
    response: HTTPResponse
    url: URL | None

    @property
    def target(self) -> Target:
        """What is likely to be wrong with the target."""
        own, url = self.exchange.request.url, self.url
        if url is None:
            return Target.OTHER
        if _is_log_in(url.path) is not None and _is_log_in(own.path) is None:
            return Target.LOG_IN
        if own.scheme == "https" and url.scheme == "http" and own.host == url.host:
            return Target.SCHEME
        if is_inner(url.host) and not is_inner(own.host):
            return Target.INNER_HOST
        if is_loopback(own.host) and is_inner(url.host) and not is_loopback(url.host):
            return Target.INNER_HOST
        if differs_by_slash(own, url):
            return Target.SLASH
        if _loses_prefix(own, url):
            return Target.PREFIX
        return Target.INNER_HOST if _is_of_another_port(own, url) else Target.OTHER


def redirects(exchanges: Iterable[Exchange]) -> Iterator[Redirect]:
    """The redirects among these exchanges, preflights' too, whether or not a browser follows them."""
    for exchange in exchanges:
        response = exchange.response
        if isinstance(response, HTTPResponse) and is_redirect(response):
            location = get("Location", response.headers)
            if location is not None:
                yield Redirect(exchange=exchange, response=response, url=parse_url(location, exchange.request.url))


def last_redirect(fetch: FetchRecord) -> Redirect | None:
    """The last redirect of a fetch."""
    found = tuple(redirects(fetch.exchanges))
    return found[-1] if found else None


def is_inner(host: str) -> bool:
    """Whether a host has no meaning outside of the service's network: loopback, private, or a name without a dot."""
    if is_ip_address(host):
        address = ip_address(host.strip("[]"))
        return address.is_private or address.is_loopback
    return is_loopback(host) or "." not in host.strip(".") or host.endswith((".local", ".internal", ".svc"))


def differs_by_slash(a: URL, b: URL) -> bool:
    """Whether two URLs are equal but for a slash at the end of the path."""
    if a.path == b.path:
        return False
    return replace(a, path=a.path.rstrip("/"), fragment=None) == replace(b, path=b.path.rstrip("/"), fragment=None)


def _loses_prefix(own: URL, url: URL) -> bool:
    """Whether a redirect that adds or removes a slash drops the first segments of the path."""
    is_slash = own.path.endswith("/") != url.path.endswith("/")
    rest = url.path.rstrip("/")
    is_end = own.path.rstrip("/").endswith(rest) and own.path.rstrip("/") != rest
    return is_slash and bool(rest) and is_end and same_origin(own.origin, url.origin)


def _is_of_another_port(own: URL, url: URL) -> bool:
    """Whether a redirect that only adds or removes a slash names a port of a server behind the proxy.

    That is another one on the same host, or one that is not the scheme's on another host.
    """
    is_slash = differs_by_slash(own, replace(url, scheme=own.scheme, host=own.host, port=own.port))
    return is_slash and own.port != url.port and (own.host == url.host or url.port is not None)


def misled(fetches: Iterable[FetchRecord]) -> frozenset[FetchRecord]:
    """The fetches with several exchanges or a failure that a redirect to a log-in page or to http explains."""
    explain_failures = {Target.LOG_IN, Target.SCHEME}
    return frozenset(
        fetch
        for fetch in fetches
        if len(fetch.exchanges) > 1 or fetch.outcome == "network-error"
        if any(redirect.target in explain_failures for redirect in redirects(fetch.exchanges))
    )


def astray(fetches: Iterable[FetchRecord]) -> frozenset[FetchRecord]:
    """The fetches whose last redirect lost the path's prefix and led to an error."""
    return frozenset(
        fetch
        for fetch in fetches
        if (response := last_response(fetch)) is not None and response.status >= _FIRST_ERROR
        if (redirect := last_redirect(fetch)) is not None and redirect.target is Target.PREFIX
    )


_FIXES: Final = {
    Target.LOG_IN: "Respond to requests of fetch() with 401 instead of a redirect to the log-in page, and send the "
    "credentials that the service expects",
    Target.SCHEME: "Let the proxy send X-Forwarded-Proto: https and the service trust it, so that it doesn't redirect "
    "to http",
    Target.INNER_HOST: "Let the proxy forward Host with its port, send X-Forwarded-Proto, and the service trust both, "
    "so that it doesn't redirect to an internal address",
    Target.SLASH: "Let the page request the exact path, with or without the slash at the end",
    Target.PREFIX: "Give the service the path prefix that the proxy removes, so that its redirects keep it (uvicorn: "
    "--root-path, Django: FORCE_SCRIPT_NAME, Werkzeug: ProxyFix), or let the page request the exact path",
    Target.OTHER: "Let the page request the URL that the redirect leads to",
}


def fix_of_redirect(redirect: Redirect | None) -> str:
    """How to avoid the redirect."""
    return _FIXES[Target.OTHER if redirect is None else redirect.target]


def variant_of_redirect(redirect: Redirect | None) -> str:
    """The variant of a finding about a redirect: what its target is, empty if nothing is wrong with that."""
    target = Target.OTHER if redirect is None else redirect.target
    return "" if target is Target.OTHER else str(target)
