"""The checks of an answer: CORS check, TAO check, cross-origin resource policy check, what is exposed.

Source: https://fetch.spec.whatwg.org/#cors-check and the sections around it
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch.headers import (
    HTTP_WHITESPACE,
    HeaderList,
    UnparsableList,
    extract_token_list,
    get,
    get_decode_split,
    is_header_value,
    values_of,
)
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.request import Request
from hdrcli.fetch.response import Failure, NetworkError, Response
from hdrcli.fetch.url import Origin, is_ip_address, same_origin, schemelessly_same_site
from hdrcli.fetch.user_agent import CheckQuirks

_EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"


def cors_check(request: Request, response: Response) -> NetworkError | None:
    """https://fetch.spec.whatwg.org/#concept-cors-check; None is success."""
    origin = request.serialized_origin
    allow_origin = get("Access-Control-Allow-Origin", response.header_list)
    if allow_origin is None:
        return NetworkError(
            failure=Failure.ALLOW_ORIGIN_MISSING,
            detail=(
                f"The answer (status {response.status}) has no Access-Control-Allow-Origin header; "
                f'"{origin}" or "*" is wanted there.'
            ),
        )
    with_credentials = request.credentials_mode == "include"
    if not with_credentials and allow_origin == "*":
        return None
    if allow_origin != origin:
        return _allow_origin_mismatch(request, response, allow_origin)
    if not with_credentials:
        return None
    allow_credentials = get("Access-Control-Allow-Credentials", response.header_list)
    if allow_credentials == "true":
        return None
    seen = "is missing" if allow_credentials is None else f'is "{allow_credentials}"'
    return NetworkError(
        failure=Failure.ALLOW_CREDENTIALS_NOT_TRUE,
        detail=f'Access-Control-Allow-Credentials {seen}; with credentials it must be "true", in lower case.',
    )


def _allow_origin_mismatch(request: Request, response: Response, allow_origin: str) -> NetworkError:
    if allow_origin == "*":
        return NetworkError(
            failure=Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
            detail=(
                f'Access-Control-Allow-Origin is "*", which does not count with credentials; '
                f'"{request.serialized_origin}" is wanted there.'
            ),
        )
    lines = values_of("Access-Control-Allow-Origin", response.header_list)
    joined = f" (it was sent {len(lines)} times, which a browser joins)" if len(lines) > 1 else ""
    return NetworkError(
        failure=Failure.ALLOW_ORIGIN_MISMATCH,
        detail=(
            f'Access-Control-Allow-Origin is "{allow_origin}"{joined}; '
            f'it must be "{request.serialized_origin}", to the letter'
            + ("." if request.credentials_mode == "include" else ', or "*".')
        ),
    )


def tao_check(request: Request, response: Response) -> bool:
    """https://fetch.spec.whatwg.org/#concept-tao-check: whether the page may see the timing (`serverTiming`, too)."""
    if request.timing_allow_failed:
        return False
    values = get_decode_split("Timing-Allow-Origin", response.header_list) or []
    return "*" in values or request.serialized_origin in values or request.response_tainting == "basic"


def resource_policy_check(request: Request, response: Response, quirks: CheckQuirks) -> NetworkError | None:
    """https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check, for pages without an embedder policy."""
    policy = get("Cross-Origin-Resource-Policy", response.header_list)
    to = response.url.origin
    if policy == "same-origin":
        allowed = same_origin(request.origin, to)
    elif policy == "same-site":
        allowed = _same_site_allows(request.origin, to, quirks)
    else:
        allowed = True
    if allowed:
        return None
    return NetworkError(
        failure=Failure.RESOURCE_POLICY,
        detail=f'Cross-Origin-Resource-Policy is "{policy}", which keeps the answer from a page at {request.origin}.',
    )


def _same_site_allows(page: Origin, to: Origin, quirks: CheckQuirks) -> bool:
    if quirks.ip_address_has_no_site and is_ip_address(to.host) and not same_origin(page, to):
        return False
    return schemelessly_same_site(page, to) and (page.scheme == "https" or to.scheme != "https")


def extract_expose_list(headers: HeaderList) -> list[str] | UnparsableList | None:
    """Extract header list values given Access-Control-Expose-Headers; None when it is not sent.

    A CR within the list, where a user agent leaves it there, hides the whole from `fetch()` itself.
    """
    value = get(_EXPOSE_HEADERS, headers)
    if value is None or is_header_value(value.strip(HTTP_WHITESPACE)):
        return extract_token_list(_EXPOSE_HEADERS, headers)
    return UnparsableList(line=value, element=value)


def cors_exposed_header_names(request: Request, response: Response, quirks: CheckQuirks) -> frozenset[str]:
    """The CORS-exposed header-name list, as main fetch sets it: https://fetch.spec.whatwg.org/#main-fetch.

    A list that does not parse exposes nothing, as in all browsers (the standard's text sets the list to "failure").
    """
    listed = extract_expose_list(response.header_list)
    if isinstance(listed, UnparsableList):
        names = []
        has_star = quirks.expose_list_wildcard_before_error and "*" in listed.before
    else:
        names = listed or []
        has_star = "*" in names
    if has_star and request.credentials_mode != "include":
        return frozenset(byte_lowercase(name) for name, _ in response.header_list)
    return frozenset(map(byte_lowercase, names))
