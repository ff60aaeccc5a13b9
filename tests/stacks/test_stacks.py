"""Which stack answers, by the heads of real ones; and each stack's line to write is of its language."""

from __future__ import annotations

import ast
import json
import re
from typing import Final, get_args

import pytest
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from hdrcli.fetch import HTTPResponse
from hdrcli.inspection import check
from hdrcli.settings import Settings
from hdrcli.stacks import ANY, STACKS, fix_text, recognise, stack_by_name
from hdrcli.stacks.setting import Concept, Setting
from tests.servers import route_of, sample_app, uvicorn_server

PAGE: Final = "https://app.example"

# Recorded from the stacks themselves, as of November 2026, but those of Spring, API Gateway, hypercorn and granian,
# which follow their documentation. Dates, lengths and connections are left out.
HEADS: Final = {
    "uvicorn runs many a framework": (
        "any",
        """\
date: Sun, 22 Nov 2026 16:23:58 GMT
server: uvicorn
content-type: application/json
access-control-expose-headers: X-Total-Count
access-control-allow-origin: https://app.example
vary: Origin""",
    ),
    "hypercorn": ("any", "content-type: application/json\nserver: hypercorn-h11"),
    "granian": ("any", "server: granian\ncontent-type: application/json"),
    "CORSMiddleware's preflight behind nginx": (
        "starlette",
        """\
Server: nginx/1.22.1
Content-Type: text/plain; charset=utf-8
vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network
access-control-allow-methods: GET
access-control-max-age: 600
access-control-allow-headers: Accept, Accept-Language, Content-Language, Content-Type
access-control-allow-origin: https://app.example""",
    ),
    "CORSMiddleware behind nginx: not nginx's to mend": (
        "any",
        """\
Server: nginx/1.22.1
Content-Type: application/json
access-control-expose-headers: X-Total-Count
access-control-allow-origin: https://app.example
vary: Origin""",
    ),
    "Express, cors": (
        "express",
        """\
X-Powered-By: Express
Access-Control-Allow-Origin: https://app.example
Vary: Origin
Access-Control-Allow-Credentials: true
Access-Control-Expose-Headers: X-Total-Count
Content-Type: application/json; charset=utf-8
ETag: W/"7-n4nHQM60bXQYySSnisV5QdXpZSA\"""",
    ),
    "Express behind nginx": (
        "express",
        """\
Server: nginx/1.22.1
Content-Type: application/json; charset=utf-8
X-Powered-By: Express
Access-Control-Allow-Origin: https://app.example
Vary: Origin""",
    ),
    "Django's runserver": (
        "django",
        """\
Server: WSGIServer/0.2 CPython/3.11.7
Content-Type: application/json
X-Frame-Options: DENY
X-Content-Type-Options: nosniff
Referrer-Policy: same-origin
Cross-Origin-Opener-Policy: same-origin
Vary: origin
access-control-allow-origin: https://app.example
access-control-expose-headers: X-Total-Count""",
    ),
    "Django on uvicorn": (
        "django",
        """\
date: Sun, 22 Nov 2026 16:23:58 GMT
server: uvicorn
Content-Type: application/json
X-Frame-Options: DENY
X-Content-Type-Options: nosniff
Referrer-Policy: same-origin
Cross-Origin-Opener-Policy: same-origin
Vary: origin""",
    ),
    "django-cors-headers' preflight behind gunicorn": (
        "django",
        """\
Server: gunicorn
Vary: origin
access-control-allow-origin: https://app.example
access-control-allow-headers: accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with
access-control-allow-methods: DELETE, GET, OPTIONS, PATCH, POST, PUT
access-control-max-age: 86400""",
    ),
    "Flask-CORS": (
        "flask",
        """\
Server: Werkzeug/3.1.9 Python/3.11.7
Content-Type: application/json
Access-Control-Allow-Origin: https://app.example
Access-Control-Expose-Headers: X-Total-Count
Access-Control-Allow-Credentials: true""",
    ),
    "Spring, gin-contrib/cors and go-chi/cors": (
        "any",
        """\
Vary: Origin
Vary: Access-Control-Request-Method
Vary: Access-Control-Request-Headers
Access-Control-Allow-Origin: https://app.example
Content-Type: application/json""",
    ),
    "API Gateway, HTTP API": (
        "api-gateway",
        "Content-Type: application/json\nApigw-Requestid: JKJaXmPLvHcESHA=\naccess-control-allow-origin: *",
    ),
    "API Gateway, REST API": (
        "api-gateway",
        "Content-Type: application/json\nx-amzn-RequestId: 1\nx-amz-apigw-id: JKJaXmPLvHcESHA=",
    ),
    "nginx, add_header": (
        "nginx",
        "Server: nginx/1.22.1\nContent-Type: text/plain\nAccess-Control-Allow-Origin: https://app.example",
    ),
    "nginx, no CORS": ("nginx", "Server: nginx/1.22.1\nContent-Type: text/plain"),
    "Go": ("any", "Content-Type: application/json\nAccess-Control-Allow-Origin: https://app.example\nVary: Origin"),
    "gunicorn": ("any", "Server: gunicorn\nContent-Type: application/json"),
}

