"""Each stack's texts are of its language, merge lists, and say what is not known."""

from __future__ import annotations

import ast
import json
import re
from typing import Final, get_args

import pytest
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from hdrcli.stacks import ANY, STACKS, Stack, fix_for, fix_text, known_stack, stack_by_name, text_for, write
from hdrcli.stacks.fix import Fix
from hdrcli.stacks.setting import Arrangement, Concept, Setting
from hdrcli.structs import replace

VALUES: Final = ("X-Request-ID", "X-Total-Count")
CONCEPTS: Final[tuple[Concept, ...]] = get_args(Concept)
ARRANGEMENTS: Final[tuple[Arrangement, ...]] = get_args(Arrangement)

every_concept = pytest.mark.parametrize("concept", CONCEPTS)
every_stack = pytest.mark.parametrize("stack", [*STACKS, ANY], ids=lambda stack: stack.name)


@every_stack
def test_every_stack_has_every_text(stack: Stack) -> None:
    assert stack_by_name(stack.name) is stack
    assert set(stack.dialect.templates) == set(CONCEPTS)
    assert set(stack.dialect.arrangements) == set(ARRANGEMENTS)


@pytest.mark.parametrize(
    ("name", "stack"),
    [
        ("FastAPI", "starlette"),
        ("rs/cors", "go"),
        ("Golang", "go"),
        ("ASP.NET Core", "aspnet"),
        ("Spring Boot", "spring"),
        ("AWS S3", "s3"),
        ("gin-contrib/cors", "gin"),
        ("api_gateway", "api-gateway"),
        (" NGINX ", "nginx"),
        ("tower-http", "axum"),
    ],
)
def test_names_that_people_use(name: str, stack: str) -> None:
    assert stack_by_name(name) is known_stack(stack)


def test_names_are_of_one_stack_each() -> None:
    names = [name for stack in (*STACKS, ANY) for name in (stack.name, *stack.aliases)]

    assert len({re.sub(r"[^a-z0-9]", "", name) for name in names}) == len(names)
    assert stack_by_name("no such stack") is None


@every_concept
@every_stack
def test_one_value_is_one_line(stack: Stack, concept: Concept) -> None:
    """Which a table can show; the whole list of one origin is the simplest form."""
    text = write(fix_for(Setting(concept=concept, values=("600",)), stack))

    assert len(text.lines) == 1
    assert text.where


@every_stack
def test_what_is_not_known_is_written_as_dots(stack: Stack) -> None:
    for setting in (
        Setting(concept="expose", values=("X-Total-Count",), complete=False),
        Setting(concept="origins", values=("https://admin.example",), complete=False),
    ):
        value = setting.values[0]
        text = write(fix_for(setting, stack))

        if (stack, setting.concept) != (ANY, "origins"):  # a header line of one value, and no list
            assert any("..." in line for line in text.lines)
        assert any(re.escape(value) in line or value.lower() in line.lower() for line in text.lines)


@pytest.mark.parametrize("complete", [True, False])
def test_a_header_line_has_one_origin(*, complete: bool) -> None:
    """Pasted as they are, two origins or "..." in a line are a fault of their own: HDR104."""
    pages = ("https://app.example", "https://admin.example")
    text = write(fix_for(Setting(concept="origins", values=pages, complete=complete), ANY))

    assert text.lines == ("Access-Control-Allow-Origin: https://app.example", "Vary: Origin")
    assert all(page in text.note for page in pages)


@every_stack
def test_a_removal_is_a_sentence(stack: Stack) -> None:
    one = Fix(stack=stack.name, concept="expose", values=("*",), operation="remove")
    all_ = Fix(stack=stack.name, concept="max-age", operation="remove")

    assert write(one).lines == write(all_).lines == ()
    assert write(one).note.startswith("Remove * from ")
    assert write(all_).note.startswith("Remove ")
    assert fix_text(Setting(concept="expose", values=("*",), operation="remove"), stack) == write(one).note


