"""HDR401 to HDR406: what happens on the way. Each fault has its one code, and what is nearly one has none."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.httpsredirect import HTTPSRedirectMiddleware
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp

from hdrcli.fetch.request import CredentialsMode
from hdrcli.inspection import check
from hdrcli.settings import Settings
from tests.findings import fix, found, header_lines, text, the_finding, variant
from tests.rules.asking import PAGE, Answer, Asked, Lines, answering, ask
from tests.rules.snapshots import Snapshot
from tests.serving.asgi import uvicorn_server
from tests.serving.raw import RawServer

ALLOWED = (("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin"))
PUBLIC = (("Access-Control-Allow-Origin", "*"),)
AUTHORIZATION = ("Authorization", "Bearer 7f3a")
OTHER = "https://other.example"


def moving(
    location: str, *, status: int = 302, cors: Lines = ALLOWED, then: Answer = (200, ALLOWED), asked_for: str = "/items"
) -> ASGIApp:
    """One path redirects, all others answer; preflights allow `Authorization`."""

    def answer(asked: Asked) -> Answer:
        if asked.method == "OPTIONS":
            return 200, (*PUBLIC, ("Access-Control-Allow-Headers", "Authorization"))
        return (status, (*cors, ("Location", location))) if asked.path == asked_for else then

    return answering(answer)


def service(*allow_origins: str) -> FastAPI:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=allow_origins, allow_headers=["Authorization"])

    @app.get("/items/")
    def items() -> list[str]:
        return []

    @app.get("/users")
    def users() -> list[str]:
        return []

    @app.get("/elsewhere")
    def elsewhere(request: Request) -> RedirectResponse:
        return RedirectResponse(request.url.replace(hostname="localhost", path="/users"))

    return app


def test_a_redirect_within_the_service_is_no_finding() -> None:
    for status in (301, 302, 303, 307, 308):
        assert found(ask(moving("/other", status=status))) == []
        assert found(ask(moving("/other", status=status), headers=(AUTHORIZATION,))) == []
    assert found(ask(moving("https://api.example/items?page=1", asked_for="/"), "https://api.example/")) == []


# HDR401


def test_slash_redirects_of_all_routes_are_one_finding() -> None:
    with uvicorn_server(service(PAGE)) as base:
        report = check(
            Settings(
                targets=(f"{base}/items", f"{base}/users/", f"{base}/users", f"{base}/items?page=2"), origins=(PAGE,)
            )
        )
    finding = the_finding(report)

    assert (finding.code, finding.severity) == ("HDR401", "warning")
    assert [place.url.removeprefix(base) for place in finding.places] == ["/items", "/users/", "/items?page=2"]
    assert f"location: {base}/items/" in header_lines(finding)


def test_other_redirects_are_no_slash_redirects() -> None:
    assert found(ask(moving("/items/7"))) == []
    assert found(ask(moving("https://api.example:444/items/", then=(200, PUBLIC)))) == []


def test_a_slash_redirect_that_fails_has_the_code_of_the_failure() -> None:
    assert found(ask(moving("http://api.example/items/"))) == ["error HDR402"]
    assert found(ask(moving("/items/", cors=()))) == ["error HDR405"]
    assert found(ask(moving("/items/", then=(200, ())))) == ["error HDR101"]


# HDR402


@pytest.mark.parametrize("origins", [(), (PAGE,)])
def test_redirect_to_http(origins: tuple[str, ...], snapshot: Snapshot) -> None:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[PAGE])
    app.add_api_route("/items", lambda: RedirectResponse("http://api.example/items/"))
    finding = the_finding(ask(app, origins=origins))

    assert (finding.code, finding.severity) == ("HDR402", "error")
    assert header_lines(finding) == ("location: http://api.example/items/",)
    assert "X-Forwarded-Proto" in fix(finding)
    snapshot(finding)


@pytest.mark.parametrize(
    ("own", "location", "code", "is_inner"),
    [
        ("http://localhost:8080/items", "http://backend:8000/items/", "HDR402", True),
        ("http://127.0.0.1:8080/items", "http://backend.internal/v2", "HDR402", True),
        ("http://localhost:8080/items", "http://localhost/items/", "HDR403", True),
        ("https://api.example/items", "https://api.example:8000/items/", "HDR403", True),
        ("https://api.example/items", "https://web.example:8000/items/", "HDR403", True),
        ("https://api.example/items", "https://web.example/items/", "HDR403", False),
        ("https://api.example/items", "https://api.example:8000/v2/items", "HDR403", False),
        ("http://localhost:8080/items", "http://127.0.0.1:8080/v2", "HDR403", False),
    ],
)
def test_a_redirect_to_an_address_behind_the_proxy(own: str, location: str, code: str, *, is_inner: bool) -> None:
    """A service that doesn't get the Host of the request, or gets it without its port."""
    finding = the_finding(ask(moving(location), own))

    assert finding.code == code
    assert ("Host" in fix(finding)) is is_inner


