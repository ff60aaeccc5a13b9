"""A fix is data: a change for one stack, and the text that is made of it."""

from __future__ import annotations

from hdrcli.stacks.setting import Arrangement, Concept, Operation
from hdrcli.structs import Record


class Fix(Record, frozen=True, kw_only=True):
    """A `Setting` for the stack of this name. The fields mean the same as there."""

    stack: str
    concept: Concept | Arrangement
    values: tuple[str, ...] = ()
    operation: Operation = "set"
    complete: bool = True

    @property
    def holds_all(self) -> bool:
        """Whether `values` are all that the option will hold, so that the text needs no "..."."""
        return self.operation == "set" and self.complete


class FixText(Record, frozen=True, kw_only=True):
    """`lines` can be pasted at the place that `where` names; `note` is one sentence, or empty.

    A line may hold "..." for what is configured already and isn't known here. There are no lines where the fix is to
    remove something: `note` then says so.
    """

    lines: tuple[str, ...]
    where: str = ""
    note: str = ""
