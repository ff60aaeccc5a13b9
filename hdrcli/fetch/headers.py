"""Header lists, and how values are read out of them.

Names and values are byte sequences, held as strings whose code units are the bytes (U+0000-U+00FF: the standard's
isomorphic decoding).

Source: https://fetch.spec.whatwg.org/#terminology-headers
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hdrcli.fetch.infra import byte_lowercase

Header = tuple[str, str]
HeaderList = Sequence[Header]

HTTP_TAB_OR_SPACE: Final = "\t "
HTTP_WHITESPACE: Final = "\t\n\r "

_MOST_INDEXED: Final = 200
"""Headers of a list whose index is stored: a hostile server sends more."""

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
    lowercase = byte_lowercase(name)
    if isinstance(headers, tuple) and len(headers) < _MOST_INDEXED:
        return _index(headers).get(lowercase, [])
    length = len(name)
    # Most names differ in length already.
    return [value for other, value in headers if len(other) == length and byte_lowercase(other) == lowercase]


@lru_cache(maxsize=256)
def _index(headers: tuple[Header, ...]) -> dict[str, list[str]]:
    """The values by name in lower case: a response is searched for some hundred names."""
    index: dict[str, list[str]] = {}
    for name, value in headers:
        index.setdefault(byte_lowercase(name), []).append(value)
    return index


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
    """What `[...response.headers]` gives: https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine.

    A line break that a user agent leaves in a value is taken off its ends; within it, it hides the header.
    """
    by_name: dict[str, list[str]] = {}
    for name, value in headers:
        by_name.setdefault(byte_lowercase(name), []).append(value)
    combined: list[Header] = []
    for name, values in sorted(by_name.items()):
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
    """Split at commas that stand outside quotes: https://fetch.spec.whatwg.org/#header-value-get-decode-and-split."""
    values, start = [], 0
    for match in _quoted_or_separator.finditer(value):
        if match.group() == ",":
            values.append(value[start : match.start()])
            start = match.end()
    values.append(value[start:])
    return [part.strip(HTTP_TAB_OR_SPACE) for part in values]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnparsableList:
    """The standard's "failure" of `extract_token_list`: the element of a line that is no token, what came before."""

    line: str
    element: str
    before: tuple[str, ...] = ()


def extract_token_list(name: str, headers: HeaderList) -> list[str] | UnparsableList | None:
    """Extract header list values for a name whose ABNF is `#field-name` or `#method`; None when it is not sent.

    All lines count together; empty elements are skipped; one element that is no token makes the whole a failure.
    Source: https://fetch.spec.whatwg.org/#extract-header-list-values,
    https://www.rfc-editor.org/rfc/rfc9110.html#name-lists-rule-abnf-extension
    """
    lines = values_of(name, headers)
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
    """Extract the one value of a name whose ABNF is `delta-seconds`; None when there is none or it does not parse.

    Source: https://fetch.spec.whatwg.org/#extract-header-list-values,
    https://www.rfc-editor.org/rfc/rfc9111.html#name-delta-seconds
    """
    values = values_of(name, headers)
    if len(values) != 1 or not values[0].isascii() or not values[0].isdigit():
        return None
    # A recipient caps what it cannot represent, and converting thousands of digits would cost time.
    return min(int(values[0].lstrip("0")[:_MAX_DELTA_DIGITS] or "0"), _MAX_DELTA_SECONDS)


_MAX_DELTA_SECONDS: Final = 2**31
_MAX_DELTA_DIGITS: Final = 20


def only_utf8(value: str) -> str:
    """Bytes over 0x7F that are not UTF-8 become U+FFFD, one each; the result is bytes again."""
    if value.isascii():
        return value
    text = value.encode("latin-1").decode("utf-8", "surrogateescape")
    return _not_utf8("\ufffd", text).encode().decode("latin-1")
