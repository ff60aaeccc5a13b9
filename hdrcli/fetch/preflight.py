"""CORS-preflight fetch: whether a request needs a preflight, what that asks, and how its response is checked.

Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch, https://fetch.spec.whatwg.org/#http-fetch
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.fetch.cors import cors_check
from hdrcli.fetch.failures import Failure, NetworkError
from hdrcli.fetch.headers import Header, UnparsableList, extract_delta_seconds, get, parse_token_list
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.network import Fetching, HTTPRequest, HTTPResponse, NetworkContext, http_network_or_cache_fetch
from hdrcli.fetch.preflight_cache import PreflightCache
from hdrcli.fetch.request import Request, redirect_taint
from hdrcli.fetch.response import Response
from hdrcli.fetch.safelist import (
    CORS_NON_WILDCARD_REQUEST_HEADER_NAME,
    cors_unsafe_request_header_names,
    is_cors_safelisted_method,
)
from hdrcli.fetch.url import same_origin
from hdrcli.fetch.user_agent import PreflightQuirks
from hdrcli.structs import replace

_ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
_ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"
_MIN_INT64: Final = -(2**63)
_MAX_INT64: Final = 2**63 - 1
_NOT_ALLOWED: Final = frozenset({Failure.PREFLIGHT_METHOD, Failure.PREFLIGHT_HEADER, Failure.PREFLIGHT_AUTHORIZATION})
"""The failures of a valid preflight response that does not allow the request."""

_signed = re.compile(r"([+-]?)0*([0-9]{1,19})").fullmatch


def needs_preflight(method: str, headers: Sequence[Header], quirks: PreflightQuirks) -> bool:
    """Whether a cross-origin request makes a CORS-preflight: https://fetch.spec.whatwg.org/#main-fetch."""
    return not is_cors_safelisted_method(method) or bool(cors_unsafe_request_header_names(tuple(headers), quirks))


def is_preflighted(request: Request, quirks: PreflightQuirks) -> bool:
    """`needs_preflight` of a request in its present state."""
    return request.preflight_at_every_hop or needs_preflight(
        request.method, (*request.header_list, *request.removed_headers), quirks
    )


def permission(preflight: HTTPRequest) -> HTTPResponse:
    """The response to a preflight that allows exactly what it asks for."""
    return HTTPResponse(
        status=204,
        headers=(
            ("Access-Control-Allow-Origin", get("Origin", preflight.headers) or ""),
            ("Access-Control-Allow-Credentials", "true"),
            (_ALLOW_METHODS, get("Access-Control-Request-Method", preflight.headers) or ""),
            (_ALLOW_HEADERS, get("Access-Control-Request-Headers", preflight.headers) or ""),
        ),
    )


def preflight_is_needed(request: Request, context: NetworkContext, cache: PreflightCache) -> bool:
    """Whether the cache does not cover a preflighted request: https://fetch.spec.whatwg.org/#http-fetch."""
    is_needed = not _is_allowed_by_cache(request, context, cache)
    if is_needed and context.user_agent.preflight.cache_keeps_one_response_per_url:
        cache.clear(request)
    return is_needed


def _is_allowed_by_cache(request: Request, context: NetworkContext, cache: PreflightCache) -> bool:
    if not cache.entries:
        return False
    quirks, now = context.user_agent.preflight, context.clock()
    if request.preflight_at_every_hop and not cache.has_entry(request, quirks, now):
        return False
    method = request.method
    safelisted = is_cors_safelisted_method(method) and not (method == "HEAD" and quirks.cached_head_must_be_listed)
    if not safelisted and not cache.match_method(request, method, quirks, now):
        return False
    return all(cache.match_header_name(request, name, quirks, now) for name in _unsafe_names(request, quirks))


def _unsafe_names(request: Request, quirks: PreflightQuirks) -> tuple[str, ...]:
    return cors_unsafe_request_header_names((*request.header_list, *request.removed_headers), quirks)


