"""A header's explanation: may JavaScript read it, may a page send it, and what makes both so."""

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
    "A page of another origin can read it only if Access-Control-Expose-Headers, sent on the answer itself and not on "
    'the preflight\'s, names it ("*" does without credentials). Upper and lower case make no difference'
)
_IN_EACH_STACK: Final = "In each stack, beside the names that are set already:"

_SAFELISTED_VALUES: Final = {
    "accept": "most values",
    "accept-language": "values of letters, digits and the signs of a language list",
    "content-language": "values of letters, digits and the signs of a language list",
    "content-type": "application/x-www-form-urlencoded, multipart/form-data and text/plain; application/json is none",
    "range": "a single range with a start, such as bytes=0-499",
}


def explain_header(name: str, value: str | None = None) -> str:
    """Both sides of a header; with a value, the request side is judged by it."""
    lowercase = name.lower()
    known = KNOWN_HEADERS.get(lowercase)
    kind = "a registered HTTP field" if is_registered(name) else "a custom header (no registered HTTP field)"
    shown = known.name if known is not None else name
    return blocks(
        f"{shown}, {kind}",
        _neighbour(lowercase) if known is None and not is_registered(name) else "",
        _on_response(shown, known),
        _on_request(shown, known, None if value is None else value.strip(HTTP_WHITESPACE)),
    )


def _neighbour(name: str) -> str:
    """A well-known name that may have been meant."""
    near = get_close_matches(name, KNOWN_HEADERS, n=1, cutoff=0.85)
    return f"Nearly the same name, and well known: {KNOWN_HEADERS[near[0]].name}" if near else ""


def _on_response(name: str, known: KnownHeader | None) -> str:
    lowercase = name.lower()
    if lowercase in FORBIDDEN_RESPONSE_HEADER_NAMES:
        return paragraph("Response. No browser ever shows it to JavaScript: to expose it changes nothing.")
    if known is not None and known.for_browser:
        return _for_browser(known)
    use = f"Response. Pages read from it {known.read_for}." if known is not None and known.read_for else "Response."
    if lowercase in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
        return paragraph(f"{use} It is CORS-safelisted: always readable, nothing need be set.")
    if known is not None and not known.read_for:
        return paragraph(f"{use} It is hardly ever sent. {_EXPOSING}.")
    return blocks(paragraph(f"{use} {_EXPOSING}. {_IN_EACH_STACK}"), settings("expose", [name]))


def _for_browser(known: KnownHeader) -> str:
    use = f"Response. It {known.read_for}; JavaScript need not read it."
    if known.concept is None:
        return paragraph(use)
    return blocks(paragraph(f"{use} What makes each stack send it:"), settings(known.concept))


def _on_request(name: str, known: KnownHeader | None, value: str | None) -> str:
    use = f"Request. It says {known.sent_for}." if known is not None and known.sent_for else "Request."
    if is_forbidden_request_header(name, value or ""):
        return paragraph(f"{use} It is a forbidden request header: left out, without a word, where a page sets it.")
    if value is not None and is_cors_safelisted_request_header(name, value):
        return paragraph(f'{use} With the value "{value}" it is CORS-safelisted: no preflight.')
    rule = f"{use} A page may set it. {_preflight(name.lower(), value)}"
    if known is not None and not known.sent_for:
        return paragraph(f"{rule} That makes nothing readable on a response.")
    return blocks(paragraph(f"{rule} {_IN_EACH_STACK}"), settings("request-headers", [name]))


def _preflight(lowercase: str, value: str | None) -> str:
    allowing = "the browser sends a preflight first, and Access-Control-Allow-Headers of its answer must name it"
    if lowercase == CORS_NON_WILDCARD_REQUEST_HEADER_NAME:
        return f'Then {allowing}; by the standard, "*" does not cover it.'
    if lowercase in _SAFELISTED_VALUES and value is None:
        return f"CORS-safelisted are {_SAFELISTED_VALUES[lowercase]}. With any other value {allowing}."
    return f'Then {allowing} ("*" does without credentials).'
