"""No text of a server or a user commands the CI system whose log a report reaches, in any format and at any width."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Ended, hdrcli
from tests.safety.hostile_values import COMMANDS, VALUES
from tests.safety.runner import commands
from tests.serving.http import answer
from tests.serving.raw import RawServer
from tests.serving.site import OPEN_TO_PAGE, Response, Site

pytestmark = pytest.mark.no_cover  # all lines run often: tracing them takes as long again

WIDTHS = ("", "0", "20", "33", "40", "57", "80", "81", "200")
FORMATS = (
    ["--format=table"],
    ["--format=table", "--verbose"],
    ["--format=table", "--show=all"],
    ["--format=json", "--exchanges"],
    ["--format=jsonl"],
    ["--format=html", "--exchanges"],
)


def responses(value: str) -> Iterator[bytes]:
    """Responses with the value in each place that a server has."""
    yield answer(*OPEN_TO_PAGE, f"X-A: {value}", f"Link: {value}", f"Set-Cookie: {value}; {value}")
    yield answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: *", f"X-A: {value}", f"X-A: {value}\xe9")
    yield answer(*OPEN_TO_PAGE, f"Access-Control-Expose-Headers: X-A, {value}", "X-A: 1")
    yield answer(*OPEN_TO_PAGE, f"{value}: 1", value, f"X-{value}")
    yield answer(f"Access-Control-Allow-Origin: {value}")
    yield answer("Access-Control-Allow-Origin: *", f"Access-Control-Allow-Credentials: {value}")
    yield answer(*OPEN_TO_PAGE, f"Cross-Origin-Resource-Policy: {value}", f"Content-Encoding: {value}")
    yield answer(*OPEN_TO_PAGE, status=f"200 {value}")
    for location in (value, f"http://[{value}", f"http://{value}/", f"/{value}", f"{value}:a"):
        yield answer(*OPEN_TO_PAGE, f"Location: {location}", status="302 Found")
    yield answer(*OPEN_TO_PAGE, f"Content-Length: {value}")
    yield answer(*OPEN_TO_PAGE, f"Transfer-Encoding: {value}")
    yield f"{value}\r\n\r\n".encode("latin-1")
    yield f"HTTP/1.1 {value}\r\n\r\n".encode("latin-1")


def assert_harmless(ended: Ended) -> None:
    assert not list(commands(ended.out)), ended.out
    assert not list(commands(ended.err)), ended.err
    for line in (*ended.out.split("\n"), *ended.err.split("\n")):
        assert line.isprintable()
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("options", FORMATS, ids=" ".join)
def test_every_place_of_a_response(options: list[str]) -> None:
    for number, value in enumerate(VALUES):
        width = WIDTHS[number % len(WIDTHS)]
        sites = {f"/{place}": response for place, response in enumerate(responses(value))}
        with Site(sites) as site:
            urls = [f"{site.url}{path}" for path in sites]
            assert_harmless(hdrcli("check", *urls, "--no-probe", "-X", "PUT", *options, env={"COLUMNS": width}))
            if "table" in options[0]:
                assert_harmless(hdrcli("check", urls[number % len(urls)], *options, env={"COLUMNS": width}))


@pytest.mark.parametrize("name", ["table", "json", "markdown"])
def test_comparisons(tmp_path: Path, name: str) -> None:
    plain = answer(*OPEN_TO_PAGE, "X-A: 1", "Link: 1", "Access-Control-Expose-Headers: X-A")
    for number, value in enumerate(VALUES[::2]):
        hostile = {f"/{place}": response for place, response in enumerate(responses(value))}
        with Site(hostile) as one, Site(dict.fromkeys(hostile, plain)) as other:
            for file, site in (("a.txt", one), ("b.txt", other)):
                (tmp_path / file).write_text("".join(f"{site.url}{path}\n" for path in hostile))
            method = "PUT" if number % 2 else "GET"
            words = ("@a.txt", "@b.txt", f"--format={name}", f"--method={method}", "--no-probe")
            ended = hdrcli("compare", *words, cwd=tmp_path, env={"COLUMNS": WIDTHS[number % len(WIDTHS)]})
        assert ended.status == 1
        assert_harmless(ended)


@pytest.mark.parametrize("value", [COMMANDS[6], COMMANDS[7], COMMANDS[8], COMMANDS[9]])
def test_every_width(value: str) -> None:
    with RawServer(answer(*OPEN_TO_PAGE, f"X-A: {value}", f"Link: {value}")) as server:
        for width in range(1, 121, 5):
            for options in (["--verbose"], []):
                ended = hdrcli("check", server.url, "--no-probe", *options, env={"COLUMNS": str(width)})
                assert_harmless(ended)


def test_a_file_is_as_safe_as_a_log(tmp_path: Path) -> None:
    with RawServer(answer(*OPEN_TO_PAGE, *(f"X-{number}: {value}" for number, value in enumerate(VALUES)))) as server:
        for options in FORMATS:
            hdrcli("check", server.url, *options, f"--output={tmp_path / 'report'}", env={"COLUMNS": "40"})
            assert not list(commands((tmp_path / "report").read_text("utf-8")))


@pytest.mark.parametrize("value", COMMANDS)
def test_the_values_of_json_stay_equal(value: str) -> None:
    with RawServer(answer(*OPEN_TO_PAGE, f"X-A: {value}")) as server:
        ended = hdrcli("check", server.url, "--format=json")

    (route,) = json.loads(ended.out)["services"][0]["routes"]
    assert {"X-A": [value.strip()]}.items() <= {each["name"]: each["values"] for each in route["headers"]}.items()


@pytest.mark.parametrize("value", VALUES)
def test_documents_and_chains(value: str) -> None:
    operation = {"responses": {"200": {"headers": {value: {}, "X-A": {}}, "description": value}}}
    document = json.dumps({"openapi": "3.1.0", "info": {}, "paths": {"/a": {"get": operation}, value: {}}})
    sites: dict[str, Response] = {
        "/a": answer(*OPEN_TO_PAGE),
        "/openapi.json": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + document.encode(),
        "/chain": lambda request: answer(
            *OPEN_TO_PAGE, f"Location: /chain?{request.target.count('a') * 'a'}a{value}#{value}", status="307 Again"
        ),
    }
    with Site(sites) as site:
        for options in FORMATS:
            assert_harmless(hdrcli("check", f"{site.url}/a", f"{site.url}/chain", *options, env={"COLUMNS": "60"}))


@pytest.mark.parametrize("value", VALUES)
def test_proxies(value: str) -> None:
    with RawServer(f"HTTP/1.1 502 {value}\r\n\r\n".encode("latin-1")) as proxy:
        for options in (["--verbose"], ["--format=json", "--exchanges"]):
            ended = hdrcli("check", "https://a.example/", *options, env={"HTTPS_PROXY": proxy.url, "COLUMNS": "40"})
            assert_harmless(ended)


@pytest.mark.parametrize("value", [value for value in COMMANDS if "\0" not in value])
def test_arguments(value: str) -> None:
    for arguments in (
        [value],
        ["check", value],
        ["check", f"http://{value}"],
        ["check", "http://127.0.0.1:9/", "-H", value],
        ["check", "http://127.0.0.1:9/", "-H", f"{value}: 1"],
        ["check", "http://127.0.0.1:9/", "--cookie", value],
        ["check", "http://127.0.0.1:9/", "--origin", value],
        ["check", "http://127.0.0.1:9/", "--timeout", value],
        ["check", "http://127.0.0.1:9/", f"--{value}"],
        ["check", "http://127.0.0.1:9/", "--output", f"/none/{value}"],
        ["check", "http://127.0.0.1:9/", "-X", value],
        ["explain", value],
        ["explain", f"HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: {value}\nX-A: {value}"],
    ):
        assert_harmless(hdrcli(*arguments, env={"COLUMNS": "40"}))
