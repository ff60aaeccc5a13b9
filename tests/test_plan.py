from __future__ import annotations

import asyncio
from typing import Final

import pytest

from hdrcli.fetch import STANDARD, Request, RequestInit, new_request, parse_origin
from hdrcli.planning.callers import callers_of, check_callers, cookie_store, real_browsers, request_init
from hdrcli.planning.routes import Route, Service
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.targets import KINDS, open_services, read_targets
from hdrcli.wire.network import NetworkTransport

API: Final = "https://api.example/items"
CHROME_ID: Final = "ciaeghhimjbdeopjohpcncjbffighbbb"
UUID: Final = "1f7f3b1e-6c1c-4a52-9d2e-5a9d3f0c8b11"


def pages(settings: Settings) -> list[tuple[str, str]]:
    """The callers of the one route: page, credentials mode."""
    callers, _ = callers_of(settings, the_route(settings).url)
    return list(dict.fromkeys((str(caller.page), caller.credentials) for caller in callers))


def plan(settings: Settings) -> tuple[Service, ...]:
    """The services of targets that need no network."""

    async def opened() -> tuple[Service, ...]:
        network = NetworkTransport(timeout=0, verify=True)
        return tuple([service async for service in open_services(read_targets(settings), network)])

    return asyncio.run(opened())


def the_route(settings: Settings) -> Route:
    (service,) = plan(settings)
    (route,) = service.routes
    return route


# --- URLs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://localhost:8000/items", "http://localhost:8000/items"),
        ("HTTP://LOCALHOST:80", "http://localhost/"),
        ("https://api.example:443/a/../b?c#d", "https://api.example/b?c#d"),
        ("  https://api.example/a b\n", "https://api.example/a%20b"),
        ("http://127.1:8000", "http://127.0.0.1:8000/"),
        ("http://[::0001]/", "http://[::1]/"),
        ("https://b\xfccher.example/", "https://xn--bcher-kva.example/"),
        ("http:api.example", "http://api.example/"),
        (":8000", "http://localhost:8000/"),
        (":8000/items?a=b", "http://localhost:8000/items?a=b"),
        (":443/items", "https://localhost/items"),
        ("localhost:8000/items", "http://localhost:8000/items"),
        ("LOCALHOST:8000?q", "http://localhost:8000/?q"),
        (" api:8000 ", "http://api:8000/"),
        ("api.example:443/items", "https://api.example/items"),
        ("api.example:0443", "https://api.example/"),
        ("127.0.0.1:8000#a", "http://127.0.0.1:8000/#a"),
        ("[::1]:8000/items", "http://[::1]:8000/items"),
        ("localhost", "http://localhost/"),
        ("api.localhost/items", "http://api.localhost/items"),
        ("127.0.0.1", "http://127.0.0.1/"),
        ("[::1]/items", "http://[::1]/items"),
        ("api.example/items", "http://api.example/items"),
        ("b\xfccher.example/", "http://xn--bcher-kva.example/"),
    ],
)
def test_url(text: str, url: str) -> None:
    route = the_route(Settings(targets=(text,)))

    assert str(route.url) == url


