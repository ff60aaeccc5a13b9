"""The parts of the URL standard that Fetch uses: URLs, origins, sites, trustworthiness.

URLs are parsed by Ada, the parser of Node.js, through `can_ada`. All types here are values.
Source: https://url.spec.whatwg.org/, https://html.spec.whatwg.org/#origin, https://w3c.github.io/webappsec-secure-contexts/
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, ClassVar, Final

import can_ada

from hdrcli.fetch.infra import scalar_value_string
from hdrcli.structs import Record, replace

_SPACE: Final = "-space-in-host-"
_up_to_host = re.compile(r"https?:[/\\]*[^/\\?#]*", re.IGNORECASE).match

MAX_PORT: Final = 65535
_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}


class Origin(Record, frozen=True, kw_only=True):
    """An origin: a tuple origin, or (see `OPAQUE`) an opaque one.

    `port` is None for the scheme's default port. Source: https://html.spec.whatwg.org/#concept-origin
    """

    scheme: str
    host: str
    port: int | None

    @property
    def is_opaque(self) -> bool:
        return not self.scheme

    @property
    def is_http(self) -> bool:
        """Whether a web server serves its pages, not an extension or an app."""
        return self.scheme in {"http", "https"}

    @property
    def is_extension(self) -> bool:
        return self.scheme.endswith("-extension")

    def __str__(self) -> str:
        """Serialize: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin."""
        if self.is_opaque:
            return "null"
        return f"{self.scheme}://{self.host}" + ("" if self.port is None else f":{self.port}")


OPAQUE: Final = Origin(scheme="", host="", port=None)
"""Any opaque origin (a sandboxed page, a `data:` URL). It is never the same as another, so one value is enough."""


class URL(Record, frozen=True, kw_only=True):
    """A parsed URL. `host` is serialized (IPv6 in brackets), `port` is None for the default; `query` has its "?".

    Its `repr`, as that of all facts, is without what may be a secret: it may end up in a log.
    """

    not_in_repr: ClassVar = frozenset({"username", "password", "path", "query", "fragment"})

    scheme: str
    username: str
    password: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str | None

    @property
    def origin(self) -> Origin:
        """https://url.spec.whatwg.org/#concept-url-origin."""
        if self.scheme not in _DEFAULT_PORTS:
            return OPAQUE
        return _tuple_origin(self.scheme, self.host, self.port)

    @property
    def is_http(self) -> bool:
        """https://fetch.spec.whatwg.org/#http-scheme."""
        return self.scheme in {"http", "https"}

    @property
    def effective_port(self) -> int:
        """The port to connect to, for schemes that have a default one."""
        return self.port if self.port is not None else _DEFAULT_PORTS[self.scheme]

    @property
    def includes_credentials(self) -> bool:
        """https://url.spec.whatwg.org/#include-credentials."""
        return bool(self.username or self.password)

    @property
    def target(self) -> str:
        """The request target of an HTTP request to this URL: path and query."""
        return self.path + self.query

    @property
    def authority(self) -> str:
        """Host and port, as in a `Host` header."""
        return self.host + ("" if self.port is None else f":{self.port}")

    def with_fragment(self, fragment: str | None) -> URL:
        return self if fragment == self.fragment else replace(self, fragment=fragment)

    def without_credentials(self) -> URL:
        return replace(self, username="", password="") if self.includes_credentials else self

    def __str__(self) -> str:
        """Serialize: https://url.spec.whatwg.org/#concept-url-serializer."""
        userinfo = self.username + (f":{self.password}" if self.password else "")
        hierarchy = "//" + (f"{userinfo}@" if userinfo else "") if self.host or self.scheme == "file" else ""
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}:{hierarchy}{self.authority}{self.target}{fragment}"


@lru_cache(maxsize=128)
def _tuple_origin(scheme: str, host: str, port: int | None) -> Origin:
    """The steps of a fetch need the same few origins many times."""
    return Origin(scheme=scheme, host=host, port=port)


