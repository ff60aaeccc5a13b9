"""A stack as the registry knows it: all that finding it takes. The rest is in its module, loaded when needed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, cast

if TYPE_CHECKING:
    from hdrcli.stacks.dialect import Dialect
    from hdrcli.stacks.evidence import Evidence, Sign

Layer = Literal["application", "store", "gateway", "proxy", "none"]
"""Where it stands. A store is a bucket, a gateway a service that clouds put in front of applications."""


class StackModule(Protocol):
    """A module of `hdrcli.stacks`."""

    DIALECT: Dialect

    def recognise(self, evidence: Evidence) -> Sign | None:
        """The sign of this stack in one response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """`clues` decide cheaply whether the module is worth loading: a header name, and how its value begins.

    Both are in lower case; the name "" stands for the body. A clue is no sign: `recognise` decides.
    """

    name: str
    title: str
    layer: Layer
    aliases: tuple[str, ...] = ()
    clues: tuple[tuple[str, str], ...] = ()

    @property
    def dialect(self) -> Dialect:
        """How its options are written."""
        return self._module.DIALECT

    def recognise(self, evidence: Evidence) -> Sign | None:
        """The sign of this stack in one response, if there is one."""
        return self._module.recognise(evidence) if self._has_clue(evidence) else None

    @property
    def _module(self) -> StackModule:
        return cast("StackModule", import_module(f"hdrcli.stacks.{self.name.replace('-', '_')}"))

    def _has_clue(self, evidence: Evidence) -> bool:
        values = evidence.values
        return any(
            (values[name] if name else evidence.body).lower().startswith(beginning)
            for name, beginning in self.clues
            if not name or name in values
        )
