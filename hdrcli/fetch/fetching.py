"""Fetch, main fetch, HTTP fetch, HTTP-redirect fetch: the order of the steps.

Each is a generator that yields the HTTP requests a browser would send and is sent their answers (see `network`).

Source: https://fetch.spec.whatwg.org/#fetching
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from hdrcli.fetch.cors import cors_check, cors_exposed_header_names, resource_policy_check, tao_check
from hdrcli.fetch.headers import contains, values_of, without
from hdrcli.fetch.network import Fetching, NetworkContext, http_network_or_cache_fetch
from hdrcli.fetch.ports import BAD_PORTS
from hdrcli.fetch.preflight import PreflightCache, cors_preflight_fetch, preflight_is_needed
from hdrcli.fetch.referrer import determine_referrer, policy_on_redirect
from hdrcli.fetch.request import Request
from hdrcli.fetch.response import Failure, FilteredResponse, NetworkError, Response
from hdrcli.fetch.safelist import (
    CORS_NON_WILDCARD_REQUEST_HEADER_NAME,
    REQUEST_BODY_HEADER_NAMES,
    cors_unsafe_request_header_names,
    is_cors_safelisted_method,
)
from hdrcli.fetch.url import URL, is_potentially_trustworthy, parse_url, same_origin

_REDIRECT_LIMIT: Final = 20
_SEE_OTHER: Final = 303


@dataclass(slots=True, kw_only=True)
class FetchParams:
    """https://fetch.spec.whatwg.org/#fetch-params: a request, and the user agent's state that it meets."""

    request: Request
    context: NetworkContext
    preflight_cache: PreflightCache = field(default_factory=PreflightCache)


def fetch(params: FetchParams) -> Fetching[FilteredResponse | NetworkError]:
    """What `fetch()` resolves with, or why it is rejected: https://fetch.spec.whatwg.org/#concept-fetch.

    Yields each HTTP request in turn and expects its answer by `send`; the result is the generator's return value.
    `params.request` (of `new_request`) is used up.
    """
    request, user_agent = params.request, params.context.user_agent
    if not contains("Accept", request.header_list):
        request.header_list.append(("Accept", "*/*"))
    if not contains("Accept-Language", request.header_list):
        request.header_list.append(("Accept-Language", user_agent.accept_language))
    response = yield from _main_fetch(params)
    if not isinstance(response, Response):
        return response
    return FilteredResponse(
        type=request.response_tainting,
        internal=response,
        cors_exposed_header_names=cors_exposed_header_names(request, response),
        timing_allow_passed=not request.timing_allow_failed,
    )


def _main_fetch(params: FetchParams) -> Fetching[Response | FilteredResponse | NetworkError]:
    """https://fetch.spec.whatwg.org/#concept-main-fetch, up to the filtering that `fetch` does once at its end."""
    request = params.request
    error = _bad_port(request.current_url) or _mixed_content(request)
    if error is not None:
        return error
    if request.referrer is not None:
        request.referrer = determine_referrer(request)
    url = request.current_url
    if same_origin(url.origin, request.origin) and request.response_tainting == "basic":
        return (yield from _http_fetch(params))
    if request.mode == "same-origin":
        return NetworkError(
            failure=Failure.SAME_ORIGIN_MODE,
            detail=f'The mode is "same-origin", and {url.origin} is another origin than {request.origin}.',
        )
    if request.mode == "no-cors":
        if request.redirect_mode != "follow":
            return NetworkError(
                failure=Failure.NO_CORS_REDIRECT_MODE,
                detail=f'The mode "no-cors" goes with the redirect mode "follow" alone, not "{request.redirect_mode}".',
            )
        if not url.is_http:
            return _scheme_not_http(url)
        request.response_tainting = "opaque"
        return (yield from _http_fetch(params))
    if not url.is_http:
        return _scheme_not_http(url)
    request.response_tainting = "cors"
    if is_cors_safelisted_method(request.method) and not cors_unsafe_request_header_names(request.header_list):
        return (yield from _http_fetch(params))
    response = yield from _http_fetch(params, make_cors_preflight=True)
    if isinstance(response, NetworkError):
        params.preflight_cache.clear(request)
    return response


def _bad_port(url: URL) -> NetworkError | None:
    """https://fetch.spec.whatwg.org/#block-bad-port."""
    if not url.is_http or url.effective_port not in BAD_PORTS:
        return None
    return NetworkError(
        failure=Failure.BAD_PORT,
        detail=f"Port {url.effective_port} is one that browsers never connect to.",
    )


