"""HDR201 to HDR206: is the request sent at all? Each fault has its one code, and what is nearly one has none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from hdrcli.records.route import Probe
from hdrcli.report.report import Report
from tests.findings import fix, fix_setting, found, header_lines, the_finding, values, variant
from tests.rules.asking import PAGE, URL, Answer, Asked, answering, ask, lines, preflight
from tests.rules.snapshots import Snapshot

ALLOW_ORIGIN = ("Access-Control-Allow-Origin", "*")
ALLOW_METHODS = "Access-Control-Allow-Methods"
ALLOW_HEADERS = "Access-Control-Allow-Headers"
MAX_AGE = "Access-Control-Max-Age"


def service(
    *,
    allow_origins: Sequence[str] = (PAGE,),
    allow_methods: Sequence[str] = ("GET",),
    allow_headers: Sequence[str] = (),
    max_age: int = 600,
) -> FastAPI:
    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=allow_origins,
        allow_methods=allow_methods,
        allow_headers=allow_headers,
        max_age=max_age,
    )

    @app.api_route("/items", methods=["GET", "POST", "PUT"])
    def items() -> list[str]:
        return []

    return app


def settings(report: Report) -> list[tuple[str, str, tuple[str, ...]]]:
    """Variant, concept and values of each finding."""
    return [
        (variant(finding), setting.concept, setting.values)
        for finding in report.findings
        if (setting := fix_setting(finding)) is not None
    ]


# HDR201


def test_method_refused_by_the_cors_layer(snapshot: Snapshot) -> None:
    report = ask(service(allow_methods=["GET", "POST"]), method="PUT")
    finding = the_finding(report)

    assert found(report) == ["error HDR201"]
    assert settings(report) == [("method", "methods", ("GET", "POST", "PUT"))]
    assert header_lines(finding) == (
        "access-control-allow-methods: GET, POST",
        "access-control-allow-headers: Accept, Accept-Language, Content-Language, Content-Type",
        "access-control-allow-origin: https://app.example",
    )
    snapshot(finding)


@pytest.mark.parametrize(
    ("app", "code"),
    [
        (service(), "HDR201"),
        (answering(preflight(ALLOW_ORIGIN, (ALLOW_METHODS, "GET"), (ALLOW_HEADERS, "content-type"))), "HDR20"),
    ],
    ids=["Starlette", "lists"],
)
@pytest.mark.parametrize("option", ["-X", "-H"])
def test_the_fix_for_routes_that_differ_names_none_of_them(app: ASGIApp, code: str, option: str) -> None:
    """The line of the fix has the methods or the headers of all routes."""
    parts = {"-X": ("PUT", "DELETE"), "-H": ("X-Token: 1", "X-Tenant: 1")}[option]
    names = [part.partition(":")[0] for part in parts]
    report = ask(app, *(f"curl {option} '{part}' {URL}/{number}" for number, part in enumerate(parts)))
    finding = the_finding(report)

    assert finding.code.startswith(code)
    assert set(names) <= set(values(finding))
    assert not any(name in fix(finding) for name in names)
    one = the_finding(ask(app, f"curl {option} '{parts[0]}' {URL}"))
    assert names[0] in fix(one)


def test_post_of_json_is_refused_by_fastapi_s_defaults() -> None:
    report = ask(service(), method="POST", headers=(("Content-Type", "application/json"),))

    assert settings(report) == [("method", "methods", ("GET", "POST"))]


def test_headers_refused_by_the_cors_layer(snapshot: Snapshot) -> None:
    report = ask(service(allow_headers=["X-Token"]), headers=(("X-Tenant", "1"), ("X-Token", "2")))

    assert found(report) == ["error HDR201"]
    assert settings(report) == [
        (
            "headers",
            "request-headers",
            ("Accept", "Accept-Language", "Content-Language", "Content-Type", "X-Token", "X-Tenant"),
        ),
    ]
    snapshot(the_finding(report))


def test_method_and_headers_refused_at_once_are_two_causes() -> None:
    report = ask(service(), method="PUT", headers=(("Authorization", "Bearer 1"),))

    assert found(report) == ["error HDR201", "error HDR201"]
    assert [variant(finding) for finding in report.findings] == ["method", "headers"]


def test_origin_refused_by_the_cors_layer() -> None:
    report = ask(service(allow_origins=["https://admin.example"], allow_methods=["PUT"]), method="PUT")

    assert found(report) == ["error HDR201"]
    assert settings(report) == [("origin", "origins", (PAGE,))]


def test_origin_refused_by_the_cors_layer_is_an_error_for_the_default_page() -> None:
    app, url = service(allow_methods=["PUT"]), "https://localhost:8000/items"

    assert found(ask(app, url, method="PUT", origins=(), credentials=())) == ["error HDR201"]
    assert found(ask(app, url, method="DELETE", origins=(), credentials=())) == ["error HDR201", "error HDR201"]


def test_origin_nearly_allowed_leaves_the_method_to_mend() -> None:
    report = ask(service(allow_origins=[f"{PAGE}/"]), method="PUT")

    assert found(report) == ["error HDR103", "error HDR201"]
    assert [variant(finding) for finding in report.findings] == [f"{PAGE}/", "method"]


def test_a_string_in_place_of_a_list_of_methods_is_put_together_again() -> None:
    """Starlette looks the method up in the string, and joins the string by commas."""
    report = ask(service(allow_methods="GET,PATCH"), method="PUT")

    assert settings(report) == [("method", "methods", ("GET", "PATCH", "PUT"))]


@pytest.mark.parametrize(
    ("allowed", "merged"),
    [
        pytest.param(("GET", "PATCH"), None, id="allowed in upper case"),
        pytest.param(("GET", "POST"), ("GET", "POST", "PATCH"), id="not allowed"),
    ],
)
def test_a_method_that_fetch_leaves_in_lower_case(
    allowed: tuple[str, ...], merged: tuple[str, ...] | None, snapshot: Snapshot
) -> None:
    """Refused by the CORS layer's 400 and by its list, and with another origin, too: "patch" is never to be allowed."""
    by_list = answering(preflight(ALLOW_ORIGIN, (ALLOW_METHODS, ", ".join(allowed))))
    refused = the_finding(ask(service(allow_methods=allowed), method="patch"))
    unlisted = the_finding(ask(by_list, method="patch"))
    elsewhere = ask(service(allow_methods=allowed, allow_origins=["https://other.example"]), method="patch")

    assert (refused.code, unlisted.code) == ("HDR201", "HDR203")
    for finding in (refused, unlisted, *(each for each in elsewhere.findings if variant(each) == "method")):
        setting = fix_setting(finding)
        assert fix(finding) == fix(refused)
        assert (setting.values if setting else None) == merged
    assert {variant(finding) for finding in elsewhere.findings} == {"origin", "method"}
    snapshot(refused)


