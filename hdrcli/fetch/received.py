"""An answer's header lines as a user agent takes them in: the standard takes them as they are.

Source: https://fetch.spec.whatwg.org/#concept-header-list-get
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch.headers import Header, HeaderList, only_utf8, split_value, values_of, without
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import REDIRECT_STATUSES, Failure, NetworkError
from hdrcli.fetch.user_agent import UserAgent

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_AUTHENTICATE: Final = frozenset({"proxy-authenticate", "www-authenticate"})
_ERRORS_WHERE_DIFFERING: Final = ("Location", "Content-Disposition")
_ONE_WHERE_EQUAL: Final = frozenset({"content-disposition", "content-length", "location"})


def received_header_list(
    status: int,
    headers: tuple[Header, ...],
    user_agent: UserAgent,
) -> tuple[Header, ...] | NetworkError:
    """The header list of the response."""
    if user_agent.differing_singletons_are_errors:
        error = _differing_singletons(status, headers, user_agent)
        if error is not None:
            return error
    if user_agent.non_utf8_becomes_replacement:
        headers = tuple((name, only_utf8(value)) for name, value in headers)
    return _merge_lines(headers, user_agent)


def _merge_lines(headers: tuple[Header, ...], user_agent: UserAgent) -> tuple[Header, ...]:
    """Each name is looked at once: a hostile answer has tens of thousands."""
    names = [byte_lowercase(name) for name, _ in headers]
    if len(set(names)) == len(names):
        return headers
    lines_of: dict[str, list[str]] = {}
    for name, (_, value) in zip(names, headers, strict=True):
        lines_of.setdefault(name, []).append(value)
    if sum(name == _ALLOW_ORIGIN for name, _ in headers) > 1:
        del lines_of[byte_lowercase(_ALLOW_ORIGIN)]  # all count, the empty ones, too: `empty_repeated_lines_dropped`
    merged: list[Header] = []
    changed: set[str] = set()
    for name, values in lines_of.items():
        kept = _merge(name, values, user_agent) if len(values) > 1 else values
        if kept != values:
            changed.add(name)
            merged += ((name, value) for value in kept)
    return (*without(changed, headers), *merged) if changed else headers


def _differing_singletons(status: int, headers: HeaderList, user_agent: UserAgent) -> NetworkError | None:
    for name in _ERRORS_WHERE_DIFFERING:
        values = values_of(name, headers)
        if name == "Content-Disposition" and user_agent.content_disposition_is_a_list:
            values = [element for value in values for element in split_value(value)]
        if len(set(values)) > 1:
            redirects = name == "Location" and status in REDIRECT_STATUSES
            return NetworkError(
                failure=Failure.REDIRECT_LOCATION_UNPARSABLE if redirects else Failure.INVALID_HTTP,
                detail=f"The answer has several {name} headers that differ, or one that a comma parts.",
            )
    return None


def _merge(name: str, values: list[str], user_agent: UserAgent) -> list[str]:
    """What stays of the lines of one name."""
    if user_agent.equal_singletons_are_one and name in _ONE_WHERE_EQUAL and len(set(values)) == 1:
        return values[:1]
    if user_agent.empty_repeated_lines_dropped:
        values = [value for value in values if value] or [""]
    if user_agent.authenticate_lines_hidden and name in _AUTHENTICATE and len(values) > 1:
        return []
    if user_agent.content_type_joined_without_blank and name == "content-type":
        return [",".join(values)]
    return values
