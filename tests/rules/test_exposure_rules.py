"""HDR301 to HDR313: what JavaScript can read. Each fault has its one code, and what is nearly one has none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from hdrcli.fetch.request import CredentialsMode
from hdrcli.inspection import check, check_async
from hdrcli.report.report import Report
from hdrcli.rules.evidence.near_names import is_nearly
from hdrcli.settings import Settings
from hdrcli.wire.over_httpx import HTTPXTransport
from tests.findings import evidence, fix_setting, found, header_lines, impact, the_finding, values, variant
from tests.rules.asking import ANY_STATUS, PAGE, URL, Lines, answering, ask, lines
from tests.rules.snapshots import Snapshot
from tests.serving.loopback import DEADLINE
from tests.serving.raw import RawServer

ALLOWED = (("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin"))
WITH_CREDENTIALS = (*ALLOWED, ("Access-Control-Allow-Credentials", "true"))
EXPOSE = "Access-Control-Expose-Headers"
TOTAL = ("X-Total-Count", "1312")


def sending(*headers: tuple[str, str], status: int = 200) -> ASGIApp:
    """These lines, for the page alone."""
    return answering(lines(*ALLOWED, *headers, status=status))


def exposing(expose_list: str, *headers: tuple[str, str]) -> ASGIApp:
    return sending((EXPOSE, expose_list), *headers)


def service(
    *,
    headers: Lines = (TOTAL,),
    expose_headers: Sequence[str] = (),
    allow_headers: Sequence[str] = (),
    allow_credentials: bool = False,
) -> FastAPI:
    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[PAGE],
        allow_credentials=allow_credentials,
        expose_headers=expose_headers,
        allow_headers=allow_headers,
    )

    @app.get("/items")
    def items(response: Response) -> list[str]:
        for name, value in headers:
            response.headers.append(name, value)
        return []

    return app


def demanding(app: ASGIApp, *names: str, credentials: tuple[CredentialsMode, ...] = ("omit",)) -> Report:
    """Ask as with `--expect-readable`."""
    settings = Settings(
        targets=(URL,),
        origins=(PAGE,),
        credentials=credentials,
        expect_readable=names,
        expect_status=ANY_STATUS,
    )
    transport = HTTPXTransport(httpx.ASGITransport(app, raise_app_exceptions=False), timeout=DEADLINE)
    return asyncio.run(check_async(settings, transport))


# Healthy services


@pytest.mark.parametrize(
    ("credentials", "allow_credentials"),
    [((), False), (("omit",), False), ((), True), (("omit",), True), (("include",), True), (("omit", "include"), True)],
)
def test_a_healthy_service_has_no_finding(
    tmp_path: Path, credentials: tuple[CredentialsMode, ...], *, allow_credentials: bool
) -> None:
    (tmp_path / "page.html").write_text("hello")
    app = service(
        headers=(TOTAL, ("ETag", '"1"'), ("Set-Cookie", "a=b; SameSite=None; Secure"), ("Cache-Control", "no-cache")),
        expose_headers=["X-Total-Count", "ETag", "X-Sent-By-Another-Route"],
        allow_headers=["X-Token"],
        allow_credentials=allow_credentials,
    )
    app.mount("/static", StaticFiles(directory=tmp_path, html=True))
    app.add_middleware(GZipMiddleware)
    urls = (URL, "https://api.example/static/page.html")

    assert found(ask(app, *urls, credentials=credentials)) == []
    assert found(ask(app, *urls, credentials=credentials, headers=(("X-Token", "1"),))) == []


def test_a_public_service_that_exposes_everything_has_no_finding() -> None:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"], expose_headers=["*"])

    @app.get("/items")
    def items() -> JSONResponse:
        return JSONResponse([], headers={"X-Total-Count": "1312", "Link": "</items?page=2>; rel=next"})

    for credentials in ((), ("omit",)):
        assert found(ask(app, credentials=credentials)) == []
        assert found(ask(app, origins=(), credentials=credentials)) == []


def test_a_page_of_the_same_origin_reads_everything() -> None:
    app = answering(lines(TOTAL, ("Content-Disposition", "attachment; filename=a"), ("Server-Timing", "db;dur=1")))

    assert found(ask(app, origins=("https://api.example",))) == []


# HDR301


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((TOTAL,), id="one"),
        pytest.param((TOTAL, TOTAL), id="one twice"),
        pytest.param((TOTAL, ("X-Page", "1")), id="two"),
        pytest.param((("Link", "</>"),), id="one standard header"),
        pytest.param((("Link", "</>"), ("Retry-After", "3")), id="two standard headers"),
    ],
)
def test_one_header_or_several_to_name(headers: Lines, snapshot: Snapshot) -> None:
    snapshot(the_finding(ask(sending(*headers))))


def test_custom_headers_not_exposed(snapshot: Snapshot) -> None:
    finding = the_finding(ask(sending(TOTAL, ("X-Page", "1"), ("Date", "now"), ("ETag", '"1"'))))

    assert (finding.code, finding.severity) == ("HDR301", "warning")
    assert values(finding) == ("X-Total-Count", "X-Page")
    assert header_lines(finding) == ("X-Total-Count: 1312", "X-Page: 1", "no Access-Control-Expose-Headers")
    assert len(impact(finding)) == 2
    snapshot(finding)


def test_the_mended_list_keeps_what_is_listed() -> None:
    assert values(the_finding(ask(exposing("X-Of-Another-Route, ETag", TOTAL)))) == (
        "X-Of-Another-Route",
        "ETag",
        "X-Total-Count",
    )


def test_all_routes_share_one_finding_with_one_list() -> None:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[PAGE], expose_headers=["X-Known"])
    for number in range(20):
        app.add_api_route(f"/{number}", lambda n=number: JSONResponse([], headers={"X-Total": "1", f"X-{n}": "1"}))
    finding = the_finding(ask(app, *(f"https://api.example/{number}" for number in range(20))))

    assert finding.code == "HDR301"
    assert [place.url for place in finding.places] == [f"https://api.example/{number}" for number in range(20)]
    assert values(finding) == ("X-Known", "x-total", *(f"x-{number}" for number in range(20)))


def test_a_header_that_only_an_unwanted_fetch_hides_is_no_finding() -> None:
    assert (
        found(ask(answering(lines(("Access-Control-Allow-Origin", "*"), (EXPOSE, "*"), TOTAL)), credentials=())) == []
    )


def test_a_demanded_header_is_an_error_whatever_its_name() -> None:
    assert found(demanding(sending(TOTAL), "x-total-count")) == ["error HDR301"]
    assert found(demanding(sending(("ETag", '"1"')), "ETag")) == ["error HDR301"]
    assert found(demanding(sending(("Content-Range", "1/2")), "Content-Range")) == ["error HDR301"]
    assert found(demanding(sending(TOTAL), "ETag")) == ["error HDR313", "warning HDR301"]


# HDR302


@pytest.mark.parametrize(
    ("listed", "sent"),
    [
        ("X-Totl-Count", "X-Total-Count"),
        ("X-Total-Counts", "X-Total-Count"),
        ("x-toatl-count", "X-Total-Count"),
        ("X_Total_Count", "X-Total-Count"),
        ("Total-Count", "X-Total-Count"),
        ("XTotalCount", "X-Total-Count"),
        ("Content-Dispositon", "Content-Disposition"),
    ],
)
def test_misspelt_name(listed: str, sent: str, snapshot: Snapshot) -> None:
    finding = the_finding(ask(exposing(f"X-Page, {listed}", (sent, "1"))))

    assert (finding.code, finding.severity) == ("HDR302", "warning")
    assert values(finding) == ("X-Page", sent)
    assert {name for name in (listed, sent) if f'"{name}"' in evidence(finding)[-1]} == {listed, sent}
    snapshot(finding)


@pytest.mark.parametrize(
    ("listed", "sent"),
    [("X-Total", "X-Count"), ("X-ID", "X-AB"), ("X-Request-Id-Of-The-Client", "X-Request-Id"), ("X-Rate", "X-Pages")],
)
def test_other_names_are_not_misspelt(listed: str, sent: str) -> None:
    finding = the_finding(ask(exposing(listed, (sent, "1"))))

    assert (finding.code, values(finding)) == ("HDR301", (listed, sent))


def test_a_listed_name_beside_a_standard_header_is_not_misspelt() -> None:
    assert found(ask(exposing("X-Server, X-Total-Count", TOTAL, ("Server", "uvicorn")))) == []


def test_a_name_that_another_route_sends_is_not_misspelt() -> None:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[PAGE], expose_headers=["X-Pages"])
    app.add_api_route("/a", lambda: JSONResponse([], headers={"X-Page": "1"}))
    app.add_api_route("/b", lambda: JSONResponse([], headers={"X-Pages": "1"}))

    assert found(ask(app, "https://api.example/a")) == ["warning HDR302"]
    assert found(ask(app, "https://api.example/a", "https://api.example/b")) == ["warning HDR301"]


def test_each_misspelt_name_is_a_cause_and_all_have_the_same_line() -> None:
    app = exposing("X-Totl-Count, X-Requst-ID, Set-Cookie", TOTAL, ("X-Request-ID", "1"), ("X-Other", "1"))
    report = ask(app)

    assert found(report) == ["warning HDR301", "warning HDR302", "warning HDR302", "advice HDR308"]
    assert {values(finding) for finding in report.findings} == {("X-Total-Count", "X-Request-ID", "X-Other")}


def test_a_demanded_misspelt_header_is_an_error() -> None:
    assert found(demanding(exposing("X-Totl-Count", TOTAL), "X-Total-Count")) == ["error HDR302"]


@pytest.mark.parametrize(
    ("a", "b", "nearly"),
    [
        ("x-total", "x-total", True),
        ("x-total", "x-totle", True),
        ("x-totals", "x-tota", True),
        ("x-totals", "x-tot", False),
        ("x-ab", "x-ac", False),
        ("x_a", "x-a", True),
        ("x-" + "a" * 100, "x-" + "a" * 101, False),
    ],
)
def test_nearly(a: str, b: str, *, nearly: bool) -> None:
    assert is_nearly(a, b) is is_nearly(b, a) is nearly


# HDR303


@pytest.mark.parametrize("credentials", [(), ("include",), ("omit", "include")])
def test_wildcard_does_not_count_with_credentials(credentials: tuple[CredentialsMode, ...]) -> None:
    finding = the_finding(ask(service(expose_headers=["*"], allow_credentials=True), credentials=credentials))

    assert (finding.code, finding.severity) == ("HDR303", "warning")
    assert values(finding) == ("*", "x-total-count")
    assert [place.credentials for place in finding.places] == [("include",)]


def test_wildcard_counts_without_credentials() -> None:
    assert found(ask(service(expose_headers=["*"], allow_credentials=True))) == []
    assert found(ask(service(expose_headers=["*"]), credentials=())) == []


def test_a_name_beside_the_wildcard_counts() -> None:
    app = service(expose_headers=["*", "X-Total-Count"], allow_credentials=True)

    assert found(ask(app, credentials=("omit", "include"))) == []


def test_the_wildcard_stays_next_to_the_names_of_all_that_it_exposed() -> None:
    """Pages without credentials lose nothing."""
    headers = (TOTAL, ("X-Page", "1"), ("Link", "<a>; rel=next"), ("ETag", "1"))
    app = answering(lines(*WITH_CREDENTIALS, (EXPOSE, "*, X-Known"), *headers))

    assert values(the_finding(ask(app, credentials=()))) == ("*", "X-Known", "X-Total-Count", "X-Page", "Link")


# HDR304


@pytest.mark.parametrize(
    ("listed", "element", "mended"),
    [
        ("X-Total-Count; X-Page", "X-Total-Count; X-Page", ("X-Total-Count", "X-Page")),
        ("X-Page X-Total-Count", "X-Page X-Total-Count", ("X-Page", "X-Total-Count")),
        ('"X-Total-Count", X-Page', '"X-Total-Count"', ("X-Page", "X-Total-Count")),
        ("['X-Page', 'X-Size', 'X-Total-Count']", "['X-Page'", ("X-Page", "X-Size", "X-Total-Count")),
        ("X-Page:", "X-Page:", ("X-Page", "X-Total-Count")),
        ("X-Gr\xf6\xdfe, X-Page", "X-Gr\xf6\xdfe", ("X-Page", "X-Total-Count")),
    ],
)
def test_void_list(listed: str, element: str, mended: tuple[str, ...], snapshot: Snapshot) -> None:
    finding = the_finding(ask(exposing(listed, TOTAL)))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR304", "error", element)
    assert values(finding) == mended
    assert header_lines(finding) == ("X-Total-Count: 1312", f"{EXPOSE}: {listed}")
    assert "x-total-count" in impact(finding)[0]
    snapshot(finding)


def test_a_void_list_is_an_error_even_where_it_hides_nothing(snapshot: Snapshot) -> None:
    finding = the_finding(ask(exposing("X-A; X-Total-Count")))

    assert (finding.code, finding.severity) == ("HDR304", "error")
    snapshot(finding)


def test_empty_elements_and_spaces_void_nothing() -> None:
    assert found(ask(exposing(", X-Page ,,\tX-Total-Count,", TOTAL))) == []


def test_the_list_of_a_blocked_answer_does_not_matter() -> None:
    app = answering(lines((EXPOSE, "X A"), TOTAL))

    assert found(ask(app)) == ["error HDR101"]


# HDR305


def test_string_in_place_of_a_list(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service(expose_headers="X-Total-Count")))

    assert (finding.code, finding.severity) == ("HDR305", "error")
    assert values(finding) == ("X-Total-Count",)
    assert header_lines(finding)[1:] == ("access-control-expose-headers: X, -, T, o, t, a, l, -, C, o, u, n, t",)
    snapshot(finding)


@pytest.mark.parametrize("string", ["X-Page,X-Total-Count", "X-Page, X-Total-Count", '["X-Page", "X-Total-Count"]'])
def test_the_names_within_the_string_are_told(string: str) -> None:
    headers = (TOTAL, ("Link", "<a>; rel=next"), ("X-Other", "1"))
    app = service(headers=headers, expose_headers=string, allow_headers=["X-Total-Count"])
    finding = the_finding(ask(app))

    assert (finding.code, values(finding)) == ("HDR305", ("X-Page", "X-Total-Count", "link", "x-other"))


def test_one_short_name_is_no_string() -> None:
    assert found(ask(exposing("X, Y, X-Total-Count", TOTAL))) == []


# HDR306 and HDR307


def preflighted(on_preflight: Lines, *on_answer: tuple[str, str]) -> ASGIApp:
    return answering(
        lambda asked: (200, (*ALLOWED, *(on_preflight if asked.method == "OPTIONS" else (TOTAL, *on_answer)))),
    )


@pytest.mark.parametrize("headers", [(), (("X-Token", "1"),)])
def test_expose_list_on_the_preflight_only(headers: Lines, snapshot: Snapshot) -> None:
    allowed = ("Access-Control-Allow-Headers", "X-Token, X-Total-Count")
    finding = the_finding(ask(preflighted((allowed, (EXPOSE, "X-Page, X-Total-Count"))), headers=headers))

    assert (finding.code, finding.severity) == ("HDR306", "warning")
    assert values(finding) == ("X-Page", "X-Total-Count")
    assert f"{EXPOSE}: X-Page, X-Total-Count" in header_lines(finding)
    snapshot(finding)


def test_expose_lists_on_both_answers() -> None:
    exposed = (EXPOSE, "X-Total-Count")

    assert found(ask(preflighted((exposed,), exposed))) == []
    assert found(ask(preflighted((exposed,), (EXPOSE, "X-Page")))) == ["warning HDR301"]
    assert found(ask(preflighted(()))) == ["warning HDR301"]
    assert found(ask(preflighted((exposed,)), probe=False)) == ["warning HDR301"]


def test_hidden_header_in_allow_headers() -> None:
    app = service(allow_headers=["X-Total-Count", "X-Token"], expose_headers=["X-Page"])
    finding = the_finding(ask(app))

    assert (finding.code, finding.severity) == ("HDR307", "warning")
    assert values(finding) == ("X-Page", "x-total-count")
    assert any(line.startswith("access-control-allow-headers: ") for line in header_lines(finding))
    assert found(ask(app, headers=(("X-Token", "1"),))) == ["warning HDR307"]


def test_hidden_header_in_allow_headers_of_the_answer_itself() -> None:
    app = sending(TOTAL, ("Access-Control-Allow-Headers", "x-total-count"))

    assert found(ask(app, probe=False)) == ["warning HDR307"]


def test_a_header_that_the_page_sends_is_allowed_for_that() -> None:
    app = service(headers=(("X-Request-ID", "1"),), allow_headers=["X-Request-ID"])

    assert found(ask(app, headers=(("X-Request-ID", "1"),))) == ["warning HDR301"]


def test_allow_headers_that_are_mirrored_or_void_tell_nothing() -> None:
    assert found(ask(preflighted((("Access-Control-Allow-Headers", "*"),)))) == ["warning HDR301"]
    assert found(ask(preflighted((("Access-Control-Allow-Headers", "X-Total-Count; a"),)))) == ["warning HDR301"]


def test_the_others_are_still_not_exposed() -> None:
    app = service(headers=(TOTAL, ("X-Page", "1")), allow_headers=["X-Total-Count"])
    report = ask(app)

    assert found(report) == ["warning HDR301", "warning HDR307"]
    assert {values(finding) for finding in report.findings} == {("x-total-count", "x-page")}


# HDR308


@pytest.mark.parametrize("name", ["Set-Cookie", "set-cookie2"])
def test_set_cookie_exposed(name: str) -> None:
    finding = the_finding(ask(exposing(f"X-Total-Count, {name}", TOTAL)))

    assert (finding.code, finding.severity) == ("HDR308", "advice")
    assert values(finding) == ("X-Total-Count",)


def test_set_cookie_alone_leaves_no_list() -> None:
    assert fix_setting(the_finding(ask(exposing("Set-Cookie", ("Set-Cookie", "a=b"))))) is None


def test_a_cookie_that_is_not_exposed_is_no_finding() -> None:
    assert found(ask(exposing("X-Set-Cookie", ("Set-Cookie", "a=b")))) == []


# HDR309


@pytest.mark.parametrize(
    ("header", "status", "severity"),
    [
        (("Content-Disposition", 'attachment; filename="a.csv"'), 200, "warning"),
        (("Content-Range", "items 0-9/100"), 200, "warning"),
        (("Retry-After", "3"), 429, "warning"),
        (("Retry-After", "3"), 503, "warning"),
        (("Retry-After", "3"), 202, "advice"),
        (("Location", "/items/7"), 201, "warning"),
        (("WWW-Authenticate", 'Bearer resource_metadata="https://api.example/.well-known/a"'), 401, "warning"),
        (("Link", '</items?page=2>; rel="Next"'), 200, "warning"),
        (("Link", "</style.css>; rel=preload, </items?page=2>; rel=next"), 200, "warning"),
        (("Link", '<https://docs.example>; rel="help"'), 200, "advice"),
    ],
)
def test_standard_header_not_exposed(header: tuple[str, str], status: int, severity: str) -> None:
    finding = the_finding(ask(sending(header, status=status)))

    assert (finding.code, finding.severity) == ("HDR309", severity)
    assert values(finding) == (header[0],)
    assert found(ask(sending((EXPOSE, header[0]), header, status=status))) == []


@pytest.mark.parametrize("name", ["RateLimit", "RateLimit-Reset", "X-RateLimit-Remaining"])
def test_a_rate_limit_that_pages_cannot_read(name: str) -> None:
    assert found(ask(sending((name, "0"), ("Retry-After", "3"), status=429))) == ["warning HDR301", "warning HDR309"]


@pytest.mark.parametrize(
    "header",
    [
        ("Content-Disposition", "inline"),
        ("Location", "/elsewhere"),
        ("Link", "</style.css>; rel=preload; as=style, <https://cdn.example>; rel=preconnect"),
        ("ETag", '"1"'),
        ("WWW-Authenticate", "Bearer"),
    ],
)
def test_standard_headers_that_pages_do_not_read(header: tuple[str, str]) -> None:
    assert found(ask(sending(header))) == []


@pytest.mark.parametrize(("tag", "findings"), [('"1"', ["warning HDR309"]), ('W/"1-2jmj"', [])])
def test_the_tag_of_an_upload_is_strong(tag: str, findings: list[str]) -> None:
    """A weak one is a framework's hash of the body: If-Match needs a strong one."""
    assert found(ask(sending(("ETag", tag)), method="POST")) == findings