def test_a_method_of_ones_own_keeps_its_case() -> None:
    assert settings(ask(service(), method="purge")) == [("method", "methods", ("GET", "purge"))]


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (405, (("Allow", "GET"),), "router"),
        (404, (), "router"),
        (501, (), "router"),
        (401, (("WWW-Authenticate", "Bearer"),), "authentication"),
        (403, (), "authentication"),
        (403, (ALLOW_ORIGIN,), "authentication"),
        (502, (("Server", "nginx"),), "502"),
        (418, (), "418"),
        (400, (), "400"),
        (500, (ALLOW_ORIGIN, (ALLOW_METHODS, "PUT")), "500"),
        (400, (ALLOW_ORIGIN, (ALLOW_METHODS, "PUT")), "unknown"),
    ],
)
def test_who_refused_the_preflight(
    status: int, headers: tuple[tuple[str, str], ...], kind: str, snapshot: Snapshot
) -> None:
    report = ask(answering(preflight(*headers, status=status)), method="PUT")
    finding = the_finding(report)

    assert found(report) == ["error HDR201"]
    assert variant(finding) == kind
    assert all(f"{name}: {value}" in header_lines(finding) for name, value in headers)
    snapshot(finding)


def test_a_router_without_cors() -> None:
    app = FastAPI()
    app.put("/items")(lambda: None)
    finding = the_finding(ask(app, method="PUT"))

    assert (finding.code, variant(finding)) == ("HDR201", "no-layer")
    assert "allow: PUT" in header_lines(finding)


