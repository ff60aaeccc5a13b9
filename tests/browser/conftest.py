"""Each browser plays all vectors once, for all that is to be learned of it."""

from __future__ import annotations

import pytest

from tests.browser.batch import BROWSERS, Browser, Seen, installed, run
from tests.fetch.vector_files import load
from tests.sampling import sampled


@pytest.fixture(
    scope="session", params=sampled(BROWSERS, every=len(BROWSERS)), ids=[browser.NAME for browser in BROWSERS]
)
def browser(request: pytest.FixtureRequest) -> Browser:
    browser: Browser = request.param
    return browser


@pytest.fixture(scope="session")
def seen(browser: Browser) -> dict[str, Seen]:
    return run(load(), browser, installed(browser))
