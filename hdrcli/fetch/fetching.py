"""Fetch, main fetch, HTTP fetch, HTTP-redirect fetch: the order of the steps.

Theory of operation. A fetch is a generator. It yields each HTTP request that a browser would send, and whoever runs it
sends back the response, or the reason why there is none; its return value is what `fetch()` resolves with, or why it is
rejected. So the same steps run over a network, over recorded responses and in tests, and nothing here does I/O.

The functions bear the names of the standard's algorithms and call each other as those do:

    fetch
      main fetch               may this URL be requested, and with which response tainting?
        HTTP fetch             is a preflight needed (`preflight`)? check the response (`cors`)
          HTTP-network-or-cache fetch    the only `yield` (`network`)
          HTTP-redirect fetch  rewrite the request (`redirects`), then main fetch again: one round for each redirect

The steps share one `Request`, which changes at each redirect. A step that fails returns a `NetworkError` with facts,
and the caller that knows the place of the failure adds it (`Request.failed_at`). Whatever a browser does differently is
a field in one group of its `UserAgent`; a step gets the group that it reads.

Source: https://fetch.spec.whatwg.org/#fetching
"""

from __future__ import annotations

from msgspec import Struct, field

from hdrcli.fetch.blocking import bad_host, blocked, mode_error
from hdrcli.fetch.cors import cors_check, cors_exposed_header_names, resource_policy_check, tao_check
from hdrcli.fetch.failures import Failure, NetworkError
from hdrcli.fetch.headers import contains
from hdrcli.fetch.network import Fetching, NetworkContext, http_network_or_cache_fetch
from hdrcli.fetch.preflight import cors_preflight_fetch, is_preflighted, needs_preflight, preflight_is_needed
from hdrcli.fetch.preflight_cache import PreflightCache
from hdrcli.fetch.redirects import check_redirect, is_redirect, location_url, rewrite_request
from hdrcli.fetch.referrer import determine_referrer, policy_on_redirect
from hdrcli.fetch.request import Request
from hdrcli.fetch.response import FilteredResponse, Response
from hdrcli.fetch.url import URL, same_origin
from hdrcli.fetch.user_agent import CheckQuirks, RedirectQuirks, UserAgent
from hdrcli.structs import replace


class FetchParams(Struct, kw_only=True):
    """https://fetch.spec.whatwg.org/#fetch-params: a request, and the state of the user agent that makes it."""

    request: Request
    context: NetworkContext
    preflight_cache: PreflightCache = field(default_factory=PreflightCache)


def fetch(params: FetchParams) -> Fetching[FilteredResponse | NetworkError]:
    """The response with which `fetch()` resolves, or why it is rejected: https://fetch.spec.whatwg.org/#concept-fetch.

    Yields each HTTP request and expects its response by `send`. `params.request` (from `new_request`) is changed, so it
    can be used only once.
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
    """https://fetch.spec.whatwg.org/#concept-main-fetch, without the filtering that `fetch` does once at its end."""
    request, user_agent = params.request, params.context.user_agent
    error = blocked(request, params.context)
    if error is not None and not _is_blocked_late(error, request, user_agent):
        return error
    request.late_error = request.late_error or error
    if request.referrer is not None:
        request.referrer = determine_referrer(request, user_agent.request_headers)
    if not request.redirect_count:
        request.first_referrer = request.referrer
    url = request.current_url
    if request.response_tainting == "basic" and same_origin(url.origin, request.origin):
        return (yield from _http_fetch(params))
    error = mode_error(request)
    if error is not None:
        return error
    if request.mode == "no-cors":
        request.response_tainting = "opaque"
        return (yield from _http_fetch(params))
    if request.response_tainting == "basic" and user_agent.redirects.preflight_repeated_after_redirect:
        request.preflight_at_every_hop = needs_preflight(
            request.method, request.first_header_list, user_agent.preflight
        )
    request.response_tainting = "cors"
    preflighted = is_preflighted(request, user_agent.preflight)
    response = yield from _http_fetch(params, make_cors_preflight=preflighted)
    if isinstance(response, NetworkError):
        cleared_by = user_agent.preflight.cache_cleared_by
        if cleared_by == "any" or (preflighted and cleared_by == "preflighted"):
            params.preflight_cache.clear(request)
    return response


def _is_blocked_late(error: NetworkError, request: Request, user_agent: UserAgent) -> bool:
    """Whether the preflight is sent before the request is blocked."""
    return (
        error.failure is Failure.MIXED_CONTENT
        and user_agent.checks.mixed_content_checked_after_preflight
        and request.redirect_count > 0
        and request.mode == "cors"
        and is_preflighted(request, user_agent.preflight)
    )


