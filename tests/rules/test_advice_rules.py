"""HDR501 to HDR507: what goes wrong later, or for others. Each fault has its code, and what is nearly one has none."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from hdrcli.fetch.request import CredentialsMode
from hdrcli.planning.probes.probe import FOREIGN_ORIGIN
from tests.findings import fix_setting, found, header_lines, impact, the_finding, values, variant
from tests.rules.asking import PAGE, URL, Answer, Asked, Lines, answering, ask, lines
from tests.rules.snapshots import Snapshot

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = ("Access-Control-Allow-Credentials", "true")
VARY = ("Vary", "Origin")
TOTAL = ("X-Total-Count", "1312")
TIMING = ("Server-Timing", "db;dur=53")
STRONG = ("ETag", '"7"')
GZIP = ("Content-Encoding", "gzip")


def service(*allow_origins: str, allow_credentials: bool = False, pattern: str | None = None) -> FastAPI:
    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=allow_origins,
        allow_credentials=allow_credentials,
        allow_origin_regex=pattern,
    )

    @app.get("/items")
    @app.get("/users")
    def items() -> list[str]:
        return []

    return app


def choosy(*headers: tuple[str, str], refused: int = 200, to_others: Lines | None = None) -> ASGIApp:
    """The page's origin is allowed, others get no CORS headers, and all get `headers`, or others `to_others`."""

    def answer(asked: Asked) -> Answer:
        if asked.origin == PAGE:
            return 200, ((ALLOW_ORIGIN, PAGE), *headers)
        return refused, headers if to_others is None else to_others

    return answering(answer)


@pytest.mark.parametrize("credentials", [(), ("omit",), ("include",), ("omit", "include")])
@pytest.mark.parametrize("origins", [(PAGE,), (PAGE, "https://admin.example")])
def test_a_healthy_service_has_no_finding(credentials: tuple[CredentialsMode, ...], origins: tuple[str, ...]) -> None:
    for app in (
        service(*origins, allow_credentials=True),
        service(allow_credentials=True, pattern=r"https://[a-z]+\.example"),
    ):
        assert found(ask(app, origins=origins, credentials=credentials)) == []


# HDR501


def test_vary_origin_missing(snapshot: Snapshot) -> None:
    finding = the_finding(ask(choosy(), "https://api.example/items", "https://api.example/users"))

    assert (finding.code, finding.severity) == ("HDR501", "warning")
    assert [place.url for place in finding.places] == ["https://api.example/items", "https://api.example/users"]
    assert header_lines(finding) == (
        f"{ALLOW_ORIGIN}: {PAGE}",
        "no Vary",
        f"no {ALLOW_ORIGIN}",
        "no Vary",
        f"no {ALLOW_ORIGIN}",
        "no Vary",
    )
    snapshot(finding)


@pytest.mark.parametrize(
    "app",
    [
        choosy(("Vary", "Accept")),
        choosy(VARY, to_others=()),
        choosy(to_others=(VARY,)),
        choosy(("Cache-Control", "max-age=60")),
        choosy(("Cache-Control", "no-store"), to_others=()),
        choosy(to_others=((ALLOW_ORIGIN, "https://admin.example"),)),
    ],
)
def test_one_answer_that_lacks_it_is_enough(app: ASGIApp) -> None:
    assert found(ask(app)) == ["warning HDR501"]


@pytest.mark.parametrize(
    "app",
    [
        choosy(VARY),
        choosy(("Vary", "accept-encoding, ORIGIN")),
        choosy(("Vary", "*")),
        choosy(("Vary", "Accept"), VARY),
        choosy(("Cache-Control", "private, no-store")),
        answering(lines((ALLOW_ORIGIN, PAGE))),
        answering(lines((ALLOW_ORIGIN, "*"))),
        choosy(refused=403),
    ],
)
def test_answers_that_no_cache_mixes_up(app: ASGIApp) -> None:
    assert found(ask(app)) == []


def test_vary_is_not_judged_where_nobody_else_was_asked() -> None:
    assert found(ask(choosy(), probe=False)) == []
    assert found(ask(choosy(), method="POST")) == []


# HDR502 and HDR503


def test_any_origin_mirrored_with_credentials(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service("*", allow_credentials=True), URL, "https://api.example/users"))

    assert (finding.code, finding.severity) == ("HDR502", "warning")
    assert values(finding) == (PAGE,)
    assert len(finding.places) == 2
    assert header_lines(finding) == (
        f"access-control-allow-origin: {FOREIGN_ORIGIN}",
        "access-control-allow-credentials: true",
    )
    snapshot(finding)


