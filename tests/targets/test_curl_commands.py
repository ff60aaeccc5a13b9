r"""Curl commands, as browsers copy them and as people write them: the request that hdrcli makes of each."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from hdrcli import Settings
from hdrcli.records.errors import UsageError
from tests.cli.program import assert_one_line, hdrcli
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.targets.reading import document, routes_of

URL: Final = "https://api.example/items"

CHROME_BASH: Final = r"""curl 'https://api.example/items?q=1' \
  -X 'PUT' \
  -H 'accept: */*' \
  -H 'accept-language: de-DE,de;q=0.9' \
  -H 'authorization: Bearer s3cret' \
  -H 'cache-control: no-cache' \
  -H 'content-type: application/json' \
  -b 'sid=1; theme=dark' \
  -H 'origin: https://app.example' \
  -H 'pragma: no-cache' \
  -H 'priority: u=1, i' \
  -H 'referer: https://app.example/page' \
  -H 'sec-ch-ua: "Chromium";v="156"' \
  -H 'sec-fetch-dest: empty' \
  -H 'sec-fetch-mode: cors' \
  -H 'sec-fetch-site: cross-site' \
  -H 'user-agent: Mozilla/5.0' \
  -H 'x-trace: it'\''s 1' \
  --data-raw $'{"a":"it\'s \u0021 \ud83d\ude00\\n"}'
