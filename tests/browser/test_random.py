"""Random fetches: the engine and each browser do the same, but for a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.browser.batch import installed
from tests.browser.differences import differences, random_cases

if TYPE_CHECKING:
    from tests.browser.batch import Browser

pytestmark = pytest.mark.thorough

_SEED: Final = 1
_NUMBER: Final = 60
_AGREEMENT: Final = 0.95


def test_the_engine_agrees_with_the_browser(browser: Browser) -> None:
    found = differences(random_cases(_SEED, _NUMBER), browser, installed(browser))

    assert len(found) <= _NUMBER * (1 - _AGREEMENT), "\n".join(f"{vector}: {text}" for vector, text in found.items())
