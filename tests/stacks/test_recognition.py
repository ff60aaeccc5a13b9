"""Each stack is recognised in what it sends, and in nothing that another one sends."""

from __future__ import annotations

from typing import Final

import pytest

from hdrcli.fetch import HTTPResponse
from hdrcli.inspection import check
from hdrcli.settings import Settings
from hdrcli.stacks import ANY, STACKS, known_stack, recognise, recognise_layers
from hdrcli.stacks.evidence import Evidence
from hdrcli.stacks.recognition import recognise_in
from hdrcli.structs import replace
from tests.serving.asgi import sample_app, uvicorn_server
from tests.stacks.recorded_heads import RECORDED, Recorded, response

PAGE: Final = "https://app.example"

CERTAIN: Final = {
    "actix",
    "aiohttp",
    "api-gateway",
    "axum",
    "azure",
    "caddy",
    "cloudflare",
    "cloudfront",
    "django",
    "envoy",
    "express",
    "fastify",
    "gcs",
    "litestar",
    "nestjs",
    "nginx",
    "apache",
    "quart",
    "s3",
    "spring",
    "starlette",
}
LIKELY: Final = {"aspnet", "flask", "gin", "go", "hono", "rails", "sanic", "traefik"}

HIDDEN: Final = {"haproxy"}
"""Recognised only by an error page of its own."""

FRONTS: Final = {
    "nginx-before-starlette": "nginx",
    "caddy-before-starlette": "caddy",
    "envoy-before-starlette": "envoy",
}
"""Proxies that show themselves in responses that the application wrote."""

each_recorded = pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded.name)


def in_lower_case(response: HTTPResponse) -> HTTPResponse:
    """As over HTTP/2, which has no headers of the connection."""
    headers = ((name.lower(), value) for name, value in response.headers)
    return replace(response, headers=tuple(header for header in headers if header[0] != "connection"))


def relatives(name: str) -> set[str]:
    """The stacks that a recording may show: its own, what that is built on, and the proxy in front of it."""
    recorded = next(each for each in RECORDED if each.name == name)
    built_on = known_stack(recorded.stack).built_on
    return {recorded.stack, name.partition("-before-")[0].removesuffix("-files"), built_on}


@each_recorded
def test_the_layer_that_does_cors_is_recognised(recorded: Recorded) -> None:
    recognised = recognise_layers(recorded.responses)
    expected = "any" if recorded.stack in HIDDEN else recorded.stack

    assert recognised.stack.name == expected
    if recognised.layer is not None:
        assert recognised.layer.is_certain == (recorded.stack in CERTAIN)
        assert recognised.stack.is_likely == (recorded.stack in LIKELY)


@each_recorded
def test_no_response_is_taken_for_another_stacks(recorded: Recorded) -> None:
    for each in recorded.responses:
        for seen in (each, in_lower_case(each), replace(each, body=b"")):
            assert {layer.stack.name for layer in recognise_in(Evidence(seen))} <= relatives(recorded.name)


def test_every_stack_that_can_be_recognised_has_a_recording() -> None:
    recorded = {each.stack for each in RECORDED} - {ANY.name}

    assert recorded == CERTAIN | LIKELY | HIDDEN
    assert recorded | {"r2"} == {stack.name for stack in STACKS}


@pytest.mark.parametrize(("name", "front"), FRONTS.items())
def test_the_proxy_in_front_is_recognised_next_to_the_application(name: str, front: str) -> None:
    recognised = recognise_layers(next(each for each in RECORDED if each.name == name).responses)

    assert [layer.stack.name for layer in recognised.front] == [front]
    assert recognised.app is not None
    assert recognised.app.stack.name == "starlette"
    assert "wrote" not in {layer.sign.part for layer in recognised.front}


DJANGO_GUARDS: Final = (
    "X-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\nX-Content-Type-Options: nosniff\r\n"
    "Cross-Origin-Opener-Policy: same-origin"
)

