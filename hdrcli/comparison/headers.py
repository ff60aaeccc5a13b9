"""Compares the header lines of two responses: which names are lost or added, and which values changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final

from hdrcli.fetch.headers import Header
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.structs import Record
from hdrcli.text.header_redaction import redact_response_header
from hdrcli.verdict.expectations import names_match

Values = Mapping[str, Sequence[str]]
"""Names in lower case -> the values of the lines."""

OF_CONNECTIONS: Final = frozenset(
    {"age", "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Names that are not compared: https://www.rfc-editor.org/rfc/rfc9110.html#section-7.6.1, and the age in a cache."""

VARYING: Final = (
    *("date", "expires", "last-modified", "etag", "content-length", "retry-after", "server-timing"),
    *(
        "traceparent",
        "tracestate",
        "*request-id",
        "*requestid",
        "*correlation-id",
        "*trace-id",
        "cf-ray",
        "x-amz-cf-id",
    ),
    *("x-runtime", "x-response-time", "x-process-time", "x-timer", "x-served-by", "x-cache*", "cf-cache-status"),
    *("ratelimit*", "x-ratelimit*", "x-rate-limit*"),
)
"""Names, with wildcards, whose values differ from response to response."""

_CORS_PREFIX: Final = "access-control-"
_FOR_PAGES_TO_READ: Final = frozenset({"cross-origin-resource-policy", "timing-allow-origin", "vary"})
_LISTS: Final = frozenset(
    {
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "timing-allow-origin",
        "vary",
    }
)
"""Headers whose values are sets of names."""
_UNSTABLE_ATTRIBUTES: Final = ("expires=", "max-age=", "domain=")
_LONGEST: Final = 1000
"""Characters of a value that are stored: of a longer one, the beginning and a digest."""


class HeaderChanges(Record, frozen=True, kw_only=True):
    """How the second of two responses differs, as names in lower case."""

    lost: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]


def is_cors(name: str) -> bool:
    """Whether a header, in lower case, decides what pages may read."""
    return name.startswith(_CORS_PREFIX) or name in _FOR_PAGES_TO_READ


@lru_cache(4096)
def is_varying(name: str) -> bool:
    """Whether the values of a header, in lower case, differ from response to response by its name."""
    return any(names_match(pattern, name) for pattern in VARYING)


def is_compared(name: str, ignored: Sequence[str] = ()) -> bool:
    """Whether a header, in lower case, is compared: those of connections and the patterns of `ignored` are not."""
    return name not in OF_CONNECTIONS and not any(names_match(pattern, name) for pattern in ignored)


def by_name(headers: Iterable[Header]) -> dict[str, tuple[str, ...]]:
    """The values of each name that is compared."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        lowercase = byte_lowercase(name)
        if is_compared(lowercase):
            found.setdefault(lowercase, []).append(stored(value))
    return {name: tuple(values) for name, values in found.items()}


def stored(value: str) -> str:
    """A value, or the beginning of a long one with a digest of it all: one that is equal if the values are."""
    if len(value) <= _LONGEST:
        return value
    return f"{value[:_LONGEST]} ... (SHA-256 {sha256(value.encode('latin-1', 'replace')).hexdigest()[:16]})"


def changes(first: Values, second: Values, varying: Collection[str] = (), own: Sequence[str] = ()) -> HeaderChanges:
    """How the headers of the second response differ from those of the first.

    The values of `varying` names are not compared. `own` are texts that differ as the sides do, such as their origins.
    """
    both = [name for name in first if name in second]
    return HeaderChanges(
        lost=tuple(name for name in first if name not in second),
        added=tuple(name for name in second if name not in first),
        changed=tuple(
            name
            for name in both
            if first[name] != second[name]
            and name not in varying
            and comparable(name, first[name], own) != comparable(name, second[name], own)
        ),
    )


def comparable(name: str, values: Sequence[str], own: Sequence[str] = ()) -> object:
    """The values of a header, so that two of them are equal if they mean the same and no secret tells them apart."""
    shown = [redact_response_header((name, value))[1] for value in values]
    for text in own:
        shown = [value.replace(text, "") for value in shown]
    if name == "set-cookie":
        return sorted(map(_cookie, shown))
    if is_varying(name):
        return len(shown)  # a second line is a difference
    if name in _LISTS:
        return {element.strip().lower() for value in shown for element in value.split(",")} - {""}
    return [value.strip() for value in shown]


def _cookie(value: str) -> tuple[str, ...]:
    """A cookie's name and its attributes, except for those with times and hosts."""
    pair, *attributes = value.split(";")
    kept = sorted(each.strip().lower() for each in attributes)
    return pair.partition("=")[0].strip(), *(each for each in kept if not each.startswith(_UNSTABLE_ATTRIBUTES))
