"""Fetch, main fetch, HTTP fetch, HTTP-redirect fetch: the order of the steps.

Each is a generator that yields the HTTP requests a browser would send and is sent their answers (see `network`).

Source: https://fetch.spec.whatwg.org/#fetching
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from hdrcli.fetch.cors import cors_check, cors_exposed_header_names, resource_policy_check, tao_check
from hdrcli.fetch.headers import contains
from hdrcli.fetch.network import Fetching, NetworkContext, http_network_or_cache_fetch
from hdrcli.fetch.ports import BAD_PORTS
from hdrcli.fetch.preflight import cors_preflight_fetch, needs_permission, preflight_is_needed
from hdrcli.fetch.preflight_cache import PreflightCache
from hdrcli.fetch.redirects import check_redirect, is_redirect, location_url, rewrite_request
from hdrcli.fetch.referrer import determine_referrer, policy_on_redirect
from hdrcli.fetch.request import Request
from hdrcli.fetch.response import Failure, FilteredResponse, NetworkError, Response
from hdrcli.fetch.url import URL, is_potentially_trustworthy, same_origin
from hdrcli.fetch.user_agent import CheckQuirks, UserAgent

_UNSPECIFIED_ADDRESS: Final = "0.0.0.0"  # noqa: S104 -- nothing listens here


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
        request.header_list.append(("Accept-Language", user_agent.request_headers.accept_language))
    request.first_method, request.first_header_list = request.method, list(request.header_list)
    response = yield from _main_fetch(params)
    if not isinstance(response, Response):
        return response
    return FilteredResponse(
        type=request.response_tainting,
        internal=response,
        cors_exposed_header_names=cors_exposed_header_names(request, response, user_agent.checks),
        timing_allow_passed=not request.timing_allow_failed,
    )


def _main_fetch(params: FetchParams) -> Fetching[Response | FilteredResponse | NetworkError]:
    """https://fetch.spec.whatwg.org/#concept-main-fetch, up to the filtering that `fetch` does once at its end."""
    request, user_agent = params.request, params.context.user_agent
    url, checks = request.current_url, user_agent.checks
    error = _bad_port(url, checks) or _bad_host(url, checks) or _mixed_content(request, checks)
    if error is not None and not _is_told_late(error, request, user_agent):
        return error
    request.late_error = request.late_error or error
    if request.referrer is not None:
        request.referrer = determine_referrer(request, user_agent.request_headers)
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
    if request.response_tainting == "basic" and user_agent.redirects.preflight_repeated_after_redirect:
        as_begun = replace(request, header_list=request.first_header_list, removed_headers=[])
        request.asks_at_every_hop = needs_permission(as_begun, user_agent.preflight)
    request.response_tainting = "cors"
    preflighted = needs_permission(request, user_agent.preflight)
    response = yield from _http_fetch(params, make_cors_preflight=preflighted)
    cleared = user_agent.preflight.cache_cleared_by == "any" or (
        preflighted and user_agent.preflight.cache_cleared_by == "preflighted"
    )
    if cleared and isinstance(response, NetworkError):
        params.preflight_cache.clear(request)
    return response


def _bad_port(url: URL, quirks: CheckQuirks) -> NetworkError | None:
    """https://fetch.spec.whatwg.org/#block-bad-port."""
    if not url.is_http or url.effective_port not in BAD_PORTS - quirks.bad_ports_allowed:
        return None
    return NetworkError(
        failure=Failure.BAD_PORT,
        detail=f"Port {url.effective_port} is one that browsers never connect to.",
    )


def _bad_host(url: URL, quirks: CheckQuirks) -> NetworkError | None:
    """What the standard has no step for: see `CheckQuirks.unspecified_address_blocked`."""
    if url.host != _UNSPECIFIED_ADDRESS or not quirks.unspecified_address_blocked:
        return None
    return NetworkError(
        failure=Failure.BAD_HOST,
        detail=f"{_UNSPECIFIED_ADDRESS} is where a server listens: this browser sends nothing there.",
    )


