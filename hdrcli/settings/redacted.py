"""Values of settings without their secrets: for representations, and for all that shows options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from hdrcli.fetch.headers import Header, is_header_value, is_token
from hdrcli.fetch.set_cookie import SET_COOKIE_ATTRIBUTES
from hdrcli.text.header_redaction import redact_pair, redact_request_header
from hdrcli.text.redaction import REDACTED, redact_command, redact_text
from hdrcli.text.secrets import are_secrets_shown, is_secret_parameter


def shown_setting(name: str, value: object) -> object:
    """The value of the field of `Settings` with this name: texts without secrets, other values as they are."""
    if isinstance(value, tuple):
        return [shown_setting(name, each) for each in value] if name not in _PAIRS else [*map(_PAIRS[name], value)]
    if not isinstance(value, str) or are_secrets_shown():
        return value
    return _TEXTS.get(name, redact_text)(value)


def shown_header(header: Header) -> Header:
    """A header that a user gives to the page. One for which `fetch()` throws may be a secret as a whole."""
    if are_secrets_shown() or (is_token(header[0]) and is_header_value(header[1])):
        return redact_request_header(header)
    return REDACTED, REDACTED


def _header(header: Header) -> str:
    name, value = header
    return ": ".join(shown_header((name, value.strip())))


def _sent_header(header: Header) -> str:
    name, value = header
    return f"{name}: {value.strip() if are_secrets_shown() else REDACTED}"


def _param(param: tuple[str, str]) -> str:
    name, value = param
    hides = is_secret_parameter(name, value) and not are_secrets_shown()
    return f"{redact_text(name)}={REDACTED if hides else redact_text(value)}"


def _format(report: tuple[str, str | None]) -> str:
    name, file = report
    return name if file is None else f"{name}={redact_text(file)}"


def _hidden(text: str) -> str:
    del text
    return REDACTED


def _cookie(text: str) -> str:
    """Several cookies, or one with attributes."""
    return "; ".join(_part_of_cookie(part.strip()) for part in text.split(";"))


def _part_of_cookie(part: str) -> str:
    is_attribute = part.partition("=")[0].lower() in SET_COOKIE_ATTRIBUTES
    return redact_text(part) if is_attribute else redact_pair(part)


def _proxy(url: str) -> str:
    """A URL, which may be malformed: what stands before its host may have a password anywhere."""
    before, separator, host = url.rpartition("@")
    scheme, its_separator, _ = before.rpartition("://")
    return redact_text(f"{scheme}{its_separator}{REDACTED}@{host}" if separator else url)


_PAIRS: Final[Mapping[str, Callable[..., str]]] = {
    "headers": _header,
    "send": _sent_header,
    "params": _param,
    "formats": _format,
}
_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {
    **dict.fromkeys(("body", "json", "user", "bearer", "secrets"), _hidden),
    "cookies": _cookie,
    "proxy": _proxy,
    "launch": redact_command,
}