def _http_fetch(
    params: FetchParams,
    *,
    make_cors_preflight: bool = False,
) -> Fetching[Response | FilteredResponse | NetworkError]:
    """https://fetch.spec.whatwg.org/#concept-http-fetch."""
    request, context, cache = params.request, params.context, params.preflight_cache
    error = bad_host(request, context.user_agent.checks, is_preflighted=make_cors_preflight)
    if error is not None:
        return error
    if make_cors_preflight and preflight_is_needed(request, context, cache):
        error = yield from cors_preflight_fetch(request, context, cache)
        if error is not None:
            return error
    if request.late_error is not None:
        return request.late_error
    response = yield from http_network_or_cache_fetch(request, context)
    if isinstance(response, NetworkError):
        return response
    redirects = is_redirect(response, context.user_agent.redirects)
    error = _check_response(request, response, context.user_agent.checks)
    if error is not None:
        return request.failed_at("redirect" if redirects else "response", error, response.status)
    return (yield from _follow(params, response)) if redirects else response


def _check_response(request: Request, response: Response, quirks: CheckQuirks) -> NetworkError | None:
    """The CORS check or the cross-origin resource policy check of a response, by the response tainting."""
    if request.response_tainting == "cors":
        error = cors_check(request, response)
        if error is not None:
            return error
    if not tao_check(request, response):
        request.timing_allow_failed = True
    return resource_policy_check(request, response, quirks) if request.response_tainting == "opaque" else None


def _follow(params: FetchParams, response: Response) -> Fetching[Response | FilteredResponse | NetworkError]:
    """Treat a redirect as the redirect mode says: https://fetch.spec.whatwg.org/#concept-http-fetch."""
    request, quirks = params.request, params.context.user_agent.redirects
    location = location_url(response, request.current_url.fragment, params.context.user_agent)
    if isinstance(location, NetworkError) and quirks.location_parsed_before_mode:
        return request.failed_at("redirect", location, response.status)
    is_ftp = isinstance(location, URL) and location.scheme in {"ftp", "ftps"}
    match request.redirect_mode:
        case "error" if location is None and quirks.redirect_without_location_allowed:
            return response
        case "error":
            error = NetworkError(failure=Failure.REDIRECT_MODE_ERROR, subject="redirect mode", seen=("error",))
            return request.failed_at("redirect", error, response.status)
        case "manual" if not (is_ftp and quirks.ftp_redirect_is_error):
            return FilteredResponse(type="opaqueredirect", internal=response)
        case _:
            return (yield from _http_redirect_fetch(params, response, location))


def _http_redirect_fetch(
    params: FetchParams,
    response: Response,
    location: URL | NetworkError | None,
) -> Fetching[Response | FilteredResponse | NetworkError]:
    """https://fetch.spec.whatwg.org/#concept-http-redirect-fetch."""
    request, user_agent = params.request, params.context.user_agent
    if location is None and user_agent.redirects.empty_location == "error" and response.lines("location"):
        location = NetworkError(failure=Failure.REDIRECT_LOCATION_UNPARSABLE, subject="Location", seen=("",))
    if location is None:
        return response
    if isinstance(location, NetworkError):
        return request.failed_at("redirect", location, response.status)
    error = check_redirect(request, location, user_agent.redirects)
    if error is not None:
        error = request.failed_at("redirect", error, response.status)
        if not _is_found_late(error, request, location, user_agent.redirects):
            return error
        request.late_error = error
    if user_agent.redirects.cross_origin_redirect_checked_with_credentials and _is_cross_origin_from_own(request):
        error = cors_check(replace(request, credentials_mode="include"), response)
        request.late_error = None if error is None else request.failed_at("redirect", error, response.status)
    request.redirect_count += 1
    rewrite_request(request, response.status, location, user_agent)
    request.url_list.append(location)
    request.referrer_policy = policy_on_redirect(request.referrer_policy, response.header_list)
    return (yield from _main_fetch(params))


def _is_found_late(error: NetworkError, request: Request, location: URL, quirks: RedirectQuirks) -> bool:
    """See `RedirectQuirks.userinfo_checked_after_preflight`."""
    return (
        quirks.userinfo_checked_after_preflight
        and error.failure is Failure.REDIRECT_WITH_CREDENTIALS
        and request.response_tainting == "basic"
        and not same_origin(request.origin, location.origin)
    )


def _is_cross_origin_from_own(request: Request) -> bool:
    """Whether a fetch that began at the page's own origin has left it."""
    return request.response_tainting == "cors" and request.began_with_own_credentials