@every_stack
@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_an_arrangement_says_what_to_do(stack: Stack, arrangement: Arrangement) -> None:
    text = write(Fix(stack=stack.name, concept=arrangement, values=("X-A", "X-B")))

    assert text.lines or text.note
    assert "{name}" not in "".join([*text.lines, text.note])


TERMS: Final = {
    "starlette": ("CORSMiddleware", "add_middleware"),
    "litestar": ("CORSConfig(", "cors_config"),
    "flask": ("@cross_origin", "Flask-CORS"),
    "django": ("corsheaders", "MIDDLEWARE ="),
    "nginx": ("add_header", "proxy_hide_header", "$http_origin"),
    "caddy": ("header_down",),
    "apache": ("Header always", "Header onsuccess", "RewriteRule"),
    "haproxy": ("http-response", "http-request"),
    "spring": ("allowedOrigins", "addCorsMappings"),
    "aspnet": ("WithOrigins", "UseCors"),
    "axum": ("CorsLayer",),
    "rails": ("Rack::Cors",),
}
"""What only users of one stack know."""


@every_stack
def test_no_fix_is_in_terms_of_another_stack(stack: Stack) -> None:
    settings = [Setting(concept=concept, values=("600",)) for concept in CONCEPTS]
    fixes = [fix_for(setting, stack) for setting in settings]
    fixes += [Fix(stack=stack.name, concept=arrangement, values=("X-A",)) for arrangement in ARRANGEMENTS]
    text = "\n".join(line for each in map(write, fixes) for line in (*each.lines, each.where, each.note))

    foreign = [term for name, terms in TERMS.items() if name != stack.name for term in terms if term in text]
    assert foreign == []
    assert stack.name not in TERMS or any(term in text for term in TERMS[stack.name])


def test_names_are_listed_once_in_their_case() -> None:
    values = ("content-type", "x-token", "X-Token", "Content-Type", "X-TOKEN")
    fix = fix_for(Setting(concept="request-headers", values=values), known_stack("express"))

    assert fix.values == ("Content-Type", "X-Token")
    assert fix_for(Setting(concept="methods", values=("get", "GET")), ANY).values == ("get", "GET")


def test_a_wildcard_that_can_not_stand_in_a_list_is_skipped() -> None:
    mixed = Setting(concept="expose", values=("*", "X-Total-Count"))

    assert write(fix_for(mixed, known_stack("sanic"))).lines == ('app.config.CORS_EXPOSE_HEADERS = ["X-Total-Count"]',)
    assert write(fix_for(mixed, known_stack("starlette"))).lines == ('expose_headers=["*", "X-Total-Count"]',)


def test_a_proxy_lists_all_that_it_allows() -> None:
    setting = Setting(concept="methods", values=("PUT",), operation="add", complete=False)

    assert fix_for(setting, known_stack("nginx")).holds_all
    assert not fix_for(setting, known_stack("flask")).holds_all
    assert not fix_for(replace(setting, concept="origins"), known_stack("nginx")).holds_all


def test_names_that_the_stack_adds_are_skipped() -> None:
    setting = Setting(concept="request-headers", values=("content-type", "Accept", "X-Token"))

    assert fix_text(setting, known_stack("starlette")) == 'allow_headers=["X-Token"]'
    assert fix_text(setting, known_stack("flask")) == 'CORS(app, allow_headers=["content-type", "Accept", "X-Token"])'
    only_built_in = Setting(concept="request-headers", values=("Content-Type",))
    assert fix_text(only_built_in, known_stack("starlette")) == 'allow_headers=["Content-Type"]'


def test_a_list_that_is_not_complete() -> None:
    setting = Setting(concept="origins", values=("https://admin.example",), complete=False)

    assert fix_text(setting, known_stack("starlette")) == 'allow_origins=[..., "https://admin.example"]'
    assert "$http_origin;" in fix_text(setting, known_stack("nginx"))