@pytest.mark.parametrize("headers", [(), (ALLOW_ORIGIN,)])
@pytest.mark.parametrize(("method", "status", "kind"), [("GET", 404, "path"), ("GET", 405, ""), ("PUT", 404, "")])
def test_a_preflight_for_a_path_that_does_not_exist(
    method: str, status: int, kind: str, headers: tuple[tuple[str, str], ...], snapshot: Snapshot
) -> None:
    """Only a 404 to the page's own GET proves it, whether or not the CORS layer covers it."""
    finding = the_finding(ask(answering(lines(*headers, status=status)), method=method, headers=(("x-token", "1"),)))

    assert finding.code == "HDR201"
    assert (variant(finding) == "path") is (kind == "path")
    snapshot(finding)


def test_an_allowed_preflight_has_no_finding() -> None:
    app = service(allow_methods=["PUT"], allow_headers=["X-Token"])

    assert found(ask(app, method="PUT", headers=(("x-token", "1"),))) == []
    assert found(ask(service(allow_methods=["*"], allow_headers=["*"]), headers=(("Authorization", "1"),))) == []


# HDR202


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("headers", [(), (ALLOW_ORIGIN,)])
def test_preflight_redirected(status: int, headers: tuple[tuple[str, str], ...]) -> None:
    location = ("Location", "https://api.example/items/")
    report = ask(answering(preflight(location, *headers, status=status)), method="PUT")

    assert found(report) == ["error HDR202"]
    assert header_lines(the_finding(report)) == ("Location: https://api.example/items/",)


def test_preflight_redirected_keeps_a_password_to_itself() -> None:
    location = ("Location", "https://user:s3cr3t@api.example/")
    finding = the_finding(ask(answering(preflight(location, status=307)), method="PUT"))

    assert header_lines(finding) == ("Location: https://[redacted]@api.example/",)


def test_a_redirect_without_a_preflight_is_another_matter() -> None:
    def answer(asked: Asked) -> Answer:
        return (307, (("Location", "/v2"), ALLOW_ORIGIN)) if asked.path == "/items" else (200, (ALLOW_ORIGIN,))

    assert found(ask(answering(answer))) == []


# HDR203


@pytest.mark.parametrize(
    ("listed", "merged"),
    [
        (None, ("PUT",)),
        ("GET, POST", ("GET", "POST", "PUT")),
        ("put", ("put", "PUT")),
        ("G, E, T, ,, P, A, T, C, H", ("GET", "PATCH", "PUT")),
    ],
)
def test_method_not_allowed(listed: str | None, merged: tuple[str, ...], snapshot: Snapshot) -> None:
    headers = () if listed is None else ((ALLOW_METHODS, listed),)
    report = ask(answering(preflight(ALLOW_ORIGIN, *headers)), method="PUT", credentials=())

    assert found(report) == ["error HDR203"]
    assert values(the_finding(report)) == merged
    snapshot(the_finding(report))


def test_method_not_allowed_tells_of_a_string_in_place_of_a_list(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service(allow_methods="GET,PUT"), method="PUT"))

    assert finding.code == "HDR203"
    assert values(finding) == ("GET", "PUT")
    snapshot(finding)


def test_method_wildcard_with_credentials(snapshot: Snapshot) -> None:
    headers = (
        ("Access-Control-Allow-Origin", PAGE),
        ("Access-Control-Allow-Credentials", "true"),
        (ALLOW_METHODS, "*"),
    )
    app = answering(lambda _: (200, headers))
    report = ask(app, method="PUT", credentials=("include",))

    assert found(report) == ["error HDR203"]
    assert values(the_finding(report)) == ("*", "PUT")
    assert found(ask(app, method="PUT", credentials=())) == []
    snapshot(the_finding(report))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_safelisted_methods_need_not_be_allowed(method: str) -> None:
    app = answering(preflight(ALLOW_ORIGIN, (ALLOW_HEADERS, "X-Token")))

    assert found(ask(app, method=method, headers=(("X-Token", "1"),))) == []


