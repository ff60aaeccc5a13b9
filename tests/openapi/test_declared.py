"""What OpenAPI documents declare for an answer, and that no document makes the reading of it raise."""

from __future__ import annotations

import json
import time
from typing import Any, Final

import pytest
from fastapi import FastAPI

from hdrcli.openapi.declared import DeclaredResponse, declared_response

JSONObject = dict[str, Any]

TOTAL: Final = {"headers": {"X-Total-Count": {"schema": {"type": "integer"}}}}
OTHER: Final[JSONObject] = {"headers": {"X-Other": {}}}


def document(paths: JSONObject, **more: object) -> bytes:
    return json.dumps({"openapi": "3.1.0", "paths": paths, **more}).encode()


def declaring(response: object, status: str = "200", path: str = "/items", **more: object) -> bytes:
    """A document with this response of a GET."""
    return document({path: {"get": {"responses": {status: response}}}}, **more)


def names(answer: DeclaredResponse | None) -> list[str] | None:
    """The headers, "!" behind those that are required; None where nothing is declared."""
    return None if answer is None else [f"{header.name}{'!' * header.required}" for header in answer.headers]


HEADERS: Final = [
    (TOTAL, ["X-Total-Count"]),
    ({"headers": {"X-A": {"required": True}, "X-B": {"required": "true"}}}, ["X-A!", "X-B"]),
    ({"description": "OK"}, []),
    ({"headers": {"Content-Type": {}, "content-type": {}, "ETag": {}}}, ["ETag"]),
    ({"headers": {"X-A": {}, "x-a": {}}}, ["X-A"]),
    ({"headers": {"X A": {}, "": {}, "X-É": {}, "X-\ud800": {}, "X-B": []}}, []),
    ({"headers": {"X-A": {"$ref": "#/components/headers/Total"}}}, ["X-A!"]),
    ({"headers": {"X-A": {"$ref": "#/components/headers/a~1b%20~0c"}}}, ["X-A"]),
    ({"$ref": "#/components/responses/List"}, ["X-Total-Count"]),
    ({"headers": {"X-A": {"$ref": "https://elsewhere.example/headers.json#/Total"}}}, []),
    ({"headers": {"X-A": {"$ref": "#/components/headers/Loop"}}}, []),
    ({"headers": {"X-A": {"$ref": "#/components/headers/Nowhere/at/all"}}}, []),
    ({"headers": {"X-A": {"$ref": 7}}}, ["X-A"]),
    ({"$ref": "#/components/responses/Loop"}, None),
    ({"headers": ["X-A"]}, []),
    (["X-A"], None),
]
COMPONENTS: Final = {
    "headers": {
        "Total": {"$ref": "#/components/headers/Counted"},
        "Counted": {"required": True},
        "a/b ~c": {},
        "Loop": {"$ref": "#/components/headers/Pool"},
        "Pool": {"$ref": "#/components/headers/Loop"},
    },
    "responses": {"List": TOTAL, "Loop": {"$ref": "#/components/responses/Loop"}},
}


@pytest.mark.parametrize(("response", "expected"), HEADERS, ids=str)
def test_headers_of_a_response(response: object, expected: list[str] | None) -> None:
    assert names(declared_response(declaring(response, components=COMPONENTS), "GET", "/items", 200)) == expected


@pytest.mark.parametrize(
    ("keys", "status", "expected"),
    [
        (["200"], 200, "200"),
        (["200"], 201, None),
        (["2XX", "200"], 200, "200"),
        (["2XX", "default"], 204, "2XX"),
        (["2xx"], 204, "2xx"),
        (["4XX"], 204, None),
        (["200", "default"], 404, "default"),
    ],
)
def test_the_response_of_a_status(keys: list[str], status: int, expected: str | None) -> None:
    paths = {"/items": {"get": {"responses": dict.fromkeys(keys, TOTAL)}}}
    found = declared_response(document(paths), "GET", "/items", status)

    assert (found and found.status) == expected


@pytest.mark.parametrize(
    ("templates", "path", "expected"),
    [
        (["/items"], "/items", "/items"),
        (["/items"], "/items/", None),
        (["/items/{id}"], "/items/7", "/items/{id}"),
        (["/items/{id}"], "/items/", None),
        (["/items/{id}"], "/items/7/parts", None),
        (["/items/{id}", "/items/me"], "/items/me", "/items/me"),
        (["/{kind}/7", "/items/{id}"], "/items/7", "/{kind}/7"),
        (["/files/{name}.json"], "/files/a.json", "/files/{name}.json"),
        (["/files/{name}.json"], "/files/.json", None),
        (["/files/{name}.json"], "/files/a.yaml", None),
        (["/{a}...{b}"], "/main...topic", "/{a}...{b}"),
        (["/{a}...{b}"], "/main...", None),
        (["/{a}{b}{c}x"], "/" + "a" * 5000, None),
        (["/café/{a b}"], "/caf%C3%A9/%7B7%7D", "/café/{a b}"),
        (["/a/b"], "/a%2Fb", None),
    ],
)
def test_the_template_of_a_path(templates: list[str], path: str, expected: str | None) -> None:
    paths = {template: {"get": {"responses": {"200": TOTAL}}} for template in templates}
    found = declared_response(document(paths), "GET", path, 200)

    assert (found and found.path) == expected


def test_the_method_is_that_of_the_operation() -> None:
    paths = {
        "/items": {"post": {"responses": {"201": OTHER}}, "parameters": [], "summary": "Items"},
        "/{kind}": {"get": {"responses": {"200": TOTAL}}},
    }

    assert names(declared_response(document(paths), "POST", "/items", 201)) == ["X-Other"]
    assert names(declared_response(document(paths), "GET", "/items", 200)) == ["X-Total-Count"]
    for method in ("HEAD", "PARAMETERS", "SUMMARY", "PUT"):
        assert declared_response(document(paths), method, "/items", 200) is None


