"""The interface of a rule's module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.finding import Fault, Severity


class Rule(Protocol):
    """A rule: its docstring is its page, `check` turns the diagnosis of a route into faults.

    `NAME` names the fault, `SPEC` is the anchor of the standard.
    """

    __doc__: str | None
    CODE: str
    NAME: str
    SEVERITY: Severity
    SPEC: str

    def check(self, diagnosis: Diagnosis) -> Iterator[Fault]:
        """Yield the faults of one route."""
        ...