@pytest.mark.parametrize("text", ["ftp://api.example/", "https://a b/"])
def test_no_url(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(Settings(targets=(API, text)))

    assert str(caught.value) == (
        f'"{text}" is not an http or https URL: write it in full, such as http://localhost:8000/items.'
    )


@pytest.mark.parametrize(
    "text",
    [
        "items",
        "api.example",
        "/items",
        "//api.example/",
        "api/items",
        ":",
        ":/items",
        "1.2/x",
        "localhost.",
        "api.example:80x",
        "-items",
    ],
)
def test_a_word_that_may_be_anything_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(Settings(targets=(API, text)))

    assert str(caught.value).startswith(f'"{text}" is not a target. Give a URL (')
    for kind in KINDS:
        assert kind.NAME in str(caught.value)


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_empty_url(text: str) -> None:
    with pytest.raises(UsageError, match=r"^The URL is empty: give the URL to check, such as http://localhost:8000/"):
        plan(Settings(targets=(text,)))


def test_nothing_to_check() -> None:
    with pytest.raises(UsageError, match=r"^There is nothing to check: give a URL, or an app such as main:app\.$"):
        plan(Settings(targets=()))


def test_routes_are_grouped_by_service_in_order() -> None:
    urls = (
        "https://b.example/1",
        "https://a.example/1",
        "https://b.example/2",
        "http://b.example/1",
        "https://b.example/1",
    )

    services = plan(Settings(targets=urls))

    assert {service.name: [str(route.url) for route in service.routes] for service in services} == {
        "https://b.example": ["https://b.example/1", "https://b.example/2"],
        "https://a.example": ["https://a.example/1"],
        "http://b.example": ["http://b.example/1"],
    }


# --- pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("http://localhost:8000/", "http://localhost:3000"),
        ("https://localhost:8000/", "http://localhost:3000"),
        ("http://127.0.0.1/", "http://localhost:3000"),
        ("http://127.0.0.1:3000/", "http://localhost:3000"),
        ("http://[::1]:8000/", "http://localhost:3000"),
        ("http://api.localhost/", "http://localhost:3000"),
        ("http://localhost:3000/items", "http://localhost:5173"),  # never the service's own origin
        ("http://localhost:5173/items", "http://localhost:3000"),
        ("https://localhost:3000/", "http://localhost:3000"),
        ("https://api.example/items", "https://app.example"),
        ("http://api.example/items", "http://app.example"),  # an https page would not reach it: mixed content
        ("https://192.0.2.1/", "https://app.example"),
        ("https://app.example:8443/", "https://app.example"),
    ],
)
def test_the_page_when_nobody_says_which(url: str, page: str) -> None:
    assert pages(Settings(targets=(url,))) == [(page, "omit"), (page, "include")]


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:3000/",
        "http://localhost:5173/",
        pytest.param("http://app.example/"),
    ],
)
def test_that_page_is_of_another_origin(url: str) -> None:
    settings = Settings(targets=(url,))
    callers, _ = callers_of(settings, the_route(settings).url)

    assert the_route(settings).url.origin not in {caller.page for caller in callers}


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://app.example", "https://app.example"),
        ("https://app.example/", "https://app.example"),
        ("HTTPS://App.Example:443", "https://app.example"),
        ("http://app.example:443", "http://app.example:443"),
        (" http://app.example:080 ", "http://app.example"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://b\xfccher.example", "https://xn--bcher-kva.example"),
        ("null", "null"),
        ("file:///home/me/index.html", "null"),
        ("file:", "null"),
        (f"chrome-extension://{CHROME_ID}/", f"chrome-extension://{CHROME_ID}"),
        (f"moz-extension://{UUID}", f"moz-extension://{UUID}"),
        (f"safari-web-extension://{UUID.upper()}", f"safari-web-extension://{UUID}"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("app://Obsidian.md", "app://obsidian.md"),
        ("vscode-webview://0a1b2c", "vscode-webview://0a1b2c"),
        ("my-app://host:8080", "my-app://host:8080"),
    ],
)
def test_origin(text: str, origin: str) -> None:
    assert pages(Settings(targets=(API,), origins=(text,), credentials=("omit",))) == [(origin, "omit")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "app.example",
        "localhost:3000",
        "https://app.example/path",
        "https://app.example?",
        "https://app.example#",
        "https://secret@app.example",
        "https://:secret@app.example",
        "ftp://files.example",
        "wss://app.example",
        "htps://app.example",
        "httpx://app.example",
        "app://",
        "app://host/index.html",
        "data:text/html,x",
        "about:blank",
        "NULL",
        "https://a.example https://b.example",
    ],
)
def test_no_origin(text: str) -> None:
    settings = Settings(targets=(API,), origins=("https://app.example", text))
    with pytest.raises(UsageError) as caught:
        callers_of(settings, the_route(settings).url)

    assert caught.value.option == "--origin"
    assert " is not an origin: " in caught.value.message
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "chrome-extension://abc",
        f"chrome-extension://{CHROME_ID.replace('a', 'z')}",
        f"chrome-extension://{CHROME_ID}:80",
        f"moz-extension://{CHROME_ID}",
        "safari-web-extension://localhost",
    ],
)
def test_an_extension_has_an_id(text: str) -> None:
    settings = Settings(targets=(API,), origins=(text,))
    with pytest.raises(UsageError) as caught:
        callers_of(settings, the_route(settings).url)

    assert caught.value.option == "--origin"


