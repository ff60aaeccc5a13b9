"""The request that the page makes, from the options that describe it: method, headers, body and cookies.

Some options are short forms, as in curl and HTTPie: `--json` is a body and its Content-Type, `--user` and `--bearer`
are Authorization headers that the page sets, and a body without a method makes a POST.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Final

from hdrcli.fetch.headers import Header, contains, is_header_value
from hdrcli.fetch.safelist import normalize_method
from hdrcli.fetch.set_cookie import SET_COOKIE_ATTRIBUTES
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings

_JSON: Final = ("Content-Type", "application/json")


def method_of(settings: Settings) -> str:
    """The method, normalized as `fetch()` does: the given one, HEAD with `head`, POST with a body, or else GET."""
    if settings.method is not None:
        return normalize_method(settings.method)
    if settings.head:
        return "HEAD"
    return "GET" if body_of(settings) is None else "POST"


def headers_of(settings: Settings) -> tuple[Header, ...]:
    """The headers that the page sets; its own Content-Type takes precedence over the one of `json`."""
    headers = list(settings.headers)
    if settings.json is not None and not contains("Content-Type", headers):
        headers.append(_JSON)
    authorization = _authorization(settings)
    if authorization is not None:
        headers.append(("Authorization", authorization))
    return tuple(headers)


def body_of(settings: Settings) -> str | None:
    """The body, a JavaScript string; None for none."""
    return settings.body if settings.json is None else settings.json


def cookies_of(settings: Settings) -> Iterator[str]:
    """The cookies one by one: a text is one with its attributes, or several without any, as in a Cookie header."""
    for text in settings.cookies:
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if len(parts) > 1 and not any(map(_is_attribute, parts[1:])):
            yield from parts
        else:
            yield text


def check_page_request(settings: Settings) -> None:
    """Raise `UsageError` for options that contradict, and for texts that are not what they should be.

    No sentence quotes a value that may be a secret.
    """
    if settings.json is not None and settings.body is not None:
        raise UsageError("is a body, and --data is another: omit one.", option="--json")
    if settings.head and settings.method is not None and normalize_method(settings.method) != "HEAD":
        raise UsageError(f'contradicts --method "{settings.method}": omit one.', option="--head")
    if settings.head and body_of(settings) is not None:
        raise UsageError("contradicts a body: fetch() sends none with HEAD.", option="--head")
    _check_authorization(settings)
    for cookie in cookies_of(settings):
        _check_cookie(cookie)


def _authorization(settings: Settings) -> str | None:
    """https://www.rfc-editor.org/rfc/rfc7617.html#section-2, https://www.rfc-editor.org/rfc/rfc6750.html#section-2.1"""
    if settings.bearer is not None:
        return f"Bearer {settings.bearer.strip()}"
    if settings.user is not None:
        return f"Basic {base64.b64encode(settings.user.encode()).decode()}"
    return None


def _check_authorization(settings: Settings) -> None:
    given = [
        option for option, value in (("--user", settings.user), ("--bearer", settings.bearer)) if value is not None
    ]
    if len(given) > 1:
        raise UsageError("and --bearer both set Authorization: omit one.", option="--user")
    if given and contains("Authorization", settings.headers):
        raise UsageError("sets Authorization, and so does --header: omit one.", option=given[0])
    if settings.user is not None and ":" not in settings.user:
        raise UsageError("has a value without a colon: write user:password.", option="--user")
    if settings.bearer is not None:
        token = settings.bearer.strip()
        if token.lower().startswith("bearer "):
            raise UsageError("begins with the scheme: give only the token.", option="--bearer")
        if not token or not token.isascii() or " " in token or not is_header_value(token):
            raise UsageError("is empty, or contains a character that no token has.", option="--bearer")


def _check_cookie(text: str) -> None:
    pair, *attributes = text.split(";")
    name, separator, _ = pair.partition("=")
    if not name.strip() or not separator:
        raise UsageError("has a value that is not a cookie: write name=value.", option="--cookie")
    if not text.isprintable() or not text.isascii():
        raise UsageError(
            f'"{name}" contains a character that is not allowed in a cookie: percent-encode it.', option="--cookie"
        )
    if not all(map(_is_attribute, attributes)):
        raise UsageError(
            f'"{name}" has an attribute that no cookie has: known ones are SameSite, Secure and Path. '
            "Give each cookie separately.",
            option="--cookie",
        )


def _is_attribute(text: str) -> bool:
    name = text.partition("=")[0].strip().lower()
    return not name or name in SET_COOKIE_ATTRIBUTES
