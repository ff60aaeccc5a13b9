"""Places in the source of the service that is checked, where the target has it at hand."""

from __future__ import annotations

from typing import Literal, Protocol

from hdrcli.structs import Record


class Location(Record, frozen=True, kw_only=True):
    """A line of a file, relative to the current directory. `role` says what is there.

    "cors" is where the CORS layer is added, "header" where a response header is set, "route" where a route is defined,
    "outside" where middleware is added that responds before the CORS layer, "exception" where an exception was raised.
    `detail` is the middleware's name or the exception's type.
    """

    file: str
    line: int
    role: Literal["cors", "header", "route", "outside", "exception"]
    detail: str = ""


class Raised(Record, frozen=True, kw_only=True):
    """An exception that a service raised for a request: its type's name, and where, if that is in the user's source."""

    kind: str
    location: Location | None


class SourceMap(Protocol):
    """Finds places in the service's source."""

    def cors(self) -> tuple[Location, ...]:
        """Where CORS layers are added or configured."""
        ...

    def cors_in_order(self) -> tuple[Location, ...]:
        """Where CORS layers have their place among other middleware."""
        ...

    def outside(self) -> tuple[Location, ...]:
        """Where middleware is added that is outside of the CORS layer."""
        ...

    def header(self, name: str) -> tuple[Location, ...]:
        """Where a response header of this name is set."""
        ...

    def spelling(self, name: str) -> str:
        """How the source spells the name of a response header: servers may send it in lower case."""
        ...

    def route(self, method: str, url: str) -> Location | None:
        """Where the route is defined that responds to this request."""
        ...

    def exception(self, method: str, url: str) -> Raised | None:
        """The exception that this request raised."""
        ...
