"""Documents in JSON and YAML, and that none takes long or makes the reading of it raise anything else."""

from __future__ import annotations

import json
import time
from typing import Final

import pytest

from hdrcli.fetch import parse_url
from hdrcli.openapi.document import DocumentError, read_document
from hdrcli.openapi.operations import operations
from hdrcli.settings import Settings
from hdrcli.targets.openapi.enumeration import MOST, routes_of

BASE: Final = parse_url("http://127.0.0.1:8000")

IN_YAML: Final = b"""
openapi: 3.1.0
x-common: &common
  tags: [items]
paths:
  /items:
    get:
      <<: *common
      operationId: items
      parameters:
        - {name: since, in: query, required: true, example: 2020-01-01}
      responses:
        200: {description: OK}
"""


def test_yaml_is_read_as_json_is() -> None:
    (operation,) = operations(read_document(IN_YAML))

    assert (operation.method, operation.path, operation.operation_id) == ("GET", "/items", "items")
    assert operation.tags == ("items",)
    assert operation.parameters[0].node["example"] == "2020-01-01"


MERGES: Final = f"a: &a {{{', '.join(f'k{n}: 1' for n in range(2_000))}}}\nb: {{<<: [{', '.join(['*a'] * 100)}]}}"
ALIASES: Final = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 20)}]" for n in range(1, 12))])

NOT_DOCUMENTS: Final = {
    "nothing": b"",
    "a page": b"<!doctype html><title>openapi: 3</title>",
    "no version": b'{"paths": {}}',
    "no paths": b'{"openapi": "3.1.0"}',
    "not UTF-8": b"\xff\xfe\xff",
    "deep JSON": b'{"openapi": ' + b"[" * 200_000,
    "deep YAML": b"openapi: " + b"[" * 200_000,
    "deep blocks": b"openapi: 3\n" + b"".join(b" " * n + b"a:\n" for n in range(2_000)),
    "merged again and again": b"openapi: 3\npaths: {}\n" + MERGES.encode(),
    "merged with itself": b"openapi: 3\npaths: &a {<<: *a}",
    "an object of Python": b"openapi: !!python/object/apply:os.system [exit 1]\npaths: {}",
    "large YAML": b"openapi: 3\npaths: {}\n" + b"#" * 5_000_000,
    "a tab": b"openapi: 3\npaths:\n\t/a: {}",
}


@pytest.mark.parametrize("content", NOT_DOCUMENTS.values(), ids=NOT_DOCUMENTS)
def test_what_is_not_a_document_is_an_error(content: bytes) -> None:
    started = time.monotonic()

    with pytest.raises(DocumentError):
        read_document(content)
    assert time.monotonic() - started < 10


def _deep(depth: int) -> dict[str, object]:
    schema: dict[str, object] = {"type": "object"}
    for _ in range(depth):
        schema = {"type": "object", "required": ["a"], "properties": {"a": schema}}
    return schema


WIDE: Final = {f"p{n}": {"$ref": "#/components/schemas/Wide"} for n in range(200)}
HOSTILE: Final = {
    "many operations": {"paths": {f"/{n}": {"get": {}} for n in range(100_000)}},
    "a long path": {"paths": {"/" + "a" * 1_000_000: {"get": {}}}},
    "many expressions": {"paths": {"/" + "{a}" * 100_000: {"get": {}, "delete": {}}}},
    "many parameters": {
        "paths": {
            "/a": {"get": {"parameters": [{"name": f"p{n}", "in": "query", "required": True} for n in range(100_000)]}}
        }
    },
    "a long example": {
        "paths": {
            "/a": {"get": {"parameters": [{"name": "q", "in": "query", "required": True, "example": "x" * 3_000_000}]}}
        }
    },
    "lone surrogates": {
        "paths": {
            "/\ud800{\ud800}": {
                "delete": {"operationId": "\ud800"},
                "get": {"parameters": [{"name": "\ud800", "in": "path", "example": "\ud800"}]},
            }
        }
    },
    "endless schemas": {
        "paths": {
            "/a": {"post": {"requestBody": {"required": True, "content": {"application/json": {"schema": _deep(90)}}}}},
            "/b": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wide"}}}}
                }
            },
        },
        "components": {"schemas": {"Wide": {"type": "object", "required": list(WIDE), "properties": WIDE}}},
    },
    "no types": {
        "security": [7],
        "servers": [7, {"url": 7}, {"url": "http://["}, {"url": "/{a}", "variables": {"a": {"default": 7}}}],
        "paths": {
            "/a": {"get": {"parameters": [7, {}, {"name": 7, "in": []}], "tags": [7], "security": {}}},
            "/b": {"get": {"parameters": 7, "servers": 7, "requestBody": {"content": 7}}, "post": 7},
            "/c": {"post": {"requestBody": {"content": {"application/json": 7}}, "security": [{"a": []}]}},
            "/d": {"additionalOperations": {"A B": {}, "COPY": {"parameters": [{"name": "", "in": "query"}]}}},
            "e": {"get": {}},
        },
        "components": {"securitySchemes": {"a": {"$ref": "#/components/securitySchemes/a"}}},
    },
}


@pytest.mark.parametrize("more", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("include_unsafe", [False, True])
def test_no_document_takes_long(more: dict[str, object], *, include_unsafe: bool) -> None:
    document = json.dumps({"openapi": "3.1.0", **more}).encode()
    assert BASE is not None
    started = time.monotonic()

    enumerated = routes_of(read_document(document), BASE, Settings(targets=(), include_unsafe=include_unsafe))

    assert time.monotonic() - started < 10
    assert len(enumerated.routes) + len(enumerated.skipped) <= MOST
    assert all(len(str(route.url)) < 10_000 and len(route.body or "") < 100_000 for route in enumerated.routes)
    assert all(len(each.path) + len(each.reason) < 10_000 for each in enumerated.skipped)


def test_aliases_that_multiply_are_shared() -> None:
    document = read_document(b"openapi: 3\npaths: {}\n" + ALIASES.encode())

    assert list(operations(document)) == []