def test_on_the_default_page_nobody_knows_which_origin_to_name() -> None:
    finding = the_finding(ask(service("*", allow_credentials=True), origins=(), credentials=()))

    assert (finding.code, fix_setting(finding)) == ("HDR502", None)


def test_mirroring_without_credentials_is_as_good_as_a_wildcard() -> None:
    app = answering(lambda asked: (200, ((ALLOW_ORIGIN, asked.origin or "*"), VARY)))

    assert found(ask(app)) == []
    assert found(ask(service(pattern=".*"))) == []


def test_the_origin_null_allowed(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service(PAGE, "null", allow_credentials=True)))

    assert (finding.code, finding.severity) == ("HDR503", "warning")
    snapshot(finding)


def test_the_origin_null_within_all_origins_is_one_finding() -> None:
    assert found(ask(service(pattern=".*", allow_credentials=True))) == ["warning HDR502"]


def test_the_origin_null_without_credentials_is_harmless() -> None:
    assert found(ask(service(PAGE, "null"))) == []


# HDR504


@pytest.mark.parametrize("timing", [(), (("Timing-Allow-Origin", "https://other.example"),)])
def test_timing_allow_origin_missing(timing: Lines) -> None:
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, "*"), TIMING, *timing))))

    assert (finding.code, finding.severity) == ("HDR504", "advice")
    assert header_lines(finding)[0] == "Server-Timing: db;dur=53"


@pytest.mark.parametrize(
    "headers",
    [
        (TIMING, ("Timing-Allow-Origin", "*")),
        (TIMING, ("Timing-Allow-Origin", f"https://other.example, {PAGE}")),
        (("Timing-Allow-Origin", "https://other.example"),),
    ],
)
def test_timing_that_the_page_may_see_or_that_is_not_sent(headers: Lines) -> None:
    assert found(ask(answering(lines((ALLOW_ORIGIN, "*"), *headers)))) == []


def test_a_redirect_has_to_allow_the_timing_too() -> None:
    allowed = ((ALLOW_ORIGIN, "*"), TIMING, ("Timing-Allow-Origin", "*"))
    moved = (302, ((ALLOW_ORIGIN, "*"), ("Location", "/users")))
    app = answering(lambda asked: moved if asked.path == "/items" else (200, allowed))

    assert found(ask(app)) == ["advice HDR504"]


# HDR505


@pytest.mark.parametrize(
    "host", ["192.168.1.20", "10.0.0.1", "172.31.0.1", "169.254.1.1", "[fe80::1]", "[fd00::1]", "printer.local"]
)
def test_local_network_permission(host: str, snapshot: Snapshot) -> None:
    finding = the_finding(ask(service(PAGE), f"https://{host}/items", f"https://{host}/users"))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR505", "advice", host)
    assert len(finding.places) == 2
    snapshot(finding)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "8.8.8.8", "172.32.0.1", "api.example"])
def test_loopback_and_public_addresses(host: str) -> None:
    assert found(ask(service(PAGE), f"https://{host}/items")) == []


@pytest.mark.parametrize(
    "page", ["http://app.example", "https://localhost:3000", "https://192.168.1.21", "https://app.local"]
)
def test_pages_that_need_no_permission(page: str) -> None:
    assert found(ask(service(page), "https://192.168.1.20/items", origins=(page,))) == []


def test_local_network_of_the_default_page_and_of_what_is_not_sent() -> None:
    assert found(ask(service("*"), "https://192.168.1.20/items", origins=())) == []
    assert found(ask(service("*"), "http://192.168.1.20/items", browsers=("firefox",))) == ["error HDR002"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "192.168.1.20", "printer.local", "[fd00::1]"])
def test_a_public_page_without_the_permission(host: str, snapshot: Snapshot) -> None:
    report = ask(service("*"), f"https://{host}/items", browsers=("chromium",), page_address_space="public")
    finding = the_finding(report)

    assert (finding.code, finding.severity) == ("HDR505", "error")
    assert report.exit_status == 1
    snapshot(finding)


def test_a_public_page_that_cannot_ask(snapshot: Snapshot) -> None:
    report = ask(
        service("*"),
        "http://localhost/items",
        origins=("http://app.example",),
        browsers=("chromium",),
        page_address_space="public",
    )

    finding = the_finding(report)
    assert (finding.code, finding.severity) == ("HDR505", "error")
    snapshot(finding)


@pytest.mark.parametrize("browser", ["standard", "firefox", "webkit"])
def test_only_chromium_has_the_permission(browser: str) -> None:
    report = ask(service(PAGE), "https://192.168.1.20/items", browsers=(browser,), page_address_space="public")

    assert report.exit_status == 0