@pytest.mark.parametrize(
    ("page", "browsers"),
    [
        ("null", {"chromium", "firefox", "webkit"}),
        ("https://localhost", {"chromium", "firefox", "webkit"}),
        (f"chrome-extension://{CHROME_ID}", {"chromium"}),
        (f"moz-extension://{UUID}", {"firefox"}),
        (f"safari-web-extension://{UUID}", {"webkit"}),
        ("capacitor://localhost", {"webkit"}),
        ("ionic://localhost", {"webkit"}),
        ("tauri://localhost", {"webkit"}),
        ("app://obsidian.md", {"chromium"}),
        ("vscode-webview://0a1b2c", {"chromium"}),
        ("my-app://host", {"chromium", "webkit"}),
    ],
)
def test_browsers_that_cannot_have_the_page_are_skipped(page: str, browsers: set[str]) -> None:
    settings = Settings(targets=(API,), origins=(page,))
    callers, skipped = callers_of(settings, the_route(settings).url)

    assert {caller.browser for caller in callers} == browsers
    assert {each.browser for each in skipped} == {"chromium", "firefox", "webkit"} - browsers
    assert {(str(each.page), each.is_possible) for each in skipped} <= {(page, False)}


def test_the_standard_has_every_page() -> None:
    settings = Settings(targets=(API,), origins=("app://obsidian.md",), browsers=("standard", "firefox"))
    callers, skipped = callers_of(settings, the_route(settings).url)

    assert [caller.browser for caller in callers] == ["standard", "standard"]
    assert [each.browser for each in skipped] == ["firefox"]


@pytest.mark.parametrize(
    ("settings", "option"),
    [
        (Settings(targets=(API,), origins=("https://a.example", "app://a"), browsers=("firefox",)), "--browser"),
        (Settings(targets=(API,), origins=("app://a",), in_browser=True), "--in-browser"),
    ],
    ids=["no-browser-has-it", "not-driven"],
)
def test_a_page_that_no_chosen_browser_can_have(settings: Settings, option: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_callers(settings)

    assert caught.value.option == option


def test_each_page_asks_in_each_mode() -> None:
    settings = Settings(
        targets=(API,),
        origins=("https://a.example", "null"),
        credentials=("include", "same-origin"),
    )

    assert pages(settings) == [
        ("https://a.example", "include"),
        ("https://a.example", "same-origin"),
        ("null", "include"),
        ("null", "same-origin"),
    ]


def test_the_same_page_or_mode_twice_asks_once() -> None:
    settings = Settings(
        targets=(API,),
        origins=("https://a.example", "https://b.example", "https://A.EXAMPLE:443/"),
        credentials=("omit", "omit"),
    )

    assert pages(settings) == [("https://a.example", "omit"), ("https://b.example", "omit")]


def test_the_service_s_own_page_may_be_chosen() -> None:
    assert pages(Settings(targets=(API,), origins=("https://api.example",), credentials=("omit",))) == [
        ("https://api.example", "omit"),
    ]


# --- cookies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookies", "sent"),
    [
        ((), None),
        (("a=1",), "a=1"),
        (("a=1", "b=x=y", "a=2"), "a=2; b=x=y"),
        ((" a = 1 2 ",), "a=1 2"),
        (("a=",), "a="),
        (('__Host-a="1, 2"',), '__Host-a="1, 2"'),
        (("a=1;", "b=1; SameSite=Lax", "c=1; SameSite=None; Secure"), "c=1"),
        (("a=1; SameSite=None", "b=1; Secure; SameSite=none; Domain=other.example"), None),
        (("a=1; SameSite=None; Secure; Path=/b", "b=1; SameSite=None; Secure; Path=/a"), "b=1"),
    ],
)
def test_cookies_are_held_for_the_url_s_host(cookies: tuple[str, ...], sent: str | None) -> None:
    settings = Settings(targets=("https://api.example:8443/a/b",), cookies=cookies)
    route = the_route(settings)
    page = parse_origin("https://app.example")
    assert page is not None
    request = new_request(request_init(settings, route, "include"), page)
    assert isinstance(request, Request)

    store = cookie_store(settings, route.url, STANDARD, now=0.0)
    assert store.header_for(request, include_credentials=True) == sent


