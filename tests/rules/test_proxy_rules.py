"""HDR511, HDR512 and HDR104 with --compare: what the proxy makes of the service's answer, and whose line is whose."""

from __future__ import annotations

from typing import Any, Final

import pytest
from starlette.types import ASGIApp

from hdrcli.records.errors import ExitStatus
from hdrcli.report.report import Report
from tests.findings import evidence, fix, found, header_lines, impact, the_finding, variant
from tests.rules.asking import PAGE, Answer, Asked, Lines, answering, ask
from tests.rules.snapshots import Snapshot

ITSELF: Final = "http://127.0.0.1:8000/items"
OUTSIDE: Final = "https://api.example/api/items"
ALLOW: Final = ("Access-Control-Allow-Origin", PAGE)
ANY: Final = ("Access-Control-Allow-Origin", "*")
CREDENTIALS: Final = ("Access-Control-Allow-Credentials", "true")
ALLOW_HEADERS: Final = ("Access-Control-Allow-Headers", "X-Token")
EXPOSE: Final = ("Access-Control-Expose-Headers", "ETag, X-Total-Count")
VARY: Final = ("Vary", "Origin")
TOTAL: Final = ("X-Total-Count", "1312")
ETAG: Final = ("ETag", '"7f3a"')
WEAK: Final = ("ETag", 'W/"7f3a"')
LENGTH: Final = ("Content-Length", "3900")
GZIP: Final = ("Content-Encoding", "gzip")
NGINX: Final = ("Server", "nginx/1.29.3")


def proxied(outer: Lines, inner: Lines, *, status: int = 200, inner_status: int = 200) -> ASGIApp:
    """The service at `ITSELF`, and all else as a proxy before it answers."""

    def answer(asked: Asked) -> Answer:
        return (inner_status, inner) if asked.path == "/items" else (status, outer)

    return answering(answer)


def compare(outer: Lines, inner: Lines, *, status: int = 200, inner_status: int = 200, **more: Any) -> Report:  # noqa: ANN401 -- settings
    app = proxied(outer, inner, status=status, inner_status=inner_status)
    return ask(app, OUTSIDE, compare=ITSELF, probe=False, **more)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ((ALLOW, EXPOSE, TOTAL, ETAG, LENGTH), (ALLOW, EXPOSE, TOTAL, ETAG, LENGTH)),
        ((ALLOW, EXPOSE, TOTAL, ETAG), ()),  # the proxy's own
        ((ANY,), (ALLOW,)),
        ((ALLOW,), (ALLOW, ("Date", "today"), ("Server", "uvicorn"), ("Connection", "close"), ("X-Powered-By", "me"))),
        ((ALLOW,), (ALLOW, ("X-Accel-Buffering", "no"), ("X-Sendfile", "/a"), ("Strict-Transport-Security", "a"))),
        ((ALLOW, EXPOSE, ETAG), (ALLOW, EXPOSE, ("ETag", '"c2d1"'))),  # other content
        ((ALLOW, EXPOSE, WEAK), (ALLOW, EXPOSE, WEAK)),
        ((ALLOW, LENGTH), (ALLOW, ("Content-Length", "3901"))),  # other content
        ((ALLOW, LENGTH), (ALLOW, ("Transfer-Encoding", "chunked"))),
        ((ALLOW, GZIP), (ALLOW, ("Accept-Ranges", "bytes"))),
        ((ALLOW, ("Date", "today"), ("Date", "today")), (ALLOW, ("Date", "today"))),
        ((ALLOW, NGINX, ("Server", "uvicorn")), (ALLOW, ("Server", "uvicorn"))),
        ((ALLOW, EXPOSE, EXPOSE, TOTAL), (ALLOW, EXPOSE, TOTAL)),  # both lines are one list
        ((ALLOW, EXPOSE, ("Access-Control-Expose-Headers", "X-Id"), TOTAL), (ALLOW, EXPOSE, TOTAL)),
        ((ALLOW, EXPOSE, TOTAL), (ALLOW, ("Access-Control-Expose-Headers", "x-total-count,etag,X-Id"), TOTAL)),
        ((ALLOW, EXPOSE, TOTAL), (ALLOW, ("Access-Control-Expose-Headers", "X-Total-Count, Content-Type"), TOTAL)),
        ((ALLOW, ("Access-Control-Expose-Headers", "*"), TOTAL), (ALLOW, EXPOSE, TOTAL)),
        ((ALLOW, ("Access-Control-Allow-Methods", "GET")), (ALLOW, ("Access-Control-Allow-Methods", "GET, PUT"))),
        ((ALLOW, ("Access-Control-Allow-Headers", "x-a")), (ALLOW, ALLOW_HEADERS)),
    ],
    ids=str,
)
def test_a_proxy_that_does_no_harm(outer: Lines, inner: Lines, method: str) -> None:
    assert found(compare(outer, inner, method=method)) == []


