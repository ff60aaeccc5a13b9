"""Headers of `--send`: they reach the service with every request, but no page sets them, such as a gateway's token."""

from __future__ import annotations

from typing import Final

from hdrcli.fetch.headers import Header, contains, is_header_value, is_token
from hdrcli.planning.page_request import headers_of
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings

_OF_BROWSERS: Final = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "content-type", "cookie", "expect", "host", "keep-alive"),
        *("origin", "referer", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)
"""Another value would make it another request than the page's."""
_PREFIXES: Final = ("access-control-", "sec-")


def sent_headers(settings: Settings) -> tuple[Header, ...]:
    """The headers, with values as they go over the wire."""
    return tuple((name, value.strip(" \t")) for name, value in settings.send)


def check_sent_headers(settings: Settings) -> None:
    """Raise `UsageError` for a header that can't be sent. No sentence quotes a value."""
    for name, value in sent_headers(settings):
        lowercase = name.lower()
        if not is_token(name):
            raise UsageError("has a name that is not a header name.", option="--send")
        if not is_header_value(value):
            raise UsageError(f'"{name}" has a character in its value that no header has.', option="--send")
        if lowercase in _OF_BROWSERS or lowercase.startswith(_PREFIXES):
            raise UsageError(
                f'"{name}" is set by browsers, and differently for each request: omit it.', option="--send"
            )
        if contains(name, headers_of(settings)):
            raise UsageError(f'"{name}" is also a header that the page sets: omit one.', option="--send")
