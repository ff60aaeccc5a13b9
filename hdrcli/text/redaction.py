"""Redaction of secrets, so that reports can be shared (see `hdrcli.text.secrets` for which they are).

Theory of operation: there are three kinds of text. A header has a name, which determines how its value is redacted. A
head is raw lines. Some of them are not valid headers, but browsers accept them, so every line is redacted. These two
are in `hdrcli.text.header_redaction`. Any other text may contain URLs, parameters and credentials. The server controls
the length and the content of all these texts, so every pattern takes linear time: it begins where a word begins, scans
a text only once, and has a bound where a search has no natural end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

from hdrcli.text.secrets import (
    TOKEN_BEGINNINGS,
    are_secrets_shown,
    credentials,
    is_secret_name,
    is_secret_parameter,
    is_word,
    known_secrets,
    secret_tokens,
    secret_values,
)

REDACTED: Final = "[redacted]"

_SHORTEST_KNOWN: Final = 4
"""Characters of a known secret that is looked for in any text: shorter ones would be found in many words."""
_SHORT: Final = 500
"""Characters of texts that are remembered: most routes of a service send the same."""

_BEFORE_HOST: Final = r"((?<![A-Za-z0-9+.:-])https?:[/\\]*+|(?<![/\\])[/\\]{2,}+)"
_bare_userinfo = re.compile(  # user:pass@host
    r"(?<![\w.~+@/:-])(?!(?:mailto|acct|sips?|xmpp):)[\w.~-]++:[^\s\"'<>@/?#]*@", re.IGNORECASE
).sub
_userinfo = re.compile(rf"{_BEFORE_HOST}[^/\\?#\s]*@", re.IGNORECASE).sub
_malformed_userinfo = re.compile(  # http://user:pass/word@host, whose "port" is not a number
    rf"{_BEFORE_HOST}(?=[^/\\?#\s@:\"'<>\[]*+:(?!\d*+[/\\?#])[^/\\?#\s@\"'<>]*+[/\\?#])[^\s\"'<>]{{0,300}}@",
    re.IGNORECASE,
).sub
_NAME: Final = r"[\w.%\[\]$~!*-]"
_assignment = re.compile(rf"(?<!{_NAME})({_NAME}++)(?:[ ]?+=[ ]?+|[\"'][ ]?+:[ ]?+)").search
"""token=, "token":, with the name as its group. The name begins where none of its characters stands before it."""
_quoted = re.compile(r"\"[^\"]*+\"?+|'[^']*+'?+").match
_value_in_url = re.compile(r"[^&#\s\"'<>]*+").match
_value = re.compile(r"[^&#\s\"'<>;,}]*+").match
_encoded_userinfo = re.compile(  # https%3A%2F%2Fuser%3Apass%40host
    r"(%2F%2F)(?:(?!%2F|%3F|%23)[^&#\s\"'<>/?@])+%40", re.IGNORECASE
).sub
_option = re.compile(r"(?<!\S)(--?([\w-]++)[ \t]++)(\"[^\"]*+\"?|'[^']*+'?|[^\s\"'-]\S*+)")
"""--token VALUE in a command."""
_encoded = re.compile(r"(%(?:3f|26|23)([\w.-]++)%3d)((?:(?!%26|%23)[^&#\s\"'<>])*+)", re.IGNORECASE | re.ASCII).sub
"""?token= in a URL that is a parameter of another one."""
_encoded_part = re.compile(r"(?<![^\s\"'<>&?#/=;])[^\s\"'<>&?#/=;%+]*+[%+][^\s\"'<>&?#/=;]*+").sub
"""A part of a URL with percent-encoded characters, or with a plus sign, which is a space in a query."""
_LAYERS: Final = 3
"""How often a text may be percent-encoded: a URL in a URL in a URL."""
_LONGEST_NUMBER: Final = 40
"""Characters of a value that are enough to see whether it is a number."""


def redact_text(text: str) -> str:
    """A text without user names and passwords in URLs, telling parameters, tokens and credentials."""
    if are_secrets_shown():
        return text
    text = without_known(text, _SHORTEST_KNOWN)
    return _redacted_short(text) if len(text) <= _SHORT else _redacted(text)


def redact_tokens(text: str) -> str:
    """A text in any notation without the values that are secrets by their form, whatever they are used for.

    All texts that are printed pass it, as a name of a header, a method or a parameter may be such a value.
    """
    if are_secrets_shown() or not any(beginning in text for beginning in TOKEN_BEGINNINGS):
        return text
    return secret_tokens.sub(REDACTED, text)


def without_known(text: str, shortest: int) -> str:
    """A text without the values that are known to be secrets, as they are or percent-encoded."""
    for secret in known_secrets():
        if len(secret) >= shortest:
            for form in (secret, quote(secret, safe="")):
                text = text.replace(form, REDACTED)
    return text


def _redacted(text: str, layers: int = _LAYERS) -> str:
    if "@" in text:
        text = _userinfo(rf"\1{REDACTED}@", text)
        text = _malformed_userinfo(rf"\1{REDACTED}@", text)
        text = _bare_userinfo(f"{REDACTED}@", text)
    if "=" in text or ":" in text:
        text = "".join(_without_assignments(text))
    if "%" in text:
        text = _encoded_userinfo(rf"\1{REDACTED}%40", text)
        text = _encoded(_redact_encoded, text)
    if layers and ("%" in text or "+" in text):
        text = _encoded_part(lambda part: _redact_encoded_part(part[0], layers - 1), text)
    text = secret_values.sub(REDACTED, text)
    return credentials.sub(_redact_credentials, text)


_redacted_short = lru_cache(4096)(_redacted)


def _without_assignments(text: str) -> Iterator[str]:
    """The parts of a text, in which the values of telling names are redacted."""
    start = 0
    found = _assignment(text)
    while found is not None:
        yield text[start : found.end()]
        start = found.end()
        in_url = text[max(found.start() - 1, 0)] in "?&#;" and found[0].endswith("=")
        value = _quoted if text[start : start + 1] in {'"', "'"} else _value_in_url if in_url else _value
        beginning = value(text, start, start + _LONGEST_NUMBER)
        if beginning is not None and beginning[0] and _is_secret(found[1], beginning[0], in_url=in_url):
            whole = value(text, start)
            yield REDACTED
            start = start if whole is None else whole.end()
        found = _assignment(text, start)
    yield text[start:]


def _is_secret(name: str, value: str, *, in_url: bool) -> bool:
    is_secret = is_secret_parameter if in_url else is_secret_name
    return is_secret(unquote(name) if "%" in name else name, value.strip("\"'"))


def _redact_encoded(match: re.Match[str]) -> str:
    beginning, name, value = match.groups()
    return f"{beginning}{REDACTED}" if is_secret_parameter(name, value) else match[0]


def _redact_encoded_part(part: str, layers: int) -> str:
    """The part as it is, unless there is a secret in what it encodes."""
    decoded = unquote_plus(part)
    return part if decoded == part or _redacted(decoded, layers) == decoded else REDACTED


def _redact_credentials(match: re.Match[str]) -> str:
    scheme, space, value = match.groups()
    return match[0] if is_word(value) else f"{scheme}{space}{REDACTED}"


def redact_command(text: str, command: str = "") -> str:
    """As `redact_text`, for a command or what it prints: the values of its options with telling names are secrets."""
    if are_secrets_shown():
        return text
    for secret in {found[3].strip("\"'") for found in _option.finditer(command or text) if is_secret_name(found[2])}:
        text = text.replace(secret, REDACTED) if secret else text
    return redact_text(text)


def redact_framing(value: str) -> str:
    """The value of Content-Length or Transfer-Encoding; what is neither a number nor a plain word is redacted."""
    return value if are_secrets_shown() or _is_framing(value) else REDACTED


_is_framing = re.compile(r"[\d\s+,.-]{0,100}|[a-z, -]{1,40}", re.ASCII | re.IGNORECASE).fullmatch