def test_a_standard_header_goes_into_the_line_for_custom_ones() -> None:
    report = ask(sending(TOTAL, ("Content-Range", "items 0-9/100")))

    assert found(report) == ["warning HDR301", "warning HDR309"]
    assert {values(finding) for finding in report.findings} == {("X-Total-Count", "Content-Range")}


def test_findings_on_several_routes_name_one_list_and_count_their_headers(snapshot: Snapshot) -> None:
    """The lists of both, whatever the route: who pastes the second over the first undoes nothing."""
    sent = {
        "/items": (TOTAL,),
        "/again": (("x-region", "eu"), ("content-range", "items 0-9/100")),
        "/slow": (("Retry-After", "3"),),
        "/stray": (("Access-Control-Allow-Headers", "x-stray"), ("X-Stray", "1")),
    }
    app = answering(lambda asked: (200, (*ALLOWED, (EXPOSE, "Link"), *sent.get(asked.path, ()))))
    report = ask(app, *(f"https://api.example{path}" for path in sent))
    custom, stray, standard = report.findings

    assert found(report) == ["warning HDR301", "warning HDR307", "warning HDR309"]
    assert sorted(values(custom), key=str.lower) == [
        "content-range", "Link", "Retry-After", "x-region", "X-Stray", "X-Total-Count",
    ]  # fmt: skip
    assert values(standard) == values(stray) == values(custom)
    snapshot(custom, stray, standard)


