"""Many cases of one kind, of which an ordinary run of the tests has a few, and a thorough one all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet


def sampled(cases: Iterable[object], *, every: int = 10) -> list[ParameterSet]:
    """The cases as parameters of a test: all but the first of so many have the mark `thorough`."""
    return [
        pytest.param(case, marks=() if number % every == 0 else pytest.mark.thorough)
        for number, case in enumerate(cases)
    ]