# HDR204


def test_header_not_allowed(snapshot: Snapshot) -> None:
    app = answering(preflight(ALLOW_ORIGIN, (ALLOW_HEADERS, "Content-Type, X-Tenant")))
    report = ask(app, headers=(("X-Token", "1"), ("X-Tenant", "2"), ("Authorization", "3")))

    assert found(report) == ["error HDR204"]
    assert values(the_finding(report)) == ("Content-Type", "X-Tenant", "Authorization", "X-Token")
    snapshot(the_finding(report))


def test_authorization_under_a_wildcard_is_a_warning() -> None:
    app = answering(preflight(ALLOW_ORIGIN, (ALLOW_HEADERS, "*")))
    report = ask(app, headers=(("Authorization", "1"), ("X-Token", "2")), credentials=())

    assert found(report) == ["warning HDR204"]
    assert values(the_finding(report)) == ("*", "Authorization")
    assert found(ask(app, headers=(("X-Token", "2"),))) == []


def test_header_wildcard_with_credentials(snapshot: Snapshot) -> None:
    headers = (
        ("Access-Control-Allow-Origin", PAGE),
        ("Access-Control-Allow-Credentials", "true"),
        (ALLOW_HEADERS, "*"),
    )
    app = answering(lambda _: (200, headers))
    report = ask(app, headers=(("X-Token", "1"), ("Authorization", "2")), credentials=("include",))

    assert found(report) == ["error HDR204"]
    assert values(the_finding(report)) == ("*", "Authorization", "X-Token")
    snapshot(the_finding(report))


def test_a_body_names_the_request_headers_that_are_refused() -> None:
    """As aiohttp-cors does, without a CORS header."""
    refusing = answering(preflight(status=403), b"CORS preflight request failed: headers are not allowed: X-TOKEN")
    requested = (("X-Token", "1"), ("Content-Type", "application/json"))
    finding = the_finding(ask(refusing, method="PUT", headers=requested))

    assert (finding.code, variant(finding), values(finding)) == ("HDR201", "headers", ("X-Token",))


@pytest.mark.parametrize(
    ("listed", "is_whole"),
    [
        (None, False),  # of what is allowed, nothing was requested
        ("x-a", False),
        ("X-A", False),
        ("X-A, X-Other", True),
        ("*", True),
        ("X A", True),
    ],
)
def test_a_list_is_whole_if_it_names_what_was_not_requested(listed: str | None, *, is_whole: bool) -> None:
    """Some CORS layers list only what is allowed of what was requested: the list may be longer."""
    headers = () if listed is None else ((ALLOW_HEADERS, listed),)
    app = answering(
        preflight(("Access-Control-Allow-Origin", PAGE), ("Access-Control-Allow-Credentials", "true"), *headers)
    )
    requested = (("X-A", "1"), ("X-B", "1"))
    setting = fix_setting(the_finding(ask(app, headers=requested, credentials=("include",))))

    assert setting is not None
    assert (setting.operation, setting.complete) == (("set", True) if is_whole else ("add", False))


def test_one_route_shows_the_whole_list_for_all() -> None:
    def answer(asked: Asked) -> Answer:
        listed = "X-Other" if asked.path == "/b" else ""
        return 200, (ALLOW_ORIGIN, (ALLOW_HEADERS, listed))

    report = ask(answering(answer), "https://api.example/a", "https://api.example/b", headers=(("X-A", "1"),))
    setting = fix_setting(the_finding(report))

    assert setting is not None
    assert (setting.values, setting.operation) == (("X-A", "X-Other"), "set")


def test_header_not_allowed_tells_of_a_string_in_place_of_a_list(snapshot: Snapshot) -> None:
    app = answering(preflight(ALLOW_ORIGIN, (ALLOW_HEADERS, "-, T, X, e, k, n, o, Content-Type")))
    finding = the_finding(ask(app, headers=(("X-Token", "1"),)))

    assert finding.code == "HDR204"
    assert values(finding) == ("Content-Type", "X-Token")
    snapshot(finding)