@pytest.mark.parametrize("space", ["local", "loopback"])
@pytest.mark.parametrize("host", ["localhost", "192.168.1.20"])
def test_pages_that_are_not_public_need_no_permission(space: str, host: str) -> None:
    assert found(ask(service(PAGE), f"https://{host}/items", page_address_space=space)) == []


# HDR506


def by_method(head: Answer, get: Answer) -> ASGIApp:
    """Any page may read these answers, and their custom header."""
    allowed = ((ALLOW_ORIGIN, "*"), ("Access-Control-Expose-Headers", TOTAL[0]))

    def answer(asked: Asked) -> Answer:
        status, headers = head if asked.method == "HEAD" else get
        return status, (*allowed, *headers)

    return answering(answer)


def test_head_that_is_not_routed(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service(PAGE), "https://api.example/items", "https://api.example/users", method="HEAD"))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR506", "warning", "status 405")
    assert [place.url for place in finding.places] == ["https://api.example/items", "https://api.example/users"]
    assert header_lines(finding) == ("allow: GET",)
    snapshot(finding)


@pytest.mark.parametrize(
    ("head", "get", "severity"),
    [
        (405, 200, "warning"),
        (501, 200, "warning"),
        (404, 206, "warning"),
        (500, 304, "warning"),
        (405, 302, "warning"),
        (204, 200, "advice"),
        (200, 404, "advice"),
        (405, 404, "advice"),
    ],
)
def test_head_with_another_status(head: int, get: int, severity: str) -> None:
    assert found(ask(by_method((head, ()), (get, ())), method="HEAD")) == [f"{severity} HDR506"]


def test_headers_that_head_lacks(snapshot: Snapshot) -> None:
    etag = ("Etag", '"7"')
    finding = the_finding(ask(by_method((200, ()), (200, (TOTAL, VARY, etag))), method="HEAD"))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR506", "advice", "etag, x-total-count")
    assert header_lines(finding) == ("no X-Total-Count", "no Etag", "X-Total-Count: 1312", 'Etag: "7"')
    assert len(impact(finding)) == 2
    snapshot(finding)


@pytest.mark.parametrize(
    ("head", "get"),
    [
        ((200, (TOTAL,)), (200, (TOTAL,))),
        ((200, (("x-total-count", "0"),)), (200, (TOTAL,))),
        ((200, (TOTAL,)), (200, ())),
        ((404, ()), (404, ())),
        ((200, ()), (200, (("Content-Length", "2"), GZIP, ("Vary", "Accept-Encoding"), ("Date", "Thu, 01 Jan 1970")))),
        ((200, ()), (200, (("Connection", "close"), ("Keep-Alive", "timeout=5"), ("Set-Cookie", "a=b")))),
        ((200, ()), (200, (("X-Powered-By", "Python"),))),
        ((429, ()), (200, ())),
        ((200, ()), (503, ())),
        ((302, (("Location", "/items"),)), (302, (("Location", "/items"),))),
    ],
)
def test_head_that_is_answered_as_get(head: Answer, get: Answer) -> None:
    assert "HDR506" not in {finding.code for finding in ask(by_method(head, get), method="HEAD").findings}


def test_get_is_asked_in_place_of_head_alone() -> None:
    app = by_method((405, ()), (200, ()))
    kinds = {
        method: [probe.kind for probe in ask(app, method=method).routes[0].probes]
        for method in ("GET", "HEAD", "POST", "DELETE")
    }

    assert [method for method, asked in kinds.items() if "get" in asked] == ["HEAD"]
    assert found(ask(app, method="HEAD", probe=False)) == []
    assert found(ask(app, method="HEAD", headers=(("Range", "bytes=0-1"),))) == []


def test_what_the_page_cannot_read_is_not_said_to_be_read() -> None:
    app = answering(lambda asked: (405, ()) if asked.method == "HEAD" else (200, ((ALLOW_ORIGIN, "*"),)))
    findings = {finding.code: finding for finding in ask(app, method="HEAD").findings}

    assert set(findings) == {"HDR107", "HDR506"}
    assert impact(findings["HDR506"]) == ()


def test_what_follows_a_preflight_is_read() -> None:
    def answer(asked: Asked) -> Answer:
        allowed = ((ALLOW_ORIGIN, "*"), ("Access-Control-Allow-Headers", "X-Token"))
        return 405 if asked.method == "HEAD" else 200, allowed

    finding = the_finding(ask(answering(answer), method="HEAD", headers=(("X-Token", "1"),)))
    assert finding.code == "HDR506"
    assert impact(finding)


