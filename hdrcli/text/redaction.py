"""Redaction of secrets, so that reports can be shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hdrcli.fetch.headers import Header

REDACTED: Final = "[redacted]"

_userinfo = re.compile(r"//[^/?#\s]*@").sub
_secret_parameters = re.compile(
    r"([?&](?=[^=&#?\s]*(?:auth(?!ors?\b)|token|secret|passw|pwd|(?:api|access)[-_]?key|session|jwt|credential|signature)"
    r"|(?:key|sig)=)[^=&#?\s]*=)[^&#\s\"'<>]+",
    re.IGNORECASE,
).sub
_CONTINUED: Final = r"([^\n]*?(?:\n[ \t][^\n]*?)*)(?=\r?\n(?![ \t])|\Z)"
_COOKIE_LINE: Final = rf"(?im)((?:^|\r)[^:=\r\n]*set-cookie[^:=\r\n]*:?){_CONTINUED}"
# Parts of the names of headers that hold a secret. X-CSRF-Token does, because knowing it allows forged requests.
# Headers about credentials that contain none are harmless: how to authenticate, what CORS allows, the rest of a quota.
_HARMLESS = r"(?:(?:www|proxy)-authenticate[ \t]*(?::|\Z)|access-control-|[^:\r\n]*rate-?limit)"
_PARTS_OF_NAMES = r"auth(?!ors?\b)|token|secret|passw|(?:api|access)-?key|session|jwt|bearer|[cx]srf|credential"
_SECRET = rf"(?!{_HARMLESS})(?=[^:\r\n]*(?:{_PARTS_OF_NAMES}))"
_secret_name = re.compile(_SECRET, re.IGNORECASE).match
_SECRET_LINE: Final = rf"(?im)((?:^|\r)(?!HTTP/){_SECRET}[^:\r\n]*+:){_CONTINUED}"


def redact_request_header(header: Header) -> Header:
    """A request header that may be printed: the scheme of `Authorization` and the names of cookies are kept.

    The name of a cookie without a value is redacted, too: Firefox sends a value without a name in that form.
    """
    name, value = header
    lowercase = name.lower()
    if lowercase == "cookie":
        return name, "; ".join(_redact_pair(pair.removesuffix("=")) for pair in value.split("; "))
    return _redact_by_name(header)


def redact_response_header(header: Header) -> Header:
    """A response header that may be printed: without secrets, cookie values, and a URL's user name and password."""
    name, value = header
    if name.lower() == "location":
        return name, redact_url(value)
    if name.lower() in {"set-cookie", "set-cookie2"}:
        return name, _redact_cookie(value)
    return _redact_by_name(header)


def _redact_by_name(header: Header) -> Header:
    name, value = header
    if name.lower() == "authorization" and " " in value:
        return name, f"{value.partition(' ')[0]} {REDACTED}"
    return (name, REDACTED) if _secret_name(name) else header


def redact_head(head: bytes) -> Iterator[str]:
    """The lines of a response's head that may be printed, in raw form without CR LF; other line ends are kept.

    Malformed lines are redacted, too, with all their continuation lines, as some browsers accept them.
    """
    text = re.sub(_COOKIE_LINE, _redact_cookie_line, head.decode("latin-1"))
    text = redact_url(re.sub(_SECRET_LINE, rf"\1 {REDACTED}", text))
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
    """A text with URLs, without their user names, passwords, and the values of telling query parameters."""
    text = _userinfo(f"//{REDACTED}@", text)
    return _secret_parameters(rf"\1{REDACTED}", text) if "=" in text else text


def _redact_cookie(value: str) -> str:
    pair, separator, attributes = value.partition(";")
    return _redact_pair(pair) + separator + attributes


def _redact_pair(pair: str) -> str:
    """A cookie's name without its value. A cookie without a name consists of its value."""
    name, separator, _ = pair.partition("=")
    return f"{name}={REDACTED}" if separator else REDACTED
