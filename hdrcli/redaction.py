"""Secrets are not printed: what stands in reports instead of credentials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hdrcli.fetch.headers import Header

REDACTED: Final = "[redacted]"

_userinfo = re.compile(r"//[^/?#\s]*@").sub
_COOKIE_LINE: Final = (
    r"(?im)((?:^|\r)[^:=\r\n]*set-cookie[^:=\r\n]*:?)([^\n]*?(?:\n[ \t][^\n]*?)*)(?=\r?\n(?![ \t])|\Z)"
)
_secret_name = re.compile(r"auth|token|secret|password|api-?key|session", re.IGNORECASE).search


def redact_request_header(header: Header) -> Header:
    """A request header as it may be shown: the scheme of `Authorization` and the names of cookies stay.

    Not the name of a cookie without a value: Firefox sends a value without a name so.
    """
    name, value = header
    lowercase = name.lower()
    if lowercase == "cookie":
        return name, "; ".join(_redact_pair(pair.removesuffix("=")) for pair in value.split("; "))
    if lowercase == "authorization" and " " in value:
        return name, f"{value.partition(' ')[0]} {REDACTED}"
    if _secret_name(lowercase):
        return name, REDACTED
    return header


def redact_response_header(header: Header) -> Header:
    """A response header as it may be shown: without a cookie's value, without a URL's user name and password."""
    name, value = header
    if name.lower() == "location":
        return name, redact_url(value)
    if name.lower() not in {"set-cookie", "set-cookie2"}:
        return header
    return name, _redact_cookie(value)


def redact_head(head: bytes) -> Iterator[str]:
    """The lines of an answer's head as they came and may be shown, without CR LF; another line end stays to be seen.

    Faulty lines are redacted, too, as some browser may read them: a cookie's with all that continues it.
    """
    text = redact_url(re.sub(_COOKIE_LINE, _redact_cookie_line, head.decode("latin-1")))
    *ended, rest = re.sub(r"(?<=\n)\r?\n\Z", "", text).split("\n")
    for line in ended:
        yield line.removesuffix("\r") if line.endswith("\r") else f"{line}\n"
    if rest:
        yield rest


def _redact_cookie_line(match: re.Match[str]) -> str:
    name, value = match.groups()
    ordinary = name.endswith(":") and not re.search("[\r\n]", value)
    return name + (_redact_cookie(value) if ordinary else f" {REDACTED}")


def redact_url(text: str) -> str:
    """A text that may be a URL, without user name and password."""
    return _userinfo(f"//{REDACTED}@", text)


def _redact_cookie(value: str) -> str:
    pair, separator, attributes = value.partition(";")
    return _redact_pair(pair) + separator + attributes


def _redact_pair(pair: str) -> str:
    """A cookie's name and no value; a cookie without a name is all value."""
    name, separator, _ = pair.partition("=")
    return f"{name}={REDACTED}" if separator else REDACTED
