"""Lists of requests: `@FILE` and `-`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import pytest

from hdrcli import Settings
from tests.cli.program import assert_one_line, hdrcli
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.targets.reading import document, routes_of

LIST: Final = """\
# the routes of the front end
{url}/items

get {url}/items/1
  {host}/items/2\t
POST {url}/items
{url}/a b
"""
ROUTES: Final = [
    ("GET", "/items", 2),
    ("GET", "/items/1", 4),
    ("GET", "/items/2", 5),
    ("POST", "/items", 6),
    ("GET", "/a%20b", 7),
]


def any_route() -> Site:
    return Site(
        {f"{path}": answer(*OPEN_TO_PAGE, "X-Total: 3") for path in ("/items", "/items/1", "/items/2", "/a%20b")}
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16"], ids=["plain", "with a byte order mark", "as PowerShell writes it"]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_each_line_is_a_route_with_its_place(tmp_path: Path, encoding: str, ends: str) -> None:
    with any_route() as site:
        text = LIST.format(url=site.url, host=site.url.removeprefix("http://")).replace("\n", ends)
        (tmp_path / "urls.txt").write_bytes(text.encode(encoding))
        ended = hdrcli("check", "@urls.txt", "--format=json", "--no-probe", cwd=tmp_path)

    routes = document(ended)["services"][0]["routes"]
    assert [(route["method"], route["url"], route["source"]) for route in routes] == [
        (method, site.url + path, f"urls.txt line {line}") for method, path, line in ROUTES
    ]


def test_standard_input_is_a_list() -> None:
    with any_route() as site:
        ended = hdrcli("check", "-", "--format=json", "--no-probe", given=f"# routes\n{site.url}/items\n")

    (route,) = document(ended)["services"][0]["routes"]
    assert route["source"] == "standard input line 2"
    assert ended.status == 0


def test_only_methods_with_a_body_get_it() -> None:
    settings = Settings(targets=(), method="POST", body="{}", headers=(("X-A", "1"),))
    path = "tests/targets/recordings/routes.txt"

    assert [(route.method, route.body, route.headers) for route in routes_of(f"@{path}", settings=settings)] == [
        ("POST", "{}", settings.headers),  # the line has no method: that of the settings
        ("GET", None, settings.headers),
        ("PUT", "{}", settings.headers),
        ("HEAD", None, settings.headers),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "urls.txt has nothing to check"),
        (b"\n# only a comment\n  \n", "urls.txt has nothing to check"),
        (
            b"http://127.0.0.1/\nitems\n",
            "urls.txt line 2 is not a request: write a URL, or a method and a URL, instead of",
        ),
        (b"http://127.0.0.1/\n\nGET\n", 'instead of "GET"'),
        (b"GET POST http://127.0.0.1/", "urls.txt line 1 is not a request"),
        (b"ftp://127.0.0.1/", 'urls.txt line 1: "ftp://127.0.0.1/" is not an http or https URL'),
        (b"http://127.0.0.1:99999/", "urls.txt line 1: "),
        (b"http://${HOST}/", "urls.txt line 1: "),
        (b"http://127.0.0.1/\n\xff\xfe", "urls.txt line 2 is not text in UTF-8"),
        (b"http://127.0.0.1/\n\0\0", "urls.txt line 2 is binary"),
        (b"\xff\xfe\0", "urls.txt line 1 is not text"),
        (b"a" * 70_000, "urls.txt line 1 is longer than 65,536 characters"),
        (b"\x1b[2J" + b"a" * 1000, r'"\x1b[2J'),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:40],
)
def test_what_is_not_a_list_is_wrong_usage(tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / "urls.txt").write_bytes(text)
    ended = hdrcli("check", "@urls.txt", cwd=tmp_path)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert message in ended.err


def test_a_password_in_a_list_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("GET http://bob:s3cret@127.0.0.1:99999/\n", "utf-8")

    assert "s3cret" not in hdrcli("check", "@urls.txt", cwd=tmp_path).err


@pytest.mark.no_cover
def test_a_list_of_100000_routes_takes_seconds(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_text("".join(f"GET https://api.example/items/{number}\n" for number in range(100_000)), "utf-8")
    before = time.process_time()
    routes = routes_of(f"@{path}")
    seconds = time.process_time() - before

    assert len(routes) == 100_000
    assert seconds < 20