@lru_cache(maxsize=32)
def parse_url(text: str, base: URL | None = None) -> URL | None:
    """Parse `text`, relative to `base` if given; None is the standard's "failure".

    Every browser and credentials mode needs the same URL of a route, so the last ones are kept.
    Source: https://url.spec.whatwg.org/#concept-url-parser
    """
    text = scalar_value_string(text)
    try:
        parsed = can_ada.parse(text) if base is None else can_ada.parse(str(base)) + text
    except ValueError:
        return None
    return URL(
        scheme=parsed.protocol[:-1],
        username=parsed.username,
        password=parsed.password,
        host=parsed.hostname,
        port=int(parsed.port) if parsed.port else None,
        path=parsed.pathname.replace("^", "%5E"),  # in the path percent-encode set since November 2024; not yet in Ada
        query=parsed.search or "?" * parsed.has_search(),
        fragment=parsed.hash[1:] if parsed.has_hash() else None,
    )


def parse_url_with_space_in_host(text: str) -> URL | None:
    """Parse an absolute URL that is invalid only for spaces in its host, as if `%20` were allowed there."""
    text = text.strip()
    match = _up_to_host(text)
    if match is None:
        return None
    url = parse_url(match.group().replace(" ", _SPACE) + text[match.end() :])
    return None if url is None else replace(url, host=url.host.replace(_SPACE, "%20"))


def parse_origin(text: str) -> Origin | None:
    """Parse an origin as a person types it, or `null`; None if it is not an origin.

    Besides http and https, any scheme that the URL standard does not know may be an app's or an extension's. Browsers
    give its pages a tuple origin with a lower-case host, as if the scheme were one of those that the standard knows.
    """
    if text == "null":
        return OPAQUE
    url = parse_url(text)
    if url is None or url.includes_credentials or url.path not in {"", "/"} or url.query or url.fragment is not None:
        return None
    if url.is_http:
        return url.origin
    is_app = url.scheme not in {*_DEFAULT_PORTS, "file"} and url.host
    return _tuple_origin(url.scheme, url.host.lower(), url.port) if is_app else None


def same_origin(a: Origin, b: Origin) -> bool:
    """https://html.spec.whatwg.org/#same-origin."""
    return (a is b or a == b) and not a.is_opaque


def same_site(a: Origin, b: Origin) -> bool:
    """https://html.spec.whatwg.org/#same-site."""
    return a.scheme == b.scheme and schemelessly_same_site(a, b)


def schemelessly_same_site(a: Origin, b: Origin) -> bool:
    """https://html.spec.whatwg.org/#schemelessly-same-site."""
    if a.is_opaque or b.is_opaque:
        return False
    if a.host == b.host:
        return True
    # A registrable domain has at least two labels, so most pairs need no lookup in the public suffix list.
    if a.host.rstrip(".").rsplit(".", 2)[-2:] != b.host.rstrip(".").rsplit(".", 2)[-2:]:
        return False
    domain = _registrable_domain(a.host)
    return domain is not None and domain == _registrable_domain(b.host)


def _registrable_domain(host: str) -> str | None:
    """https://url.spec.whatwg.org/#host-registrable-domain."""
    if is_ip_address(host):
        return None
    domain = _public_suffix_list().privatesuffix(host.rstrip("."))
    return None if domain is None else str(domain) + "." * host.endswith(".")


def site_of(host: str) -> str:
    """The registrable domain of a serialized host, or the host itself, if it has none."""
    return _registrable_domain(host) or host


def is_public_suffix(host: str) -> bool:
    """https://url.spec.whatwg.org/#host-public-suffix: whether the host itself is a public suffix."""
    return not is_ip_address(host) and _registrable_domain(host) is None


@cache
def _public_suffix_list() -> Any:  # noqa: ANN401 -- untyped
    """The list, loaded when it is first needed: that takes longer than a fetch."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def is_ip_address(host: str) -> bool:
    """Whether a serialized host is an IPv4 or IPv6 address (a serialized domain never ends in a number)."""
    return host.startswith("[") or host.rpartition(".")[2].isdecimal()


@lru_cache(maxsize=128)
def is_loopback(host: str) -> bool:
    """Whether a serialized host is `localhost`, a name below it, or a loopback address."""
    name = host.removesuffix(".")
    return (
        name == "localhost"
        or name.endswith(".localhost")
        or host == "[::1]"
        or (host.startswith("127.") and is_ip_address(host))
    )


def is_potentially_trustworthy(origin: Origin) -> bool:
    """https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy."""
    return not origin.is_opaque and (origin.scheme in {"https", "wss"} or is_loopback(origin.host))