# HDR310 to HDR312


def test_joined_header_lines(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service(headers=(TOTAL, ("X-Total-Count", "7")), expose_headers=["X-Total-Count"])))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR310", "warning", "x-total-count")
    assert header_lines(finding) == ("x-total-count: 1312", "x-total-count: 7")
    assert '"1312, 7"' in impact(finding)[0]
    snapshot(finding)


def test_hidden_and_standard_lines_are_not_joined_for_anybody() -> None:
    assert found(ask(sending(TOTAL, TOTAL))) == ["warning HDR301"]
    assert found(ask(exposing("Vary, Cache-Control", ("Vary", "Accept"), ("Cache-Control", "a")))) == []


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("\xfcbersicht", id="Latin-1"),
        pytest.param("\xfcbersicht".encode().decode("latin-1"), id="UTF-8"),
        pytest.param("a\x01b", id="control character"),
        pytest.param("a\x1b[0m\t\x7f\x1b", id="control characters"),
        pytest.param("\xfc\x7f", id="Latin-1 and a control character"),
    ],
)
def test_value_that_is_not_ascii(value: str, snapshot: Snapshot) -> None:
    head = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: X-Title\r\n"
    with RawServer(head + b"X-Title: " + value.encode("latin-1") + b"\r\nContent-Length: 0\r\n\r\n") as server:
        finding = the_finding(check(Settings(targets=(server.url,))))

    assert (finding.code, finding.severity) == ("HDR311", "advice")
    assert header_lines(finding) == (f"X-Title: {value}",)
    assert f'"{value}"' in impact(finding)[0]
    snapshot(finding)


