"""Which responses are redirects, where they lead, and whether they may be followed.

Source: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hdrcli.fetch.failures import Failure, NetworkError
from hdrcli.fetch.headers import without
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.network import origin_header
from hdrcli.fetch.request import Request, parse_url_as
from hdrcli.fetch.response import Response
from hdrcli.fetch.safelist import CORS_NON_WILDCARD_REQUEST_HEADER_NAME, REQUEST_BODY_HEADER_NAMES
from hdrcli.fetch.url import URL, same_origin
from hdrcli.fetch.user_agent import RedirectQuirks, UserAgent

_REDIRECT_LIMIT: Final = 20
_LAST_WITHOUT_REDIRECT: Final = 306
_LAST_3XX: Final = 399
_SEE_OTHER: Final = 303
_METHOD_KEPT: Final = frozenset({307, 308})

_control = re.compile(r"[\0-\x1f]")
_percent_encoded = re.compile(r"%([0-9A-Fa-f]{2})")
_unreserved = re.compile(r"[A-Za-z0-9._~-]").fullmatch


def is_redirect(response: Response, quirks: RedirectQuirks) -> bool:
    """Whether the redirect mode decides about a response: https://fetch.spec.whatwg.org/#concept-http-fetch."""
    if quirks.every_3xx_redirects and _LAST_WITHOUT_REDIRECT < response.status <= _LAST_3XX:
        return response.is_redirect or bool(response.get("location"))
    return response.is_redirect


def location_url(
    response: Response,
    request_fragment: str | None,
    user_agent: UserAgent,
) -> URL | NetworkError | None:
    """https://fetch.spec.whatwg.org/#concept-response-location-url.

    Bytes over 0x7F are percent-encoded as they are, as in Chromium and Firefox; the standard leaves this open.
    """
    quirks = user_agent.redirects
    values = response.lines("location")
    if quirks.locations_joined and values:
        values = [", ".join(values)]
    if quirks.equal_locations_merged:
        values = list(dict.fromkeys(values))
    if not values or (quirks.empty_location != "followed" and list(values) == [""]):
        return None
    text = _location(values, quirks)
    url = None if text is None else parse_url_as(text, user_agent.checks, response.url)
    if url is None:
        return NetworkError(failure=Failure.REDIRECT_LOCATION_UNPARSABLE, subject="Location", seen=tuple(values))
    return url if url.fragment is not None else url.with_fragment(request_fragment)


def _location(values: Sequence[str], quirks: RedirectQuirks) -> str | None:
    """The text to parse; None if there is more than one value."""
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
    """Why a redirect must not be followed, or None."""
    if not location.is_http:
        return NetworkError(
            failure=Failure.REDIRECT_SCHEME, subject="Location", seen=(location.scheme,), expected=("http", "https")
        )
    if request.redirect_count == _REDIRECT_LIMIT:
        return NetworkError(failure=Failure.REDIRECT_LIMIT, subject="redirects", expected=(str(_REDIRECT_LIMIT),))
    cross_origin = request.mode == "cors" and not same_origin(request.origin, location.origin)
    is_rejected = cross_origin or request.response_tainting == "cors" or quirks.userinfo_never_followed
    if location.includes_credentials and is_rejected:
        return NetworkError(failure=Failure.REDIRECT_WITH_CREDENTIALS, subject="Location", seen=(str(location),))
    return None


def rewrite_request(request: Request, status: int, location: URL, user_agent: UserAgent) -> None:
    """Change method, body and headers as a redirect does: https://fetch.spec.whatwg.org/#concept-http-redirect-fetch."""
    quirks = user_agent.redirects
    changes_origin = not same_origin(request.current_url.origin, location.origin)
    removed = frozenset({CORS_NON_WILDCARD_REQUEST_HEADER_NAME} if changes_origin else ())
    removed_from_first = removed | _removed_with_body(request.first_method, status)
    removed |= _removed_with_body(request.method, status)
    if changes_origin or not user_agent.request_headers.origin_kept_on_redirect_to_get:
        request.kept_origin = None
    elif removed:
        request.kept_origin = origin_header(request, user_agent)
    delete_becomes_get = request.method == "DELETE" and changes_origin and quirks.delete_becomes_get_across_origins
    if delete_becomes_get or _removed_with_body(request.method, status):
        request.method, request.body = "GET", None
    restores = _restores_body_headers(request, status, location)
    _remove_headers(request, removed, removed_from_first, quirks, restores_body_headers=restores)


def _removed_with_body(method: str, status: int) -> frozenset[str]:
    """The headers that are removed with the body of a request that becomes a GET."""
    becomes_get = method == "POST" if status in {301, 302} else status == _SEE_OTHER and method not in {"GET", "HEAD"}
    return REQUEST_BODY_HEADER_NAMES if becomes_get else frozenset()


def _remove_headers(
    request: Request,
    removed: frozenset[str],
    removed_from_first: frozenset[str],
    quirks: RedirectQuirks,
    *,
    restores_body_headers: bool,
) -> None:
    """Remove the headers that this redirect removes, and those that earlier ones removed and that stay removed.

    `removed_from_first` are those that this redirect would remove from the request as it began.
    """
    not_listed: frozenset[str]
    not_sent: frozenset[str]
    match quirks.removed_headers:
        case "removed":
            request.removed_names |= removed
            not_listed = not_sent = request.removed_names
        case "restored-at-next-redirect":
            not_listed, not_sent = removed, removed | removed_from_first
        case "listed-in-preflights":
            if restores_body_headers:
                request.removed_names -= REQUEST_BODY_HEADER_NAMES
            request.removed_names |= removed
            not_listed, not_sent = frozenset(), request.removed_names
    request.header_list = without(not_sent, request.first_header_list)
    request.removed_headers = [
        header
        for header in request.first_header_list
        if (name := byte_lowercase(header[0])) in not_sent and name not in not_listed
    ]


def _restores_body_headers(request: Request, status: int, location: URL) -> bool:
    """Whether WebKit builds the next request from the first one, with the headers of a removed body.

    It does for CORS requests, and otherwise where the redirect keeps the method, unless it has begun anew with what was
    left of the first request.
    """
    stays_within_page = request.response_tainting == "basic" and same_origin(request.origin, location.origin)
    if request.mode == "cors" and not stays_within_page:
        return True
    has_begun_anew = request.response_tainting == "opaque" and request.began_with_own_credentials
    return status in _METHOD_KEPT and not has_begun_anew
