"""Formats: what they share, what they keep in memory, and how little it takes to add one."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterator
from typing import Any, TextIO, get_args

import pytest

from hdrcli import Expectation, Settings, check
from hdrcli.fetch import Failure
from hdrcli.records.verdict import Clause
from hdrcli.report.events import Event, RouteChecked, RunEnded
from hdrcli.report.report import Report
from hdrcli.report.totals import custom_headers
from hdrcli.reporters import FORMATS, Reporter, whole
from hdrcli.reporters.phrases import CLAUSES, FAILURES
from hdrcli.settings.output import Format
from tests.reporting import ANYTHING, SCHEMA, document, events_of, rendered
from tests.serving.raw import RawServer

OPEN = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://localhost:3000\r\n"
HEAD = OPEN + b"X-A: 1\r\nX-Powered-By: x\r\n\r\n"


def checked(*heads: bytes, **settings: Any) -> Report:  # noqa: ANN401 -- of Settings
    with RawServer(*heads or (HEAD,)) as server:
        urls = tuple(server.url.removesuffix("/") + path for path in settings.pop("paths", ("/",)))
        return check(Settings(targets=urls, probe=False, **settings))


def test_each_format_is_a_value_of_the_option() -> None:
    assert set(FORMATS) == set(get_args(Format))


def test_each_clause_and_each_failure_has_a_phrase() -> None:
    assert set(CLAUSES) == set(Clause)
    assert set(FAILURES) == set(Failure)
    assert not [phrase for phrase in FAILURES.values() if phrase.endswith(".")]
    assert all(sentence.endswith(".") for _, sentence in CLAUSES.values())


def test_a_format_is_a_function_on_events() -> None:
    """This is all that a CSV reporter takes."""

    def reporter(out: TextIO, _: Settings) -> Reporter:
        def report(event: Event) -> None:
            if isinstance(event, RouteChecked):
                out.writelines(
                    f"{event.route.method},{header.name},{is_readable}\n"
                    for header, is_readable in custom_headers(event.route)
                )

        return report

    out = io.StringIO()
    write = reporter(out, ANYTHING)
    for event in events_of(checked()):
        write(event)

    assert out.getvalue() == "GET,X-A,False\n"


def test_a_whole_format_is_written_at_the_end_of_the_run() -> None:
    out = io.StringIO()
    reporter = whole(lambda report, out, _: print(len(report.routes), file=out))(out, ANYTHING)
    written = []
    for event in events_of(checked()):
        reporter(event)
        written.append(out.getvalue())

    assert [text for text in written if text] == ["1\n"]


@pytest.mark.parametrize("output_format", ["table", "jsonl", "html"])
def test_routes_are_not_kept(output_format: str) -> None:
    events = list(events_of(checked(paths=("/a", "/b", "/c"))))
    reporter = FORMATS[output_format](io.StringIO(), ANYTHING)
    routes = [event.route for event in events if isinstance(event, RouteChecked)]
    gc.collect()  # of the run, which may hold them in cycles
    before = [sys.getrefcount(route) for route in routes]
    for event in events:
        if isinstance(event, RunEnded):
            break
        reporter(event)

    assert [sys.getrefcount(route) for route in routes] == before


def test_headers_that_no_page_needs_do_not_count() -> None:
    report = checked()

    assert (report.totals.custom_headers, report.totals.readable_headers) == (1, 0)
    assert "JavaScript can read 0 of 1 custom header." in rendered(report)


def test_the_mode_that_nobody_chose_does_not_count() -> None:
    report = checked(OPEN + b"Access-Control-Expose-Headers: *\r\nX-A: 1\r\n\r\n")

    assert (report.totals.custom_headers, report.totals.readable_headers) == (1, 1)


@pytest.mark.parametrize(
    ("settings", "last"),
    [
        ({}, "OK: 1 warning (exit 0)"),
        ({"ignore": ("HDR3",)}, "OK: no findings (exit 0)"),
        ({"fail_on": "warning"}, "FAILED: 1 warning (exit 1)"),
        ({"expect_absent": ("X-A",)}, "FAILED: 1 unmet expectation, 1 warning (exit 1)"),
        ({"expect_readable": ("X-A",)}, "FAILED: 1 unmet expectation, 1 error (exit 1)"),
        ({"expect_readable": ("X-A",), "fail_on": "never"}, "FAILED: 1 unmet expectation, 1 error (exit 1)"),
        ({"sample": True}, "OK: 1 warning; the faults of the sample are there on purpose (exit 0)"),
        ({"dry_run": True}, "OK: nothing is sent with --dry-run (exit 0)"),
    ],
    ids=str,
)
def test_the_last_line_is_the_verdict(settings: dict[str, Any], last: str) -> None:
    report = checked(**settings)
    text = rendered(report, **settings)

    assert text.splitlines()[-1] == last
    assert text.count("(exit ") == 1


def test_an_expectation_that_only_the_status_does_not_meet() -> None:
    report = checked(HEAD.replace(b"200 OK", b"401 Unauthorized"), expect_absent=("X-B",))

    assert [unmet.expectation for unmet in report.unmet] == [Expectation(verdict="absent", name="X-B")]
    assert "GET /: X-B should be absent. The response has status 401, which --expect-status does not allow" in rendered(
        report
    )


def test_writes_that_are_held_are_reported() -> None:
    origins = ("http://a.example", "http://b.example")
    report = checked(method="POST", origins=origins, browsers=("standard",), credentials=("omit",))

    text = rendered(report)
    assert f"  not sent for page http://b.example: POST {report.routes[0].url}" in text.splitlines()
    assert "> POST" not in text
    (route,) = document(report)["services"][0]["routes"]
    (held,) = route["held"]
    assert (held["page"], held["browsers"], held["request"]["method"]) == ("http://b.example", ["standard"], "POST")


@pytest.mark.parametrize(
    ("settings", "first_lines"),
    [
        ({"method": "POST", "body": "x"}, ["> POST / HTTP/1.1"]),
        ({"method": "PUT"}, ["> OPTIONS / HTTP/1.1", "if the preflight allows it:", "> PUT / HTTP/1.1"]),
        (
            {"cookies": ("a=b",), "browsers": ("chromium", "webkit")},
            [
                "chromium, webkit (without cookies):",
                "> GET / HTTP/1.1",
                "chromium, webkit (with cookies):",
                "> GET / HTTP/1.1",
            ],
        ),
    ],
    ids=str,
)
def test_a_dry_run_shows_each_request_once(settings: dict[str, Any], first_lines: list[str]) -> None:
    lines = rendered(checked(dry_run=True, **settings), dry_run=True).splitlines()

    assert [line.strip() for line in lines if " HTTP/1.1" in line or line.endswith(":")] == first_lines


def test_a_dry_run_has_all_requests_in_json() -> None:
    report = checked(method="POST", body="x", dry_run=True)

    assert (
        len(document(report)["services"][0]["routes"][0]["held"]) == 6
    )  # three browsers, two modes: each is a request of its own


def test_many_routes_take_a_line_each() -> None:
    report = checked(paths=("/a", "/long/path"))
    lines = rendered(report).splitlines()

    (service,) = report.services
    assert lines[0] == f"{service.name}: 2 routes, JavaScript can read 0 of 2 custom headers"
    assert lines[2:4] == ["  GET /a          200  x-a ✗", "  GET /long/path  200  x-a ✗"]
    assert rendered(report, show="all").count("custom header ") == 2


def test_a_location_that_is_not_a_redirect_does_not_read_like_one() -> None:
    created = OPEN.replace(b"200 OK", b"201 Created") + b"Location: /users/1\r\n\r\n"
    report = checked(created, method="POST")

    assert f"  POST {report.routes[0].url}: 201, Location: /users/1" in rendered(report, verbose=True).splitlines()


def test_each_object_of_the_schema_is_closed_and_used() -> None:
    definitions = SCHEMA["$defs"]

    assert all(each["additionalProperties"] is False for each in definitions.values() if each.get("type") == "object")
    assert set(_references(SCHEMA)) == set(definitions)


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield str(value["$ref"]).removeprefix("#/$defs/")
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
