"""HDR001 to HDR108: who may read the answer. Each fault has its one code, and what is nearly one has none."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from hdrcli.fetch import parse_origin
from hdrcli.fetch.request import CredentialsMode
from hdrcli.inspection import check
from hdrcli.rules.evidence.origins import how_origin_differs
from hdrcli.settings import Settings
from tests.findings import concept, fix, fix_setting, found, header_lines, impact, the_finding, values, variant
from tests.rules.asking import PAGE, URL, Answer, Asked, answering, ask, lines
from tests.rules.snapshots import Snapshot
from tests.serving.raw import RawServer

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"


def service(*allow_origins: str, allow_credentials: bool = False) -> FastAPI:
    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=allow_origins,
        allow_credentials=allow_credentials,
        allow_methods=["GET", "PUT"],
    )

    @app.api_route("/items", methods=["GET", "PUT"])
    def items() -> list[str]:
        return []

    @app.get("/crash")
    def crash() -> None:
        raise RuntimeError

    @app.get("/gone")
    def gone() -> None:
        raise HTTPException(410)

    return app


# Healthy services


@pytest.mark.parametrize("credentials", [(), ("omit",), ("same-origin",), ("include",), ("omit", "include")])
def test_a_healthy_service_has_no_finding(credentials: tuple[CredentialsMode, ...]) -> None:
    app = service(PAGE, "http://localhost:3000", allow_credentials=True)

    assert found(ask(app, credentials=credentials)) == []
    assert found(ask(app, "https://localhost:8000/items", origins=(), credentials=credentials)) == []
    assert found(ask(app, credentials=credentials, method="PUT")) == []
    assert found(ask(app, "https://api.example/gone", credentials=credentials)) == []


def test_a_public_service_has_no_finding_though_it_takes_no_credentials() -> None:
    assert found(ask(service("*"), credentials=())) == []
    assert found(ask(service("*"), origins=(), credentials=())) == []


def test_a_page_of_the_same_origin_needs_no_cors_header() -> None:
    assert found(ask(answering(lines()), origins=("https://api.example",))) == []
    assert found(ask(answering(lines(status=500)), origins=("https://api.example",))) == []


def test_an_answer_that_never_came_is_no_finding() -> None:
    assert found(check(Settings(targets=("http://nonexistent.invalid/",)))) == []


# HDR001, HDR002, HDR004: nothing is sent; HDR003: what comes is not taken


def test_bad_port(snapshot: Snapshot) -> None:
    finding = the_finding(check(Settings(targets=("http://127.0.0.1:6000/", "http://127.0.0.1:6000/items"))))

    assert (finding.code, finding.severity) == ("HDR001", "error")
    assert [place.url for place in finding.places] == ["http://127.0.0.1:6000/", "http://127.0.0.1:6000/items"]
    assert fix_setting(finding) is None
    snapshot(finding)


def test_behind_a_redirect_something_was_sent(snapshot: Snapshot) -> None:
    to_bad_port = answering(lines((ALLOW_ORIGIN, "*"), ("Location", "https://api.example:6000/"), status=302))
    (finding,) = (finding for finding in ask(to_bad_port).findings if finding.code == "HDR001")

    before = the_finding(ask(to_bad_port, "https://api.example:6000/"))
    assert impact(finding) != impact(before)
    snapshot(finding)


def test_the_unspecified_address(snapshot: Snapshot) -> None:
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, "*"))), "https://0.0.0.0/items"))

    assert (finding.code, finding.severity, finding.browsers) == ("HDR004", "warning", ("firefox", "webkit"))
    assert finding.other_browsers == ("chromium",)
    assert finding.quirks == ("unspecified_address_blocked",)
    snapshot(finding)


def test_the_unspecified_address_over_ipv6() -> None:
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, "*"))), "https://[::]/items"))

    assert (finding.code, finding.browsers, finding.other_browsers) == ("HDR004", ("firefox",), ("chromium", "webkit"))


def test_a_browser_with_the_fault_on_another_route_is_not_without_it() -> None:
    app = answering(lambda asked: (407 if asked.path == "/407" else 200, ((ALLOW_ORIGIN, "https://b.example"),)))
    both = ask(app, "https://api.example/407", "https://api.example/200").findings
    of_code = {finding.code: finding for finding in both}

    assert of_code["HDR003"].other_browsers == ("firefox", "webkit")
    assert of_code["HDR102"].browsers == ("firefox", "webkit", "chromium")
    assert (of_code["HDR102"].other_browsers, of_code["HDR102"].quirks) == ((), ())


def test_mixed_content(snapshot: Snapshot) -> None:
    finding = the_finding(check(Settings(targets=("http://api.example/",), origins=(PAGE,))))

    assert (finding.code, finding.severity) == ("HDR002", "error")
    assert fix_setting(finding) is None
    snapshot(finding)


def test_mixed_content_is_let_through_on_loopback() -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n") as server:
        assert found(check(Settings(targets=(server.url,), origins=(PAGE,), credentials=("omit",)))) == []


def test_mixed_content_behind_a_redirect_is_another_fault() -> None:
    def redirect(_: Asked) -> Answer:
        return 302, (("Location", "http://api.example/"), (ALLOW_ORIGIN, "*"))

    assert "error HDR002" not in found(ask(answering(redirect)))


def test_a_coding_that_was_not_offered(snapshot: Snapshot) -> None:
    compressed = answering(lines((ALLOW_ORIGIN, "*"), ("Content-Encoding", "br")))
    finding = the_finding(ask(compressed, "http://api.example/items", origins=("http://app.example",)))

    assert (finding.code, finding.severity, finding.browsers) == ("HDR003", "error", ("chromium",))
    assert finding.quirks == ("content_coding_must_be_offered",)
    assert found(ask(compressed, "http://localhost/items", origins=("http://app.example",))) == []
    assert found(ask(compressed)) == []
    snapshot(finding)


def test_a_service_that_answers_like_a_proxy(snapshot: Snapshot) -> None:
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, "*"), status=407))))

    assert (finding.code, finding.severity, finding.browsers) == ("HDR003", "error", ("chromium",))
    assert fix_setting(finding) is None
    snapshot(finding)


# HDR101


def test_allow_origin_missing(snapshot: Snapshot) -> None:
    finding = the_finding(ask(answering(lines(("X-Powered-By", "Express")))))

    assert (finding.code, finding.severity) == ("HDR101", "error")
    assert header_lines(finding) == ("no Access-Control-Allow-Origin",)
    assert (variant(finding), concept(finding), values(finding)) == ("no-layer", "cors-layer", (PAGE,))
    snapshot(finding)


def test_allow_origin_missing_shows_what_a_cors_layer_left() -> None:
    finding = the_finding(ask(service("https://admin.example", allow_credentials=True)))

    assert finding.code == "HDR101"
    assert header_lines(finding) == (
        "access-control-allow-credentials: true",
        "vary: Origin",
        "no Access-Control-Allow-Origin",
    )


def test_allow_origin_missing_is_an_error_for_the_default_page(snapshot: Snapshot) -> None:
    report = ask(service(), "https://localhost:8000/items", origins=(), credentials=())
    finding = the_finding(report)

    assert found(report) == ["error HDR101"]
    assert values(finding) == ("http://localhost:3000",)
    assert finding.places[0].credentials == ("omit", "include")
    assert report.exit_status == 1
    snapshot(finding)


def test_allow_origin_missing_on_an_ok_preflight(snapshot: Snapshot) -> None:
    """As Express answers the preflight of an origin that it does not know."""
    finding = the_finding(ask(answering(lines(status=204)), method="PUT"))

    assert (finding.code, finding.severity) == ("HDR101", "error")
    assert header_lines(finding) == ("no Access-Control-Allow-Origin",)
    snapshot(finding)


def test_a_sandboxed_page_is_not_told_to_allow_null(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service(), origins=("null",)))

    assert finding.code == "HDR101"
    assert fix_setting(finding) is None
    snapshot(finding)


def test_one_cause_is_one_finding_on_many_routes_and_pages() -> None:
    urls = ("https://api.example/items", "https://api.example/items?page=2")
    finding = the_finding(ask(service(), *urls, origins=(PAGE, "https://admin.example")))

    assert [(place.url, place.page) for place in finding.places] == [
        (url, page) for url in urls for page in (PAGE, "https://admin.example")
    ]
    assert values(finding) == (PAGE, "https://admin.example")


# HDR102


@pytest.mark.parametrize("status", [200, 404, 500])
def test_allow_origin_other(status: int, snapshot: Snapshot) -> None:
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, "https://admin.example"), status=status))))

    assert (finding.code, finding.severity) == ("HDR102", "error")
    assert header_lines(finding) == ("Access-Control-Allow-Origin: https://admin.example",)
    assert values(finding) == (PAGE, "https://admin.example")
    snapshot(finding)


@pytest.mark.parametrize("value", ["https://*.example", "null", "", "all"])
def test_allow_origin_other_does_not_keep_what_is_no_origin(value: str) -> None:
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, value)))))

    assert finding.code == "HDR102"
    assert values(finding) == (PAGE,)


def test_allow_origin_other_is_an_error_for_the_default_page() -> None:
    report = ask(answering(lines((ALLOW_ORIGIN, PAGE))), "https://localhost:8000/", origins=())

    assert found(report) == ["error HDR102"]


# HDR103


@pytest.mark.parametrize(
    ("page", "allowed"),
    [
        pytest.param(PAGE, f"{PAGE}/", id="slash"),
        pytest.param(PAGE, f"{PAGE}:443", id="default port"),
        pytest.param(PAGE, "https://APP.EXAMPLE", id="upper case"),
        pytest.param(PAGE, "http://app.example", id="http"),
        pytest.param(PAGE, "https://www.app.example", id="with www"),
        pytest.param("https://www.app.example", PAGE, id="without www"),
        pytest.param("http://localhost:3000", "http://127.0.0.1:3000", id="127.0.0.1"),
        pytest.param("http://127.0.0.1:3000", "http://localhost:3000", id="localhost"),
        pytest.param("http://localhost:3000", "http://localhost:3000/", id="localhost, slash"),
    ],
)
def test_origin_near_miss_is_found_by_asking(page: str, allowed: str, snapshot: Snapshot) -> None:
    finding = the_finding(
        ask(service(allowed, "https://admin.example"), "https://localhost:8000/items", origins=(page,))
    )

    assert (finding.code, finding.severity) == ("HDR103", "error")
    assert variant(finding) == allowed
    snapshot(finding)


@pytest.mark.parametrize(
    ("allowed", "setting"),
    [
        (f"{PAGE}/", (PAGE,)),
        ("https://App.Example", (PAGE,)),
        ("app.example", (PAGE,)),
        (f'"{PAGE}"', (PAGE,)),
        ("http://app.example", (PAGE, "http://app.example")),
        (f"{PAGE}:8443", (PAGE, f"{PAGE}:8443")),
    ],
)
def test_origin_near_miss_is_read_off_the_answer(allowed: str, setting: tuple[str, ...]) -> None:
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, allowed))), probe=False))

    assert (finding.code, finding.severity) == ("HDR103", "error")
    assert values(finding) == setting


def test_origin_near_miss_is_found_for_a_refused_preflight() -> None:
    """Starlette answers 400; with the origin mended, nothing is left of that."""
    report = ask(service(f"{PAGE}/"), method="PUT")

    assert found(report) == ["error HDR103"]
    assert found(ask(service(PAGE), method="PUT")) == []


def test_origin_near_miss_on_an_error_answer_is_no_matter_of_errors() -> None:
    assert found(ask(service(f"{PAGE}/"), "https://api.example/gone")) == ["error HDR103"]


def test_origin_near_miss_is_an_error_for_the_default_page() -> None:
    app = answering(lines((ALLOW_ORIGIN, "http://localhost:3000/")))

    assert found(ask(app, "https://localhost:8000/", origins=())) == ["error HDR103"]


def test_no_variant_is_tried_without_probes() -> None:
    assert found(ask(service(f"{PAGE}/"), probe=False)) == ["error HDR101"]


def test_an_origin_that_is_refused_by_name_is_no_near_miss() -> None:
    """Whoever else asks is mirrored: that the variants are, too, says nothing."""

    def answer(asked: Asked) -> Answer:
        return 200, () if asked.origin == PAGE else ((ALLOW_ORIGIN, asked.origin), ("Vary", "Origin"))

    assert "error HDR101" in found(ask(answering(answer)))
    assert "error HDR103" not in found(ask(answering(answer)))


@pytest.mark.parametrize(
    ("page", "other"),
    [
        (PAGE, PAGE),
        (PAGE, "null"),
        (PAGE, "*"),
        (PAGE, "https://application.example"),
        (PAGE, "https://admin.app.example"),
        (PAGE, "http://www.app.example"),
        ("http://localhost:3000", "http://127.0.0.1:8080"),
        ("null", "https://app.example"),
    ],
)
def test_what_is_not_near(page: str, other: str) -> None:
    origin = parse_origin(page)
    assert origin is not None
    assert how_origin_differs(origin, other) is None


# HDR104


@pytest.mark.parametrize(
    "headers",
    [
        ((ALLOW_ORIGIN, PAGE), (ALLOW_ORIGIN, "*")),
        ((ALLOW_ORIGIN, PAGE), (ALLOW_ORIGIN, PAGE)),
        ((ALLOW_ORIGIN, "*"), (ALLOW_ORIGIN, "*")),
        ((ALLOW_ORIGIN, f"{PAGE}, https://admin.example"),),
        ((ALLOW_ORIGIN, f"{PAGE} https://admin.example"),),
    ],
)
def test_allow_origin_several(headers: tuple[tuple[str, str], ...]) -> None:
    app = answering(lines(*headers))

    assert found(ask(app)) == ["error HDR104"]
    assert header_lines(the_finding(ask(app))) == tuple(f"{name}: {value}" for name, value in headers)
    assert found(ask(app, "https://localhost:8000/", origins=(), credentials=())) == ["error HDR104"]
    assert found(ask(app, method="PUT")) == ["error HDR104"]


@pytest.mark.parametrize(
    ("origins", "setting", "expected"),
    [
        ("https://admin.example, https://b.example", "origins", ("https://admin.example", "https://b.example", PAGE)),
        (f"{PAGE} https://admin.example", "origins", (PAGE, "https://admin.example")),
        (f"{PAGE}, *", "one-layer", (ALLOW_ORIGIN, ALLOW_CREDENTIALS)),
        (f"{PAGE}, {PAGE}", "one-layer", (ALLOW_ORIGIN, ALLOW_CREDENTIALS)),
    ],
)
def test_several_values_in_one_line_are_a_list_or_joined_lines(
    origins: str, setting: str, expected: tuple[str, ...]
) -> None:
    """A list is what one layer is configured to send; no list holds "*" or a value twice."""
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, origins), (ALLOW_CREDENTIALS, "true, true")))))

    assert (finding.code, concept(finding), values(finding)) == ("HDR104", setting, expected)


def test_allow_origin_several_tells_the_layers(snapshot: Snapshot) -> None:
    headers = (("Server", "nginx"), ("Via", "1.1 proxy"), (ALLOW_ORIGIN, PAGE), (ALLOW_ORIGIN, "*"))
    finding = the_finding(ask(answering(lines(*headers))))

    assert header_lines(finding) == tuple(f"{name}: {value}" for name, value in headers)
    assert (concept(finding), values(finding)) == ("one-layer", (ALLOW_ORIGIN,))
    snapshot(finding)


# HDR105


def test_wildcard_with_credentials() -> None:
    report = ask(service("*"), credentials=("omit", "include"))
    finding = the_finding(report)

    assert found(report) == ["error HDR105"]
    assert finding.places[0].credentials == ("include",)
    assert values(finding) == (PAGE,)


@pytest.mark.parametrize("allowed", [(), ((ALLOW_CREDENTIALS, "true"),)])
def test_wildcard_with_credentials_tells_what_lacks(allowed: tuple[tuple[str, str], ...], snapshot: Snapshot) -> None:
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, "*"), *allowed)), credentials=("include",)))

    assert ("Access-Control-Allow-Credentials: true" in fix(finding)) is not bool(allowed)
    snapshot(finding)


def test_wildcard_with_credentials_on_a_preflight(snapshot: Snapshot) -> None:
    report = ask(service("*"), method="PUT", credentials=("include",))

    assert found(report) == ["error HDR105"]
    snapshot(the_finding(report))


@pytest.mark.parametrize("credentials", [(), ("omit",), ("same-origin",)])
def test_wildcard_beside_allowed_credentials(credentials: tuple[CredentialsMode, ...]) -> None:
    app = answering(lines((ALLOW_ORIGIN, "*"), (ALLOW_CREDENTIALS, "true")))

    assert found(ask(app, credentials=credentials)) == ["warning HDR105"]
    assert found(ask(app, credentials=("include",))) == ["error HDR105"]


# HDR106


@pytest.mark.parametrize(
    "allow_credentials",
    [(), ("false",), ("True",), ("1",), ("yes",)],
)
def test_allow_credentials_not_true(allow_credentials: tuple[str, ...], snapshot: Snapshot) -> None:
    headers = [(ALLOW_CREDENTIALS, value) for value in allow_credentials]
    app = answering(lines((ALLOW_ORIGIN, PAGE), *headers))
    finding = the_finding(ask(app, credentials=("include",)))

    assert (finding.code, finding.severity) == ("HDR106", "error")
    assert concept(finding) == "credentials"
    snapshot(finding)


@pytest.mark.parametrize("credentials", ["include", "omit"])
def test_allow_credentials_twice(credentials: CredentialsMode, snapshot: Snapshot) -> None:
    """Both lines are shown, and no setting that is right already."""
    twice = answering(lines((ALLOW_ORIGIN, PAGE), (ALLOW_CREDENTIALS, "true"), (ALLOW_CREDENTIALS, "true")))
    finding = the_finding(ask(twice, credentials=(credentials,)))

    assert header_lines(finding).count("Access-Control-Allow-Credentials: true") == 2
    assert fix_setting(finding) is None
    snapshot(finding)


@pytest.mark.parametrize("allow_credentials", [("True",), ("TRUE",), ("1",), ("yes",), ("true", "true")])
@pytest.mark.parametrize("credentials", [(), ("omit",)])
def test_credentials_meant_and_not_allowed(
    allow_credentials: tuple[str, ...],
    credentials: tuple[CredentialsMode, ...],
) -> None:
    app = answering(lines((ALLOW_ORIGIN, PAGE), *((ALLOW_CREDENTIALS, value) for value in allow_credentials)))

    assert found(ask(app, credentials=credentials)) == ["warning HDR106"]


@pytest.mark.parametrize("headers", [(), ((ALLOW_CREDENTIALS, "false"),), ((ALLOW_CREDENTIALS, "true"),)])
@pytest.mark.parametrize("credentials", [(), ("omit",)])
def test_credentials_that_nobody_asked_for(
    headers: tuple[tuple[str, str], ...],
    credentials: tuple[CredentialsMode, ...],
) -> None:
    assert found(ask(answering(lines((ALLOW_ORIGIN, PAGE), *headers)), credentials=credentials)) == []


# HDR107


def failing(status: int, *headers: tuple[str, str]) -> ASGIApp:
    """/items fails without CORS headers; preflights and all other paths have them."""

    def answer(asked: Asked) -> Answer:
        if asked.path == "/items" and asked.method == "GET":
            return status, headers
        return 404, ((ALLOW_ORIGIN, PAGE), ("Vary", "Origin"))

    return answering(answer)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422, 429, 500, 502, 504])
def test_error_response_without_cors(status: int) -> None:
    report = ask(failing(status, ("Server", "gateway")))
    finding = the_finding(report)

    assert found(report) == ["error HDR107"]
    assert header_lines(finding)[:2] == ("Server: gateway", "no Access-Control-Allow-Origin")
    assert str(status) in impact(finding)[0]


def test_error_response_of_starlette_s_own(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service(PAGE), "https://api.example/crash"))

    assert (finding.code, variant(finding), concept(finding)) == ("HDR107", "500", "errors")
    snapshot(finding)


@pytest.mark.parametrize(
    ("status", "arrangement"), [(500, "errors"), (413, "errors"), (401, "outermost"), (422, "outermost"), (502, None)]
)
def test_error_response_s_fix_is_for_its_status(status: int, arrangement: str | None, snapshot: Snapshot) -> None:
    finding = the_finding(ask(failing(status)))

    assert concept(finding) == arrangement
    snapshot(finding)


def test_error_response_with_cors_is_fine() -> None:
    wrapped: ASGIApp = CORSMiddleware(service(), allow_origins=[PAGE])

    assert found(ask(wrapped, "https://api.example/crash")) == []


def test_error_response_is_an_error_for_the_default_page() -> None:
    assert found(ask(failing(500), origins=())) == ["error HDR107"]


def test_error_responses_of_one_status_are_one_finding() -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path in {"/a", "/b", "/c"} and asked.method == "GET":
            return (404 if asked.path == "/c" else 500), ()
        return 404, ((ALLOW_ORIGIN, PAGE),)

    report = ask(answering(answer), *(f"https://api.example/{name}" for name in "abc"))

    assert sorted((variant(finding), len(finding.places)) for finding in report.findings) == [("404", 1), ("500", 2)]


# HDR108


def partly(other: Answer) -> ASGIApp:
    """CORS headers for one path alone."""
    return answering(lambda asked: (200, ((ALLOW_ORIGIN, "*"),)) if asked.path == "/items" else other)


def test_unknown_path_without_cors(snapshot: Snapshot) -> None:
    report = ask(partly((404, ())), URL, f"{URL}?page=2", credentials=())
    finding = the_finding(report)

    assert found(report) == ["advice HDR108"]
    assert len(finding.places) == 2
    snapshot(finding)


@pytest.mark.parametrize(
    "other",
    [(404, ((ALLOW_ORIGIN, "*"),)), (404, ((ALLOW_ORIGIN, PAGE),)), (200, ()), (302, (("Location", "/login"),))],
)
def test_unknown_path_that_is_no_fault(other: Answer) -> None:
    assert found(ask(partly(other))) == []


def test_unknown_path_is_not_asked_for_without_probes() -> None:
    assert found(ask(partly((404, ())), probe=False)) == []


def test_unknown_path_is_no_matter_for_the_same_origin() -> None:
    assert found(ask(partly((404, ())), origins=("https://api.example",))) == []