def test_redirect_to_http_is_followed_by_http_pages_and_to_loopback() -> None:
    app = moving("http://api.example/other", cors=PUBLIC, then=(200, PUBLIC))

    assert found(ask(app, origins=("http://app.example",))) == []
    finding = the_finding(ask(moving("http://localhost:8000/other", cors=PUBLIC, then=(200, PUBLIC))))
    assert (finding.code, finding.browsers) == ("HDR402", ("webkit",))


# HDR403


@pytest.mark.parametrize("origins", [(), (PAGE,)])
@pytest.mark.parametrize("then", [(200, ALLOWED), (200, ()), (500, ()), (302, ())])
def test_redirect_with_null_origin(origins: tuple[str, ...], then: Answer, snapshot: Snapshot) -> None:
    finding = the_finding(ask(moving(f"{OTHER}/users", then=then), origins=origins))

    assert (finding.code, finding.severity) == ("HDR403", "error")
    assert f"Location: {OTHER}/users" in header_lines(finding)
    snapshot(finding)


def test_redirect_with_null_origin_over_the_wire() -> None:
    with uvicorn_server(service("http://localhost:3000")) as base:
        report = check(Settings(targets=(f"{base}/elsewhere",)))

    assert found(report) == ["error HDR403"]
    assert [place.credentials for place in the_finding(report).places] == [("omit",)]


def test_null_origin_is_fine_where_it_is_allowed() -> None:
    assert found(ask(moving(f"{OTHER}/users", then=(200, PUBLIC)))) == []


def test_behind_a_redirect_even_the_page_s_own_origin_gets_null() -> None:
    assert found(ask(moving(f"{PAGE}/users", then=(200, ())))) == ["error HDR403"]
    assert found(ask(moving("/users", then=(200, ())), f"{PAGE}/items")) == []


def test_a_preflight_with_null_origin() -> None:
    def answer(asked: Asked) -> Answer:
        if asked.method == "OPTIONS":
            return 200, (*ALLOWED, ("Access-Control-Allow-Headers", "X-Token"))
        return 302, (*ALLOWED, ("Location", f"{OTHER}/users"))

    assert found(ask(answering(answer), headers=(("X-Token", "1"),))) == ["error HDR403"]


def test_a_sandboxed_page_has_null_as_its_own_origin() -> None:
    app = moving("/other", cors=(("Access-Control-Allow-Origin", "null"), ("Vary", "Origin")), then=(200, ()))

    assert found(ask(app, origins=("null",))) == ["error HDR101"]


# HDR404


def test_authorization_dropped_on_redirect(snapshot: Snapshot) -> None:
    finding = the_finding(ask(moving(f"{OTHER}/users", then=(200, PUBLIC)), headers=(AUTHORIZATION,)))

    assert (finding.code, finding.severity) == ("HDR404", "warning")
    assert header_lines(finding) == (f"Location: {OTHER}/users",)
    assert "7f3a" not in text(finding)
    snapshot(finding)


def test_authorization_dropped_and_then_demanded() -> None:
    app = moving(f"{OTHER}/users", then=(401, PUBLIC))

    assert found(ask(app, headers=(AUTHORIZATION,))) == ["warning HDR404"]