@pytest.mark.parametrize(
    ("outer", "inner", "names", "finding"),
    [
        ((ALLOW, EXPOSE), (ALLOW, EXPOSE, TOTAL), "x-total-count", "warning HDR511"),
        ((ALLOW, EXPOSE), (ALLOW, EXPOSE, ETAG), "etag", "warning HDR511"),
        ((ALLOW, EXPOSE), (ALLOW, EXPOSE, ETAG, TOTAL, TOTAL), "etag, x-total-count", "warning HDR511"),
        ((ALLOW, TOTAL), (ALLOW, TOTAL, EXPOSE), "access-control-expose-headers", "warning HDR511"),
        ((ALLOW,), (ALLOW, VARY), "vary", "warning HDR511"),
        ((ALLOW,), (ALLOW, ("Accept-Ranges", "bytes")), "accept-ranges", "warning HDR511"),
        ((), (ALLOW,), "access-control-allow-origin", "error HDR511"),
    ],
)
def test_what_is_lost(outer: Lines, inner: Lines, names: str, finding: str) -> None:
    report = compare(outer, inner)

    assert found(report) == [finding]
    assert variant(the_finding(report)) == names


WITH_CREDENTIALS: Final[dict[str, Any]] = {"credentials": ("include",)}
NO_CREDENTIALS: Final = ("Access-Control-Allow-Credentials", "false")
EXPOSE_ALL: Final = ("Access-Control-Expose-Headers", "*")
EXPOSE_NONE: Final = ("Access-Control-Expose-Headers", "")
OTHER: Final = ("Access-Control-Allow-Origin", "https://other.example")
NEAR: Final = ("Access-Control-Allow-Origin", f"{PAGE}/")
ALLOW_ALL_HEADERS: Final = ("Access-Control-Allow-Headers", "*")
ALLOW_OTHER_HEADERS: Final = ("Access-Control-Allow-Headers", "X-Other")
TOKEN: Final[dict[str, Any]] = {"headers": (("X-Token", "1"),)}

OVERWRITTEN: Final = [
    ((OTHER,), (ALLOW,), {}, "error HDR511", "access-control-allow-origin"),
    ((OTHER,), (ANY,), {}, "error HDR511", "access-control-allow-origin"),
    ((NEAR,), (ALLOW,), {}, "error HDR511", "access-control-allow-origin"),
    (
        (OTHER, TOTAL),
        (ALLOW, EXPOSE, TOTAL),
        {},
        "error HDR511",
        "access-control-allow-origin, access-control-expose-headers",
    ),
    ((ANY, CREDENTIALS), (ALLOW, CREDENTIALS), WITH_CREDENTIALS, "error HDR511", "access-control-allow-origin"),
    (
        (ALLOW, NO_CREDENTIALS),
        (ALLOW, CREDENTIALS),
        WITH_CREDENTIALS,
        "error HDR511",
        "access-control-allow-credentials",
    ),
    ((ALLOW, NO_CREDENTIALS), (ALLOW, CREDENTIALS), {}, "warning HDR511", "access-control-allow-credentials"),
    (
        (OTHER, NO_CREDENTIALS),
        (ALLOW, CREDENTIALS),
        WITH_CREDENTIALS,
        "error HDR511",
        "access-control-allow-credentials, access-control-allow-origin",
    ),
    ((ALLOW, ALLOW_OTHER_HEADERS), (ALLOW, ALLOW_HEADERS), TOKEN, "error HDR511", "access-control-allow-headers"),
    ((ALLOW, ALLOW_OTHER_HEADERS), (ALLOW, ALLOW_ALL_HEADERS), TOKEN, "error HDR511", "access-control-allow-headers"),
    ((ALLOW, TOTAL, EXPOSE_NONE), (ALLOW, TOTAL, EXPOSE), {}, "warning HDR511", "access-control-expose-headers"),
    ((ALLOW, TOTAL, EXPOSE_NONE), (ALLOW, TOTAL, EXPOSE_ALL), {}, "warning HDR511", "access-control-expose-headers"),
    (
        (ALLOW, CREDENTIALS, TOTAL, EXPOSE_ALL),
        (ALLOW, CREDENTIALS, TOTAL, EXPOSE),
        WITH_CREDENTIALS,
        "warning HDR511",
        "access-control-expose-headers",
    ),
]


