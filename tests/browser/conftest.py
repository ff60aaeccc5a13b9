"""Each browser plays all vectors once, for all that is to be learned of it."""

from __future__ import annotations

import os

import pytest

from tests.browser.batch import BROWSERS, Browser, Seen, run
from tests.fetch.vector_files import load


@pytest.fixture(scope="session", params=BROWSERS, ids=[browser.NAME for browser in BROWSERS])
def browser(request: pytest.FixtureRequest) -> Browser:
    browser: Browser = request.param
    return browser


@pytest.fixture(scope="session")
def seen(browser: Browser) -> dict[str, Seen]:
    program = browser.find()
    if program is None and os.environ.get("HDRCLI_REQUIRE_BROWSERS") != "1":
        pytest.skip(browser.HOW_TO_GET)
    assert program is not None, browser.HOW_TO_GET
    return run(load(), browser, program)