def test_other_headers_are_kept() -> None:
    app = moving(f"{OTHER}/users", then=(200, PUBLIC))

    assert found(ask(app)) == []
    assert found(ask(app, headers=(("Accept", "text/plain"),))) == []


# HDR405


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_answer_without_cors(status: int) -> None:
    app = moving("/other", status=status, cors=())
    finding = the_finding(ask(app))

    assert (finding.code, finding.severity) == ("HDR405", "error")
    assert header_lines(finding)[:2] == ("Location: /other", "no Access-Control-Allow-Origin")
    assert found(ask(app, origins=())) == ["error HDR405"]


def test_a_redirect_outside_of_the_cors_layer() -> None:
    app = service(PAGE)
    app.add_middleware(HTTPSRedirectMiddleware)

    assert found(ask(app, "http://api.example/users", origins=("http://app.example",))) == ["error HDR405"]


@pytest.mark.parametrize(
    ("cors", "credentials"),
    [
        ((("Access-Control-Allow-Origin", OTHER),), "omit"),
        (PUBLIC, "include"),
        (ALLOWED, "include"),
        ((*ALLOWED, ("Access-Control-Allow-Credentials", "True")), "include"),
    ],
)
def test_any_way_to_fail_the_cors_check(cors: Lines, credentials: CredentialsMode) -> None:
    assert found(ask(moving("/other", cors=cors), credentials=(credentials,))) == ["error HDR405"]


def test_an_unwanted_fetch_may_fail() -> None:
    assert found(ask(moving("/other", cors=ALLOWED), credentials=())) == []


# HDR406


@pytest.mark.parametrize(
    ("location", "cause"),
    [
        ("/items", "redirect-limit"),
        ("mailto:me@app.example", "redirect-scheme"),
        ("https://me:secret@api.example/other", "redirect-with-credentials"),
        ("https://", "redirect-location-unparsable"),
    ],
)
def test_redirect_not_followed(location: str, cause: str, snapshot: Snapshot) -> None:
    finding = the_finding(ask(moving(location)))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR406", "error", cause)
    assert "secret" not in text(finding)
    snapshot(finding)


def test_two_locations() -> None:
    app = answering(lambda _: (302, (*ALLOWED, ("Location", "/a"), ("Location", "/b"))))

    assert {finding.browsers: variant(finding) for finding in ask(app).findings} == {
        ("chromium", "firefox"): "redirect-location-unparsable",
        ("webkit",): "redirect-limit",
    }


def test_a_page_that_does_not_follow_has_its_way() -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n"
    with RawServer(head) as server:
        assert found(check(Settings(targets=(server.url,), redirect="manual"))) == []
        assert found(check(Settings(targets=(server.url,), redirect="error"))) == ["error HDR006"]
        assert found(check(Settings(targets=(server.url,)))) == ["error HDR406"]


# HDR410


@pytest.mark.parametrize(
    ("location", "then", "codes"),
    [
        ("/items/", (404, ()), ["error HDR410"]),
        ("/items/", (404, ALLOWED), ["error HDR410"]),
        ("/v1/items/", (404, ALLOWED), ["error HDR410"]),
        ("/items/", (200, ALLOWED), []),
        ("/items", (404, ALLOWED), []),
        ("/", (404, ALLOWED), []),
        ("/api/v1/items/", (404, ALLOWED), ["warning HDR401"]),
        ("/other/", (404, ALLOWED), []),
    ],
)
def test_a_redirect_that_loses_the_prefix(location: str, then: Answer, codes: list[str]) -> None:
    """Only one that adds or removes a slash, and leads to an error."""
    app = moving(location, then=then, asked_for="/api/v1/items")

    assert found(ask(app, "https://api.example/api/v1/items")) == codes


def test_the_error_behind_a_lost_prefix_has_one_finding(snapshot: Snapshot) -> None:
    """It is neither an error status nor a fault of CORS."""
    app = moving("/items/", then=(404, ALLOWED), asked_for="/api/items")
    finding = the_finding(ask(app, "https://api.example/api/items", expect_status=()))

    assert finding.code == "HDR410"
    snapshot(finding)
