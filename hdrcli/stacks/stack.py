"""A stack as the registry knows it. Its texts are in a module of its own, which is loaded when one is written."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from hdrcli.stacks.evidence import Evidence, Sign
from hdrcli.structs import Record

if TYPE_CHECKING:
    from hdrcli.stacks.dialect import Dialect

Layer = Literal["application", "store", "gateway", "proxy", "none"]
"""Where it stands. A store is a bucket, a gateway a service that clouds put in front of applications."""


def nothing(evidence: Evidence) -> Sign | None:
    """The recogniser of what responses never show."""
    del evidence
    return None


def never(evidence: Evidence) -> bool:
    """What says of a stack that no response contradicts its CORS layer."""
    del evidence
    return False


class Stack(Record, frozen=True, kw_only=True):
    """`recognise` returns its sign in one response. `built_on` is a stack whose signs it shows, too.

    `keeps_case` says of a proxy that it passes names on as they come, and sends its own as they are configured.
    `has_cors` says of a gateway that it can do CORS; another one only changes the headers of what is behind it.
    `is_likely` says that responses do not show it for certain. `by_hand` says of a response that the CORS layer of the
    dialect can't have made it: the application sets the headers itself. `refuses_requests` says that this layer may
    respond with an error to a request that needs no preflight.
    """

    name: str
    title: str
    layer: Layer
    recognise: Callable[[Evidence], Sign | None] = nothing
    aliases: tuple[str, ...] = ()
    built_on: str = ""
    keeps_case: bool = False
    has_cors: bool = True
    is_likely: bool = False
    by_hand: Callable[[Evidence], bool] = never
    refuses_requests: bool = True

    @property
    def product(self) -> str:
        """What sentences call it: the title without the part that does CORS."""
        return self.title.partition(",")[0]

    @property
    def shown(self) -> str:
        """What reports call it: a stack that is only likely is said to be."""
        return f"probably {self.product}" if self.is_likely else self.product

    @property
    def dialect(self) -> Dialect:
        """How its options are written."""
        dialect: Dialect = import_module(f"hdrcli.stacks.{self.name.replace('-', '_')}").DIALECT
        return dialect