@pytest.mark.parametrize("text", ["", "name", "=s3cret", " =s3cret"])
def test_a_text_that_is_not_a_cookie_is_not_shown(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(Settings(targets=(API,), cookies=("good=1", text)))

    assert str(caught.value) == "--cookie has a value that is not a cookie: write name=value."


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a=s3cret\r\nX-B: 1", "a"),
        ("a=s3cret\0", "a"),
        ("a=s3cr\xe9t", "a"),
        ("\u6570=s3cret", "\u6570"),
    ],
)
def test_a_character_that_a_cookie_cannot_hold(text: str, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(Settings(targets=(API,), cookies=(text,)))

    assert caught.value.option == "--cookie"
    assert caught.value.message.startswith(f'"{name}" contains a character ')
    assert "s3cr" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "out_of_range"),
    [
        ("http://127.0.0.1:65536", True),
        ("HTTPS://bob:pw@[::1]:099999?q", True),
        (f"http://a.example:{'9' * 5000}/", True),
        ("http://a.example:port/", False),
        ("http://[::99999]/", False),
        ("items:99999", True),
    ],
)
def test_a_port_out_of_range(url: str, *, out_of_range: bool) -> None:
    with pytest.raises(UsageError) as caught:
        plan(Settings(targets=(url,)))

    assert ("the port is out of range, the highest is 65535" in str(caught.value)) is out_of_range


def test_an_unknown_attribute_is_named_without_its_value() -> None:
    with pytest.raises(UsageError) as caught:
        plan(Settings(targets=(API,), cookies=("a=s3cret; Secure; b=s3cret",)))

    assert caught.value.option == "--cookie"
    assert caught.value.message.startswith('"a" has an attribute that no cookie has')
    assert "s3cr" not in str(caught.value)


def test_expectations_that_contradict_each_other() -> None:
    with pytest.raises(UsageError) as caught:
        plan(Settings(targets=(API,), expect_readable=("X-A", "X-B"), expect_absent=("x-b",)))

    assert str(caught.value) == '--expect-absent "x-b" contradicts --expect-readable "X-B": omit one.'


# --- what the page calls --------------------------------------------------------------------------------


def test_request_init() -> None:
    settings = Settings(
        targets=("https://API.example/items#top",),
        method="post",
        headers=(("X-A", "1"), ("x-a", "2")),
        body="\u6570",
        mode="no-cors",
        redirect="manual",
    )
    route = the_route(settings)

    assert request_init(settings, route, "same-origin") == RequestInit(
        url="https://api.example/items#top",
        method="POST",
        headers=(("X-A", "1"), ("x-a", "2")),
        body="\u6570",
        mode="no-cors",
        credentials="same-origin",
        redirect="manual",
    )


@pytest.mark.parametrize(
    ("named", "driven"),
    [
        ((), ("chromium",)),
        (("standard", "webkit"), ("chromium",)),
        (("webkit", "firefox"), ("firefox",)),
        (("firefox", "chromium", "firefox"), ("firefox", "chromium")),
    ],
    ids=str,
)
def test_which_real_browsers_are_driven(named: tuple[str, ...], driven: tuple[str, ...]) -> None:
    settings = Settings(targets=("http://localhost/",), browsers=named, in_browser=True)
    route = the_route(settings)

    assert real_browsers(settings) == driven
    callers, _ = callers_of(settings, route.url)

    assert {caller.browser for caller in callers} >= {*named, *driven}
    assert real_browsers(replace(settings, in_browser=False)) == ()