@pytest.mark.parametrize(("outer", "inner", "asked", "finding", "names"), OVERWRITTEN)
def test_what_is_overwritten(outer: Lines, inner: Lines, asked: dict[str, Any], finding: str, names: str) -> None:
    """The service's own value would do, and changing it does not help: nothing else is found."""
    report = compare(outer, inner, **asked)

    assert found(report) == [finding]
    assert variant(the_finding(report)) == names
    assert any(line in header_lines(the_finding(report)) for line in (f"{name}: {value}" for name, value in outer))


@pytest.mark.parametrize(
    ("outer", "inner", "asked", "finding"),
    [
        ((OTHER,), (("Access-Control-Allow-Origin", "https://third.example"),), {}, "error HDR102"),
        ((OTHER,), (ANY, ALLOW), {}, "error HDR102"),
        ((ANY, CREDENTIALS), (OTHER, CREDENTIALS), WITH_CREDENTIALS, "error HDR105"),
        (
            (ALLOW, NO_CREDENTIALS),
            (ALLOW, ("Access-Control-Allow-Credentials", "True")),
            WITH_CREDENTIALS,
            "error HDR106",
        ),
        ((ALLOW, ALLOW_OTHER_HEADERS), (ALLOW, ("Access-Control-Allow-Headers", "X-Third")), TOKEN, "error HDR204"),
        ((ALLOW, TOTAL, EXPOSE_NONE), (ALLOW, TOTAL, ("Access-Control-Expose-Headers", "X-Id")), {}, "warning HDR301"),
        (
            (ALLOW, TOTAL, EXPOSE_NONE),
            (ALLOW, TOTAL, ("Access-Control-Expose-Headers", "not a list")),
            {},
            "warning HDR301",
        ),
        (
            (ALLOW, CREDENTIALS, TOTAL, EXPOSE_NONE),
            (ALLOW, CREDENTIALS, TOTAL, EXPOSE_ALL),
            WITH_CREDENTIALS,
            "warning HDR301",
        ),
    ],
)
def test_what_would_not_do_in_the_service_either(
    outer: Lines, inner: Lines, asked: dict[str, Any], finding: str
) -> None:
    assert found(compare(outer, inner, **asked)) == [finding]


def test_responses_with_different_statuses_are_not_compared_header_by_header() -> None:
    report = compare((OTHER,), (ALLOW, EXPOSE, TOTAL), status=503, inner_status=200)

    assert found(report) == ["error HDR102", "warning HDR512"]


def test_a_status_that_blocks_the_preflight_is_a_fault_of_its_own() -> None:
    """Authentication refuses preflights, and the proxy overwrites the headers, too."""
    report = compare((OTHER,), (ALLOW, ALLOW_HEADERS), status=401, inner_status=401, **TOKEN)

    assert found(report) == ["error HDR201", "error HDR511"]
    assert variant(report.findings[0]) == "authentication"


def test_an_overwritten_header_is_shown_as_both_send_it(snapshot: Snapshot) -> None:
    finding = the_finding(compare((NGINX, OTHER, TOTAL), (ALLOW, EXPOSE, TOTAL)))

    assert header_lines(finding)[0] == f"Access-Control-Allow-Origin: {PAGE}"
    snapshot(finding)


def test_a_lost_header_is_seen_in_one_answer_and_not_in_the_other(snapshot: Snapshot) -> None:
    finding = the_finding(compare((NGINX, ALLOW, EXPOSE), (ALLOW, EXPOSE, TOTAL)))

    assert header_lines(finding) == ("X-Total-Count: 1312", "Server: nginx/1.29.3", "no X-Total-Count")
    assert "proxy_hide_header X-Total-Count;" in fix(finding)
    snapshot(finding)


