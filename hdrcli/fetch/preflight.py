"""CORS-preflight fetch: whether a request needs permission, the question, and how its answer is judged.

Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch, https://fetch.spec.whatwg.org/#http-fetch
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from hdrcli.fetch.cors import cors_check
from hdrcli.fetch.headers import Header, UnparsableList, contains, extract_delta_seconds, extract_token_list, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.network import Fetching, NetworkContext, http_network_or_cache_fetch
from hdrcli.fetch.preflight_cache import PreflightCache
from hdrcli.fetch.request import Request, redirect_taint
from hdrcli.fetch.response import Failure, NetworkError, Response
from hdrcli.fetch.safelist import (
    CORS_NON_WILDCARD_REQUEST_HEADER_NAME,
    cors_unsafe_request_header_names,
    is_cors_safelisted_method,
)
from hdrcli.fetch.url import same_origin
from hdrcli.fetch.user_agent import PreflightQuirks

_MIN_INT64: Final = -(2**63)
_MAX_INT64: Final = 2**63 - 1

_signed = re.compile(r"([+-]?)0*([0-9]{1,19})").fullmatch


def needs_permission(request: Request, quirks: PreflightQuirks) -> bool:
    """Whether a cross-origin request makes a CORS-preflight: https://fetch.spec.whatwg.org/#main-fetch."""
    return (
        request.asks_at_every_hop
        or not is_cors_safelisted_method(request.method)
        or bool(_unsafe_names(request, quirks))
    )


def preflight_is_needed(request: Request, context: NetworkContext, cache: PreflightCache) -> bool:
    """https://fetch.spec.whatwg.org/#http-fetch: the conditions of "makeCORSPreflight"."""
    needed = not _is_allowed_by_cache(request, context, cache)
    if needed and context.user_agent.preflight.cache_keeps_one_response_per_url:
        cache.clear(request)
    return needed


def _is_allowed_by_cache(request: Request, context: NetworkContext, cache: PreflightCache) -> bool:
    quirks, now = context.user_agent.preflight, context.clock()
    if request.asks_at_every_hop and not cache.has_entry(request, quirks, now):
        return False
    method = request.method
    safelisted = is_cors_safelisted_method(method) and not (method == "HEAD" and quirks.cached_head_must_be_listed)
    if not safelisted and not cache.match_method(request, method, quirks, now):
        return False
    return all(cache.match_header_name(request, name, quirks, now) for name in _unsafe_names(request, quirks))


def _unsafe_names(request: Request, quirks: PreflightQuirks) -> list[str]:
    return cors_unsafe_request_header_names([*request.header_list, *request.removed_headers], quirks)


def cors_preflight_fetch(
    request: Request,
    context: NetworkContext,
    cache: PreflightCache,
) -> Fetching[NetworkError | None]:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0; None is success."""
    response = yield from http_network_or_cache_fetch(
        _preflight_for(request, context.user_agent.preflight), context, "preflight"
    )
    if isinstance(response, NetworkError):
        return response
    error = _check_preflight_origin(request, response, context.user_agent.preflight)
    if error is not None:
        return error
    if not response.is_ok:
        return NetworkError(
            failure=Failure.PREFLIGHT_STATUS,
            detail=f"The answer to the preflight has status {response.status}; 200 to 299 is wanted.",
        )
    return _judge(request, response, context, cache)


def _check_preflight_origin(request: Request, response: Response, quirks: PreflightQuirks) -> NetworkError | None:
    """The CORS check, by the origin that the preflight gave."""
    if not quirks.preflight_sends_page_origin:
        return cors_check(request, response)
    if same_origin(request.origin, request.current_url.origin):
        return None
    return cors_check(replace(request, url_list=request.url_list[-1:]), response)


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
    error = _check_method(request, methods or []) or _check_header_names(
        request, names or [], context.user_agent.preflight
    )
    if error is None or context.user_agent.preflight.rejected_preflight_cached:
        _remember(request, response, context, cache, methods=methods or [], names=names or [])
    return error


def _remember(
    request: Request,
    response: Response,
    context: NetworkContext,
    cache: PreflightCache,
    *,
    methods: list[str],
    names: list[str],
) -> None:
    quirks = context.user_agent.preflight
    max_age = _max_age(response, quirks)
    if max_age == 0 and quirks.max_age_0_keeps_entries:
        return
    if quirks.tainted_origin_not_cached and redirect_taint(request) != "same-origin":
        return
    names = [byte_lowercase(name) for name in names]
    cache.store(request, methods, names, max_age, quirks=quirks, now=context.clock())


def _max_age(response: Response, quirks: PreflightQuirks) -> int:
    value = get("Access-Control-Max-Age", response.header_list)
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


def _check_header_names(request: Request, names: list[str], quirks: PreflightQuirks) -> NetworkError | None:
    allowed = {byte_lowercase(name) for name in names}
    with_credentials = request.credentials_mode == "include"
    authorization = CORS_NON_WILDCARD_REQUEST_HEADER_NAME
    wildcard = not with_credentials and "*" in allowed
    covered = authorization in allowed or (wildcard and quirks.wildcard_covers_authorization)
    if contains(authorization, [*request.header_list, *request.removed_headers]) and not covered:
        return NetworkError(
            failure=Failure.PREFLIGHT_AUTHORIZATION,
            detail=(
                "The answer to the preflight does not name Authorization, which no wildcard covers: "
                f"Access-Control-Allow-Headers {_listed(names, with_credentials=with_credentials)}."
            ),
        )
    if wildcard:
        return None
    for name in _unsafe_names(request, quirks):
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
