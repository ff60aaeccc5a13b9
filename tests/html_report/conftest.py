"""Reports and browsers that the tests of a process share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.batch import installed
from tests.html_report.reports import HOSTILE, OTHER_PAGE, SITE, Made, made_of
from tests.serving.site import PAGE


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A service with routes of each kind, for two pages, with all requests and responses."""
    options = (f"--origin={PAGE}", f"--origin={OTHER_PAGE}", "--exchanges", "--expect-absent=X-Region")
    return made_of(tmp_path_factory.mktemp("ordinary"), SITE, *options)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A service that attacks the reader of its report."""
    return made_of(tmp_path_factory.mktemp("hostile"), HOSTILE, "--exchanges")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    executable = installed(chromium)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, chromium_sandbox=False)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a browser without a history."""
    context = browser.new_context()
    yield context.new_page()
    context.close()
