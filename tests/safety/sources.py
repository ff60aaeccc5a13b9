"""Where texts of servers, documents and users come from: each place as data, with any text in it.

`value` is the text for the places of values, `name` that for the places of names: of headers, methods and parameters.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE
from tests.targets.hars import entry, har

CLOSED: Final = "http://127.0.0.1:9"
"""A port that browsers block."""


def responses(value: str, name: str) -> Iterator[bytes]:
    """Responses with the texts in each place that a server has."""
    yield answer(*OPEN_TO_PAGE, f"X-A: {value}", f"Link: {value}", f"Set-Cookie: {name}={value}; {value}")
    yield answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: *", f"X-A: {value}", f"X-A: {value}\xe9")
    yield answer(*OPEN_TO_PAGE, f"Access-Control-Expose-Headers: X-A, {name}", "X-A: 1")
    yield answer(*OPEN_TO_PAGE, f"{name}: 1", name, f"X-{name}")
    yield answer(f"Access-Control-Allow-Origin: {value}")
    yield answer("Access-Control-Allow-Origin: *", f"Access-Control-Allow-Credentials: {value}")
    yield answer(*OPEN_TO_PAGE, f"Cross-Origin-Resource-Policy: {value}", f"Content-Encoding: {value}")
    yield answer(*OPEN_TO_PAGE, f"Vary: {value}", f"Access-Control-Allow-Methods: {name}", f"Server: {value}")
    yield answer(*OPEN_TO_PAGE, status=f"200 {value}")
    for location in (
        value,
        f"http://[{value}",
        f"http://{value}/",
        f"/{value}",
        f"{value}:a",
        f"//127.0.0.1:9/{value}",
    ):
        yield answer(*OPEN_TO_PAGE, f"Location: {location}", status="302 Found")
    yield answer(*OPEN_TO_PAGE, f"Content-Length: {value}")
    yield answer(*OPEN_TO_PAGE, f"Transfer-Encoding: {value}")
    yield f"{value}\r\n\r\n".encode("latin-1")
    yield f"HTTP/1.1 {value}\r\n\r\n".encode("latin-1")
    for kind in ("text/html", "application/json", "text/plain"):
        yield f"HTTP/1.1 500 No\r\nContent-Type: {kind}\r\n\r\n{value}\n{value}".encode("latin-1")
    yield f"HTTP/1.1 403 No\r\nAccess-Control-Allow-Origin: *\r\n\r\n{value}".encode("latin-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Files and variables with the texts in all their places, and the words that make the program read them."""

    name: str
    words: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


def sources(url: str, value: str, name: str) -> Iterator[Source]:
    """All files that the program reads; `url` is that of a server that responds."""
    yield Source(name="recording", words=("a.har",), files={"a.har": _recording(value, name)})
    yield Source(name="request list", words=("@a.txt",), files={"a.txt": f"GET {url}?{value}\n{name} {url}\n"})
    yield Source(name="wrong request list", words=("@a.txt",), files={"a.txt": f"{value}\n"})
    command = shlex.join(
        ["curl", f"{url}?{value}", "-H", f"X-A: {value}", "-b", f"a={value}", "-d", value, "-A", value, "-e", value]
    )
    yield Source(name="curl command", words=(command,))
    yield Source(name="curl file", words=("a.curl",), files={"a.curl": command})
    yield Source(name="wrong curl command", words=(f"curl {url} --{value} '{value}",))
    output = (
        f"> GET /{value} HTTP/1.1\n> Host: a.example\n> X-A: {value}\n>\n< HTTP/1.1 200 {value}\n< X-A: {value}\n<\n"
    )
    yield Source(name="output of curl -v", words=("a.log",), files={"a.log": output})
    yield Source(name="OpenAPI", words=(url, "--openapi=a.json"), files={"a.json": _document(url, value, name)})
    yield Source(name="wrong OpenAPI", words=(url, "--openapi=a.json"), files={"a.json": value})
    for number, text in enumerate(_configurations(url, value, name)):
        yield Source(
            name=f"configuration {number}", words=("api",), files={"hdrcli.toml": text}, variables={"VALUE": value}
        )
    script = "import os, sys; print(os.environ['VALUE']); sys.exit(3)"
    launch = shlex.join([sys.executable, "-c", script, value, "{port}"])
    yield Source(name="launch", words=(f"--launch={launch}",), variables={"VALUE": value})