def test_any_origin_as_the_stack_writes_it() -> None:
    setting = Setting(concept="origins", values=("*",))

    assert fix_text(setting, known_stack("express")) == 'origin: "*"'
    assert fix_text(setting, known_stack("django")) == "CORS_ALLOW_ALL_ORIGINS = True"
    assert fix_text(setting, known_stack("starlette")) == 'allow_origins=["*"]'


def test_the_doubled_headers_are_dropped_by_name() -> None:
    names = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")

    assert write(Fix(stack="nginx", concept="one-layer", values=names)).lines == (
        "proxy_hide_header Access-Control-Allow-Origin;",
        "proxy_hide_header Access-Control-Allow-Credentials;",
    )


@every_concept
@pytest.mark.parametrize("stack", ["starlette", "litestar", "quart", "aiohttp"])
def test_the_line_is_an_argument_in_python(stack: str, concept: Concept) -> None:
    ast.parse(f"f({_line(stack, concept, _values(concept))})")


@every_concept
@pytest.mark.parametrize("stack", ["flask", "django", "sanic"])
def test_the_line_is_a_statement_in_python(stack: str, concept: Concept) -> None:
    ast.parse(_line(stack, concept, _values(concept)))


@every_concept
@pytest.mark.parametrize("stack", ["express", "fastify", "hono", "nestjs", "api-gateway", "traefik"])
def test_the_line_is_a_member_of_an_object(stack: str, concept: Concept) -> None:
    key, _, value = _line(stack, concept, _values(concept)).partition(": ")

    assert key.isidentifier()
    assert json.loads(value) == {"credentials": True, "max-age": 600}.get(concept, list(VALUES))


@every_concept
@pytest.mark.parametrize("stack", ["s3", "r2", "gcs"])
def test_the_line_is_a_member_of_a_document(stack: str, concept: Concept) -> None:
    line = _line(stack, concept, _values(concept)).replace("[...]", "[]")

    assert len(json.loads(f"{{{line}}}")) == 1


@every_concept
@pytest.mark.parametrize("stack", ["go", "gin"])
def test_the_line_is_a_field_of_a_go_struct(stack: str, concept: Concept) -> None:
    line = _line(stack, concept, _values(concept))

    assert re.fullmatch(r'[A-Z]\w+: (true|600( \* time\.Second)?|\[\]string\{("[^"]*"(, )?)+\})', line)


@every_concept
def test_the_line_is_an_nginx_directive_and_a_header_line(concept: Concept) -> None:
    value = {"credentials": "true"}.get(concept, "600")
    name = re.fullmatch(rf'add_header (Access-Control-[A-Za-z-]+) "{value}" always;', _line("nginx", concept, ("600",)))

    assert name is not None
    assert _line("any", concept, ("600",)) == f"{name[1]}: {value}"


def test_the_line_of_starlette_is_what_starlette_takes() -> None:
    """Each setting is a parameter of CORSMiddleware, and what it takes comes out again."""
    lines = [_line("starlette", concept, _values(concept)) for concept in CONCEPTS]
    call = ast.parse(f"CORSMiddleware({', '.join(lines)})", mode="eval").body
    assert isinstance(call, ast.Call)
    arguments = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    middleware = CORSMiddleware(FastAPI(), **arguments)

    assert middleware.allow_origins == list(VALUES)
    assert middleware.simple_headers["Access-Control-Expose-Headers"] == ", ".join(VALUES)


def _values(concept: Concept) -> tuple[str, ...]:
    return ("600",) if concept == "max-age" else VALUES


def _line(stack: str, concept: Concept, values: tuple[str, ...]) -> str:
    return fix_text(Setting(concept=concept, values=values), known_stack(stack))


@pytest.mark.parametrize("concept", ["expose", "cors-layer"])
def test_a_stack_that_is_only_likely_is_named(concept: Concept | Arrangement) -> None:
    setting, stack = Setting(concept=concept, values=("x-a",)), known_stack("flask")
    certain, likely = (text_for(setting, each) for each in (stack, replace(stack, is_likely=True)))

    assert likely.where == f"probably {stack.product}: {certain.where}"
    assert replace(likely, where=certain.where) == certain == write(fix_for(setting, stack))
