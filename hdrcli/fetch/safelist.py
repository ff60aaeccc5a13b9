"""Which request headers may a page set, and which of them must a server allow first?

Source: https://fetch.spec.whatwg.org/#terminology-headers, from "CORS-safelisted request-header" on
"""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch.headers import HeaderList, sorted_lowercase_set, split_value
from hdrcli.fetch.infra import byte_lowercase, byte_uppercase
from hdrcli.fetch.mime import essence

_MAX_VALUE_LENGTH: Final = 128
_MAX_SAFELISTED_LENGTH: Final = 1024

_FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
_NORMALIZED_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
_CORS_SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})

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
_NO_CORS_SAFELISTED_NAMES: Final = frozenset({"accept", "accept-language", "content-language", "content-type"})

CORS_NON_WILDCARD_REQUEST_HEADER_NAME: Final = "authorization"
"""https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name"""

REQUEST_BODY_HEADER_NAMES: Final = frozenset(
    {"content-encoding", "content-language", "content-location", "content-type"},
)
"""https://fetch.spec.whatwg.org/#request-body-header-name"""

_unsafe_byte = re.compile(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]').search
_language_bytes = re.compile(r"[0-9A-Za-z *,\-.;=]*").fullmatch
_single_range = re.compile(r"bytes=([0-9]+)-([0-9]*)").fullmatch


def normalize_method(method: str) -> str:
    """https://fetch.spec.whatwg.org/#concept-method-normalize."""
    uppercase = byte_uppercase(method)
    return uppercase if uppercase in _NORMALIZED_METHODS else method


def is_forbidden_method(method: str) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-method."""
    return byte_uppercase(method) in _FORBIDDEN_METHODS


def is_cors_safelisted_method(method: str) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-method."""
    return method in _CORS_SAFELISTED_METHODS


def is_forbidden_request_header(name: str, value: str) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-request-header."""
    lowercase = byte_lowercase(name)
    if lowercase in _FORBIDDEN_REQUEST_HEADERS or lowercase.startswith(("proxy-", "sec-")):
        return True
    return lowercase in _METHOD_OVERRIDES and any(is_forbidden_method(method) for method in split_value(value))


def is_cors_safelisted_request_header(name: str, value: str) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-request-header."""
    if len(value) > _MAX_VALUE_LENGTH:
        return False
    match byte_lowercase(name):
        case "accept":
            return not _unsafe_byte(value)
        case "accept-language" | "content-language":
            return _language_bytes(value) is not None
        case "content-type":
            return not _unsafe_byte(value) and essence(value) in _SAFELISTED_ESSENCES
        case "range":
            return _is_simple_range(value)
        case _:
            return False


def _is_simple_range(value: str) -> bool:
    """A single range with a start: https://fetch.spec.whatwg.org/#simple-range-header-value."""
    match = _single_range(value)
    return match is not None and (not match[2] or _number(match[1]) <= _number(match[2]))


def _number(digits: str) -> tuple[int, str]:
    """A key that orders decimal numbers of any length."""
    significant = digits.lstrip("0")
    return len(significant), significant


def is_no_cors_safelisted_request_header(name: str, value: str) -> bool:
    """https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header."""
    return byte_lowercase(name) in _NO_CORS_SAFELISTED_NAMES and is_cors_safelisted_request_header(name, value)


def cors_unsafe_request_header_names(headers: HeaderList) -> list[str]:
    """https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names."""
    safelisted = [(name, value) for name, value in headers if is_cors_safelisted_request_header(name, value)]
    if sum(len(value) for _, value in safelisted) > _MAX_SAFELISTED_LENGTH:
        return sorted_lowercase_set(name for name, _ in headers)
    return sorted_lowercase_set(name for name, value in headers if not is_cors_safelisted_request_header(name, value))