def test_a_path_item_by_reference() -> None:
    paths = {"/items": {"$ref": "#/components/pathItems/Items"}, "/loop": {"$ref": "#/paths/~1loop"}}
    item = {"get": {"responses": {"200": TOTAL}}}
    described = document(paths, components={"pathItems": {"Items": item}})

    assert names(declared_response(described, "GET", "/items", 200)) == ["X-Total-Count"]
    assert declared_response(described, "GET", "/loop", 200) is None


@pytest.mark.parametrize(
    "more",
    [
        {"servers": [{"url": "/api/v1"}]},
        {"servers": [{"url": "https://api.example/api/v1/"}]},
        {"servers": [{"url": "http://[x"}, {"url": "api/v1?a#b"}]},
        {"servers": [7, {"url": 7}, {"url": "/{base}/v1", "variables": {"a": 7, "base": {"default": "api"}}}]},
        {"basePath": "/api/v1"},
    ],
    ids=str,
)
def test_a_service_below_a_path(more: JSONObject) -> None:
    described = declaring(TOTAL, **more)

    assert names(declared_response(described, "GET", "/api/v1/items", 200)) == ["X-Total-Count"]
    assert names(declared_response(described, "GET", "/items", 200)) == ["X-Total-Count"]  # not through the proxy
    assert declared_response(described, "GET", "/api/v2/items", 200) is None


def test_variables_are_not_looked_for_in_each_others_values() -> None:
    """Forty of them, each twice the next one: what came of it had no place in any memory."""
    doubling = {f"v{n}": {"default": f"{{v{n + 1}}}" * 2} for n in range(40)}
    servers: list[JSONObject] = [{"url": "{v0}", "variables": doubling}]
    servers.append({"url": "{a}" * 2000, "variables": {"a": {"default": "a" * 100_000}}})
    servers.append({"url": "/{a}", "variables": {"a": {"default": "{b}"}, "b": {"default": "api"}}})

    assert names(declared_response(declaring(TOTAL, servers=servers), "GET", "/api/items", 200)) is None
    assert names(declared_response(declaring(TOTAL, servers=servers), "GET", "/{b}/items", 200)) == ["X-Total-Count"]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("step", "steps", "found"), [("/a", 100_000, 0), ("/deep", 500, 5_000)], ids=["nowhere", "deep"]
)
def test_a_reference_is_followed_once_however_many_have_it(step: str, steps: int, found: int) -> None:
    """A long way takes about as long as a short one; followed again for each header, it takes 60 times as long."""
    deep: JSONObject = {}
    for _ in range(500):
        deep = {"deep": deep}
    headers = {f"X-{number}": {"$ref": "#/components/headers/Long"} for number in range(5_000)}

    def seconds(way: str, attempt: int) -> float:
        components = {"headers": {"Long": {"$ref": f"#{way}"}}}
        body = declaring({"headers": headers}, components=components, attempt=attempt, **deep)
        start = time.process_time()
        answer = declared_response(body, "GET", "/items", 200)
        elapsed = time.process_time() - start
        assert answer is not None
        assert len(answer.headers) == found
        return elapsed

    short, long = (min(seconds(step * length, attempt) for attempt in range(3)) for length in (1, steps))
    assert long < 15 * short


def test_swagger_2() -> None:
    described = json.dumps(
        {
            "swagger": "2.0",
            "paths": {"/items": {"get": {"responses": {"200": {"$ref": "#/responses/List"}}}}},
            "responses": {"List": {"headers": {"X-Total-Count": {"type": "integer"}}}},
        },
    ).encode()

    assert names(declared_response(described, "GET", "/items", 200)) == ["X-Total-Count"]


def test_what_fastapi_writes() -> None:
    app = FastAPI()
    header = {"schema": {"type": "integer"}, "required": True}

    @app.get("/items/{number}", responses={200: {"headers": {"X-Total-Count": header}}})
    def item(number: int) -> int:
        return number

    described = json.dumps({**app.openapi(), "servers": [{"url": "/api"}]}).encode()

    assert names(declared_response(described, "GET", "/api/items/7", 200)) == ["X-Total-Count!"]
    assert names(declared_response(described, "GET", "/api/items/7", 422)) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html>",
        b"\xff\xfe",
        b"{",
        b"null",
        b"[]",
        b'"openapi"',
        b'{"paths": {"/items": {"get": {"responses": {"200": {}}}}}}',
        b'{"openapi": "3.1.0"}',
        b'{"openapi": "3.1.0", "paths": []}',
        b'{"openapi": "3.1.0", "paths": {"/items": 7}}',
        b'{"openapi": "3.1.0", "paths": {"/items": {"get": 7}}}',
        b'{"openapi": "3.1.0", "paths": {"/items": {"get": {"responses": [200]}}}}',
        b'{"openapi": "3.1.0", "paths": {"/items": {"get": {"responses": {"200": null}}}}}',
        b'{"openapi": "3.1.0", "servers": 7, "basePath": [], "paths": {"": {}, "{": {}, "}{/{}": {}}}',
        b"[" * 1_000_000,
        b'{"openapi": ' * 100_000,
        b'{"openapi": ' + b"9" * 100_000 + b"}",
        declaring(TOTAL)[:-1],
    ],
    ids=lambda body: body[:70].decode("latin-1"),
)
def test_what_declares_nothing(body: bytes) -> None:
    assert declared_response(body, "GET", "/items", 200) is None
