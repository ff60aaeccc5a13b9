"""A report has bounds, whatever a server sends: in bytes, in memory and in time."""

from __future__ import annotations

import socket

import pytest

from tests.cli.program import hdrcli
from tests.reporting import valid
from tests.safety.measuring import measured
from tests.sampling import sampled
from tests.serving.http import answer, parse_request, read_request
from tests.serving.raw import RawServer
from tests.serving.scripted import Script, ScriptedServer, responding

MEGABYTES = 128
SECONDS = 20
"""Of the processor: a multiple of what it takes."""
LONGEST_OUTPUT = 3_000_000
"""Characters. Of 250 kB that come over the wire once, 51 MB could become without bounds."""

ANY = "Access-Control-Allow-Origin: *"
HEADS = {
    "28,000 names to expose": [ANY, f"Access-Control-Expose-Headers: {', '.join(f'X-{n}' for n in range(28_000))}"],
    "15,000 headers": [ANY, *(f"X-{n}: 1" for n in range(15_000))],
    "15,000 readable headers": [ANY, "Access-Control-Expose-Headers: *", *(f"X-{n}: 1" for n in range(15_000))],
    "28,000 lines of one header": [ANY, "Access-Control-Expose-Headers: X-A", *["X-A: 1"] * 28_000],
    "6,000 cookies": [ANY, *(f"Set-Cookie: a{n}=1; SameSite=None" for n in range(6_000))],
    "30 long values": [ANY, *(f"X-{n}: {'v' * 7900}" for n in range(30))],
    "a long origin": [f"Access-Control-Allow-Origin: {'https://a.example,' * 13_000}"],
    "a long value": [ANY, f"X-A: {chr(255) * 240_000}"],
    "a long name": [ANY, f"X-{'n' * 240_000}: 1"],
    "a long invalid list": [ANY, f"Access-Control-Expose-Headers: X-A, {'b c' * 80_000}", "X-A: 1"],
    "many assignments": [ANY, "X-A: " + 'a="' * 80_000],
    "many colons": [ANY, f"X-A: {':' * 240_000}"],
    "a long list of methods": [ANY, f"Access-Control-Allow-Methods: {'GET,' * 60_000}"],
}
OPTIONS: tuple[list[str], ...] = (
    [],
    ["--verbose"],
    ["--format=json"],
    ["--format=json", "--exchanges"],
    ["--format=jsonl", "--exchanges"],
    ["--format=html"],
    ["--format=html", "--exchanges"],
)


def assert_bounded(*arguments: str) -> str:
    ended = measured("check", *arguments, env={"COLUMNS": "80"})

    assert ended.status in {0, 1, 3}
    assert len(ended.out) < LONGEST_OUTPUT
    assert len(ended.err) < 10_000
    assert ended.megabytes < MEGABYTES
    assert ended.seconds < SECONDS
    if "--format=json" in arguments:
        valid(ended.out)
    return ended.out


@pytest.mark.parametrize("name", sampled(HEADS, every=len(HEADS)))
def test_heads(name: str) -> None:
    with ScriptedServer(responding(answer(*HEADS[name]).replace(b"Connection: close\r\n", b""))) as server:
        for options in OPTIONS[:: 1 if "names" in name else 2]:
            assert_bounded(server.url, *options)
        assert_bounded(server.url, "-X", "PUT", "--verbose", "--origin=https://a.example")


def growing_redirects(_number: int, connection: socket.socket) -> None:
    """Each leads to a longer URL."""
    while data := read_request(connection):
        target = parse_request(data).target
        lines = (ANY, f"Location: {target}{'x' * 5000}?{'y' * 50_000}", f"X-A: {'z' * 150_000}")
        connection.sendall(answer(*lines, status="302 Found").replace(b"Connection: close\r\n", b""))


def early_hints(_number: int, connection: socket.socket) -> None:
    while read_request(connection):
        hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nX-" + b"n" * 4000 + b": 1\r\n\r\n"
        connection.sendall(hint * 50 + answer(ANY).replace(b"Connection: close\r\n", b""))


def garbage(_number: int, connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"g" * 200_000 + b"\r\n\r\n")


@pytest.mark.parametrize("script", sampled([growing_redirects, early_hints, garbage]))
@pytest.mark.parametrize(
    "options",
    [[], ["--verbose"], ["--format=json"], ["--format=json", "--exchanges"], ["--format=html", "--exchanges"]],
    ids=" ".join,
)
def test_exchanges(script: Script, options: list[str]) -> None:
    with ScriptedServer(script) as server:
        assert_bounded(server.url, *options)


def test_json_says_how_much_is_missing() -> None:
    names = [f"X-{number}" for number in range(800)]
    lines = (ANY, "Access-Control-Expose-Headers: X-Long", f"X-Long: {'v' * 9000}", *(f"{name}: 1" for name in names))
    with RawServer(answer(*lines)) as server:
        ended = hdrcli("check", server.url, "--format=json", "--exchanges")

    (route,) = valid(ended.out)["services"][0]["routes"]
    assert (len(route["headers"]), route["more_headers"]) == (500, 805 - 500)
    assert [header["name"] for header in route["headers"][3:6]] == ["X-0", "X-1", "X-2"]
    (value,) = next(header["values"] for header in route["headers"] if header["name"] == "X-Long")
    assert value.startswith("vvv")
    assert "(9000 characters)" in value
    response = route["fetches"][0]["exchanges"][0]["response"]
    assert (len(response["headers"]), response["more_headers"]) == (500, 305)


def test_an_ordinary_report_is_whole() -> None:
    lines = [f"X-{number}: {'v' * 200}" for number in range(100)]
    with RawServer(answer(ANY, f"Content-Security-Policy: {'default-src a;' * 500}", *lines)) as server:
        ended = hdrcli("check", server.url, "--format=json", "--exchanges")

    (route,) = valid(ended.out)["services"][0]["routes"]
    assert "more_" not in ended.out
    assert " characters) ... " not in ended.out
    assert len(route["headers"]) == 104
