"""What these tests drive."""

from __future__ import annotations

import pytest

from tests.browser import chromium, firefox
from tests.browser.batch import installed


@pytest.fixture(scope="session")
def installed_browsers() -> None:
    installed(chromium)
    installed(firefox)