def _mixed_content(request: Request, quirks: CheckQuirks) -> NetworkError | None:
    """https://w3c.github.io/webappsec-mixed-content/#should-block-fetch.

    Only https pages prohibit mixed content, as in all browsers; by the letter loopback http pages would, too.
    """
    url = request.current_url
    if request.origin.scheme != "https" or url.scheme != "http":
        return None
    if is_potentially_trustworthy(url.origin) and not quirks.loopback_is_mixed_content:
        return None
    return NetworkError(
        failure=Failure.MIXED_CONTENT,
        detail=f"The page at {request.origin} is secure and {url.origin} is not: browsers block mixed content.",
    )


def _is_told_late(error: NetworkError, request: Request, user_agent: UserAgent) -> bool:
    """Whether what blocks the request is found behind its preflight."""
    return (
        error.failure is Failure.MIXED_CONTENT
        and user_agent.checks.mixed_content_checked_after_preflight
        and request.redirect_count > 0
        and request.mode == "cors"
        and needs_permission(request, user_agent.preflight)
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
    request, context, cache = params.request, params.context, params.preflight_cache
    if make_cors_preflight and preflight_is_needed(request, context, cache):
        error = yield from cors_preflight_fetch(request, context, cache)
        if error is not None:
            return error
    if request.late_error is not None:
        return request.late_error
    response = yield from http_network_or_cache_fetch(request, context)
    if isinstance(response, NetworkError):
        return response
    error = _check_response(request, response, context.user_agent.checks)
    if error is not None:
        return error
    if not is_redirect(response, context.user_agent.redirects):
        return response
    return (yield from _on_redirect(params, response))


def _check_response(request: Request, response: Response, quirks: CheckQuirks) -> NetworkError | None:
    if request.response_tainting == "cors":
        error = cors_check(request, response)
        if error is not None:
            return error
    if not tao_check(request, response):
        request.timing_allow_failed = True
    return resource_policy_check(request, response, quirks) if request.response_tainting == "opaque" else None


def _on_redirect(params: FetchParams, response: Response) -> Fetching[Response | FilteredResponse | NetworkError]:
    """What the redirect mode makes of a redirect: https://fetch.spec.whatwg.org/#concept-http-fetch."""
    request, user_agent = params.request, params.context.user_agent
    location = location_url(response, request.current_url.fragment, user_agent)
    if isinstance(location, NetworkError) and user_agent.redirects.location_parsed_before_mode:
        return location
    match request.redirect_mode:
        case "error" if location is None and user_agent.redirects.redirect_without_location_allowed:
            return response
        case "error":
            return NetworkError(
                failure=Failure.REDIRECT_MODE_ERROR,
                detail=f'The answer is a redirect (status {response.status}), and the redirect mode is "error".',
            )
        case "manual":
            return FilteredResponse(type="opaqueredirect", internal=response)
        case "follow":
            return (yield from _http_redirect_fetch(params, response, location))


def _http_redirect_fetch(
    params: FetchParams,
    response: Response,
    location: URL | NetworkError | None,
) -> Fetching[Response | FilteredResponse | NetworkError]:
    """https://fetch.spec.whatwg.org/#concept-http-redirect-fetch."""
    request, user_agent = params.request, params.context.user_agent
    if (
        location is None
        and user_agent.redirects.empty_location == "error"
        and contains("Location", response.header_list)
    ):
        return NetworkError(failure=Failure.REDIRECT_LOCATION_UNPARSABLE, detail="Location is empty.")
    if location is None:
        return response
    if isinstance(location, NetworkError):
        return location
    error = check_redirect(request, location, user_agent.redirects)
    if error is not None:
        return error
    if user_agent.redirects.cross_origin_redirect_checked_with_credentials and _is_cross_behind_own(request):
        request.late_error = cors_check(replace(request, credentials_mode="include"), response)
    request.redirect_count += 1
    rewrite_request(request, response.status, location, user_agent)
    request.url_list.append(location)
    request.referrer_policy = policy_on_redirect(request.referrer_policy, response.header_list)
    return (yield from _main_fetch(params))


def _is_cross_behind_own(request: Request) -> bool:
    return request.response_tainting == "cors" and request.began_with_own_credentials
