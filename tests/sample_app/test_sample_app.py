from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from sample_app import DEFAULT_ALLOW_ORIGINS, ROUTES
from sample_app.app import SETTINGS_VARIABLE, app_from_environment
from tests.serving.asgi import sample_app, uvicorn_server
from tests.serving.loopback import DEADLINE

PAGE = "http://localhost:3000"


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a route must answer; `lost` are the headers that its code sets in vain."""

    path: str
    status: int = 200
    sent: dict[str, str] = field(default_factory=dict)
    lost: Sequence[str] = ()


CASES = [
    Case(
        path="/headers/custom",
        sent={"X-Request-ID": "7f3a", "X-Process-Time": "0.042", "Cache-Control": "no-store"},
    ),
    Case(
        path="/headers/pagination",
        sent={
            "X-Total-Count": "7",
            "Link": '</headers/pagination?page=1>; rel="first", </headers/pagination?page=2>; rel="next", '
            '</headers/pagination?page=3>; rel="last"',
        },
    ),
    Case(path="/headers/download", sent={"Content-Disposition": 'attachment; filename="items.csv"'}),
    Case(path="/headers/etag", sent={"ETag": '"v7"', "Cache-Control": "no-cache"}),
    Case(
        path="/headers/server-timing",
        sent={
            "Server-Timing": 'db;dur=12.5;desc="SELECT items", render;dur=3.1',
            "Timing-Allow-Origin": "*",
        },
    ),
    Case(path="/headers/slash-redirect", status=307, lost=["X-Request-ID"]),
    Case(path="/headers/slash-redirect/", sent={"X-Request-ID": "7f3a"}),
    Case(path="/injected/dict", sent={"X-Request-ID": "7f3a", "X-Process-Time": "0.042"}),
    Case(path="/injected/model", sent={"X-Request-ID": "7f3a"}),
    Case(path="/injected/status", status=202, sent={"X-Job-ID": "job-17"}),
    Case(path="/injected/cookie", sent={"Set-Cookie": "session=s3cr3t; HttpOnly; Path=/; SameSite=lax"}),
    Case(path="/injected/content-type", sent={"Content-Type": "application/json, application/vnd.api+json"}),
    Case(path="/injected/background", sent={"X-Request-ID": "7f3a"}, lost=["X-Process-Time"]),
    Case(path="/dependencies/header", sent={"X-Request-ID": "7f3a"}),
    Case(path="/dependencies/nested", sent={"X-Request-ID": "7f3a", "X-Region": "eu-7"}),
    Case(path="/dependencies/cookie", sent={"Set-Cookie": "visitor=42; Path=/; SameSite=lax"}),
    Case(path="/dependencies/lost", lost=["X-Request-ID", "X-Region", "Set-Cookie"]),
    Case(path="/dependencies/after-yield", lost=["X-Process-Time"]),
    Case(path="/returned/response", sent={"X-Request-ID": "7f3a", "X-Cache": "HIT"}),
    Case(path="/returned/json", status=201, sent={"Location": "/returned/json"}),
    Case(path="/returned/lost", lost=["X-Total-Count", "Set-Cookie"]),
    Case(
        path="/returned/merged",
        sent={
            "X-Total-Count": "1312",
            "Set-Cookie": "seen=1; Path=/; SameSite=lax, theme=dark; Path=/; SameSite=lax",
        },
    ),
    Case(path="/errors/http-exception", status=404, sent={"X-Error-Code": "no-such-item"}),
    Case(path="/errors/http-exception-lost", status=404, lost=["X-Error-Code", "X-Request-ID"]),
    Case(path="/errors/rate-limit", status=429, sent={"Retry-After": "30", "X-RateLimit-Remaining": "0"}),
    Case(path="/errors/validation", status=422, lost=["X-Request-ID"]),
    Case(path="/errors/handled", status=409, sent={"X-Error-Code": "sold-out"}),
    Case(
        path="/errors/crash",
        status=500,
        lost=["X-Error-Code", "X-Request-ID", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"],
    ),
]


@contextmanager
def client(*, cors: bool = True, allow_credentials: bool = False) -> Iterator[httpx.Client]:
    """A client of the app, as it is by default."""
    app = sample_app(allow_origins=DEFAULT_ALLOW_ORIGINS, allow_credentials=allow_credentials, cors=cors)
    own_connections = httpx.Limits(max_keepalive_connections=0)  # the server closes idle ones, whenever it likes
    origin = {"Origin": PAGE}
    with (
        uvicorn_server(app) as url,
        httpx.Client(
            base_url=url, headers=origin, trust_env=False, timeout=DEADLINE, limits=own_connections
        ) as session,
    ):
        yield session


@pytest.fixture(scope="module")
def app() -> Iterator[httpx.Client]:
    with client() as session:
        yield session


@pytest.fixture(scope="module")
def docstrings(app: httpx.Client) -> dict[str, str]:
    paths = app.get("/openapi.json").json()["paths"]
    return {path: methods["get"].get("description", "") for path, methods in paths.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path)
def test_what_each_route_sends(app: httpx.Client, case: Case) -> None:
    response = app.get(case.path)

    assert response.status_code == case.status
    assert {name: response.headers.get(name) for name in case.sent} == case.sent
    assert {name: response.headers.get(name) for name in case.lost} == dict.fromkeys(case.lost)


@pytest.mark.parametrize("case", [case for case in CASES if case.status != 307], ids=lambda case: case.path)
def test_each_docstring_tells_the_verdict_and_the_headers(case: Case, docstrings: dict[str, str]) -> None:
    (text,) = (text for path, text in docstrings.items() if path == case.path)
    spoilt = case.path == "/injected/content-type"

    assert text.startswith("WRONG: " if case.lost or spoilt else "RIGHT: ")
    for name in (*case.sent, *case.lost):
        words = {"Set-Cookie": "cookie", "X-Error-Code": "header"}
        assert f"`{name}`" in text or words.get(name, "CORS header") in text


def test_routes_are_the_header_routes_of_the_app(docstrings: dict[str, str]) -> None:
    assert sorted(ROUTES) == sorted(path.rstrip("/") for path in docstrings)
    assert {case.path for case in CASES} == {*ROUTES, *docstrings}


def test_the_index_maps_each_path_to_the_first_paragraph(app: httpx.Client, docstrings: dict[str, str]) -> None:
    index = app.get("/").json()

    assert index.keys() == docstrings.keys()
    assert index["/injected/model"] == "RIGHT: `response_model` filters the body, never the headers."


def test_the_model_filters_the_body(app: httpx.Client) -> None:
    assert app.get("/injected/model").json() == {"name": "Ada"}


def test_a_valid_request_keeps_the_header_that_the_422_loses(app: httpx.Client) -> None:
    assert app.get("/errors/validation?page=1").headers["X-Request-ID"] == "7f3a"


def test_repeated_headers_stay_separate_lines(app: httpx.Client) -> None:
    assert len(app.get("/injected/content-type").headers.get_list("Content-Type")) == 2
    assert len(app.get("/headers/server-timing").headers.get_list("Server-Timing")) == 2
    assert len(app.get("/returned/merged").headers.get_list("Set-Cookie")) == 2


def test_the_last_page_has_no_next_one(app: httpx.Client) -> None:
    response = app.get("/headers/pagination?page=3")

    assert response.json() == ["item 7"]
    assert 'rel="prev"' in response.headers["Link"]
    assert 'rel="next"' not in response.headers["Link"]


@pytest.mark.parametrize("condition", ['"v7"', 'W/"v7"', '"v6", "v7"', "*"])
def test_a_matching_entity_tag_is_answered_with_304(app: httpx.Client, condition: str) -> None:
    response = app.get("/headers/etag", headers={"If-None-Match": condition})

    assert (response.status_code, response.headers["ETag"], response.content) == (304, '"v7"', b"")
    assert app.get("/headers/etag", headers={"If-None-Match": '"v6"'}).status_code == 200


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_slash_redirect_has_the_scheme_that_the_server_sees(app: httpx.Client, scheme: str) -> None:
    response = app.get("/headers/slash-redirect", headers={"X-Forwarded-Proto": scheme})

    assert response.headers["Location"].startswith(f"{scheme}://127.0.0.1:")
    assert response.headers["Location"].endswith("/headers/slash-redirect/")


@pytest.mark.parametrize("path", [path for path in ROUTES if path != "/errors/crash"])
def test_each_route_but_the_crash_can_be_read_cross_origin(app: httpx.Client, path: str) -> None:
    headers = app.get(path).headers

    assert headers["Access-Control-Allow-Origin"] == PAGE
    assert headers["Access-Control-Expose-Headers"] == "Link, X-Request-ID, X-Total-Count"
    assert "Access-Control-Allow-Credentials" not in headers


def test_a_preflight_is_granted(app: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-token"}

    assert app.options("/injected/dict", headers=asked).status_code == 200


def test_credentials_can_be_allowed() -> None:
    with client(allow_credentials=True) as session:
        assert session.get("/injected/cookie").headers["Access-Control-Allow-Credentials"] == "true"


def test_without_cors_there_is_no_such_header() -> None:
    with client(cors=False) as session:
        names = {name for path in ROUTES for name in session.get(path).headers}

    assert "x-request-id" in names
    assert not [name for name in names if name.startswith("access-control-") or name == "vary"]


def test_the_factory_has_defaults_and_is_told_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTINGS_VARIABLE, raising=False)
    (with_cors,) = app_from_environment().user_middleware
    monkeypatch.setenv(SETTINGS_VARIABLE, '{"cors": false}')

    assert with_cors.kwargs["allow_origins"] == DEFAULT_ALLOW_ORIGINS
    assert app_from_environment().user_middleware == []
