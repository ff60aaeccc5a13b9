"""Real browsers have pages at hosts with special characters, as far as an audit says so, and read from there."""

from __future__ import annotations

import pytest

from hdrcli import Settings, UsageError, check
from hdrcli.audit.planning import can_have
from hdrcli.audit.probes import SPECIAL_CHARACTERS
from hdrcli.fetch import parse_origin
from tests.audit.bed import PAGE, Server
from tests.browser import chromium, firefox
from tests.browser.batch import Browser, installed
from tests.serving.site import Site

pytestmark = pytest.mark.thorough

LABELS = [*SPECIAL_CHARACTERS, "._", ".-", ".$"]
ORIGINS = [f"{PAGE}{label}.hdrcli-probe.invalid" for label in LABELS]


def is_possible(origin: str, browser: str) -> bool:
    page = parse_origin(origin)
    return page is not None and can_have(page, browser)


def read_from(origins: list[str], browser: str) -> dict[str, str]:
    """What pages at these origins get of a server that allows them, in the real browser."""
    with Site({}, otherwise=Server(lambda _: True)) as site:
        settings = Settings(
            targets=(f"{site.url}/me",),
            origins=tuple(origins),
            credentials=("include",),
            browsers=(browser,),
            in_browser=True,
            probe=False,
        )
        fetches = check(settings).services[0].routes[0].fetches
    return {str(fetch.page): fetch.in_browser.outcome for fetch in fetches if fetch.in_browser is not None}


@pytest.mark.parametrize("browser", [chromium, firefox], ids=lambda browser: browser.NAME)
def test_a_real_browser_reads_from_each_origin_that_it_can_have(browser: Browser) -> None:
    installed(browser)
    origins = [origin for origin in ORIGINS if is_possible(origin, browser.NAME)]
    assert read_from(origins, browser.NAME) == dict.fromkeys(origins, "readable")


@pytest.mark.parametrize("browser", [chromium, firefox], ids=lambda browser: browser.NAME)
def test_a_real_browser_has_no_page_at_others(browser: Browser) -> None:
    """Only the first of them is tried, as Firefox takes seconds to give up."""
    installed(browser)
    refused = [origin for origin in ORIGINS if not is_possible(origin, browser.NAME)]
    with pytest.raises(UsageError):
        read_from(refused[:1], browser.NAME)