BY_HAND: Final[dict[str, tuple[str, str]]] = {
    "aiohttp, by a middleware": (
        "Server: Python/3.11 aiohttp/3.14.5",
        "Access-Control-Allow-Origin: https://app.example\r\nAccess-Control-Allow-Headers: Content-Type, Authorization",
    ),
    "aiohttp, for everybody": ("Server: Python/3.11 aiohttp/3.14.5", "Access-Control-Allow-Origin: *"),
    "aiohttp, without an origin": ("Server: Python/3.11 aiohttp/3.14.5", "Access-Control-Allow-Methods: GET"),
    "Flask, by an after_request function": ("Server: Werkzeug/3.1.3 Python/3.11", "Access-Control-Allow-Headers: *"),
    "Django, by a middleware": (
        DJANGO_GUARDS,
        "Access-Control-Allow-Methods: GET, PUT",
    ),
}


@pytest.mark.parametrize(("shown", "lines"), BY_HAND.values(), ids=BY_HAND)
def test_cors_by_hand_is_not_configured_in_the_cors_layer_of_the_stack(shown: str, lines: str) -> None:
    """A line for a layer that isn't there changes nothing."""
    plain = response(f"HTTP/1.1 200 OK\r\n{shown}")
    by_hand = response(f"HTTP/1.1 200 OK\r\n{shown}\r\n{lines}")

    assert recognise([plain]) is not ANY
    assert recognise([plain, by_hand]) is ANY


def test_a_proxys_own_response_is_its_own() -> None:
    bad_gateway = response(
        "HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\nContent-Type: text/html",
        "<html>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
        "<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n",
    )

    recognised = recognise_layers([bad_gateway])

    assert [layer.sign.part for layer in recognised.front] == ["wrote"]
    assert recognised.stack.name == "nginx"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("503 Service Unavailable", "No server is available to handle this request."),
        ("401 Unauthorized", "You need a valid user and password to access this content."),
    ],
)
def test_haproxy_is_recognised_by_its_errors(status: str, text: str) -> None:
    head = f"HTTP/1.1 {status}\r\ncache-control: no-cache\r\ncontent-type: text/html"
    body = f"<html><body><h1>{status}</h1>\n{text}\n</body></html>\n"

    assert recognise([response(head, body)]).name == "haproxy"


def test_behind_a_proxy_that_keeps_case_an_unknown_application_does_cors() -> None:
    """A line for nginx would be a second Access-Control-Allow-Origin."""
    head = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: text/plain"

    assert recognise([response(head)]).name == "nginx"
    for line in ("access-control-allow-origin: https://app.example", "Vary: Origin"):
        recognised = recognise_layers([response(f"{head}\r\n{line}")])
        assert recognised.hidden_cors
        assert recognised.stack is ANY


@pytest.mark.parametrize("server", ["uvicorn", "hypercorn-h11", "granian", "gunicorn", "WSGIServer/0.2 CPython/3.11.7"])
def test_a_server_is_not_a_framework(server: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nserver: {server}\r\naccess-control-allow-origin: {PAGE}\r\nvary: origin"

    assert recognise([response(head)]) is ANY


def test_two_likely_applications_contradict_each_other() -> None:
    flask = response("HTTP/1.1 200 OK\r\nServer: Werkzeug/3.1.9 Python/3.11.7")
    aspnet = response("HTTP/1.1 200 OK\r\nServer: Kestrel")

    assert recognise([flask]).name == "flask"
    assert recognise([flask, aspnet]) is ANY


def test_nothing_is_recognised_in_nothing() -> None:
    assert recognise([]) is ANY


def test_recognise_a_real_uvicorn() -> None:
    with uvicorn_server(sample_app()) as base:
        report = check(Settings(targets=(f"{base}/headers/custom",), origins=(PAGE,)))

    assert report.services[0].stack.name == "starlette"