def cors_preflight_fetch(
    request: Request,
    context: NetworkContext,
    cache: PreflightCache,
) -> Fetching[NetworkError | None]:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0; None is success."""
    quirks = context.user_agent.preflight
    preflight = _preflight_for(request, quirks)
    response = yield from http_network_or_cache_fetch(preflight, context, "preflight")
    request.exchange_count = preflight.exchange_count
    if isinstance(response, NetworkError):
        return response
    errors = list(_errors(request, response, quirks))
    if not errors or (quirks.rejected_preflight_cached and errors[0].failure in _NOT_ALLOWED):
        _store(request, response, context, cache)
    if not errors:
        return None
    also = tuple(error.failure for error in errors[1:])
    return request.failed_at("preflight", replace(errors[0], also=also), response.status)


def _preflight_for(request: Request, quirks: PreflightQuirks) -> Request:
    headers: list[Header] = [("Accept", "*/*"), ("Access-Control-Request-Method", request.method)]
    unsafe = _unsafe_names(request, quirks)
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
        referrer=request.first_referrer if quirks.preflight_sends_first_referrer else request.referrer,
        response_tainting="cors",
        exchange_count=request.exchange_count,
    )


def _errors(request: Request, response: Response, quirks: PreflightQuirks) -> Iterator[NetworkError]:
    """Every check of a preflight response that fails, in the standard's order: the first one counts."""
    error = _check_preflight_origin(request, response, quirks)
    if error is not None:
        yield error
    if not response.is_ok:
        yield NetworkError(failure=Failure.PREFLIGHT_STATUS, subject="status", seen=(str(response.status),))
    methods = parse_token_list(response.lines("access-control-allow-methods"))
    names = parse_token_list(response.lines("access-control-allow-headers"))
    if isinstance(methods, UnparsableList):
        yield _unparsable(Failure.PREFLIGHT_UNPARSABLE_METHODS, _ALLOW_METHODS, methods)
    if isinstance(names, UnparsableList):
        yield _unparsable(Failure.PREFLIGHT_UNPARSABLE_HEADERS, _ALLOW_HEADERS, names)
    if not isinstance(methods, UnparsableList):
        yield from _check_method(request, methods or [])
    if not isinstance(names, UnparsableList):
        yield from _check_header_names(request, names or [], quirks)


def _check_preflight_origin(request: Request, response: Response, quirks: PreflightQuirks) -> NetworkError | None:
    """The CORS check, against the origin that the preflight sent."""
    if not quirks.preflight_sends_page_origin or len(request.url_list) == 1:
        return cors_check(request, response)
    if same_origin(request.origin, request.current_url.origin):
        return None
    return cors_check(replace(request, url_list=request.url_list[-1:]), response)


def _unparsable(failure: Failure, name: str, found: UnparsableList) -> NetworkError:
    return NetworkError(failure=failure, subject=name, seen=(found.element,))


def _check_method(request: Request, methods: list[str]) -> Iterator[NetworkError]:
    with_credentials = request.credentials_mode == "include"
    if (
        request.method in methods
        or is_cors_safelisted_method(request.method)
        or (not with_credentials and "*" in methods)
    ):
        return
    yield NetworkError(
        failure=Failure.PREFLIGHT_METHOD,
        subject=_ALLOW_METHODS,
        seen=tuple(methods),
        expected=(request.method,),
    )


def _check_header_names(request: Request, names: list[str], quirks: PreflightQuirks) -> Iterator[NetworkError]:
    allowed = {byte_lowercase(name) for name in names}
    authorization = CORS_NON_WILDCARD_REQUEST_HEADER_NAME
    has_wildcard = "*" in allowed and request.credentials_mode != "include"
    is_covered = authorization in allowed or (has_wildcard and quirks.wildcard_covers_authorization)
    unsafe = frozenset() if has_wildcard else frozenset(_unsafe_names(request, quirks))
    sent = dict.fromkeys(byte_lowercase(name) for name, _ in (*request.header_list, *request.removed_headers))
    missing = tuple(
        name for name in sent if (not is_covered if name == authorization else name in unsafe and name not in allowed)
    )
    if missing:
        yield NetworkError(
            failure=Failure.PREFLIGHT_AUTHORIZATION if authorization in missing else Failure.PREFLIGHT_HEADER,
            subject=_ALLOW_HEADERS,
            seen=tuple(names),
            expected=missing,
        )


def _store(request: Request, response: Response, context: NetworkContext, cache: PreflightCache) -> None:
    """Keep the allowed methods and header names of a valid response in the CORS-preflight cache."""
    quirks = context.user_agent.preflight
    max_age = _max_age(response, quirks)
    if max_age == 0 and quirks.max_age_0_keeps_entries:
        return
    if quirks.tainted_origin_not_cached and redirect_taint(request) != "same-origin":
        return
    methods = parse_token_list(response.lines("access-control-allow-methods"))
    names = parse_token_list(response.lines("access-control-allow-headers"))
    cache.store(
        request,
        methods if isinstance(methods, list) else [],
        [byte_lowercase(name) for name in names] if isinstance(names, list) else [],
        max_age,
        quirks=quirks,
        now=context.clock(),
    )


def _max_age(response: Response, quirks: PreflightQuirks) -> int:
    value = response.get("access-control-max-age")
    if not value:
        return quirks.default_max_age
    if quirks.max_age_may_be_signed:
        seconds = _signed_seconds(value)
    else:
        seconds = extract_delta_seconds("Access-Control-Max-Age", response.header_list)
    return quirks.invalid_max_age if seconds is None else seconds


def _signed_seconds(value: str) -> int | None:
    match = _signed(value)
    if match is None or not _MIN_INT64 <= (seconds := int(match[1] + match[2])) <= _MAX_INT64:
        return None
    return max(seconds, 0)
