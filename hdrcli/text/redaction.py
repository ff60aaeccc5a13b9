"""Secrets are not printed: what stands in reports instead of credentials."""

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
# X-CSRF-Token is one of them: whoever knows it can make the requests that it is to prevent. What tells of credentials
# without holding any is none: how to authenticate, what CORS allows, how much is left of a quota (of tokens, even).
_HARMLESS = r"(?:(?:www|proxy)-authenticate[ \t]*(?::|\Z)|access-control-|[^:\r\n]*rate-?limit)"
_TELLING = r"auth(?!ors?\b)|token|secret|passw|(?:api|access)-?key|session|jwt|bearer|[cx]srf|credential"
_SECRET = rf"(?!{_HARMLESS})(?=[^:\r\n]*(?:{_TELLING}))"
_secret_name = re.compile(_SECRET, re.IGNORECASE).match
_SECRET_LINE: Final = rf"(?im)((?:^|\r)(?!HTTP/){_SECRET}[^:\r\n]*+:){_CONTINUED}"


def redact_request_header(header: Header) -> Header:
    """A request header as it may be shown: the scheme of `Authorization` and the names of cookies stay.

    Not the name of a cookie without a value: Firefox sends a value without a name so.
    """
    name, value = header
    lowercase = name.lower()
    if lowercase == "cookie":
        return name, "; ".join(_redact_pair(pair.removesuffix("=")) for pair in value.split("; "))
    return _redact_by_name(header)


def redact_response_header(header: Header) -> Header:
    """A response header as it may be shown: without a secret, a cookie's value, a URL's user name and password."""
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
    """The lines of an answer's head as they came and may be shown, without CR LF; another line end stays to be seen.

    Faulty lines are redacted, too, as some browser may read them: a secret's with all that continues it.
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
    """A cookie's name and no value; a cookie without a name is all value."""
    name, separator, _ = pair.partition("=")
    return f"{name}={REDACTED}" if separator else REDACTED
