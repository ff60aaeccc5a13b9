"""The evidence that a response gives of the software that wrote it, changed it or passed it on.

The names and their case, their order, and the beginning of the body are better evidence than `Server`, which proxies
replace. A stack is recognised only by a trait that no other stack shares. A server is not a framework: uvicorn,
gunicorn and Kestrel run many.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final, Literal

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import Header, values_by_name
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.structs import Record

Certainty = Literal["certain", "likely"]

Part = Literal["did CORS", "wrote", "passed on"]
"""How a layer took part in a response: it added the CORS headers or refused the origin, it wrote the response, or the
response came through it."""

BODY_SIZE: Final = 512
"""Bytes of a body that are looked at."""

WERKZEUG_PAGE: Final = "<!doctype html>\n<html lang=en>\n<title>"
"""How the error pages of Flask begin, and of Quart, which shares them."""

SORTED: Final = ("access-control-allow-methods", "access-control-allow-origin", "vary")
"""The order of a preflight's headers in Go, which sorts them."""

VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
"""The Vary of preflights, in three lines or in one, of several CORS layers."""


class Sign(Record, frozen=True, kw_only=True):
    """A trait by which a stack is recognised; `evidence` quotes it, such as "x-powered-by: Express"."""

    certainty: Certainty
    evidence: str
    part: Part = "wrote"


class Evidence:
    """One response as the recognisers look at it. `names` are in lower case, `sent_names` as they were sent."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status: Final = response.status
        self.headers: Final[tuple[Header, ...]] = response.headers
        self._body = response.body

    @cached_property
    def values(self) -> dict[str, str]:
        """Lower-case name to its values, joined by ", "."""
        return {name: ", ".join(values) for name, values in values_by_name(self.headers).items()}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in lower case, in order of their first lines."""
        return tuple(self.values)

    @cached_property
    def sent_names(self) -> frozenset[str]:
        """The names as sent."""
        return frozenset(name for name, _ in self.headers)

    @cached_property
    def body(self) -> str:
        """The beginning of the body, as code units; empty if it is compressed or wasn't read."""
        return "" if "content-encoding" in self.values else self._body[:BODY_SIZE].decode("latin-1").strip()

    def mentions(self, text: bytes) -> bool:
        """Whether the body holds this text anywhere, as far as it was read."""
        return text in self._body

    @property
    def is_preflight(self) -> bool:
        """Whether it is the response of a CORS layer to a preflight, as far as its headers show."""
        return bool(self.values.keys() & _OF_PREFLIGHTS)

    def get(self, name: str) -> str:
        """The values of a name in lower case, joined; empty if it wasn't sent."""
        return self.values.get(name, "")

    def sent_in_order(self, *names: str) -> bool:
        """Whether these names were all sent in this case and this order."""
        return self.sent_names.issuperset(names) and self.in_order(*map(byte_lowercase, names))

    def in_order(self, *names: str) -> bool:
        """Whether these lower-case names were all sent, in this order."""
        wanted = set(names)
        return tuple(name for name in self.names if name in wanted) == names


_OF_PREFLIGHTS: Final = frozenset(
    {"access-control-allow-methods", "access-control-allow-headers", "access-control-max-age"}
)
