"""What is a redirect, where does it lead, and may it be followed?

Source: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch
"""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch.headers import get, values_of, without
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.network import origin_header
from hdrcli.fetch.request import Request, parse_url_as
from hdrcli.fetch.response import Failure, NetworkError, Response
from hdrcli.fetch.safelist import CORS_NON_WILDCARD_REQUEST_HEADER_NAME, REQUEST_BODY_HEADER_NAMES
from hdrcli.fetch.url import URL, same_origin
from hdrcli.fetch.user_agent import RedirectQuirks, UserAgent

_REDIRECT_LIMIT: Final = 20
_LAST_WITHOUT_REDIRECT: Final = 306
_LAST_3XX: Final = 399
_SEE_OTHER: Final = 303

_control = re.compile(r"[\0-\x1f]")
_percent_encoded = re.compile(r"%([0-9A-Fa-f]{2})")
_unreserved = re.compile(r"[A-Za-z0-9._~-]").fullmatch


def is_redirect(response: Response, quirks: RedirectQuirks) -> bool:
    """Whether the redirect mode counts: https://fetch.spec.whatwg.org/#concept-http-fetch."""
    if quirks.every_3xx_redirects and _LAST_WITHOUT_REDIRECT < response.status <= _LAST_3XX:
        return response.is_redirect or bool(get("Location", response.header_list))
    return response.is_redirect


def location_url(
    response: Response,
    request_fragment: str | None,
    user_agent: UserAgent,
) -> URL | NetworkError | None:
    """https://fetch.spec.whatwg.org/#concept-response-location-url.

    Bytes over 0x7F are percent-encoded as they are, as in Chromium and Firefox; the standard leaves that open.
    """
    quirks = user_agent.redirects
    values = values_of("Location", response.header_list)
    if quirks.locations_joined and values:
        values = [", ".join(values)]
    if quirks.equal_locations_merged:
        values = list(dict.fromkeys(values))
    if not values or (quirks.empty_location != "followed" and values == [""]):
        return None
    text = _location(values, quirks)
    url = None if text is None else parse_url_as(text, user_agent.checks, response.url)
    if url is None:
        return NetworkError(
            failure=Failure.REDIRECT_LOCATION_UNPARSABLE,
            detail=f'Location is "{", ".join(values)}", which is no URL.',
        )
    return url if url.fragment is not None else url.with_fragment(request_fragment)


def _location(values: list[str], quirks: RedirectQuirks) -> str | None:
    """The one value to parse, or None."""
    if len(values) > 1:
        return None
    text = values[0]
    if quirks.location_controls_encoded:
        text = _control.sub(lambda found: f"%{ord(found[0]):02X}", text)
    if quirks.location_normalized:
        text = _percent_encoded.sub(_normalized, text)
    if quirks.location_bytes_as_latin1:
        return text
    return "".join(char if char.isascii() else f"%{ord(char):02X}" for char in text)


def _normalized(encoded: re.Match[str]) -> str:
    """https://www.rfc-editor.org/rfc/rfc3986.html#section-6.2.2."""
    char = chr(int(encoded[1], 16))
    return char if _unreserved(char) else encoded[0].upper()


def check_redirect(request: Request, location: URL, quirks: RedirectQuirks) -> NetworkError | None:
    """Why the redirect may not be followed, or None."""
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
    refused = cross_origin or request.response_tainting == "cors" or quirks.userinfo_never_followed
    if location.includes_credentials and refused:
        return NetworkError(
            failure=Failure.REDIRECT_WITH_CREDENTIALS,
            detail="The redirect's Location holds a user name or password, which a CORS request does not follow.",
        )
    return None


def rewrite_request(request: Request, status: int, location: URL, user_agent: UserAgent) -> None:
    """What a redirect changes in method, body and headers: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch."""
    changes_origin = not same_origin(request.current_url.origin, location.origin)
    taken = frozenset({CORS_NON_WILDCARD_REQUEST_HEADER_NAME} if changes_origin else ())
    taken_at_first = taken | _taken_with_body(request.first_method, status)
    taken |= _taken_with_body(request.method, status)
    if changes_origin or not user_agent.request_headers.origin_kept_on_redirect_to_get:
        request.kept_origin = None
    elif taken:
        request.kept_origin = origin_header(request, user_agent)
    becomes_get = (
        request.method == "DELETE" and changes_origin and user_agent.redirects.delete_becomes_get_across_origins
    )
    if becomes_get or _taken_with_body(request.method, status):
        request.method, request.body = "GET", None
    _remove_headers(request, taken, taken_at_first, user_agent.redirects, is_made_anew=_is_made_anew(request, location))


def _taken_with_body(method: str, status: int) -> frozenset[str]:
    """The headers that go with the body of a request that becomes a GET."""
    becomes_get = method == "POST" if status in {301, 302} else status == _SEE_OTHER and method not in {"GET", "HEAD"}
    return REQUEST_BODY_HEADER_NAMES if becomes_get else frozenset()


def _remove_headers(
    request: Request,
    taken: frozenset[str],
    taken_at_first: frozenset[str],
    quirks: RedirectQuirks,
    *,
    is_made_anew: bool,
) -> None:
    """Leave out what this redirect takes off, and what of that which others took off does not come back.

    `taken_at_first` is what this redirect would take off the request as it began.
    """
    asked_without: frozenset[str]
    sent_without: frozenset[str]
    match quirks.removed_headers:
        case "removed":
            request.removed_names |= taken
            asked_without = sent_without = request.removed_names
        case "restored-at-next-redirect":
            asked_without, sent_without = taken, taken | taken_at_first
        case "listed-in-preflights":
            if is_made_anew:
                request.removed_names -= REQUEST_BODY_HEADER_NAMES
            request.removed_names |= taken
            asked_without, sent_without = frozenset(), request.removed_names
    request.header_list = without(sent_without, request.first_header_list)
    request.removed_headers = [
        header
        for header in request.first_header_list
        if (name := byte_lowercase(header[0])) in sent_without and name not in asked_without
    ]


def _is_made_anew(request: Request, location: URL) -> bool:
    """Whether the next request is made from the first one: not where the redirect is left to the network's code."""
    if request.mode != "cors":
        return False
    leaves_home = request.response_tainting == "basic" and not same_origin(request.origin, location.origin)
    return leaves_home or not request.began_with_own_credentials
