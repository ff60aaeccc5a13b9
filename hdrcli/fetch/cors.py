"""The checks of a response: CORS check, TAO check, cross-origin resource policy check; and which headers it exposes.

Source: https://fetch.spec.whatwg.org/#cors-check and the sections around it
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.fetch.failures import Failure, NetworkError
from hdrcli.fetch.headers import (
    HTTP_WHITESPACE,
    HeaderList,
    UnparsableList,
    is_header_value,
    parse_token_list,
    split_value,
    values_of,
)
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.request import Request
from hdrcli.fetch.response import Response
from hdrcli.fetch.url import Origin, is_ip_address, same_origin, schemelessly_same_site
from hdrcli.fetch.user_agent import CheckQuirks

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"


def cors_check(request: Request, response: Response) -> NetworkError | None:
    """https://fetch.spec.whatwg.org/#concept-cors-check; None is success."""
    origin = request.serialized_origin
    with_credentials = request.credentials_mode == "include"
    allow_origin = response.get("access-control-allow-origin")
    if allow_origin == "*" and not with_credentials:
        return None
    if allow_origin != origin:
        return NetworkError(
            failure=_origin_failure(allow_origin),
            subject=_ALLOW_ORIGIN,
            seen=tuple(response.lines("access-control-allow-origin")),
            expected=(origin,) if with_credentials else (origin, "*"),
        )
    if not with_credentials or response.get("access-control-allow-credentials") == "true":
        return None
    return NetworkError(
        failure=Failure.ALLOW_CREDENTIALS_NOT_TRUE,
        subject=_ALLOW_CREDENTIALS,
        seen=tuple(response.lines("access-control-allow-credentials")),
        expected=("true",),
    )


def _origin_failure(allow_origin: str | None) -> Failure:
    """The failure for an Access-Control-Allow-Origin that does not allow the request's origin."""
    if allow_origin is None:
        return Failure.ALLOW_ORIGIN_MISSING
    return Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS if allow_origin == "*" else Failure.ALLOW_ORIGIN_MISMATCH


def tao_check(request: Request, response: Response) -> bool:
    """Whether the page may see the timing, `serverTiming` included: https://fetch.spec.whatwg.org/#concept-tao-check."""
    if request.timing_allow_failed:
        return False
    if request.response_tainting == "basic":
        return True
    value = response.get("timing-allow-origin")
    if value is None:
        return False
    values = split_value(value)
    return "*" in values or request.serialized_origin in values


def resource_policy_check(request: Request, response: Response, quirks: CheckQuirks) -> NetworkError | None:
    """https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check, for pages without an embedder policy."""
    policy = response.get("cross-origin-resource-policy")
    to = response.url.origin
    if policy == "same-origin":
        is_allowed = same_origin(request.origin, to)
    elif policy == "same-site":
        is_allowed = _same_site_allows(request.origin, to, quirks)
    else:
        return None
    if is_allowed:
        return None
    return NetworkError(failure=Failure.RESOURCE_POLICY, subject="Cross-Origin-Resource-Policy", seen=(policy,))


def _same_site_allows(page: Origin, to: Origin, quirks: CheckQuirks) -> bool:
    if quirks.ip_address_has_no_site and is_ip_address(to.host) and not same_origin(page, to):
        return False
    return schemelessly_same_site(page, to) and (page.scheme == "https" or to.scheme != "https")


def extract_expose_list(headers: HeaderList) -> list[str] | UnparsableList | None:
    """`parse_expose_list` of a header list."""
    return parse_expose_list(values_of("Access-Control-Expose-Headers", headers))


def parse_expose_list(lines: Sequence[str]) -> list[str] | UnparsableList | None:
    """Extract header list values given the lines of Access-Control-Expose-Headers; None if it was not sent.

    A CR within the list, which some user agents leave there, hides the whole header from `fetch()` itself.
    """
    value = ", ".join(lines)
    if is_header_value(value.strip(HTTP_WHITESPACE)):
        return parse_token_list(lines)
    return UnparsableList(line=value, element=value)


def cors_exposed_header_names(request: Request, response: Response, quirks: CheckQuirks) -> frozenset[str]:
    """The CORS-exposed header-name list, as main fetch sets it: https://fetch.spec.whatwg.org/#main-fetch.

    An invalid list exposes nothing, as in all browsers (by the text of the standard, the list would be "failure").
    """
    listed = parse_expose_list(response.lines("access-control-expose-headers"))
    if isinstance(listed, UnparsableList):
        names = []
        has_wildcard = quirks.expose_list_wildcard_before_error and "*" in listed.before
    else:
        names = listed or []
        has_wildcard = "*" in names
    if has_wildcard and request.credentials_mode != "include":
        return frozenset(byte_lowercase(name) for name, _ in response.header_list)
    return frozenset(map(byte_lowercase, names))