def test_values_of_ascii_and_hidden_ones() -> None:
    assert found(ask(exposing("X-Title", ("X-Title", "a\tb ~")))) == []
    assert found(ask(sending(("X-Title", "\xfc")))) == ["warning HDR301"]
    assert found(ask(sending(("Server", "\xfc")))) == []


def test_filename_star_only(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a")
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[PAGE], expose_headers=["Content-Disposition"])
    app.add_api_route("/items", lambda: FileResponse(tmp_path / "a.csv", filename="\xfcbersicht 1.csv"))
    app.add_api_route("/plain", lambda: FileResponse(tmp_path / "a.csv", filename="a.csv"))

    finding = the_finding(ask(app, URL, "https://api.example/plain"))

    assert (finding.code, finding.severity) == ("HDR312", "advice")
    assert [place.url for place in finding.places] == [URL]


@pytest.mark.parametrize("value", ["attachment; filename=a; filename*=utf-8''b", 'attachment; filename="a"', "inline"])
def test_plain_filenames(value: str) -> None:
    assert found(ask(exposing("Content-Disposition", ("Content-Disposition", value)))) == []


def test_a_hidden_filename_is_to_be_exposed_first() -> None:
    assert found(ask(sending(("Content-Disposition", "attachment; filename*=utf-8''b")))) == ["warning HDR309"]


# HDR313


@pytest.mark.parametrize("status", [200, 404, 422, 500])
def test_expected_header_not_sent(status: int, snapshot: Snapshot) -> None:
    finding = the_finding(demanding(sending((EXPOSE, "X-Total-Count"), status=status), "X-Total-Count"))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR313", "error", f"x-total-count {status}")
    assert header_lines(finding) == ("no X-Total-Count",)
    snapshot(finding)


def test_expected_header_of_another_spelling(snapshot: Snapshot) -> None:
    finding = the_finding(demanding(exposing("X-Total-Counts", ("X-Total-Counts", "1")), "X-Total-Count"))

    assert '"X-Total-Counts"' in evidence(finding)[-1]
    snapshot(finding)


def test_expected_header_that_is_sent_or_has_no_answer_to_stand_in() -> None:
    redirect = answering(lines(("Location", "/elsewhere"), status=302))

    assert found(demanding(exposing("X-Total-Count", TOTAL), "X-Total-Count")) == []
    assert found(demanding(redirect, "X-Total-Count")) == ["error HDR405"]
    assert found(check(Settings(targets=("http://nonexistent.invalid/",)))) == []