"""
CHROME_CMD: Final = (
    'curl ^"https://api.example/items?q=1^" ^\n'
    '  -X ^"PUT^" ^\n'
    '  -H ^"authorization: Bearer s3cret^" ^\n'
    '  -H ^"content-type: application/json^" ^\n'
    '  -b ^"sid=1; theme=dark^" ^\n'
    '  -H ^"origin: https://app.example^" ^\n'
    '  -H ^"x-trace: 50^%^ ^& more^" ^\n'
    '  --data-raw ^"^{^\\^"a^\\^":1^}^"'
)
FIREFOX: Final = r"""curl 'https://api.example/items?q=1' \
  --compressed \
  -X PUT \
  -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0' \
  -H 'Accept: */*' \
  -H 'Accept-Language: en-US,en;q=0.5' \
  -H 'Accept-Encoding: gzip, deflate, br, zstd' \
  -H 'Referer: https://app.example/' \
  -H 'Authorization: Bearer s3cret' \
  -H 'Content-Type: application/json' \
  -H 'X-Trace: 1' \
  -H 'Origin: https://app.example' \
  -H 'Connection: keep-alive' \
  -H 'Cookie: sid=1; theme=dark' \
  -H 'TE: trailers' \
  --data-raw '{"a":1}'"""

AUTHORIZED: Final = ("authorization", "Bearer s3cret")
TYPED: Final = ("content-type", "application/json")


@pytest.mark.parametrize(
    ("command", "headers", "body"),
    [
        (CHROME_BASH, [AUTHORIZED, TYPED, ("x-trace", "it's 1")], '{"a":"it\'s ! \U0001f600\\n"}'),
        (CHROME_BASH.replace("\n", "\r\n"), [AUTHORIZED, TYPED, ("x-trace", "it's 1")], None),
        (CHROME_CMD, [AUTHORIZED, TYPED, ("x-trace", "50% & more")], '{"a":1}'),
        (CHROME_CMD.replace("\n", "\r\n"), [AUTHORIZED, TYPED, ("x-trace", "50% & more")], '{"a":1}'),
        (FIREFOX, [AUTHORIZED, TYPED, ("x-trace", "1")], '{"a":1}'),
    ],
    ids=["Chromium for bash", "with CRLF", "Chromium for cmd", "cmd with CRLF", "Firefox"],
)
def test_a_copied_command_is_the_page_s_request(command: str, headers: list[tuple[str, str]], body: str | None) -> None:
    (route,) = routes_of(command)

    assert (route.method, str(route.url)) == ("PUT", "https://api.example/items?q=1")
    assert [(name.lower(), value) for name, value in route.headers] == headers
    assert route.pages == ("https://app.example",)
    assert route.cookies == ("sid=1", "theme=dark")
    assert body is None or route.body == body


@pytest.mark.parametrize(
    ("arguments", "request_line", "headers", "body"),
    [
        (URL, f"GET {URL}", [], None),
        (f"-s {URL} -i --http2", f"GET {URL}", [], None),
        ("localhost:8000/items", "GET http://localhost:8000/items", [], None),
        ("api.example", "GET http://api.example/", [], None),
        (f"--url {URL} -XDELETE", f"DELETE {URL}", [], None),
        (f"-sSLX patch {URL}", f"patch {URL}", [], None),
        (f"-I {URL}", f"HEAD {URL}", [], None),
        (f"{URL} -d a=1 --data b=2", f"POST {URL}", [("Content-Type", "application/x-www-form-urlencoded")], "a=1&b=2"),
        (f"{URL} -d @x --data-raw @y", None, [], None),
        (f"{URL} --data-raw @y", f"POST {URL}", [("Content-Type", "application/x-www-form-urlencoded")], "@y"),
        (f"{URL} -G -d a=1 -d b=2", f"GET {URL}?a=1&b=2", [], None),
        (f"{URL}?c -G -d a=1", f"GET {URL}?c&a=1", [], None),
        (
            f"{URL} --data-urlencode 'a=1 2' --data-urlencode '=x&y' --data-urlencode z",
            f"POST {URL}",
            [("Content-Type", "application/x-www-form-urlencoded")],
            "a=1+2&x%26y&z",
        ),
        (
            f"{URL} --json '{{\"a\":1}}'",
            f"POST {URL}",
            [("Content-Type", "application/json"), ("Accept", "application/json")],
            '{"a":1}',
        ),
        (
            f"{URL} --json 1 -H 'content-type: text/x'",
            f"POST {URL}",
            [("content-type", "text/x"), ("Accept", "application/json")],
            "1",
        ),
        (f"{URL} -u bob:pw", f"GET {URL}", [("Authorization", "Basic Ym9iOnB3")], None),
        (f"{URL} --oauth2-bearer t", f"GET {URL}", [("Authorization", "Bearer t")], None),
        (f"{URL} -H 'X-Empty;' -H 'Accept:' -H 'X-A: 1'", f"GET {URL}", [("X-Empty", ""), ("X-A", "1")], None),
        (f"{URL} -H 'Cache-Control: no-cache'", f"GET {URL}", [("Cache-Control", "no-cache")], None),
        (f"{URL} -H 'X-A: $(id) `id` $HOME; id'", f"GET {URL}", [("X-A", "$(id) `id` $HOME; id")], None),
        (f"{URL} -A me -e https://app.example/x", f"GET {URL}", [], None),
    ],
)
def test_an_option_is_what_curl_makes_of_it(
    arguments: str, request_line: str | None, headers: list[tuple[str, str]], body: str | None
) -> None:
    if request_line is None:
        with pytest.raises(UsageError):
            routes_of(f"curl {arguments}")
        return
    (route,) = routes_of(f"curl {arguments}")

    assert f"{route.method} {route.url}" == request_line
    assert list(route.headers) == headers
    assert route.body == body


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "The curl command has no URL"),
        ("-d @/etc/passwd", "--data, which is not supported: it reads a file"),
        ("--json @x", "--json, which is not supported: it reads a file"),
        ("--data-urlencode a@x", "--data-urlencode, which is not supported: it reads a file"),
        ("-H @x", "--header, which is not supported: it reads a file"),
        ("-b cookies.txt", "--cookie, which is not supported: it reads a file"),
        ("-o page", "--output, which is not supported: it writes a file"),
        ("-O", "--remote-name, which is not supported"),
        ("-K options", "--config, which is not supported"),
        ("-F a=1", "--form, which is not supported"),
        ("-T x", "--upload-file, which is not supported"),
        ("-k", "--insecure, which is not supported: give --insecure to hdrcli"),
        ("--proxy http://p:1", "--proxy, which is not supported"),
        ("--next", "--next, which is not supported"),
        ("--frobnicate", "option --frobnicate not recognized"),
        ("-H", "option -H requires argument"),
        ("-H 'X-A: 1", "a quote is not closed"),
        ("ftp://api.example/", "is not an http or https URL"),
        ("--\x1b[2J", r"\x1b"),
    ],
)
def test_what_no_page_sends_is_refused_with_the_reason(arguments: str, message: str) -> None:
    ended = hdrcli("check", f"curl {'' if not arguments else URL} {arguments}")

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert message in ended.err


def test_a_header_of_the_settings_comes_after_those_of_the_command() -> None:
    (route,) = routes_of(f"curl {URL} -H 'X-A: 1'", settings=Settings(targets=(), headers=(("X-B", "2"),)))

    assert route.headers == (("X-A", "1"), ("X-B", "2"))


@pytest.mark.parametrize("place", ["word", "file", "standard input"])
def test_the_request_is_made_by_hdrcli_as_the_browser_sent_it(tmp_path: Path, place: str) -> None:
    page = "https://shop.example"
    responses = {
        "OPTIONS /items": answer(
            f"Access-Control-Allow-Origin: {page}",
            "Access-Control-Allow-Credentials: true",
            "Access-Control-Allow-Headers: X-Trace",
        ),
        "/items": answer(
            f"Access-Control-Allow-Origin: {page}", "Access-Control-Allow-Credentials: true", "X-Total: 3"
        ),
    }
    with Site(responses) as site:
        command = (
            f"curl '{site.url}/items' -H 'origin: {page}' -H 'x-trace: 1' -b 'sid=1' -H 'sec-fetch-mode: navigate'"
        )
        (tmp_path / "command.txt").write_text(command, "utf-8")
        words = {"word": command, "file": "command.txt", "standard input": "-"}
        ended = hdrcli(
            "check", words[place], "--format=json", "--no-probe", "--browser=chromium", given=command, cwd=tmp_path
        )

    (route,) = document(ended)["services"][0]["routes"]
    counting = [caller for caller in route["callers"] if not caller["comparison"]]
    assert [(caller["page"], caller["credentials"], caller["outcome"]) for caller in counting] == [
        (page, "include", "readable")
    ]
    sent = [request for request in site.requests if request.method == "GET"]
    assert {request.get("cookie") for request in sent} == {"sid=1", None}
    assert {request.get("sec-fetch-mode") for request in sent} == {"cors"}
    assert {request.get("x-trace") for request in sent} == {"1"}


def test_an_origin_of_the_user_replaces_that_of_the_command() -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE)}) as site:
        ended = hdrcli(
            "check",
            f"curl {site.url}/items -H 'Origin: https://app.example'",
            "--origin=http://localhost:3000",
            "--format=json",
        )

    (route,) = document(ended)["services"][0]["routes"]
    assert {caller["page"] for caller in route["callers"]} == {"http://localhost:3000"}


def test_the_secrets_of_a_command_are_not_printed() -> None:
    with Site({"/items": answer()}) as site:
        command = f"curl {site.url}/items -u bob:s3cret -b sid=s3cret --oauth2-bearer s3cret"
        ended = hdrcli("check", command, "--verbose")

    assert "s3cret" not in ended.out + ended.err
    assert "Ym9iOnMzY3JldA" not in ended.out