def _mixed_content(request: Request) -> NetworkError | None:
    """https://w3c.github.io/webappsec-mixed-content/#should-block-fetch.

    Only https pages prohibit mixed content, as in all browsers; by the letter loopback http pages would, too.
    """
    url = request.current_url
    if request.origin.scheme != "https" or not url.is_http or is_potentially_trustworthy(url.origin):
        return None
    return NetworkError(
        failure=Failure.MIXED_CONTENT,
        detail=f"The page at {request.origin} is secure and {url.origin} is not: browsers block mixed content.",
    )


def _scheme_not_http(url: URL) -> NetworkError:
    return NetworkError(
        failure=Failure.SCHEME_NOT_HTTP,
        detail=f'The scheme "{url.scheme}" is not http or https.',
    )


def _http_fetch(
    params: FetchParams,
    *,
    make_cors_preflight: bool = False,
) -> Fetching[Response | FilteredResponse | NetworkError]:
    """https://fetch.spec.whatwg.org/#concept-http-fetch."""
    request, cache = params.request, params.preflight_cache
    if make_cors_preflight and preflight_is_needed(request, cache, params.context.clock()):
        error = yield from cors_preflight_fetch(request, params.context, cache)
        if error is not None:
            return error
    response = yield from http_network_or_cache_fetch(request, params.context)
    if isinstance(response, NetworkError):
        return response
    if request.response_tainting == "cors":
        error = cors_check(request, response)
        if error is not None:
            return error
    if not tao_check(request, response):
        request.timing_allow_failed = True
    if request.response_tainting == "opaque":
        error = resource_policy_check(request, response)
        if error is not None:
            return error
    if not response.is_redirect:
        return response
    match request.redirect_mode:
        case "error":
            return NetworkError(
                failure=Failure.REDIRECT_MODE_ERROR,
                detail=f'The answer is a redirect (status {response.status}), and the redirect mode is "error".',
            )
        case "manual":
            return FilteredResponse(type="opaqueredirect", internal=response)
        case "follow":
            return (yield from _http_redirect_fetch(params, response))


def _http_redirect_fetch(
    params: FetchParams,
    response: Response,
) -> Fetching[Response | FilteredResponse | NetworkError]:
    """https://fetch.spec.whatwg.org/#concept-http-redirect-fetch."""
    request = params.request
    location = _location_url(response, request.current_url.fragment)
    if location is None:
        return response
    if isinstance(location, NetworkError):
        return location
    error = _check_redirect(request, location)
    if error is not None:
        return error
    request.redirect_count += 1
    if (response.status in {301, 302} and request.method == "POST") or (
        response.status == _SEE_OTHER and request.method not in {"GET", "HEAD"}
    ):
        request.method = "GET"
        request.body = None
        request.header_list = without(REQUEST_BODY_HEADER_NAMES, request.header_list)
    if not same_origin(request.current_url.origin, location.origin):
        request.header_list = without({CORS_NON_WILDCARD_REQUEST_HEADER_NAME}, request.header_list)
    request.url_list.append(location)
    request.referrer_policy = policy_on_redirect(request.referrer_policy, response.header_list)
    return (yield from _main_fetch(params))


def _location_url(response: Response, request_fragment: str | None) -> URL | NetworkError | None:
    """https://fetch.spec.whatwg.org/#concept-response-location-url.

    Bytes over 0x7F are percent-encoded as they are, as in Chromium and Firefox; the standard leaves that open.
    """
    values = values_of("Location", response.header_list)
    if not values:
        return None
    text = "".join(char if char.isascii() else f"%{ord(char):02X}" for char in values[0])
    url = parse_url(text, response.url) if len(values) == 1 else None
    if url is None:
        return NetworkError(
            failure=Failure.REDIRECT_LOCATION_UNPARSABLE,
            detail=f'Location is "{", ".join(values)}", which is no URL.',
        )
    return url if url.fragment is not None else url.with_fragment(request_fragment)


def _check_redirect(request: Request, location: URL) -> NetworkError | None:
    if not location.is_http:
        return NetworkError(
            failure=Failure.REDIRECT_SCHEME,
            detail=f'The redirect leads to the scheme "{location.scheme}"; only http and https are followed.',
        )
    if request.redirect_count == _REDIRECT_LIMIT:
        return NetworkError(
            failure=Failure.REDIRECT_LIMIT,
            detail=f"The answer is one redirect more than the {_REDIRECT_LIMIT} that a browser follows.",
        )
    cross_origin = request.mode == "cors" and not same_origin(request.origin, location.origin)
    if location.includes_credentials and (cross_origin or request.response_tainting == "cors"):
        return NetworkError(
            failure=Failure.REDIRECT_WITH_CREDENTIALS,
            detail="The redirect's Location holds a user name or password, which a CORS request does not follow.",
        )
    return None
