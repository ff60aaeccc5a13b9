"""Secrets and commands in what the lab, the proxy, `--watch`, `--fix` and `--in-browser` write, and on the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from tests.browser import chromium
from tests.browser.batch import installed
from tests.lab.serving import lab_of
from tests.lab.tabs import chromium_page
from tests.proxy.program import running
from tests.proxy.serving import request
from tests.safety.hostile_values import COMMANDS, MARKUP, VALUES
from tests.safety.judging import Read
from tests.safety.live_outputs import LAST, LAST_RESPONSE, of_app, of_browser, of_lab, of_proxy
from tests.safety.secret_places import TOKEN
from tests.safety.sources import responses
from tests.safety.test_logs import assert_all_harmless
from tests.safety.test_secrets import FORMS, SECRET, found_in, leaks
from tests.serving.site import Site

pytestmark = [pytest.mark.thorough, pytest.mark.no_cover]  # all lines run often: tracing them takes as long again

IN_THE_PATH = f"/a?token={SECRET}&b={quote(TOKEN.format(SECRET))}"


Shown = Callable[..., str]


@pytest.fixture(scope="module")
def chromium_is_installed() -> None:
    installed(chromium)


def site_of(value: str, name: str) -> Site:
    """A site that has the texts in each place of a response."""
    sites = {f"/{place}": response for place, response in enumerate(responses(value, name))}
    return Site({**sites, LAST: LAST_RESPONSE}, otherwise=LAST_RESPONSE)


PATHS = [f"/{place}" for place in range(len([*responses("", "")]))]


@pytest.mark.parametrize(("value", "name"), FORMS)
def test_secrets_at_the_lab_and_the_proxy(value: str, name: str) -> None:
    value, name = (text.replace("{}", SECRET) for text in (value, name))
    with site_of(value, name) as site:
        paths = [*PATHS, IN_THE_PATH, f"/{quote(value, safe='')}"]
        assert not leaks(of_lab(site.url, paths, f"TypeError: {value}"))
        assert not leaks(of_proxy(site.url, paths))
        assert not leaks(of_proxy(site.url, paths[:2], f"X-{name}: {value}", f"X-Api-Key: {SECRET}"))


@pytest.mark.parametrize("number", range(0, len(VALUES), 6))
def test_commands_at_the_lab_and_the_proxy(number: int) -> None:
    value = VALUES[number]
    with site_of(value, value) as site:
        assert_all_harmless(of_lab(site.url, [*PATHS, f"/?{quote(value)}"], value))
        assert_all_harmless(of_proxy(site.url, [*PATHS, f"/?{quote(value)}"]))


def test_secrets_of_an_app(tmp_path: Path) -> None:
    token = TOKEN.format(SECRET)
    assert not leaks(of_app(tmp_path, token, token))


@pytest.mark.parametrize("value", COMMANDS[1::9])
def test_commands_of_an_app(tmp_path: Path, value: str) -> None:
    assert_all_harmless(of_app(tmp_path, "X-A", value))


@pytest.mark.usefixtures("chromium_is_installed")
@pytest.mark.parametrize(("value", "name"), FORMS[:1])
def test_secrets_in_a_browser(value: str, name: str) -> None:
    with site_of(value.format(SECRET), name.format(SECRET)) as site:
        assert not leaks(of_browser(*(f"{site.url}{path}" for path in PATHS[::3])))


@pytest.mark.usefixtures("chromium_is_installed")
def test_commands_in_a_browser() -> None:
    places = {place: [*responses(VALUES[place], VALUES[place])][place] for place in range(1, len(PATHS), 3)}
    with Site({PATHS[place]: response for place, response in places.items()}) as site:
        assert_all_harmless(of_browser(*(f"{site.url}{PATHS[place]}" for place in places)))


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page() as opened:
        yield opened


def unfolded(page: Page) -> str:
    """The text of the page's document as markup, with all that unfolds."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.evaluate("document.querySelectorAll('button[aria-expanded=false]').forEach((each) => each.click())")
    return page.content()


def shown_by_lab(page: Page, api: str, *paths: str) -> str:
    with lab_of(api, *paths) as lab:
        page.goto(lab.url)
        page.wait_for_selector("body[data-run=done]")
        return unfolded(page)


def shown_by_proxy(page: Page, upstream: str, *paths: str) -> str:
    with running(upstream, "--page") as proxy:
        for path in (*paths, LAST):
            proxy.send(request("GET", path))
        page.goto(proxy.wait_for(r"browser:  (http://\S+)")[1])
        page.wait_for_selector(f"li.route[data-path='{LAST}']")
        return unfolded(page)


@pytest.mark.parametrize("shown", [shown_by_lab, shown_by_proxy])
def test_secrets_on_pages(page: Page, shown: Shown) -> None:
    token = TOKEN.format(SECRET)
    with site_of(token, token) as site:
        assert not found_in(shown(page, site.url, *PATHS, IN_THE_PATH))


@pytest.mark.parametrize("shown", [shown_by_lab, shown_by_proxy])
def test_markup_on_pages(page: Page, shown: Shown) -> None:
    values = [MARKUP[place % len(MARKUP)] for place in range(len(PATHS))]
    every = [[*responses(value, value)][place] for place, value in enumerate(values)]
    with Site({**dict(zip(PATHS, every, strict=True)), LAST: LAST_RESPONSE}) as site:
        read = Read(shown(page, site.url, *PATHS))

    tags = [tag for tag, _ in read.elements]
    assert {"li", "table"} <= {*tags}
    assert not {"img", "iframe", "object", "embed", "base", "failure", "x"} & {*tags}
    assert tags.count("script") == 1
    for _, attributes in read.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not (attributes.get("href") or "").startswith("javascript:")
