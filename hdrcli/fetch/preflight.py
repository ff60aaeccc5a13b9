"""CORS-preflight fetch: the question before the request, how its answer is judged, and how long it is remembered.

Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch, https://fetch.spec.whatwg.org/#cors-preflight-cache
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hdrcli.fetch.cors import cors_check
from hdrcli.fetch.headers import Header, UnparsableList, contains, extract_delta_seconds, extract_token_list
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.network import Fetching, NetworkContext, http_network_or_cache_fetch
from hdrcli.fetch.request import Request
from hdrcli.fetch.response import Failure, NetworkError, Response
from hdrcli.fetch.safelist import (
    CORS_NON_WILDCARD_REQUEST_HEADER_NAME,
    cors_unsafe_request_header_names,
    is_cors_safelisted_method,
)

if TYPE_CHECKING:
    from hdrcli.fetch.url import URL


@dataclass(slots=True, kw_only=True)
class CacheEntry:
    """https://fetch.spec.whatwg.org/#concept-cache-entry; `stored` is in the clock's seconds, `max_age` in seconds."""

    serialized_origin: str
    url: URL
    credentials: bool
    stored: float
    max_age: int
    method: str | None = None
    header_name: str | None = None


@dataclass(slots=True, kw_only=True)
class PreflightCache:
    """https://fetch.spec.whatwg.org/#cors-preflight-cache."""

    entries: list[CacheEntry] = field(default_factory=list)

    def match_method(self, request: Request, method: str, now: float) -> list[CacheEntry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match-method."""
        return [entry for entry in self._matches(request, now) if entry.method in {method, "*"}]

    def match_header_name(self, request: Request, name: str, now: float) -> list[CacheEntry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match-header; `name` is lower-case."""
        wildcard = {"*"} if name != CORS_NON_WILDCARD_REQUEST_HEADER_NAME else set()
        return [entry for entry in self._matches(request, now) if entry.header_name in {name, *wildcard}]

    def _matches(self, request: Request, now: float) -> list[CacheEntry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match."""
        return [
            entry
            for entry in self.entries
            if now < entry.stored + entry.max_age
            and entry.serialized_origin == request.serialized_origin
            and entry.url == request.current_url
            and (entry.credentials or request.credentials_mode != "include")
        ]

    def store(self, request: Request, methods: list[str], names: list[str], max_age: int, now: float) -> None:
        """Set the max-age of the entries that match, create the others; `names` are lower-case.

        https://fetch.spec.whatwg.org/#cors-preflight-fetch-0, its last steps
        """
        for method in methods:
            matching = self.match_method(request, method, now)
            self.entries += [] if matching else [_new_entry(request, max_age, now, method=method)]
            for entry in matching:
                entry.max_age = max_age
        for name in names:
            matching = self.match_header_name(request, name, now)
            self.entries += [] if matching else [_new_entry(request, max_age, now, header_name=name)]
            for entry in matching:
                entry.max_age = max_age

    def clear(self, request: Request) -> None:
        """https://fetch.spec.whatwg.org/#concept-cache-clear."""
        self.entries = [
            entry
            for entry in self.entries
            if (entry.serialized_origin, entry.url) != (request.serialized_origin, request.current_url)
        ]


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


def preflight_is_needed(request: Request, cache: PreflightCache, now: float) -> bool:
    """https://fetch.spec.whatwg.org/#http-fetch: the conditions of "makeCORSPreflight"."""
    if not is_cors_safelisted_method(request.method) and not cache.match_method(request, request.method, now):
        return True
    return any(
        not cache.match_header_name(request, name, now)
        for name in cors_unsafe_request_header_names(request.header_list)
    )


def cors_preflight_fetch(
    request: Request,
    context: NetworkContext,
    cache: PreflightCache,
) -> Fetching[NetworkError | None]:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0; None is success."""
    response = yield from http_network_or_cache_fetch(_preflight_for(request), context, "preflight")
    if isinstance(response, NetworkError):
        return response
    error = cors_check(request, response)
    if error is not None:
        return error
    if not response.is_ok:
        return NetworkError(
            failure=Failure.PREFLIGHT_STATUS,
            detail=f"The answer to the preflight has status {response.status}; 200 to 299 is wanted.",
        )
    return _judge(request, response, context, cache)


def _preflight_for(request: Request) -> Request:
    headers: list[Header] = [("Accept", "*/*"), ("Access-Control-Request-Method", request.method)]
    unsafe = cors_unsafe_request_header_names(request.header_list)
    if unsafe:
        headers.append(("Access-Control-Request-Headers", ",".join(unsafe)))
    return Request(
        method="OPTIONS",
        url_list=list(request.url_list),
        header_list=headers,
        body=None,
        origin=request.origin,
        mode="cors",
        credentials_mode="same-origin",
        redirect_mode="follow",
        referrer_policy=request.referrer_policy,
        referrer=request.referrer,
        response_tainting="cors",
    )


def _judge(
    request: Request,
    response: Response,
    context: NetworkContext,
    cache: PreflightCache,
) -> NetworkError | None:
    methods = extract_token_list("Access-Control-Allow-Methods", response.header_list)
    names = extract_token_list("Access-Control-Allow-Headers", response.header_list)
    if isinstance(methods, UnparsableList):
        return _unparsable(Failure.PREFLIGHT_UNPARSABLE_METHODS, "Access-Control-Allow-Methods", methods)
    if isinstance(names, UnparsableList):
        return _unparsable(Failure.PREFLIGHT_UNPARSABLE_HEADERS, "Access-Control-Allow-Headers", names)
    error = _check_method(request, methods or []) or _check_header_names(request, names or [])
    if error is not None:
        return error
    max_age = extract_delta_seconds("Access-Control-Max-Age", response.header_list)
    if max_age is None:
        max_age = context.user_agent.default_max_age
    lowercase_names = [byte_lowercase(name) for name in names or []]
    cache.store(request, methods or [], lowercase_names, max_age, context.clock())
    return None


def _unparsable(failure: Failure, name: str, found: UnparsableList) -> NetworkError:
    return NetworkError(
        failure=failure,
        detail=f'{name} holds "{found.element}", which is no token: that voids the whole list.',
    )


def _check_method(request: Request, methods: list[str]) -> NetworkError | None:
    with_credentials = request.credentials_mode == "include"
    if (
        request.method in methods
        or is_cors_safelisted_method(request.method)
        or (not with_credentials and "*" in methods)
    ):
        return None
    return NetworkError(
        failure=Failure.PREFLIGHT_METHOD,
        detail=(
            f"The answer to the preflight does not allow the method {request.method}: "
            f"Access-Control-Allow-Methods {_listed(methods, with_credentials=with_credentials)}."
        ),
    )


def _check_header_names(request: Request, names: list[str]) -> NetworkError | None:
    allowed = {byte_lowercase(name) for name in names}
    with_credentials = request.credentials_mode == "include"
    authorization = CORS_NON_WILDCARD_REQUEST_HEADER_NAME
    if contains(authorization, request.header_list) and authorization not in allowed:
        return NetworkError(
            failure=Failure.PREFLIGHT_AUTHORIZATION,
            detail=(
                "The answer to the preflight does not name Authorization, which no wildcard covers: "
                f"Access-Control-Allow-Headers {_listed(names, with_credentials=with_credentials)}."
            ),
        )
    if not with_credentials and "*" in allowed:
        return None
    for name in cors_unsafe_request_header_names(request.header_list):
        if name not in allowed:
            return NetworkError(
                failure=Failure.PREFLIGHT_HEADER,
                detail=(
                    f"The answer to the preflight does not allow the request header {name}: "
                    f"Access-Control-Allow-Headers {_listed(names, with_credentials=with_credentials)}."
                ),
            )
    return None


def _listed(values: list[str], *, with_credentials: bool) -> str:
    if not values:
        return "is missing or empty"
    void = ', where "*" does not count with credentials' if with_credentials and "*" in values else ""
    return f'is "{", ".join(values)}"{void}'