def _recording(value: str, name: str) -> str:
    request = f"GET http://api.example/{value}?a={value}#{value}"
    return har(
        entry(request, f"X-A: {value}", f"Cookie: a={value}", received=(*OPEN_TO_PAGE, f"X-A: {value}")),
        entry(f"{name} http://api.example/", origin=value, received=(f"Access-Control-Allow-Origin: {value}",)),
        entry(request, received=(f"Location: {value}",), status=302, redirect=value),
        entry(request, status=0, error=value, version=value),
    )


def _document(url: str, value: str, name: str) -> str:
    parameters = [
        {"name": its_name, "in": place, "required": True, "description": value, "example": value}
        for its_name, place in (("a", "query"), ("X-A", "header"), ("id", "path"), (name, "query"), (name, "header"))
    ]
    response = {"description": value, "headers": {name: {}, "X-A": {"description": value}}}
    operation = {
        "operationId": value,
        "tags": [value],
        "summary": value,
        "parameters": parameters,
        "responses": {"200": response, name: response},
    }
    body = {"requestBody": {"content": {"application/json": {"example": {"a": value}}, name: {"example": value}}}}
    paths = {"/": {"get": operation, "put": operation | body}, "/a/{id}": {"get": operation}, value: {"get": {}}}
    paths |= {f"/{value}": {"get": {}}, f"/{{{name}}}": {"get": {}}}
    info = {"title": value, "version": value, "description": value}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": info,
            "servers": [{"url": url}, {"url": value, "description": value}],
            "paths": paths,
        }
    )


def _configurations(url: str, value: str, name: str) -> Iterator[str]:
    """Configurations: good ones, and ones with something wrong in each place."""
    text = json.dumps(value)  # which TOML reads, too
    service = f'[services.api]\nurl = "{url}"\n'
    yield f'{service}header = ["X-A: ${{VALUE}}"]\nsend = ["X-B: ${{VALUE}}"]\n[routes."GET /"]\nreadable = ["X-C"]\n'
    yield f"{service}paths = [{json.dumps('/' + value)}]\nheader = [{json.dumps('X-A: ' + value)}]\n"
    yield f'{service}[[ignore]]\ncode = "HDR3"\nroute = {text}\nreason = {text}\n'
    yield f"{service}[routes]\n{json.dumps('GET /' + value)} = {{ readable = [{json.dumps(name)}] }}\n"
    yield f"{text} = 1\n"
    yield f"{service}{text} = 1\n"
    for key in ("origin", "timeout", "header", "fail-on", "cacert", "stack"):
        yield f"{key} = {text}\n"
    yield f"[services.{text}]\nurl = {text}\n"
    yield f'[services.api]\nurl = "${{{name}}}"\n'
    yield value


def arguments(url: str, value: str, name: str) -> Iterator[tuple[str, ...]]:
    """Targets and options of a check with the texts."""
    for option in ("-H", "--send"):
        yield from ((url, option, text) for text in (value, f"{name}: 1", f"X-A: {value}"))
    for option in ("--cookie", "--origin", "--timeout", "--bearer", "-u", "--data", "--json", "--browser"):
        yield url, option, value
    for option in ("-X", "--expect-readable", "--expect-status", "--select", "--stack"):
        yield url, option, name
    for option in ("--openapi", "--cacert", "--cert", "--baseline", "--unix-socket", "--route", "--rate"):
        yield url, option, value
    for option in ("--param", "--resolve", "--connect-to"):
        yield url, option, value
    yield url, "-X", "POST", "--json", value, "--repeat-writes"
    yield url, "--cookie", f"a={value}; SameSite=None; Secure"
    yield url, "--origin", f"https://{value}"
    yield url, "--compare", f"{url}?{value}"
    yield url, "--output", f"/none/{value}"
    for proxy in (value, f"http://{value}", f"http://127.0.0.1:9/{value}"):
        yield url, "--proxy", proxy
    yield url, f"--{name}"
    yield url, "--launch", f"{name} --token {value} {{port}}"
    for target in (value, f"http://{value}", f"{url}{value}", f"{url}?{value}#{value}", f"{value}:app", f"@{value}"):
        yield (target,)
