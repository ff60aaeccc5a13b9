"""What these tests drive."""

from __future__ import annotations

import pytest

from tests.browser import chromium
from tests.browser.batch import installed


@pytest.fixture(scope="session")
def an_installed_chromium() -> str:
    return installed(chromium)