def test_what_follows_a_redirect_is_another_answer() -> None:
    def answer(asked: Asked) -> Answer:
        moved = asked.method == "HEAD" and asked.path == "/items"
        return 307 if moved else 200, ((ALLOW_ORIGIN, "*"), *((("Location", "/users"),) if moved else ()))

    finding = the_finding(ask(answering(answer), method="HEAD"))
    assert (finding.code, finding.severity, impact(finding)) == ("HDR506", "advice", ())


# HDR507


def compressing(to_gzip: Lines, to_identity: Lines, *, status: int = 200) -> ASGIApp:
    """Any page may read these answers, of which the second is uncompressed, or should be."""
    return answering(
        lambda asked: (status, ((ALLOW_ORIGIN, "*"), *(to_gzip if "gzip" in asked.codings else to_identity)))
    )


def test_etag_shared_by_encodings(snapshot: Snapshot) -> None:
    app = compressing((STRONG, GZIP), (STRONG,))
    finding = the_finding(ask(app, "https://api.example/items", "https://api.example/users"))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR507", "advice", "")
    assert len(finding.places) == 2
    assert header_lines(finding) == ('ETag: "7"', "Content-Encoding: gzip", 'ETag: "7"', "no Content-Encoding")
    snapshot(finding)


@pytest.mark.parametrize(
    ("to_gzip", "to_identity"),
    [
        ((STRONG, ("Content-Encoding", "x-GZIP")), (STRONG,)),
        ((STRONG, ("Content-Encoding", "br")), (STRONG,)),
        ((STRONG, ("Content-Encoding", "zstd")), (STRONG, ("Content-Encoding", "identity"))),
        ((STRONG, ("Content-Encoding", "deflate")), (STRONG, GZIP)),
        ((STRONG, GZIP, ("Content-Encoding", "br")), (STRONG, GZIP)),
    ],
)
def test_each_coding_is_another_content(to_gzip: Lines, to_identity: Lines) -> None:
    assert found(ask(compressing(to_gzip, to_identity))) == ["advice HDR507"]


@pytest.mark.parametrize(
    ("to_gzip", "to_identity"),
    [
        ((("ETag", 'W/"7"'), GZIP), (("ETag", 'W/"7"'),)),
        ((("ETag", 'W/"7"'), GZIP), (STRONG,)),
        ((STRONG, GZIP), (("ETag", 'W/"7"'),)),
        ((STRONG, GZIP), (("ETag", '"8"'),)),
        ((("ETag", '"7-gzip"'), GZIP), (STRONG,)),
        ((STRONG, GZIP), ()),
        ((STRONG, GZIP), (STRONG, GZIP)),
        ((STRONG, GZIP), (STRONG, ("Content-Encoding", "x-gzip"))),
        ((STRONG,), (STRONG,)),
        ((STRONG, ("Content-Encoding", "identity")), (STRONG,)),
        ((STRONG, STRONG, GZIP), (STRONG, STRONG)),
        ((("ETag", "7"), GZIP), (("ETag", "7"),)),
        ((GZIP,), ()),
    ],
)
def test_contents_that_are_told_apart(to_gzip: Lines, to_identity: Lines) -> None:
    assert found(ask(compressing(to_gzip, to_identity))) == []


def test_another_status_is_another_answer() -> None:
    app = answering(
        lambda asked: (200 if "gzip" in asked.codings else 406, ((ALLOW_ORIGIN, "*"), STRONG, GZIP)),
    )

    assert found(ask(app)) == []


def test_the_uncompressed_is_asked_for_only_where_it_tells_something() -> None:
    compressed = compressing((STRONG, GZIP), (STRONG,))
    kinds = [
        [probe.kind for probe in ask(app, method=method).routes[0].probes]
        for app, method in (
            (compressed, "GET"),
            (compressed, "HEAD"),
            (compressed, "POST"),
            (compressing((GZIP,), ()), "GET"),
            (compressing((STRONG,), (STRONG,)), "GET"),
        )
    ]

    assert ["identity" in asked for asked in kinds] == [True, False, False, False, False]
    assert found(ask(compressed, probe=False)) == []


def test_static_files_that_are_compressed_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("hello" * 1000)
    for compressed in (False, True):
        app = service(PAGE)
        app.mount("/static", StaticFiles(directory=tmp_path))
        if compressed:
            app.add_middleware(GZipMiddleware)
        report = ask(app, "https://api.example/static/page.html")
        assert found(report) == (["advice HDR507"] if compressed else [])
