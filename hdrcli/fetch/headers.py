"""Header lists, and how their values are read.

Names and values are byte sequences, held in strings whose code units are the bytes (U+0000-U+00FF): the standard's
isomorphic decoding.

Source: https://fetch.spec.whatwg.org/#terminology-headers
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.structs import Record

Header = tuple[str, str]
HeaderList = Sequence[Header]


class IndexedHeaders(tuple[Header, ...]):  # noqa: SLOT001 -- it has room for the index
    """A header list that is searched for some hundred names, as that of a response is."""

    is_well_formed = False
    """Whether it was read from lines that every user agent reads the same way."""

    @cached_property
    def by_name(self) -> Mapping[str, list[str]]:
        """`values_by_name`, stored."""
        return _indexed(self)


_MOST_INDEXED: Final = 200
"""Headers of a list whose index is stored: a hostile server sends more."""

HTTP_TAB_OR_SPACE: Final = "\t "
HTTP_WHITESPACE: Final = "\t\n\r "

_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_not_in_values = re.compile("[\0\n\r]|[^\0-\xff]").search
_quoted_or_separator = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|,', re.DOTALL)
_not_utf8 = re.compile("[\udc80-\udcff]").sub


def is_token(value: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc9110.html#name-tokens: a header name, a method."""
    return _token(value) is not None


def is_header_value(value: str) -> bool:
    """https://fetch.spec.whatwg.org/#header-value, and Web IDL's ByteString."""
    return _not_in_values(value) is None


def values_of(name: str, headers: HeaderList) -> list[str]:
    """The values of all headers of a name (in any case), in order."""
    lowercase = name.lower() if name.isascii() else byte_lowercase(name)  # `byte_lowercase`, without its call
    if isinstance(headers, IndexedHeaders) and len(headers) < _MOST_INDEXED:
        return [*headers.by_name.get(lowercase, ())]
    length = len(name)
    # Most names differ in length: comparing that first is faster.
    return [value for other, value in headers if len(other) == length and byte_lowercase(other) == lowercase]


def values_by_name(headers: HeaderList) -> Mapping[str, list[str]]:
    """The values of each name in lower case, names and values in order."""
    if isinstance(headers, IndexedHeaders) and len(headers) < _MOST_INDEXED:
        return headers.by_name
    return _indexed(headers)


def _indexed(headers: HeaderList) -> Mapping[str, list[str]]:
    by_name: dict[str, list[str]] = {}
    for name, value in headers:
        lowercase = name.lower() if name.isascii() else byte_lowercase(name)  # as above
        if lowercase in by_name:
            by_name[lowercase].append(value)
        else:
            by_name[lowercase] = [value]
    return by_name


def contains(name: str, headers: HeaderList) -> bool:
    """https://fetch.spec.whatwg.org/#header-list-contains."""
    return bool(values_of(name, headers))


def get(name: str, headers: HeaderList) -> str | None:
    """All values of a name joined by ", ", or None: https://fetch.spec.whatwg.org/#concept-header-list-get."""
    values = values_of(name, headers)
    return ", ".join(values) if values else None


def without(names: Iterable[str], headers: HeaderList) -> list[Header]:
    """A copy without the headers of these lower-case names: https://fetch.spec.whatwg.org/#concept-header-list-delete."""
    deleted = frozenset(names)
    return [(name, value) for name, value in headers if byte_lowercase(name) not in deleted]


def sort_and_combine(headers: HeaderList) -> tuple[Header, ...]:
    """The pairs of `[...response.headers]`: https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine.

    A line break that a user agent leaves in a value is removed at its ends; within the value, it hides the header.
    """
    combined: list[Header] = []
    for name, values in sorted(values_by_name(headers).items()):
        if name == "set-cookie":
            combined += ((name, value) for value in values)
            continue
        joined = ", ".join(values)
        if not is_header_value(joined):
            joined = joined.strip(HTTP_WHITESPACE)
        if is_header_value(joined):
            combined.append((name, joined))
    return tuple(combined)


def get_decode_split(name: str, headers: HeaderList) -> list[str] | None:
    """https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split."""
    value = get(name, headers)
    return None if value is None else split_value(value)


def split_value(value: str) -> list[str]:
    """Split at commas outside quotes: https://fetch.spec.whatwg.org/#header-value-get-decode-and-split."""
    values, start = [], 0
    for match in _quoted_or_separator.finditer(value):
        if match.group() == ",":
            values.append(value[start : match.start()])
            start = match.end()
    values.append(value[start:])
    return [part.strip(HTTP_TAB_OR_SPACE) for part in values]


class UnparsableList(Record, frozen=True, kw_only=True):
    """The standard's "failure" of extracting a list: the line and its element that is not a token.

    `before` are the valid elements before it.
    """

    line: str
    element: str
    before: tuple[str, ...] = ()


def extract_token_list(name: str, headers: HeaderList) -> list[str] | UnparsableList | None:
    """`parse_token_list` of all lines of a name."""
    return parse_token_list(values_of(name, headers))


def parse_token_list(lines: Sequence[str]) -> list[str] | UnparsableList | None:
    """Extract header list values of a header whose ABNF is `#field-name` or `#method`; None if it was not sent.

    All lines are one list. Empty elements are skipped. One element that is not a token voids the whole list.
    Source: https://fetch.spec.whatwg.org/#extract-header-list-values,
    https://www.rfc-editor.org/rfc/rfc9110.html#name-lists-rule-abnf-extension
    """
    if not lines:
        return None
    values: list[str] = []
    for line in lines:
        for part in line.split(","):
            element = part.strip(HTTP_WHITESPACE)  # a user agent may leave a CR in a value
            if element and not is_token(element):
                return UnparsableList(line=line, element=element, before=tuple(values))
            if element:
                values.append(element)
    return values


def extract_delta_seconds(name: str, headers: HeaderList) -> int | None:
    """Extract the value of a header whose ABNF is `delta-seconds`; None unless there is exactly one that is valid.

    Source: https://fetch.spec.whatwg.org/#extract-header-list-values,
    https://www.rfc-editor.org/rfc/rfc9111.html#name-delta-seconds
    """
    lines = values_of(name, headers)
    if len(lines) != 1 or not lines[0].isascii() or not lines[0].isdigit():
        return None
    # A recipient limits what it cannot represent; converting thousands of digits would take long.
    return min(int(lines[0].lstrip("0")[:_MAX_DELTA_DIGITS] or "0"), _MAX_DELTA_SECONDS)


_MAX_DELTA_SECONDS: Final = 2**31
_MAX_DELTA_DIGITS: Final = 20


def only_utf8(value: str) -> str:
    """Replace each byte over 0x7F that is not valid UTF-8 with U+FFFD; the result is bytes again."""
    if value.isascii():
        return value
    text = value.encode("latin-1").decode("utf-8", "surrogateescape")
    return _not_utf8("\ufffd", text).encode().decode("latin-1")
