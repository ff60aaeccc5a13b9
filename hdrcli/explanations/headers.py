"""The explanation of a header: whether JavaScript can read it, whether a page can send it, and the settings."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from hdrcli.explanations.known_headers import KNOWN_HEADERS, KnownHeader
from hdrcli.explanations.layout import blocks, paragraph
from hdrcli.explanations.pages import settings
from hdrcli.fetch.headers import HTTP_WHITESPACE
from hdrcli.fetch.response import CORS_SAFELISTED_RESPONSE_HEADER_NAMES, FORBIDDEN_RESPONSE_HEADER_NAMES
from hdrcli.fetch.safelist import (
    CORS_NON_WILDCARD_REQUEST_HEADER_NAME,
    is_cors_safelisted_request_header,
    is_forbidden_request_header,
)
from hdrcli.text.field_names import is_registered

_EXPOSING: Final = (
    "A page of another origin can read it only if Access-Control-Expose-Headers names it, on the response itself, not "
    'on the preflight\'s ("*" is enough without credentials). Case makes no difference.'
)
_IN_EACH_STACK: Final = "In each stack, next to the names that are set already:"

_SAFELISTED_VALUES: Final = {
    "accept": "most values",
    "accept-language": "values that consist of letters, digits and the signs of a language list",
    "content-language": "values that consist of letters, digits and the signs of a language list",
    "content-type": "application/x-www-form-urlencoded, multipart/form-data and text/plain, not application/json",
    "range": "a single range with a start, such as bytes=0-499",
}


def explain_header(name: str, value: str | None = None) -> str:
    """Explain a header on responses and on requests; a value decides whether a request needs a preflight."""
    lowercase = name.lower()
    known = KNOWN_HEADERS.get(lowercase)
    registered = is_registered(name)
    shown = known.name if known is not None else name
    return blocks(
        paragraph(
            f"{shown}, a {'registered HTTP field' if registered else 'custom header (not a registered HTTP field)'}"
        ),
        _near_name(lowercase) if known is None and not registered else "",
        _on_response(shown, known),
        _on_request(shown, known, None if value is None else value.strip(HTTP_WHITESPACE)),
    )


def _near_name(name: str) -> str:
    """A well-known name that may have been intended."""
    near = get_close_matches(name, KNOWN_HEADERS, n=1, cutoff=0.85)
    return f"A well-known header has almost the same name: {KNOWN_HEADERS[near[0]].name}" if near else ""


def _on_response(name: str, known: KnownHeader | None) -> str:
    lowercase = name.lower()
    if lowercase in FORBIDDEN_RESPONSE_HEADER_NAMES:
        return paragraph("Response: No browser shows it to JavaScript, whether or not it is exposed.")
    if known is not None and known.for_browser:
        return _for_browser(known)
    use = f"Response: {known.on_response} " if known is not None and known.on_response else "Response: "
    if lowercase in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
        return paragraph(f"{use}It is CORS-safelisted: every page can read it, and no setting is needed.")
    if known is not None and not known.on_response:
        return paragraph(f"{use}It is hardly ever sent. {_EXPOSING}")
    return blocks(paragraph(f"{use}{_EXPOSING} {_IN_EACH_STACK}"), settings("expose", [name]))


def _for_browser(known: KnownHeader) -> str:
    use = f"Response: {known.on_response} JavaScript need not read it."
    if known.concept is None:
        return paragraph(use)
    return blocks(paragraph(f"{use} The setting in each stack:"), settings(known.concept))


def _on_request(name: str, known: KnownHeader | None, value: str | None) -> str:
    use = f"Request: {known.on_request} " if known is not None and known.on_request else "Request: "
    if is_forbidden_request_header(name, value or ""):
        return paragraph(f"{use}It is a forbidden request header: if a page sets it, the browser omits it silently.")
    if value is not None and is_cors_safelisted_request_header(name, value):
        return paragraph(f'{use}With the value "{value}" it is CORS-safelisted: no preflight is needed.')
    rule = f"{use}A page may set it. {_preflight(name.lower(), value)}"
    if known is not None and not known.on_request:
        return paragraph(f"{rule} Setting it makes nothing readable on a response.")
    return blocks(paragraph(f"{rule} {_IN_EACH_STACK}"), settings("request-headers", [name]))


def _preflight(lowercase: str, value: str | None) -> str:
    preflight = "the browser sends a preflight first, and Access-Control-Allow-Headers of its response must name it"
    if lowercase == CORS_NON_WILDCARD_REQUEST_HEADER_NAME:
        return f'Then {preflight}; according to the standard, "*" does not cover it.'
    if lowercase in _SAFELISTED_VALUES and value is None:
        return f"CORS-safelisted are {_SAFELISTED_VALUES[lowercase]}. For any other value, {preflight}."
    return f'Then {preflight} ("*" is enough without credentials).'