@pytest.mark.parametrize(
    ("stack", "product", "removing", "compression"),
    [
        (None, "nginx", "proxy_hide_header X-Total-Count;", "gzip on;"),
        ("caddy", "Caddy", "header_down -X-Total-Count", "encode"),
        ("apache", "Apache httpd", "Header unset X-Total-Count", "DEFLATE"),
        ("fastapi", "the proxy", "", ""),
    ],
)
def test_the_proxy_is_the_stack_that_is_named_or_the_one_that_is_seen(
    stack: str | None, product: str, removing: str, compression: str
) -> None:
    lost = compare((NGINX, ALLOW, EXPOSE), (ALLOW, EXPOSE, TOTAL), stack=stack)
    changed = compare((NGINX, ALLOW, EXPOSE, WEAK, GZIP), (ALLOW, EXPOSE, ETAG), stack=stack)

    for report, part in (lost, removing), (changed, compression):
        assert f"Let {product} " in fix(the_finding(report))
        assert part in fix(the_finding(report))


def test_what_the_proxy_loses_is_not_held_against_the_service() -> None:
    """Without the comparison, the service's settings are what it may be."""
    lost = (ALLOW, TOTAL), (ALLOW, TOTAL, EXPOSE)

    assert found(compare(*lost)) == ["warning HDR511"]
    assert found(ask(proxied(*lost), OUTSIDE, probe=False)) == ["warning HDR301"]
    assert found(ask(proxied((), (ALLOW,)), OUTSIDE, probe=False)) == ["error HDR101"]


@pytest.mark.parametrize(
    ("outer", "inner", "headers", "sentences"),
    [
        ((ALLOW, EXPOSE, WEAK, GZIP), (ALLOW, EXPOSE, ETAG), "ETag", 1),
        ((ALLOW, WEAK, GZIP), (ALLOW, ETAG), "ETag", 0),  # which no page reads
        ((ALLOW, EXPOSE, ("ETag", '"7f3a-gzip"'), GZIP), (ALLOW, EXPOSE, ETAG), "ETag", 1),
        ((ALLOW, GZIP), (ALLOW, LENGTH), "Content-Length", 1),
        ((ALLOW,), (ALLOW, LENGTH), "Content-Length", 1),
        ((ALLOW, GZIP, ("Content-Length", "390")), (ALLOW, LENGTH), "Content-Length", 1),
        ((ALLOW, EXPOSE, WEAK, GZIP), (ALLOW, EXPOSE, ETAG, LENGTH), "ETag, Content-Length", 2),
    ],
)
def test_what_is_changed(outer: Lines, inner: Lines, headers: str, sentences: int) -> None:
    report = compare(outer, inner)

    assert found(report) == ["advice HDR512"]
    assert variant(the_finding(report)) == headers
    assert len(impact(the_finding(report))) == sentences


def test_another_status_is_another_answer(snapshot: Snapshot) -> None:
    report = compare((ALLOW, NGINX), (ALLOW, EXPOSE, TOTAL, ETAG), status=503)

    assert found(report) == ["warning HDR512"]
    assert "503" in fix(the_finding(report))
    snapshot(the_finding(report))


def test_the_url_to_compare_with_may_be_wrong(snapshot: Snapshot) -> None:
    report = compare((ALLOW,), (ALLOW,), inner_status=404)

    assert found(report) == ["warning HDR512"]
    snapshot(the_finding(report))


SEVERAL: Final = [
    pytest.param((ANY, ALLOW), (ALLOW,), id="the proxy's"),
    pytest.param((ANY, ALLOW, NGINX), (ANY,), id="nginx's"),
    pytest.param(
        (("Access-Control-Allow-Origin", "null"), ALLOW), (("Access-Control-Allow-Origin", "null"),), id="the service's"
    ),
    pytest.param((ANY, ALLOW), (), id="both the proxy's"),
    pytest.param((ANY, ALLOW), (ANY, ALLOW), id="both the service's"),
]


@pytest.mark.parametrize(
    ("outer", "inner", "status", "asked"),
    [
        ((), (ALLOW,), 404, {}),
        ((("Location", "/b"),), (ALLOW, ("Location", "/b")), 307, {}),
        ((ALLOW,), (ALLOW, CREDENTIALS), 200, {"credentials": ("include",)}),
        ((ALLOW,), (ALLOW, ALLOW_HEADERS), 200, {"headers": (("X-Token", "1"),)}),
    ],
)
def test_what_blocks_the_page_is_lost(outer: Lines, inner: Lines, status: int, asked: dict[str, Any]) -> None:
    """An error, a redirect, credentials, a preflight: none of them is the service's fault."""
    app = proxied(outer, inner, status=status, inner_status=status)

    assert found(ask(app, OUTSIDE, compare=ITSELF, probe=False, **asked)) == ["error HDR511"]


