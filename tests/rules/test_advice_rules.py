"""HDR501 to HDR505: what goes wrong later, or for others. Each fault has its code, and what is nearly one has none."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from hdrcli.fetch.request import CredentialsMode
from hdrcli.probes import FOREIGN_ORIGIN
from tests.rules.asking import PAGE, URL, Answer, Asked, Lines, answering, ask, found, lines, the_finding, values

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = ("Access-Control-Allow-Credentials", "true")
VARY = ("Vary", "Origin")
TIMING = ("Server-Timing", "db;dur=53")


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


def test_vary_origin_missing() -> None:
    finding = the_finding(ask(choosy(), "https://api.example/items", "https://api.example/users"))

    assert (finding.code, finding.severity) == ("HDR501", "warning")
    assert [place.url for place in finding.places] == ["https://api.example/items", "https://api.example/users"]
    assert finding.seen == (
        f"{ALLOW_ORIGIN}: {PAGE}",
        "no Vary",
        f"in the answer to GET from {PAGE}, status 200",
        f"no {ALLOW_ORIGIN}",
        "no Vary",
        "in the answer to GET without Origin, status 200",
        f"no {ALLOW_ORIGIN}",
        "no Vary",
        f"in the answer to GET from {FOREIGN_ORIGIN}, status 200",
    )


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


def test_any_origin_mirrored_with_credentials() -> None:
    finding = the_finding(ask(service("*", allow_credentials=True), URL, "https://api.example/users"))

    assert (finding.code, finding.severity) == ("HDR502", "warning")
    assert values(finding) == (PAGE,)
    assert len(finding.places) == 2
    assert finding.seen == (
        f"access-control-allow-origin: {FOREIGN_ORIGIN}",
        "access-control-allow-credentials: true",
        f"in the answer to GET from {FOREIGN_ORIGIN}, status 200",
    )


def test_on_the_default_page_nobody_knows_which_origin_to_name() -> None:
    finding = the_finding(ask(service("*", allow_credentials=True), origins=(), credentials=()))

    assert (finding.code, finding.setting) == ("HDR502", None)


def test_mirroring_without_credentials_is_as_good_as_a_wildcard() -> None:
    app = answering(lambda asked: (200, ((ALLOW_ORIGIN, asked.origin or "*"), VARY)))

    assert found(ask(app)) == []
    assert found(ask(service(pattern=".*"))) == []


def test_the_origin_null_allowed() -> None:
    finding = the_finding(ask(service(PAGE, "null", allow_credentials=True)))

    assert (finding.code, finding.severity) == ("HDR503", "warning")
    assert "in the answer to GET from null, status 200" in finding.seen


def test_the_origin_null_within_all_origins_is_one_finding() -> None:
    assert found(ask(service(pattern=".*", allow_credentials=True))) == ["warning HDR502"]


def test_the_origin_null_without_credentials_is_harmless() -> None:
    assert found(ask(service(PAGE, "null"))) == []


# HDR504


@pytest.mark.parametrize("timing", [(), (("Timing-Allow-Origin", "https://other.example"),)])
def test_timing_allow_origin_missing(timing: Lines) -> None:
    finding = the_finding(ask(answering(lines((ALLOW_ORIGIN, "*"), TIMING, *timing))))

    assert (finding.code, finding.severity) == ("HDR504", "advice")
    assert finding.seen[0] == "Server-Timing: db;dur=53"


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
def test_local_network_permission(host: str) -> None:
    finding = the_finding(ask(service(PAGE), f"https://{host}/items", f"https://{host}/users"))

    assert (finding.code, finding.severity, finding.cause) == ("HDR505", "advice", host)
    assert len(finding.places) == 2


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
    assert found(ask(service("*"), "http://192.168.1.20/items")) == ["error HDR002"]
