"""Which methods and request headers a page may use, and which of them need a preflight.

Source: https://fetch.spec.whatwg.org/#terminology-headers, from "CORS-safelisted request-header" on
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from hdrcli.fetch.headers import HTTP_TAB_OR_SPACE, Header, sort_and_combine, split_value
from hdrcli.fetch.infra import byte_lowercase, byte_uppercase
from hdrcli.fetch.mime import essence
from hdrcli.fetch.user_agent import PreflightQuirks, RequestHeaderQuirks
from hdrcli.fetch.user_agents import STANDARD

CORS_SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
"""https://fetch.spec.whatwg.org/#cors-safelisted-method"""

SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
"""The safe methods with which a page fetches data: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.1"""

_MAX_VALUE_LENGTH: Final = 128

_FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
_NORMALIZED_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})

_FORBIDDEN_REQUEST_HEADERS: Final = frozenset(
    {
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    },
)
_METHOD_OVERRIDES: Final = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})

_SAFELISTED_ESSENCES: Final = frozenset(
    {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"},
)
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_WHOLE_NUMBER: Final = re.compile(r"[0-9]+")
_CLIENT_HINTS: Final = {
    "device-memory": _NUMBER,
    "downlink": _NUMBER,
    "dpr": _NUMBER,
    "ect": re.compile(r"slow-2g|[234]g"),
    "rtt": _WHOLE_NUMBER,
    "save-data": re.compile(r"on", re.IGNORECASE),
    "viewport-width": _WHOLE_NUMBER,
    "width": _WHOLE_NUMBER,
}
_NO_CORS_SAFELISTED_NAMES: Final = frozenset({"accept", "accept-language", "content-language", "content-type"})

CORS_NON_WILDCARD_REQUEST_HEADER_NAME: Final = "authorization"
"""https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name"""

REQUEST_BODY_HEADER_NAMES: Final = frozenset(
    {"content-encoding", "content-language", "content-location", "content-type"},
)
"""https://fetch.spec.whatwg.org/#request-body-header-name"""

_unsafe_byte = re.compile(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]').search
_language_bytes = re.compile(r"[0-9A-Za-z *,\-.;=]*").fullmatch
_single_range = re.compile(r"(bytes)=(\+?[0-9]+)-(\+?[0-9]+)?", re.IGNORECASE).fullmatch


def normalize_method(method: str) -> str:
    """https://fetch.spec.whatwg.org/#concept-method-normalize."""
    uppercase = byte_uppercase(method)
    return uppercase if uppercase in _NORMALIZED_METHODS else method


def is_forbidden_method(method: str) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-method."""
    return byte_uppercase(method) in _FORBIDDEN_METHODS


def is_cors_safelisted_method(method: str) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-method."""
    return method in CORS_SAFELISTED_METHODS


def is_forbidden_request_header(name: str, value: str, quirks: RequestHeaderQuirks = STANDARD.request_headers) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-request-header."""
    lowercase = byte_lowercase(name)
    if lowercase in _FORBIDDEN_REQUEST_HEADERS or lowercase.startswith(("proxy-", "sec-")):
        return True
    if lowercase == "user-agent":
        return quirks.user_agent_is_forbidden
    return lowercase in _METHOD_OVERRIDES and any(
        is_forbidden_method(method) for method in _split_methods(value, quirks)
    )


def _split_methods(value: str, quirks: RequestHeaderQuirks) -> list[str]:
    if quirks.method_override_split_in_quotes:
        return [method.strip(HTTP_TAB_OR_SPACE) for method in value.split(",")]
    return split_value(value)


def is_cors_safelisted_request_header(name: str, value: str, quirks: PreflightQuirks = STANDARD.preflight) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-request-header."""
    if len(value) > _MAX_VALUE_LENGTH:
        return False
    lowercase = byte_lowercase(name)
    match lowercase:
        case "accept":
            return not _has_unsafe_byte(value, quirks)
        case "accept-language" | "content-language":
            return _language_bytes(value) is not None
        case "content-type":
            return not _has_unsafe_byte(value, quirks) and _is_safelisted_type(value, quirks)
        case "range":
            return _is_simple_range(value, quirks)
        case _:
            return quirks.client_hints_safelisted and _is_client_hint(lowercase, value)


def _has_unsafe_byte(value: str, quirks: PreflightQuirks) -> bool:
    """https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte."""
    return _unsafe_byte(value) is not None or (quirks.safelist_rejects_high_bytes and not value.isascii())


def _is_safelisted_type(value: str, quirks: PreflightQuirks) -> bool:
    if quirks.content_type_parameters_checked:
        type_, semicolon, parameters = value.partition(";")
        if "," in value or parameters.endswith(";"):
            return False
        value = re.split(r"[\t ]", type_, maxsplit=1)[0] if semicolon else value
    return essence(value) in _SAFELISTED_ESSENCES


def _is_client_hint(name: str, value: str) -> bool:
    return name in _CLIENT_HINTS and _CLIENT_HINTS[name].fullmatch(value) is not None


def _is_simple_range(value: str, quirks: PreflightQuirks) -> bool:
    """A single range with a start: https://fetch.spec.whatwg.org/#simple-range-header-value."""
    match = _single_range(value)
    if match is None:
        return False
    if not quirks.range_unit_any_case and match[1] != "bytes":
        return False
    if not quirks.range_number_may_have_sign and "+" in value:
        return False
    numbers = [_number(digits.lstrip("+")) for digits in (match[2], match[3]) if digits is not None]
    limit = quirks.range_max_number
    return numbers[0] <= numbers[-1] and (limit is None or numbers[-1] <= _number(str(limit)))


def _number(digits: str) -> tuple[int, str]:
    """A key that orders decimal numbers of any length."""
    significant = digits.lstrip("0")
    return len(significant), significant


def is_no_cors_safelisted_request_header(name: str, value: str, quirks: PreflightQuirks = STANDARD.preflight) -> bool:
    """https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header."""
    return byte_lowercase(name) in _NO_CORS_SAFELISTED_NAMES and is_cors_safelisted_request_header(name, value, quirks)


@lru_cache(maxsize=128)
def cors_unsafe_request_header_names(headers: tuple[Header, ...], quirks: PreflightQuirks) -> tuple[str, ...]:
    """https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names.

    A fetch needs this several times, and most fetches have the same few headers, so the last results are kept.
    """
    if quirks.safelist_checks_joined_values:
        headers = sort_and_combine(headers)
    checked = [(name, value, is_cors_safelisted_request_header(name, value, quirks)) for name, value in headers]
    limit = quirks.safelisted_total_limit
    total = sum(len(value) for _, value, is_safelisted in checked if is_safelisted)
    is_over_limit = limit is not None and total > limit
    names = sorted(byte_lowercase(name) for name, _, is_safelisted in checked if is_over_limit or not is_safelisted)
    return tuple(names if quirks.request_headers_repeat_names else dict.fromkeys(names))