@pytest.mark.parametrize(("outer", "inner"), SEVERAL)
def test_which_layer_adds_which(outer: Lines, inner: Lines, snapshot: Snapshot) -> None:
    finding = the_finding(compare(outer, inner))
    own = tuple(f"{name}: {value}" for name, value in inner) or ("no Access-Control-Allow-Origin",)

    assert finding.code == "HDR104"
    assert header_lines(finding)[-len(own) :] == own
    snapshot(finding)


ADMIN: Final = "https://admin.example"
ALLOW_ADMIN: Final = ("Access-Control-Allow-Origin", ADMIN)


@pytest.mark.parametrize(
    ("origins", "compares"),
    [((PAGE, ADMIN), False), ((ADMIN, PAGE), True)],
    ids=["another-page", "the-page"],
)
def test_another_pages_comparison_tells_nothing_of_a_page(
    origins: tuple[str, ...], snapshot: Snapshot, *, compares: bool
) -> None:
    """The proxy allows one page, the service the other one: the latter gets both lines."""

    def answer(asked: Asked) -> Answer:
        own = (ALLOW_ADMIN,) if asked.origin == ADMIN else ()
        return 200, own if asked.path == "/items" else (*own, ALLOW)

    report = ask(answering(answer), OUTSIDE, compare=ITSELF, probe=False, origins=origins)
    (finding,) = [finding for finding in report.findings if finding.code == "HDR104"]

    assert any(ITSELF in line for line in evidence(finding)) is compares
    snapshot(finding)


def test_of_two_pages_the_comparisons_own_is_judged(snapshot: Snapshot) -> None:
    """Both are refused, and the service itself allows the first alone."""

    def answer(asked: Asked) -> Answer:
        own = (ALLOW,) if asked.origin == PAGE else ()
        return 200, own if asked.path == "/items" else (ANY, ALLOW)

    finding = the_finding(ask(answering(answer), OUTSIDE, compare=ITSELF, probe=False, origins=(PAGE, ADMIN)))

    assert finding.code == "HDR104"
    snapshot(finding)


@pytest.mark.parametrize("origins", [(PAGE, ADMIN), (ADMIN, PAGE)])
def test_credentials_of_another_page_are_not_shown(origins: tuple[str, ...]) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.origin == PAGE:
            return 200, (ALLOW, CREDENTIALS, VARY)
        return 200, (ALLOW_ADMIN, ("Access-Control-Allow-Credentials", "TRUE"), VARY)

    app = answering(answer)
    finding = the_finding(ask(app, OUTSIDE, compare=ITSELF, probe=False, origins=origins, credentials=("include",)))

    assert finding.code == "HDR106"
    assert any(ITSELF in line for line in evidence(finding)) is (origins[0] == ADMIN)


def test_whose_line_of_a_custom_header_is_which() -> None:
    finding = the_finding(compare((ALLOW, EXPOSE, TOTAL, TOTAL), (ALLOW, EXPOSE, TOTAL)))

    assert finding.code == "HDR310"
    assert header_lines(finding)[-1] == "X-Total-Count: 1312"
    assert ITSELF in evidence(finding)[-1]


def test_a_preflight_is_compared_where_it_ends_the_fetch() -> None:
    app = answering(lambda asked: (200, (ALLOW,)) if asked.path == "/items" else (401, ()))
    report = ask(app, OUTSIDE, compare=ITSELF, probe=False, headers=(("X-Token", "1"),))
    (route,) = report.routes
    (probe,) = route.probes

    assert found(report) == ["error HDR201", "warning HDR512"]
    assert probe.exchange.request.method == "OPTIONS"


def test_the_request_is_the_same_but_for_the_host() -> None:
    (route,) = compare((ALLOW,), (ALLOW,)).routes
    (probe,) = route.probes
    asked, asked_inside = route.fetches[0].exchanges[0].request, probe.exchange.request

    assert str(asked_inside.url) == ITSELF
    assert dict(asked_inside.headers) == {**dict(asked.headers), "Host": "127.0.0.1:8000"}


def test_nothing_is_compared_where_no_answer_came() -> None:
    (route,) = ask(proxied((), ()), "http://api.example:6000/", compare=ITSELF, probe=False).routes  # a bad port

    assert route.probes == ()


def test_a_comparison_finds_fault_without_failing_the_check() -> None:
    assert compare((ALLOW, EXPOSE), (ALLOW, EXPOSE, TOTAL)).exit_status is ExitStatus.OK
