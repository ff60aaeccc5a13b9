"""What is a redirect, where does it lead, and may it be followed?

Source: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch.headers import get, values_of
from hdrcli.fetch.request import Request
from hdrcli.fetch.response import Failure, NetworkError, Response
from hdrcli.fetch.url import URL, parse_url, same_origin
from hdrcli.fetch.user_agent import UserAgent

_REDIRECT_LIMIT: Final = 20
_LAST_WITHOUT_REDIRECT: Final = 306
_LAST_3XX: Final = 399


def is_redirect(response: Response, user_agent: UserAgent) -> bool:
    """Whether the redirect mode counts: https://fetch.spec.whatwg.org/#concept-http-fetch."""
    if user_agent.every_3xx_redirects and _LAST_WITHOUT_REDIRECT < response.status <= _LAST_3XX:
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
    values = values_of("Location", response.header_list)
    if user_agent.locations_joined and values:
        values = [", ".join(values)]
    if user_agent.equal_locations_are_one:
        values = list(dict.fromkeys(values))
    if not values or (user_agent.empty_location != "followed" and values == [""]):
        return None
    text = _location(values, user_agent)
    url = None if text is None else parse_url(text, response.url)
    if url is None:
        return NetworkError(
            failure=Failure.REDIRECT_LOCATION_UNPARSABLE,
            detail=f'Location is "{", ".join(values)}", which is no URL.',
        )
    return url if url.fragment is not None else url.with_fragment(request_fragment)


def _location(values: list[str], user_agent: UserAgent) -> str | None:
    """The one value to parse, or None."""
    if len(values) > 1:
        return None
    text = values[0].replace("\t", "%09") if user_agent.location_tab_encoded else values[0]
    if user_agent.location_bytes_as_latin1:
        return text
    return "".join(char if char.isascii() else f"%{ord(char):02X}" for char in text)


def check_redirect(request: Request, location: URL, user_agent: UserAgent) -> NetworkError | None:
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
    refused = cross_origin or request.response_tainting == "cors" or user_agent.userinfo_never_followed
    if location.includes_credentials and refused:
        return NetworkError(
            failure=Failure.REDIRECT_WITH_CREDENTIALS,
            detail="The redirect's Location holds a user name or password, which a CORS request does not follow.",
        )
    return None
