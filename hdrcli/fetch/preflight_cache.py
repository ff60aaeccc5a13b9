"""The CORS-preflight cache: which methods and header names the responses of a URL have allowed, and for how long.

Source: https://fetch.spec.whatwg.org/#cors-preflight-cache
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.request import Request
from hdrcli.fetch.safelist import CORS_NON_WILDCARD_REQUEST_HEADER_NAME
from hdrcli.fetch.url import URL
from hdrcli.fetch.user_agent import PreflightQuirks

_A_DAY: Final = 86_400


class CacheEntry(Struct, kw_only=True):
    """https://fetch.spec.whatwg.org/#concept-cache-entry; `stored` is in the clock's seconds, `max_age` in seconds."""

    serialized_origin: str
    url: URL
    credentials: bool
    stored: float
    max_age: int
    method: str | None = None
    header_name: str | None = None


_Groups = dict[str | None, list[CacheEntry]]


class PreflightCache(Struct, kw_only=True):
    """https://fetch.spec.whatwg.org/#cors-preflight-cache."""

    entries: list[CacheEntry] = field(default_factory=list)

    def has_entry(self, request: Request, quirks: PreflightQuirks, now: float) -> bool:
        """Whether any entry matches the request."""
        return bool(self._matches(request, quirks, now))

    def match_method(self, request: Request, method: str, quirks: PreflightQuirks, now: float) -> list[CacheEntry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match-method."""
        by_method = _grouped((entry.method, entry) for entry in self._matches(request, quirks, now))
        return _matching_method(request, method, by_method, quirks)

    def match_header_name(self, request: Request, name: str, quirks: PreflightQuirks, now: float) -> list[CacheEntry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match-header; `name` is lower-case."""
        by_name = _grouped((entry.header_name, entry) for entry in self._matches(request, quirks, now))
        return _matching_header_name(request, name, by_name, quirks)

    def _matches(self, request: Request, quirks: PreflightQuirks, now: float) -> list[CacheEntry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match."""
        include = request.credentials_mode == "include"
        return [
            entry
            for entry in self.entries
            if now < entry.stored + entry.max_age
            and entry.serialized_origin == request.serialized_origin
            and entry.url == request.current_url
            and (entry.credentials == include or (entry.credentials and not quirks.cache_separates_credentials))
        ]

    def store(
        self,
        request: Request,
        methods: list[str],
        names: list[str],
        max_age: int,
        *,
        quirks: PreflightQuirks,
        now: float,
    ) -> None:
        """Set the max-age of the entries that match, create the others; `names` are lower-case.

        The cache is searched only once: a hostile response allows tens of thousands of names.
        https://fetch.spec.whatwg.org/#cors-preflight-fetch-0, its last steps
        """
        matches = self._matches(request, quirks, now)
        by_method = _grouped((entry.method, entry) for entry in matches)
        for method in methods:
            matching = _matching_method(request, method, by_method, quirks)
            if not matching:
                matching = by_method[method] = [_new_entry(request, max_age, now, method=method)]
                self.entries += matching
            for entry in matching:
                entry.max_age = max_age
        by_name = _grouped((entry.header_name, entry) for entry in matches)
        for name in names:
            matching = _matching_header_name(request, name, by_name, quirks)
            if not matching:
                matching = by_name[name] = [_new_entry(request, max_age, now, header_name=name)]
                self.entries += matching
            for entry in matching:
                entry.max_age = max_age

    def permit(self, request: Request, quirks: PreflightQuirks, now: float) -> None:
        """Store that a preflight has allowed this request, for a day: for a request that a browser has sent."""
        names = [byte_lowercase(name) for name, _ in request.header_list]
        self.store(request, [request.method], names, _A_DAY, quirks=quirks, now=now)

    def clear(self, request: Request) -> None:
        """https://fetch.spec.whatwg.org/#concept-cache-clear."""
        self.entries = [
            entry
            for entry in self.entries
            if (entry.serialized_origin, entry.url) != (request.serialized_origin, request.current_url)
        ]


def _grouped(pairs: Iterable[tuple[str | None, CacheEntry]]) -> _Groups:
    groups: _Groups = {}
    for key, entry in pairs:
        groups.setdefault(key, []).append(entry)
    return groups


def _matching_method(request: Request, method: str, groups: _Groups, quirks: PreflightQuirks) -> list[CacheEntry]:
    """The entries that allow this method."""
    return [*groups.get(method, ()), *_matching_wildcards(request, groups, quirks)]


def _matching_header_name(request: Request, name: str, groups: _Groups, quirks: PreflightQuirks) -> list[CacheEntry]:
    """The entries that allow this header name."""
    named = groups.get(name, [])
    if name == CORS_NON_WILDCARD_REQUEST_HEADER_NAME and not quirks.cached_wildcard_covers_authorization:
        return named
    return [*named, *_matching_wildcards(request, groups, quirks)]


def _matching_wildcards(request: Request, groups: _Groups, quirks: PreflightQuirks) -> list[CacheEntry]:
    """The entries of "*" that count for this request."""
    wildcards = groups.get("*", [])
    match quirks.cached_wildcard:
        case "without-credentials" if request.credentials_mode == "include":
            return []
        case "stored-without-credentials":
            return [entry for entry in wildcards if not entry.credentials]
        case "never":
            return []
        case _:
            return wildcards


def _new_entry(
    request: Request,
    max_age: int,
    now: float,
    *,
    method: str | None = None,
    header_name: str | None = None,
) -> CacheEntry:
    """https://fetch.spec.whatwg.org/#concept-cache-create-entry."""
    return CacheEntry(
        serialized_origin=request.serialized_origin,
        url=request.current_url,
        credentials=request.credentials_mode == "include",
        stored=now,
        max_age=max_age,
        method=method,
        header_name=header_name,
    )
