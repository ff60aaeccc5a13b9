"""HAR files: those that browsers exported, what they may lack, and hostile ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.program import Ended, assert_one_line, hdrcli
from tests.serving.http import answer
from tests.serving.site import Site
from tests.targets.hars import API, JSON, PAGE, entry, har, preflight
from tests.targets.reading import document

RECORDINGS: Final = Path(__file__).parent / "recordings"
OPEN: Final = f"Access-Control-Allow-Origin: {PAGE}"
WITH_CREDENTIALS: Final = "Access-Control-Allow-Credentials: true"


def check(path: Path, text: str, *arguments: str) -> Ended:
    (path / "rec.har").write_text(text, "utf-8")
    return hdrcli("check", "rec.har", "--format=json", *arguments, cwd=path)


def outcomes(report: JSON) -> list[tuple[str, str, int | None, str]]:
    """Method, URL, status and failure of each route, for the callers that count."""
    return [
        (route["method"], route["url"], route["status"], failure)
        for service in report["services"]
        for route in service["routes"]
        for failure in dict.fromkeys(
            (caller["failure"] or {}).get("code", "") for caller in route["callers"] if not caller["comparison"]
        )
    ]


def limits(report: JSON) -> str:
    return " ".join(limit for service in report["services"] for limit in service["limits"])


# --- as browsers export them ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chromium", "chromium_sanitized", "firefox"])
def test_what_a_browser_exported(name: str) -> None:
    ended = hdrcli("check", f"{name}.har", "--format=json", cwd=RECORDINGS)
    report = document(ended)

    assert ended.status == 3  # one service gave no response
    assert outcomes(report) == [
        ("GET", "http://127.0.0.1:8123/headers/custom", 200, ""),
        ("GET", "http://127.0.0.1:8123/headers/pagination", 200, ""),
        ("GET", "http://127.0.0.1:8123/headers/pagination", 200, ""),
        ("GET", "http://127.0.0.1:8123/errors/crash", 500, "allow-origin-missing"),
        ("POST", "http://127.0.0.1:8123/items", 404, ""),
        ("GET", "http://127.0.0.1:8123/headers/custom/", 200, ""),
        ("GET", "http://127.0.0.1:8124/nowhere", None, "not-recorded"),
        ("GET", "http://127.0.0.1:8125/no-cors", 200, "allow-origin-missing"),
        ("PUT", "http://127.0.0.1:8125/no-cors", None, "allow-origin-missing"),
    ]
    (headers,) = [route["headers"] for route in report["services"][0]["routes"] if route["url"].endswith("custom")]
    assert {header["name"]: header["readable"] for header in headers if header["custom"] and header["values"]} == {
        "x-request-id": True,
        "x-process-time": False,
    }
    assert {caller["page"] for caller in report["services"][0]["routes"][0]["callers"]} == {"http://localhost:3000"}
    assert ("exported with sensitive data" in limits(report)) is (name == "chromium_sanitized")


def test_what_playwright_recorded() -> None:
    """It records no preflights, and nothing of responses that the browser blocked."""
    ended = hdrcli("check", "playwright.har", "--format=json", cwd=RECORDINGS)
    report = document(ended)

    assert ended.status == 3
    assert [(url.rpartition(":")[2], failure) for _, url, _, failure in outcomes(report)] == [
        ("8123/headers/custom", ""),
        ("8123/headers/pagination", ""),
        ("8123/headers/pagination", ""),
        ("8123/errors/crash", "not-recorded"),
        ("8123/items", ""),
        ("8123/headers/custom/", ""),
        ("8124/nowhere", "not-recorded"),
        ("8125/no-cors", "not-recorded"),
        ("8125/no-cors", "not-recorded"),
    ]
    assert "For 3 of 6 routes, it has no preflight" in limits(report)
    assert "the browser reports net::ERR_CONNECTION_REFUSED" in ended.err


def test_nothing_is_sent(tmp_path: Path) -> None:
    with Site({"/items": answer()}) as site:
        text = har(entry(f"GET {site.url}/items", received=(OPEN,), version="http/1.1"))
        ended = check(tmp_path, text, "--origin=http://localhost:3000")
        table = hdrcli("check", "rec.har", cwd=tmp_path)

    assert site.requests == []
    assert ended.status == 1  # the recorded response allows another page
    assert "0 requests sent" in table.out


# --- what belongs to a request --------------------------------------------------------------------------

CASES: Final[dict[str, tuple[list[JSON], list[tuple[str, str, int | None, str]], str]]] = {
    "a preflight after its request": (
        [entry(f"PUT {API}/items", received=(OPEN,)), preflight("PUT", "", OPEN, "Access-Control-Allow-Methods: PUT")],
        [("PUT", f"{API}/items", 200, "")],
        "",
    ),
    "a preflight that refuses": (
        [preflight("PUT", "", OPEN), entry(f"PUT {API}/items", status=0, error="net::ERR_FAILED")],
        [("PUT", f"{API}/items", None, "preflight-method")],
        "",
    ),
    "no preflight": (
        [entry(f"PUT {API}/items", "X-Trace: 1", received=(OPEN,))],
        [("PUT", f"{API}/items", 200, "")],
        "For 1 of 1 routes, it has no preflight",
    ),
    "a preflight for other headers": (
        [preflight("GET", "x-other", OPEN), entry(f"GET {API}/items", "X-Trace: 1", received=(OPEN,))],
        [("GET", f"{API}/items", 200, "")],
        "it has no preflight",
    ),
    "an Authorization that the export withheld": (
        [
            preflight("GET", "authorization", OPEN, "Access-Control-Allow-Headers: X-A"),
            entry(received=(OPEN,)),
        ],
        [("GET", f"{API}/items", None, "preflight-authorization")],
        "exported with sensitive data",
    ),
    "no response": (
        [entry(status=0, error="net::ERR_NAME_NOT_RESOLVED")],
        [("GET", f"{API}/items", None, "not-recorded")],
        "",
    ),
    "a redirect": (
        [
            entry(status=302, received=(OPEN, "Location: /b"), redirect=f"{API}/b"),
            entry(f"GET {API}/b", received=(OPEN,)),
        ],
        [("GET", f"{API}/items", 200, "")],
        "",
    ),
    "a redirect to itself": (
        [
            entry(status=302, received=(OPEN, "Location: /items"), redirect=f"{API}/items"),
            entry(received=(OPEN,)),
        ],
        [("GET", f"{API}/items", 200, "")],
        "",
    ),
    "a redirect that leads out of the recording": (
        [entry(status=302, received=(OPEN, "Location: /b"), redirect=f"{API}/b")],
        [("GET", f"{API}/items", 302, "not-recorded")],
        "",
    ),
    "equal requests with equal responses": (
        [entry(received=(OPEN, f"X-Id: {number}")) for number in range(3)],
        [("GET", f"{API}/items", 200, "")],
        "",
    ),
    "equal requests with other responses": (
        [entry(received=(OPEN,)), entry(status=500)],
        [("GET", f"{API}/items", 200, ""), ("GET", f"{API}/items", 500, "allow-origin-missing")],
        "",
    ),
    "from the cache": (
        [entry(received=(OPEN,), _fromCache="disk")],
        [("GET", f"{API}/items", 200, "")],
        "came from the browser's cache",
    ),
    "cookies": (
        [entry(f"GET {API}/items", "Cookie: sid=1; b=2", received=(OPEN,))],
        [("GET", f"{API}/items", 200, "allow-credentials-not-true")],
        "",
    ),
    "no Origin, but the page": (
        [entry(origin=None, status=0, pageref="page_1")],
        [("GET", f"{API}/items", None, "not-recorded")],
        "",
    ),
    "a sandboxed page": (
        [entry(origin="null", received=("Access-Control-Allow-Origin: null",))],
        [("GET", f"{API}/items", 200, "")],
        "",
    ),
    "by another tool, without the type of requests": (
        [entry(received=(OPEN,), _resourceType=None, version="")],
        [("GET", f"{API}/items", 200, "")],
        "",
    ),
    "a coding that another browser does not offer": (
        [entry("GET http://api.example/items", origin="http://app.example", received=(
            "Access-Control-Allow-Origin: *", "Content-Encoding: zstd",
        ))],
        [("GET", "http://api.example/items", 200, "")],
        "",
    ),
    "requests that are not those of scripts": (
        [
            entry(received=(OPEN,)),
            entry(f"GET {API}/font", _resourceType="font"),
            entry(f"GET {API}/script", "Sec-Fetch-Dest: script", "Sec-Fetch-Mode: cors", _resourceType=None),
            entry(f"GET {PAGE}/own"),
            entry("GET data:text/plain,", origin=None),
            entry("GET wss://api.example/", _resourceType="websocket"),
        ],
        [("GET", f"{API}/items", 200, "")],
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("entries", "expected", "limit"), CASES.values(), ids=CASES)
def test_what_a_har_has_and_lacks(
    tmp_path: Path, entries: list[JSON], expected: list[tuple[str, str, int | None, str]], limit: str
) -> None:
    pages = [{"id": "page_1", "title": f"{PAGE}/start"}]
    report = document(check(tmp_path, har(*entries, pages=pages)))

    assert outcomes(report) == expected
    assert limit in limits(report)
    assert ("has no preflight" in limits(report)) is ("has no preflight" in limit)


def test_cookies_are_judged_in_the_mode_that_sends_them(tmp_path: Path) -> None:
    sent = entry(f"GET {API}/items", "Cookie: sid=1", received=(OPEN, WITH_CREDENTIALS))
    (service,) = document(check(tmp_path, har(sent)))["services"]

    assert {caller["credentials"] for caller in service["routes"][0]["callers"]} == {"include"}


def test_lines_of_one_name_are_separate(tmp_path: Path) -> None:
    received = entry(received=(OPEN, "Set-Cookie: a=1; Secure\nb=2; Secure", "X-A: 1"))
    report = document(check(tmp_path, har(received)))

    (header,) = [each for each in report["services"][0]["routes"][0]["headers"] if each["name"].lower() == "set-cookie"]
    assert len(header["values"]) == 2


def test_a_304_stands_for_a_response_that_the_recording_lacks(tmp_path: Path) -> None:
    stored = entry(f"GET {API}/stored", status=304)
    (service,) = document(check(tmp_path, har(entry(received=(OPEN,)), stored)))["services"]
    nothing_else = check(tmp_path, har(stored))

    assert [(each["method"], each["path"]) for each in service["skipped_routes"]] == [("GET", "/stored")]
    assert nothing_else.status == 2
    assert "nothing to check" in nothing_else.err


def test_services_are_judged_each_for_its_pages(tmp_path: Path) -> None:
    other = "https://other.example"
    entries = (
        entry(received=(OPEN,)),
        entry(f"GET {API}/items", origin=other, received=(OPEN,)),
        entry("GET https://b.example/", received=(OPEN,)),
    )
    report = document(check(tmp_path, har(*entries)))

    assert [(service["service"], len(service["routes"])) for service in report["services"]] == [
        (API, 2),
        ("https://b.example", 1),
    ]
    assert [failure for *_, failure in outcomes(report)] == ["", "allow-origin-mismatch", ""]


def test_requests_are_chosen_by_their_routes(tmp_path: Path) -> None:
    entries = (
        entry(received=(OPEN,)),
        entry(f"GET {API}/users", received=(OPEN,)),
        entry("GET https://b.example/", received=(OPEN,)),
    )
    report = document(check(tmp_path, har(*entries), "--route=/items", "--route=POST /users"))

    assert [(method, url) for method, url, *_ in outcomes(report)] == [("GET", f"{API}/items")]


@pytest.mark.parametrize(("page", "is_other"), [(f"{PAGE}:443", False), ("https://other.example", True)])
def test_a_page_that_did_not_make_the_requests_is_reported(tmp_path: Path, page: str, *, is_other: bool) -> None:
    report = document(check(tmp_path, har(entry(received=(OPEN,))), f"--origin={page}"))

    assert ("may respond differently" in limits(report)) is is_other
    assert [failure for *_, failure in outcomes(report)] == ["allow-origin-mismatch" if is_other else ""]


@pytest.mark.parametrize("option", ["--in-browser", f"--compare={API}", "--header=X-A: 1", "--data=1"])
def test_an_option_that_sends_or_changes_requests_is_refused(tmp_path: Path, option: str) -> None:
    ended = check(tmp_path, har(entry()), option)

    assert ended.status == 2
    assert ended.err.startswith(f"hdrcli: {option.partition('=')[0]} ")
    assert "rec.har is a recording" in ended.err


def test_no_secret_of_a_har_is_printed(tmp_path: Path) -> None:
    secrets = ("Cookie: sid=s3cret", "Authorization: Bearer s3cret", "X-Api-Key: s3cret")
    text = har(entry("GET https://bob:s3cret@api.example/?token=s3cret", *secrets, received=("Set-Cookie: a=s3cret",)))
    (tmp_path / "rec.har").write_text(text, "utf-8")
    for arguments in (["--verbose"], ["--format=json", "--exchanges"]):
        ended = hdrcli("check", "rec.har", *arguments, cwd=tmp_path)
        assert "s3cret" not in ended.out + ended.err


# --- hostile ones ---------------------------------------------------------------------------------------


def broken(**changes: Any) -> str:  # noqa: ANN401 -- any JSON
    return har(entry() | changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "rec.har is not valid JSON"),
        ("[" * 100_000, "rec.har is not a HAR: its JSON is nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[1, 2]", "rec.har is JSON, but not a HAR"),
        ('{"log": 1}', "not a HAR"),
        ('{"log": {"entries": {}}}', "not a HAR"),
        ('{"log": {"entries": []}}', "nothing to check: none of its 0 requests"),
        ('{"log": {"entries": [1]}}', "rec.har entry 1 is malformed"),
        (broken(request={"method": "GET"}), "entry 1 is malformed: it has no request"),
        (broken(request={"method": "G T", "url": API}), "entry 1 is malformed"),
        (broken(request={"method": "GET", "url": API, "headers": {}}), "its headers are not a list"),
        (broken(request={"method": "GET", "url": API, "headers": [{"name": 1}]}), "a header has no name or no value"),
        (broken(response={"status": 10**6, "headers": []}), "1000000 is not a status"),
        (broken(response={"status": 200}), "its headers are not a list"),
        ('{"log": {"entries": [' + "9" * 5000 + "]}}", "rec.har is not valid JSON"),
        ("\ufeff{", "rec.har is not valid JSON"),
        ('{"services": []}', "not a HAR"),
        (har(entry(f"GET {PAGE}/own")), "nothing to check"),
    ],
    ids=lambda value: value[:40],
)
def test_a_malformed_har_is_wrong_usage(tmp_path: Path, text: str, message: str) -> None:
    ended = check(tmp_path, text)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert message in ended.err


HOSTILE: Final = "\x1b[2J\u202e</script>::error::\r\nX-B: 1"


def test_a_hostile_har_does_no_harm(tmp_path: Path) -> None:
    """Names and values that no server sends; statuses of any kind; texts that control a terminal."""
    entries = [
        entry(f"GET {API}/{HOSTILE}", received=(f"X-A: {HOSTILE}", OPEN)),
        entry(
            f"GET {API}/1", HOSTILE, "X\ud800: \ud800\U0001f600", received=("X-A: \ud800\u4e2d", f"{HOSTILE}: 1", OPEN)
        ),
        entry(f"GET {API}/2", "Access-Control-Request-Method: \ud800", origin=HOSTILE, status=-5),
        entry(f"GET {API}/3", status=999, received=(OPEN,)),
        entry(f"GET {API}/4", status=302, redirect=HOSTILE, received=(OPEN, f"Location: {HOSTILE}")),
        entry(f"GET {API}/5", status=0, error=HOSTILE),
        entry(f"GET {API}/6", received=(OPEN,), _resourceType=7, pageref=[], _fromCache={}),
        preflight("GET", HOSTILE, OPEN),
    ]
    text = har(*entries, pages=[1, {"id": [], "title": {}}])
    (tmp_path / "rec.har").write_text(text, "utf-8")
    for arguments in ([], ["--verbose"], ["--format=json", "--exchanges"], ["--format=jsonl"]):
        ended = hdrcli("check", "rec.har", *arguments, cwd=tmp_path)

        assert ended.status in {1, 3}, ended.err
        assert "\x1b" not in ended.out + ended.err
        assert "Traceback" not in ended.err


@pytest.mark.no_cover
def test_a_har_with_many_entries_takes_seconds(tmp_path: Path) -> None:
    """All of one URL, each with a preflight: nothing is compared with everything else."""
    entries = [each for number in range(5_000) for each in (
        entry(f"PUT {API}/items", f"X-{number}: 1", received=(OPEN,)), preflight("PUT", f"x-{number}", OPEN)
    )]  # fmt: skip
    (tmp_path / "rec.har").write_text(har(*entries), "utf-8")
    ended = hdrcli("check", "rec.har", "--dry-run", "--format=jsonl", "--browser=chromium", cwd=tmp_path)

    assert ended.status == 0
    assert json.loads(ended.out.splitlines()[-1])["summary"]["routes"] == 5_000