# HDR205


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        (ALLOW_METHODS, "GET; PUT", ("GET", "PUT")),
        (ALLOW_METHODS, "GET POST", ("GET", "POST", "PUT")),
        (ALLOW_METHODS, '["GET", "PUT"]', ("GET", "PUT")),
        (ALLOW_HEADERS, "X-Tenant X-Token", ("X-Tenant", "X-Token")),
        (ALLOW_HEADERS, '"X-Tenant"', ("X-Tenant", "x-token")),
    ],
)
def test_list_unparsable(name: str, value: str, setting: tuple[str, ...]) -> None:
    app = answering(preflight(ALLOW_ORIGIN, (name, value)))
    report = ask(app, method="PUT", headers=(("X-Token", "1"),))
    finding = the_finding(report)

    assert found(report) == ["error HDR205"]
    assert header_lines(finding)[0] == f"{name}: {value}"
    assert values(finding) == setting


@pytest.mark.parametrize("value", ["PUT,,", " PUT , ", ",PUT"])
def test_empty_elements_void_no_list(value: str) -> None:
    assert found(ask(answering(preflight(ALLOW_ORIGIN, (ALLOW_METHODS, value))), method="PUT")) == []


# HDR206


@pytest.mark.parametrize(
    ("max_age", "setting"),
    [
        (("-1",), "0"),
        (("10m",), "600"),
        (("600.0",), "600"),
        (("",), "600"),
        (("+600",), "600"),
        (("3600", "3600"), "3600"),
        (("3600, 60",), "3600"),
    ],
)
def test_max_age_without_effect(max_age: tuple[str, ...], setting: str) -> None:
    headers = [(MAX_AGE, value) for value in max_age]
    report = ask(answering(preflight(ALLOW_ORIGIN, (ALLOW_METHODS, "PUT"), *headers)), method="PUT")
    finding = the_finding(report)

    assert found(report) == ["advice HDR206"]
    assert header_lines(finding)[0] == f"{MAX_AGE}: {max_age[0]}"
    assert values(finding) == (setting,)


@pytest.mark.parametrize("max_age", ["0", "5", "600", "86400", "1000000000", "99999999999999999999999"])
def test_max_age_with_effect(max_age: str) -> None:
    app = answering(preflight(ALLOW_ORIGIN, (ALLOW_METHODS, "PUT"), (MAX_AGE, max_age)))

    assert found(ask(app, method="PUT")) == []


def test_max_age_of_starlette() -> None:
    assert found(ask(service(allow_methods=["PUT"], max_age=-1), method="PUT")) == ["advice HDR206"]


def test_max_age_of_a_refused_preflight_is_no_matter() -> None:
    assert found(ask(service(max_age=-1), method="PUT")) == ["error HDR201"]


# What is asked


def variants(report: Report) -> list[Probe]:
    return [probe for route in report.routes for probe in route.probes if probe.kind == "origin-variant"]


def kinds(report: Report) -> list[tuple[str, str]]:
    return [(probe.kind, probe.exchange.request.method) for route in report.routes for probe in route.probes]


def test_a_refused_preflight_is_probed_without_a_write() -> None:
    report = ask(service(allow_origins=[]), method="PUT")

    assert kinds(report) == [
        ("refused-again", "OPTIONS"),
        ("without-preflight", "GET"),
        ("simpler-preflight", "OPTIONS"),
        ("unknown-path", "GET"),
        *[("origin-variant", "OPTIONS")] * 5,
    ]


def test_a_post_without_a_preflight_is_not_repeated() -> None:
    report = ask(answering(lambda _: (200, ())), method="POST")

    assert found(report) == ["error HDR101"]
    assert kinds(report) == [("openapi", "GET"), ("preflight", "OPTIONS"), ("unknown-path", "GET")]


def test_variants_are_those_of_the_page_that_is_refused() -> None:
    report = ask(service(), URL, origins=(PAGE, "https://admin.example"))

    assert variants(report)[0].origin == "https://admin.example/"
    assert found(report) == ["error HDR101"]