VALUES: Final = ("X-Request-ID", "X-Total-Count")
CONCEPTS: Final[tuple[Concept, ...]] = get_args(Concept)

every_concept = pytest.mark.parametrize("concept", CONCEPTS)


def answer(head: str, status: int = 200) -> HTTPResponse:
    lines = [line.partition(": ") for line in head.splitlines()]
    return HTTPResponse(status=status, headers=tuple((name, value) for name, _, value in lines))


@pytest.mark.parametrize(("name", "head"), HEADS.values(), ids=HEADS)
def test_recognise(name: str, head: str) -> None:
    assert recognise([answer(head)]).name == name


def test_starlettes_own_500_is_recognised_behind_any_proxy() -> None:
    head = "Server: nginx/1.22.1\ncontent-length: 21\ncontent-type: text/plain; charset=utf-8"

    assert recognise([answer(head, status=500)]).name == "starlette"


def test_the_application_counts_not_the_proxy_before_it() -> None:
    heads = [head for _, head in (HEADS["nginx, no CORS"], HEADS["Express behind nginx"])]

    assert recognise(map(answer, heads)).name == "express"
    assert recognise([]) is ANY


def test_recognise_a_real_uvicorn() -> None:
    with uvicorn_server(sample_app()) as base:
        report = check(Settings(urls=(f"{base}/headers/custom",), origins=(PAGE,)))

    assert report.services[0].stack.name == "starlette"


def test_recognise_over_the_wire() -> None:
    route = route_of(b"X-Powered-By: Express", settings=Settings(urls=(), origins=(PAGE,), probe=False))

    assert recognise(fetch.response for fetch in route.fetches if fetch.response).name == "express"


def test_every_stack_has_a_name_and_every_concept() -> None:
    for stack in (*STACKS, ANY):
        assert stack_by_name(stack.name) is stack
        assert set(stack.dialect.templates) == set(CONCEPTS)
    assert stack_by_name("no such stack") is None


@every_concept
@pytest.mark.parametrize("stack", ["starlette", "flask", "django", "spring"])
def test_the_line_is_an_expression_of_the_language(stack: str, concept: Concept) -> None:
    wrapped = {"starlette": "f({})", "flask": "{}", "django": "{}", "spring": "registration{}"}[stack]
    values = ("600",) if concept == "max-age" else VALUES

    ast.parse(wrapped.format(_line(stack, concept, values)))


@every_concept
@pytest.mark.parametrize("stack", ["express", "api-gateway"])
def test_the_line_is_a_member_of_an_object(stack: str, concept: Concept) -> None:
    values = ("600",) if concept == "max-age" else VALUES
    key, _, value = _line(stack, concept, values).partition(": ")

    assert key.isidentifier()
    assert json.loads(value) == {"credentials": True, "max-age": 600}.get(concept, list(values))


@every_concept
def test_the_line_is_a_field_of_a_go_struct(concept: Concept) -> None:
    line = _line("go", concept, ("600",))

    assert re.fullmatch(r'[A-Z]\w+: (true|600|\[\]string\{("[^"]*"(, )?)+\})', line)


@every_concept
def test_the_line_is_an_nginx_directive_and_a_header_line(concept: Concept) -> None:
    value = {"credentials": "true"}.get(concept, "600")
    name = re.fullmatch(rf'add_header (Access-Control-[A-Za-z-]+) "{value}" always;', _line("nginx", concept, ("600",)))

    assert name is not None
    assert _line("any", concept, ("600",)) == f"{name[1]}: {value}"


def test_the_line_of_starlette_is_what_starlette_takes() -> None:
    """Each setting is a parameter of CORSMiddleware, and what it takes comes out again."""
    lines = [_line("starlette", concept, ("600",) if concept == "max-age" else VALUES) for concept in CONCEPTS]
    call = ast.parse(f"CORSMiddleware({', '.join(lines)})", mode="eval").body
    assert isinstance(call, ast.Call)
    arguments = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    middleware = CORSMiddleware(FastAPI(), **arguments)

    assert middleware.allow_origins == list(VALUES)
    assert middleware.simple_headers["Access-Control-Expose-Headers"] == ", ".join(VALUES)


def _line(stack: str, concept: Concept, values: tuple[str, ...]) -> str:
    known = stack_by_name(stack)
    assert known is not None
    return fix_text(Setting(concept=concept, values=values), known)
