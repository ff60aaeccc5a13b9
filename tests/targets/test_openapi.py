"""Services with an OpenAPI document: what is found, what is sent, what is skipped, and what the run comes to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import pytest
import yaml
from fastapi import Depends, FastAPI, Header, Query, Response
from fastapi import Path as PathParameter
from fastapi.middleware.cors import CORSMiddleware
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from hdrcli import ExitStatus, Report, Settings, check
from hdrcli.fetch import parse_url
from hdrcli.openapi.document import read_document
from hdrcli.records.errors import UsageError
from hdrcli.targets.openapi import routes_of
from tests.cli.program import hdrcli
from tests.findings import found
from tests.reporting import document, rendered
from tests.serving.asgi import Served, Uvicorns
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site

JSONObject = dict[str, Any]


class Item(BaseModel):
    name: str
    tags: list[str] = []


def project(**changes: Any) -> FastAPI:  # noqa: ANN401 -- of FastAPI
    """An API with 25 operations, of which one is a PUT that CORS does not allow."""
    app = FastAPI(**changes)
    app.add_middleware(
        CORSMiddleware, allow_origins=[PAGE], allow_methods=["GET", "POST"], allow_headers=["Authorization", "X-Tenant"]
    )

    @app.get("/items", tags=["items"], operation_id="list_items")
    def items(response: Response, limit: int = 10) -> int:
        response.headers["X-Total-Count"] = "3"
        return limit

    @app.post("/items", tags=["items"], status_code=201)
    def create(item: Item, response: Response) -> Item:
        response.headers["X-Job"] = "1"
        return item

    @app.get("/items/{item_id}")
    @app.put("/items/{item_id}")
    def item(item_id: int) -> int:
        return item_id

    @app.get("/users/{name}")
    def user(name: Annotated[str, PathParameter(examples=["a/b"])]) -> str:
        return name

    @app.get("/search")
    def search(q: Annotated[str, Query(examples=["a b"])], x_tenant: Annotated[str, Header(examples=["acme"])]) -> str:
        return q + x_tenant

    @app.get("/me")
    @app.post("/me")
    def me(credentials: Annotated[object, Depends(HTTPBearer())]) -> None:
        del credentials

    for number in range(16):
        app.get(f"/reports/{number}", name=f"report{number}", tags=["reports"])(lambda: 1)
    return app


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Uvicorns() as uvicorns, uvicorns.serve(project()) as served:
        yield served


def checked(served: Served, **changes: Any) -> tuple[Report, list[str]]:  # noqa: ANN401 -- of Settings
    """The report, and the requests that the service has seen."""
    before = len(served.requests)
    report = check(Settings(**{"targets": (served.url,), **changes}))
    return report, served.requests[before:]


def test_one_url_is_a_whole_service(served: Served) -> None:
    report, requests = checked(served)
    (service,) = report.services

    assert len(service.routes) + len(service.skipped) == 24
    assert [each.path for each in service.skipped] == ["/items/{item_id}"]
    assert "--param item_id=" in service.skipped[0].reason
    assert requests.count("GET /openapi.json") == 1
    assert {request.partition(" ")[0] for request in requests} == {"GET", "OPTIONS"}
    assert report.totals.requests == len(requests)
    routes = {route.source: route for route in report.routes}
    assert routes["openapi list_items"].url == f"{served.url}/items"
    assert {f"{route.method} {route.url.removeprefix(served.url)}" for route in report.routes} >= {
        "GET /users/a%2Fb",
        "GET /search?q=a%20b",
        "POST /items",
        "PUT /items/1",
        "POST /me",
    }


def test_what_cannot_be_verified_is_counted(served: Served) -> None:
    report, _ = checked(served, routes=("/me", "/items"))
    unverified = [route for route in report.routes if not route.held and route.fetches[0].result.status == 401]

    assert len(unverified) == report.totals.unverified == 1
    assert "warning HDR005" in found(report)
    assert report.exit_status is ExitStatus.OK
    assert "1 of 4 routes not verified" in rendered(report).splitlines()[-1]


def test_only_unverified_routes_are_no_success(served: Served) -> None:
    report, _ = checked(served, routes=("/me",), operation_ids=("*_get",))

    assert len(report.routes) == 1
    assert report.exit_status is ExitStatus.USAGE


def test_a_token_verifies_them(served: Served) -> None:
    report, _ = checked(served, routes=("/me",), headers=(("Authorization", "Bearer a"),))

    assert report.totals.unverified == 0
    assert report.exit_status is ExitStatus.OK


def test_the_preflight_of_a_write_is_judged_and_the_write_not_sent(served: Served) -> None:
    report, requests = checked(served, routes=("/items*", "/me"), params=(("item_id", "7"),))
    held = {f"{route.method} {route.url.removeprefix(served.url)}" for route in report.routes if route.held}

    assert {request for request in requests if not request.startswith(("GET", "OPTIONS"))} == set()
    assert {"POST /items", "POST /me"} <= held
    assert "OPTIONS /items/7" in requests
    assert "error HDR201" in found(report)
    text = rendered(report)
    assert "--include-unsafe" in text
    assert "--repeat-writes" not in text
    (line,) = (line for line in text.splitlines() if line.split()[:2] == ["POST", "/me"])
    assert line.split()[-1] == "authorization"


def test_writes_are_sent_on_demand(served: Served) -> None:
    report, requests = checked(served, routes=("/items",), include_unsafe=True)

    assert requests.count("POST /items") == 1
    (route,) = (route for route in report.routes if route.method == "POST")
    assert any(header.name.lower() == "x-job" for header in route.headers)
    assert "--include-unsafe" not in rendered(report)


FILTERS: Final[list[tuple[JSONObject, int]]] = [
    ({"routes": ("/reports/1*",)}, 7),
    ({"routes": ("/items", "/me")}, 4),
    ({"tags": ("report?",)}, 16),
    ({"tags": ("items",), "operation_ids": ("list*",)}, 1),
]


@pytest.mark.parametrize(("changes", "number"), FILTERS)
def test_patterns_choose_operations(served: Served, changes: JSONObject, number: int) -> None:
    report, _ = checked(served, probe=False, **changes)

    assert len(report.routes) == number
    assert report.totals.skipped == 0


@pytest.mark.parametrize("changes", [{"routes": ("/none",)}, {"routes": ("/items/*",), "operation_ids": ("*_get",)}])
def test_nothing_to_check_is_no_success(served: Served, changes: JSONObject) -> None:
    report, _ = checked(served, **changes)
    (service,) = report.services

    assert report.exit_status is ExitStatus.USAGE
    assert service.limits or service.skipped


def test_without_looking_for_a_document_it_is_one_route(served: Served) -> None:
    report, _ = checked(served, find_openapi=False)

    assert [route.source for route in report.routes] == ["argument"]


def test_a_root_next_to_other_urls_is_a_route(served: Served) -> None:
    report, _ = checked(served, targets=(served.url, f"{served.url}/items"))

    assert [len(service.routes) for service in report.services] == [2]


def test_declared_headers_are_part_of_the_contract() -> None:
    app = FastAPI(openapi_url="/api/v1/openapi.json")
    app.add_middleware(CORSMiddleware, allow_origins=[PAGE])
    app.get("/items", responses={200: {"headers": {"X-Total-Count": {"required": True}}}})(lambda: 1)
    with Uvicorns() as uvicorns, uvicorns.serve(app) as served:
        report = check(Settings(targets=(served.url,)))

    assert "error HDR314" in found(report) or "warning HDR314" in found(report)
    assert "GET /api/v1/openapi.json" in served.requests


# --- where documents are --------------------------------------------------------------------------------

OPEN: Final = answer(*OPEN_TO_PAGE, "X-A: 1")
MINIMAL: Final[JSONObject] = {"openapi": "3.2.0", "paths": {"/items": {"get": {}}}}
SWAGGER: Final[JSONObject] = {
    "swagger": "2.0",
    "basePath": "/v1",
    "consumes": ["application/json"],
    "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    "security": [{"key": []}],
    "paths": {
        "/items/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "type": "string", "x-example": "7"}],
            "get": {
                "parameters": [{"name": "sort", "in": "query", "required": True, "type": "string", "enum": ["up"]}]
            },
            "put": {"parameters": [{"name": "body", "in": "body", "schema": {"type": "object"}}]},
        }
    },
}


def with_body(value: object) -> bytes:
    body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
    head = answer(*OPEN_TO_PAGE).replace(b"Content-Length: 0", b"Content-Length: %d" % len(body))
    return head + body


PLACES: Final[dict[str, Mapping[str, bytes]]] = {
    "Swagger's path": {"/swagger.json": with_body(MINIMAL)},
    "springdoc's path": {"/v3/api-docs": with_body(MINIMAL)},
    "the script of /docs": {
        "/docs": with_body("<script>SwaggerUIBundle({\n    url: '/a/b.json',\n})</script>"),
        "/a/b.json": with_body(MINIMAL),
    },
    "a link": {
        "/": answer(*OPEN_TO_PAGE, 'Link: </b>; rel="next", </a.yaml>; rel=service-desc'),
        "/a.yaml": with_body(yaml.dump(MINIMAL)),
    },
}


@pytest.mark.parametrize("responses", PLACES.values(), ids=PLACES)
def test_a_document_is_found(responses: Mapping[str, bytes]) -> None:
    with Site({"/items": OPEN, **responses}) as site:
        report = check(Settings(targets=(site.url,), probe=False))

        assert [route.url for route in report.routes] == [f"{site.url}/items"]
        assert report.totals.requests == len(site.requests)


def test_a_link_to_another_origin_is_not_followed() -> None:
    with (
        Site({"/a": with_body(MINIMAL)}) as other,
        Site({"/": answer(f"Link: <{other.url}/a>; rel=service-desc")}) as site,
    ):
        report = check(Settings(targets=(site.url,), probe=False))

        assert [route.source for route in report.routes] == ["argument"]
        assert other.requests == []


def test_servers_elsewhere_are_ignored_unless_named(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    with Site({"/v2/items": OPEN, "/items": OPEN}) as site, Site({"/v2/items": OPEN}) as other:
        file.write_text(json.dumps({**MINIMAL, "servers": [{"url": f"{other.url}/v2"}]}))
        settings = Settings(targets=(site.url,), openapi=str(file), probe=False)
        (service,) = check(settings).services

        assert [route.url for route in service.routes] == [f"{site.url}/items"]
        assert len(service.limits) == 1
        assert other.requests == []
        named = Settings(targets=(site.url,), openapi=str(file), server=f"{other.url}/v2/", probe=False)
        assert [route.url for route in check(named).routes] == [f"{other.url}/v2/items"]


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_file_in_any_version_and_format(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"openapi.{suffix}"
    file.write_text(json.dumps(SWAGGER) if suffix == "json" else yaml.dump(SWAGGER))
    allow = answer(
        *OPEN_TO_PAGE, "Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: X-Key, Content-Type"
    )
    with Site({"/v1/items/7": OPEN, "OPTIONS /v1/items/7": allow}) as site:
        report = check(Settings(targets=(site.url,), openapi=str(file), probe=False))
        preflight = next(request for request in site.requests if request.method == "OPTIONS")

        assert [route.url for route in report.routes] == [f"{site.url}/v1/items/7?sort=up", f"{site.url}/v1/items/7"]
        assert preflight.get("Access-Control-Request-Headers") == "content-type,x-key"
        assert {request.method for request in site.requests} == {"GET", "OPTIONS"}
        assert document(report)["summary"]["held"] > 0


def test_references_stay_in_the_folder_of_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "api"
    (folder / "paths").mkdir(parents=True)
    (tmp_path / "outside.json").write_text(json.dumps({"get": {}}))
    (folder / "shared.yaml").write_text("limit: {name: limit, in: query, required: true, example: 5}")
    (folder / "paths" / "items.yaml").write_text("get: {parameters: [{$ref: '../shared.yaml#/limit'}]}")
    refs = {"/items": "paths/items.yaml", "/out": "../outside.json", "/abs": str(tmp_path / "outside.json")}
    file = folder / "openapi.json"
    file.write_text(json.dumps({"openapi": "3.0.3", "paths": {path: {"$ref": ref} for path, ref in refs.items()}}))
    with Site({"/items": OPEN}) as site:
        report = check(Settings(targets=(site.url,), openapi=str(file), probe=False))

        assert [route.url for route in report.routes] == [f"{site.url}/items?limit=5"]


WRONG: Final[list[JSONObject]] = [
    {"openapi": "missing.json"},
    {"openapi": "README.md"},
    {"openapi": "pyproject.toml", "method": "POST"},
    {"server": "nowhere", "openapi": "missing.json"},
    {"targets": ("http://127.0.0.1:9/items",), "params": (("a", "1"),)},
    {"targets": (), "openapi": "missing.json"},
]


@pytest.mark.parametrize("changes", WRONG)
def test_wrong_usage_is_refused_before_anything_is_sent(changes: JSONObject) -> None:
    with pytest.raises(UsageError):
        check(Settings(**{"targets": ("http://127.0.0.1:9",), **changes}))


def test_a_named_document_that_is_not_there_is_a_problem() -> None:
    with Site({"/": OPEN}) as site:
        ended = hdrcli("check", site.url, "--openapi", f"{site.url}/a.json")
        filtered = hdrcli("check", site.url, "--tag", "a")

    assert (ended.status, filtered.status) == (3, 3)
    assert "404" in ended.err


def test_a_dry_run_requests_no_document(served: Served) -> None:
    report, requests = checked(served, dry_run=True)

    assert requests == []
    assert report.exit_status is ExitStatus.OK


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_each_route_has_a_line(served: Served, columns: int) -> None:
    ended = hdrcli("check", served.url, "--tag", "reports", env={"COLUMNS": str(columns)})
    lines = ended.out.splitlines()

    assert max(map(len, lines)) <= columns
    assert sum(line.startswith("  GET /reports/") for line in lines) == 16


# --- values of parameters -------------------------------------------------------------------------------


def parameter(place: str = "query", **node: object) -> JSONObject:
    return {"name": "p", "in": place, "required": True, **node}


VALUES: Final[list[tuple[JSONObject, str | None]]] = [
    (parameter(example="a&b"), "/a/{p}?p=a%26b"),
    (parameter(examples={"x": {"value": 3}}), "/a/{p}?p=3"),
    (parameter(schema={"default": False}), "/a/{p}?p=false"),
    (parameter(schema={"anyOf": [{"type": "null"}, {"enum": ["up"]}]}), "/a/{p}?p=up"),
    (parameter(schema={"type": "array", "items": {"const": 1}}, explode=True), "/a/{p}?p=1"),
    (parameter(example=[1, 2], style="pipeDelimited"), "/a/{p}?p=1%7C2"),
    (parameter(example={"a": 1}, style="deepObject"), "/a/{p}?p[a]=1"),
    (parameter(content={"application/json": {"example": {"a": 1}}}), "/a/{p}?p=%7B%22a%22%3A%201%7D"),
    (parameter(schema={"type": "string"}), None),
    (parameter(schema={"$ref": "#/paths/~1a~1{p}"}), None),
    (parameter(required=False), "/a/{p}"),
    (parameter("header", example="a\r\nb"), None),
    (parameter("cookie", example="a"), None),
]


@pytest.mark.parametrize(("node", "target"), VALUES)
def test_required_parameters_have_the_value_of_the_document(node: JSONObject, target: str | None) -> None:
    path = {"name": "p", "in": "path", "required": True, "example": "x"}
    described = {"openapi": "3.1.0", "paths": {"/a/{p}": {"get": {"parameters": [path, node]}}}}
    base = parse_url("http://127.0.0.1:8000")
    assert base is not None

    enumerated = routes_of(read_document(json.dumps(described).encode()), base, Settings(targets=()))

    assert [route.url.target for route in enumerated.routes] == ([] if target is None else [target.replace("{p}", "x")])
    assert [each.path for each in enumerated.skipped] == (["/a/{p}"] if target is None else [])


@pytest.mark.parametrize("value", ["..", ".", ""])
def test_a_dot_segment_is_no_value_of_a_path(value: str) -> None:
    described = {"openapi": "3.1.0", "paths": {"/a/{p}": {"get": {}}}}
    base = parse_url("http://127.0.0.1:8000")
    assert base is not None
    settings = Settings(targets=(), params=(("p", value),))

    enumerated = routes_of(read_document(json.dumps(described).encode()), base, settings)

    assert (len(enumerated.routes), len(enumerated.skipped)) == (0, 1)
