"""Responses, and what a page may read of them.

Source: https://fetch.spec.whatwg.org/#responses
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from hdrcli.fetch.headers import Header, sort_and_combine, values_by_name
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.url import URL
from hdrcli.structs import Record

CORS_SAFELISTED_RESPONSE_HEADER_NAMES: Final = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    },
)
"""https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name, without the names that a response exposes"""

FORBIDDEN_RESPONSE_HEADER_NAMES: Final = frozenset({"set-cookie", "set-cookie2"})
"""https://fetch.spec.whatwg.org/#forbidden-response-header-name"""

REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
"""https://fetch.spec.whatwg.org/#redirect-status"""

ResponseType = Literal["basic", "cors", "opaque", "opaqueredirect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """https://fetch.spec.whatwg.org/#concept-response: as it was received.

    `url_list` holds the URL of each request, from the first one over all redirects; `header_list` the lines in order.
    """

    status: int
    header_list: tuple[Header, ...] = field(repr=False)
    url_list: tuple[URL, ...]
    _by_name: Mapping[str, Sequence[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", values_by_name(self.header_list))

    @property
    def url(self) -> URL:
        return self.url_list[-1]

    @property
    def is_redirect(self) -> bool:
        """https://fetch.spec.whatwg.org/#redirect-status."""
        return self.status in REDIRECT_STATUSES

    @property
    def is_ok(self) -> bool:
        """https://fetch.spec.whatwg.org/#ok-status."""
        return 200 <= self.status <= 299  # noqa: PLR2004 -- the definition itself

    def lines(self, lowercase_name: str) -> Sequence[str]:
        """The values of all header lines of a name, in order."""
        return self._by_name.get(lowercase_name, ())

    def get(self, lowercase_name: str) -> str | None:
        """https://fetch.spec.whatwg.org/#concept-header-list-get."""
        lines = self._by_name.get(lowercase_name)
        return ", ".join(lines) if lines else None


class FilteredResponse(Record, frozen=True, kw_only=True):
    """https://fetch.spec.whatwg.org/#concept-filtered-response: the response that JavaScript gets.

    `cors_exposed_header_names` is the CORS-exposed header-name list in lower case; it matters only for the type "cors".
    """

    type: ResponseType
    internal: Response
    cors_exposed_header_names: frozenset[str] = frozenset()
    timing_allow_passed: bool = True

    @property
    def status(self) -> int:
        """`response.status`."""
        return 0 if self._is_opaque else self.internal.status

    @property
    def url(self) -> str:
        """`response.url`: without the fragment, and empty for an opaque response."""
        return "" if self.type == "opaque" else str(self.internal.url.with_fragment(None))

    @property
    def redirected(self) -> bool:
        """`response.redirected`."""
        return self.type != "opaque" and len(self.internal.url_list) > 1

    @property
    def headers(self) -> tuple[Header, ...]:
        """`[...response.headers]`."""
        return sort_and_combine([header for header in self.internal.header_list if self.is_readable(header[0])])

    @property
    def _is_opaque(self) -> bool:
        return self.type in {"opaque", "opaqueredirect"}

    def is_readable(self, name: str) -> bool:
        """Whether a response header of this name is readable by JavaScript."""
        lowercase = byte_lowercase(name)
        if self._is_opaque or lowercase in FORBIDDEN_RESPONSE_HEADER_NAMES:
            return False
        if self.type == "basic" or lowercase in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
            return True
        return lowercase in self.cors_exposed_header_names
