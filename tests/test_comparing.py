"""Comparisons of two targets: what is found, what is not compared, how targets of all kinds go together."""

from __future__ import annotations

import asyncio
import itertools
import json
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from jsonschema_rs import Draft202012Validator

from hdrcli import ExitStatus, Settings, compare, compare_async
from hdrcli.reporters import comparisons
from hdrcli.reporters.comparisons.json import schema_text
from hdrcli.settings.output import ComparisonFormat
from tests.cli.program import Ended, hdrcli
from tests.reporting import ANYTHING
from tests.serving.http import Request, answer
from tests.serving.loopback import free_port
from tests.serving.site import PAGE, Response, Site
from tests.targets.hars import entry, har
from tests.targets.reading import document

JSON = dict[str, Any]  # a JSON object
Found = tuple[str, str, str, str]
"""Kind, subject, A and B."""

OPEN: Final = f"Access-Control-Allow-Origin: {PAGE}"
OTHER_PAGE: Final = "http://app.example"
_VALIDATOR: Final = Draft202012Validator(json.loads(schema_text()))


def compared(ended: Ended) -> JSON:
    """The document of a comparison, which is valid by its schema."""
    value: JSON = json.loads(ended.out)
    _VALIDATOR.validate(value)
    return value


def found(ended: Ended) -> list[Found]:
    return [(each["kind"], each["subject"], each["a"], each["b"]) for each in compared(ended)["differences"]]


@contextmanager
def sites(a: Mapping[str, Response], b: Mapping[str, Response]) -> Iterator[tuple[Site, Site]]:
    with Site(a) as first, Site(b) as second:
        yield first, second


def run(a: Site, b: Site, *arguments: str, path: str = "/items") -> Ended:
    return hdrcli("compare", f"{a.url}{path}", f"{b.url}{path}", "--format=json", *arguments)


def open_answer(*lines: str, status: str = "200 OK") -> bytes:
    return answer(OPEN, *lines, status=status)


EXPOSED: Final = "Access-Control-Expose-Headers: X-Request-ID"
PREFLIGHT: Final = (OPEN, "Access-Control-Allow-Credentials: true", "Access-Control-Max-Age: 600")
PUT: Final = ["-X", "PUT", "-H", "X-Trace: 1"]

CASES: Final[dict[str, tuple[Mapping[str, Response], Mapping[str, Response], list[str], list[Found]]]] = {
    "nothing": (
        {"/items": open_answer("X-A: 1", "Server: a")},
        {"/items": open_answer("Server: a", "x-a: 1")},
        [],
        [],
    ),
    "a header that only one makes readable": (
        {"/items": open_answer("X-Request-ID: 1", EXPOSED)},
        {"/items": open_answer("X-Request-ID: 2")},
        [],
        [
            ("verdict", "x-request-id", "readable", "hidden"),
            ("cors", "access-control-expose-headers", "X-Request-ID", ""),
        ],
    ),
    "a header that becomes readable": (
        {"/items": open_answer("X-A: 1", "Access-Control-Expose-Headers: X-B")},
        {"/items": open_answer("X-A: 1", "Access-Control-Expose-Headers: X-B, X-A")},
        [],
        [
            ("verdict", "x-a", "hidden", "readable"),
            ("cors", "access-control-expose-headers", "X-B", "X-B, X-A"),
        ],
    ),
    "headers that are lost and added": (
        {"/items": open_answer("X-Request-ID: 1", EXPOSED, "X-Old: 1")},
        {"/items": open_answer(EXPOSED, "X-New: 1")},
        [],
        [
            ("lost", "x-request-id", "readable", "not sent"),
            ("lost", "x-old", "hidden", "not sent"),
            ("added", "x-new", "not sent", "hidden"),
        ],
    ),
    "values": (
        {"/items": open_answer("Server: a", "Content-Language: de")},
        {"/items": open_answer("Server: b", "Content-Language: de")},
        [],
        [("value", "server", "a", "b")],
    ),
    "a second line": (
        {"/items": open_answer("X-A: 1")},
        {"/items": open_answer("X-A: 1", "X-A: 1")},
        [],
        [("value", "x-a", "1", "1, 1")],
    ),
    "lists in another order": (
        {"/items": open_answer("Vary: Origin, Accept", "Access-Control-Expose-Headers: X-A,X-B")},
        {"/items": open_answer("Vary: accept, origin", "Access-Control-Expose-Headers: x-b, x-a")},
        [],
        [],
    ),
    "values that vary by their names": (
        {"/items": open_answer("Date: x", 'ETag: "1"', "X-Request-ID: 1", "CF-Ray: 1", "RateLimit-Remaining: 1")},
        {"/items": open_answer("Date: y", 'ETag: "2"', "X-Request-ID: 2", "CF-Ray: 2", "RateLimit-Remaining: 2")},
        [],
        [],
    ),
    "headers of connections": (
        {"/items": open_answer("Keep-Alive: timeout=5", "Age: 3")},
        {"/items": open_answer()},
        [],
        [],
    ),
    "a page that is blocked": (
        {"/items": open_answer("X-A: 1")},
        {"/items": answer("X-A: 1")},
        [],
        [
            ("outcome", "", "readable", "allow-origin-missing"),
            ("cors", "access-control-allow-origin", PAGE, ""),
        ],
    ),
    "a page that is blocked for another reason": (
        {"/items": answer()},
        {"/items": answer(f"Access-Control-Allow-Origin: {OTHER_PAGE}")},
        [],
        [
            ("outcome", "", "allow-origin-missing", "allow-origin-mismatch"),
            ("cors", "access-control-allow-origin", "", OTHER_PAGE),
        ],
    ),
    "a status of the same class": (
        {"/items": open_answer("X-A: 1")},
        {"/items": open_answer(status="204 No Content")},
        [],
        [("status", "", "200", "204"), ("lost", "x-a", "hidden", "not sent")],
    ),
    "an error, whose headers are others": (
        {"/items": open_answer("X-A: 1", "Vary: Origin")},
        {"/items": open_answer("X-B: 1", status="500 Internal Server Error")},
        [],
        [("status", "", "200", "500"), ("cors", "vary", "Origin", "")],
    ),
    "no response": (
        {"/items": open_answer("X-A: 1"), "OPTIONS /items": open_answer()},
        {"/items": b"", "OPTIONS /items": answer(*PREFLIGHT, "Access-Control-Allow-Methods: PUT")},
        ["-X", "PUT"],
        [
            ("outcome", "", "preflight-method", "empty-reply"),
            ("permission", "credentials", "not allowed", "allowed"),
            ("permission", "method PUT", "not allowed", "allowed"),
            ("permission", "max-age", "", "600"),
        ],
    ),
    "permissions": (
        {
            "OPTIONS /items": answer(
                *PREFLIGHT, "Access-Control-Allow-Methods: PUT, DELETE", "Access-Control-Allow-Headers: X-Trace, X-B"
            ),
            "/items": open_answer(),
        },
        {
            "OPTIONS /items": answer(
                OPEN, "Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: x-trace", "X-Only: 1"
            ),
            "/items": open_answer(),
        },
        PUT,
        [
            ("permission", "credentials", "allowed", "not allowed"),
            ("permission", "method DELETE", "allowed", "not allowed"),
            ("permission", "header x-b", "allowed", "not allowed"),
            ("permission", "max-age", "600", ""),
        ],
    ),
    "a preflight that fails": (
        {"OPTIONS /items": answer(OPEN, "Access-Control-Allow-Methods: PUT"), "/items": open_answer()},
        {"OPTIONS /items": answer(status="405 Method Not Allowed"), "/items": open_answer()},
        ["-X", "PUT"],
        [
            ("outcome", "", "readable", "allow-origin-missing"),
            ("permission", "method PUT", "allowed", "not allowed"),
            ("permission", "preflight status", "200", "405"),
            ("permission", "origin", PAGE, ""),
        ],
    ),
    "the preflights of writes that are not sent": (
        {"OPTIONS /items": answer(OPEN, "Access-Control-Allow-Methods: PUT")},
        {"OPTIONS /items": answer(OPEN, "Access-Control-Allow-Methods: PUT, PATCH")},
        ["-X", "PUT", "--preflight-only"],
        [("permission", "method PATCH", "not allowed", "allowed")],
    ),
    "a write that is not sent, and its preflight fails": (
        {"OPTIONS /items": answer(OPEN, "Access-Control-Allow-Methods: PUT")},
        {"OPTIONS /items": answer(OPEN)},
        ["-X", "PUT", "--preflight-only"],
        [
            ("outcome", "", "allowed", "preflight-method"),
            ("permission", "method PUT", "allowed", "not allowed"),
        ],
    ),
    "attributes of cookies": (
        {"/items": open_answer("Set-Cookie: sid=1; Path=/; Secure; Expires=a", "Set-Cookie: a=1; HttpOnly")},
        {"/items": open_answer("Set-Cookie: a=2; httponly", "Set-Cookie: sid=2; Secure; Path=/; Expires=b")},
        [],
        [],
    ),
    "an attribute that a cookie loses": (
        {"/items": open_answer("Set-Cookie: sid=1; Secure; SameSite=None")},
        {"/items": open_answer("Set-Cookie: sid=1; Secure")},
        [],
        [("value", "set-cookie", "sid=[redacted]; Secure; SameSite=None", "sid=[redacted]; Secure")],
    ),
    "secrets": (
        {"/items": open_answer("X-Api-Key: abc")},
        {"/items": open_answer("X-Api-Key: def")},
        [],
        [],
    ),
    "ignored headers": (
        {"/items": open_answer("X-Request-ID: 1", EXPOSED, "X-A: 1", "X-B: 1")},
        {"/items": open_answer("X-Request-ID: 1", "X-B: 2")},
        ["--ignore-header", "x-*", "--ignore-header=Access-Control-Expose-Headers,server"],
        [],
    ),
    "pages": (
        {"/items": lambda request: answer(f"Access-Control-Allow-Origin: {request.get('Origin')}")},
        {"/items": open_answer()},
        ["--origin", PAGE, "--origin", OTHER_PAGE],
        [
            ("outcome", "", "readable", "allow-origin-mismatch"),
            ("cors", "access-control-allow-origin", OTHER_PAGE, PAGE),
        ],
    ),
}


@pytest.mark.parametrize(("a", "b", "arguments", "expected"), CASES.values(), ids=CASES)
def test_what_differs(
    a: Mapping[str, Response], b: Mapping[str, Response], arguments: list[str], expected: list[Found]
) -> None:
    with sites(a, b) as (first, second):
        ended = run(first, second, "--no-probe", *arguments)
        back = run(second, first, "--no-probe", *arguments)

    assert found(ended) == expected
    assert ended.status == (1 if expected else 0)
    assert len(found(back)) == len(expected)
    assert {(subject, b, a) for _, subject, a, b in found(back)} == {(subject, a, b) for _, subject, a, b in expected}


def test_who_sees_a_difference() -> None:
    a, b, arguments, _ = CASES["pages"]
    with sites(a, b) as (first, second):
        found_by_pages = compared(run(first, second, "--no-probe", *arguments, "--browser=firefox"))

    assert found_by_pages["callers"] == [
        {"page": page, "credentials": "omit", "browsers": ["firefox"]} for page in (PAGE, OTHER_PAGE)
    ]
    assert [each["callers"] for each in found_by_pages["differences"]] == [
        [{"page": OTHER_PAGE, "credentials": "omit", "browsers": ["firefox"]}]
    ] * 2


def counter(*lines: str) -> Callable[[Request], bytes]:
    """A response with a header that counts the requests."""
    numbers = itertools.count()
    return lambda _: open_answer(f"X-Count: {next(numbers)}", *lines)


def test_values_that_differ_within_a_target_are_not_compared() -> None:
    with sites({"/items": counter("X-Stable: 1")}, {"/items": open_answer("X-Count: 100", "X-Stable: 2")}) as (a, b):
        ended = run(a, b)

    assert found(ended) == [("value", "x-stable", "1", "2")]
    assert "x-count" in compared(ended)["values_not_compared"]


def test_links_to_the_targets_themselves_are_equal() -> None:
    def link(request: Request) -> bytes:
        return open_answer(f"Link: <http://{request.get('Host')}/items?page=2>; rel=next")

    with sites({"/items": link}, {"/items": link}) as (a, b):
        assert run(a, b).status == 0


def test_that_the_requests_differ_is_reported() -> None:
    with sites({"/items": open_answer()}, {"/items": open_answer()}) as (a, b):
        words = (f"curl {a.url}/items -H 'Origin: {PAGE}' -H 'Content-Language: de'", f"{b.url}/items")
        ended = hdrcli("compare", *words, "--format=json", "--no-probe")
        both = hdrcli("compare", *words, "--format=json", "--no-probe", "-H", "Content-Language: de")

    assert compared(ended)["set_in_one"] == ["content-language"]
    assert compared(both)["set_in_one"] == []


def test_the_mode_that_nobody_chose_is_not_compared() -> None:
    open_to_all, echoing = (
        answer("Access-Control-Allow-Origin: *"),
        answer(OPEN, "Access-Control-Allow-Credentials: true"),
    )
    with sites({"/items": open_to_all}, {"/items": echoing}) as (a, b):
        kinds = {kind for kind, *_ in found(run(a, b, "--no-probe"))}
        kinds_in_both = {kind for kind, *_ in found(run(a, b, "--no-probe", "--credentials=omit,include"))}

    assert (kinds, kinds_in_both) == ({"cors"}, {"cors", "outcome"})


# --- routes ---------------------------------------------------------------------------------------------


def openapi(*paths: str) -> bytes:
    operation = {"get": {"responses": {"200": {"description": ""}}}}
    described = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": dict.fromkeys(paths, operation)}
    body = json.dumps(described).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def service(*paths: str, **changed: bytes) -> Mapping[str, Response]:
    """A service whose routes all send the same."""
    same = open_answer("X-A: 1")
    return (
        {"/openapi.json": openapi(*paths)}
        | dict.fromkeys(paths, same)
        | {f"/{name}": changed[name] for name in changed}
    )


def test_equal_differences_of_routes_are_one() -> None:
    paths = [f"/r{number}" for number in range(30)]
    with sites(service(*paths), service(*paths, r3=open_answer(), r4=open_answer())) as (a, b):
        (merged,) = compared(run(a, b, path=""))["differences"]
        table = hdrcli("compare", a.url, b.url)
        everywhere = compared(hdrcli("compare", f"{a.url}/r1", f"{b.url}/r3", "--format=json"))

    assert (merged["kind"], merged["route_count"]) == ("lost", 2)
    assert merged["routes"] == [{"method": "GET", "path": "/r3"}, {"method": "GET", "path": "/r4"}]
    assert table.out.count("x-a") == 1
    assert everywhere["summary"]["compared"] == 1  # the only route of either side, whatever its path


def test_routes_that_only_one_target_has() -> None:
    with sites(service("/both", "/old"), service("/both", "/new", "/newer")) as (a, b):
        ended = run(a, b, path="")

    assert [(each["a"], each["route_count"], each["routes"][0]["path"]) for each in compared(ended)["differences"]] == [
        ("present", 1, "/old"),
        ("missing", 2, "/new"),
    ]
    assert ended.status == 1
    assert compared(ended)["summary"]["differing"] == 3


def test_nothing_in_common_is_not_a_success() -> None:
    with sites(service("/a", "/b"), service("/c", "/d")) as (a, b):
        ended = run(a, b, path="")

    assert ended.status == 2
    assert compared(ended)["summary"]["verdict"] == "not verified"


MATCHING: Final = {
    "the same query": (["/items?page=1", "/items?page=2"], ["/items?page=2", "/items?page=1"], 2),
    "another query, where that is clear": (["/items?page=1", "/a"], ["/items?page=2", "/a"], 2),
    "other queries, where it is not": (["/items?a=1", "/items?a=2"], ["/items?a=3", "/items?a=4"], 0),
    "another path of a single route": (["/items"], ["/v2/items"], 1),
    "another path of one of two routes": (["/items", "/a"], ["/v2/items", "/a"], 1),
    "the same route twice in A": (["/items", "/items"], ["/items"], 2),
    "the same route twice in B": (["/items"], ["/items", "/items"], 2),
}


@pytest.mark.parametrize(("a", "b", "number"), MATCHING.values(), ids=MATCHING)
def test_which_routes_belong_together(tmp_path: Path, a: list[str], b: list[str], number: int) -> None:
    with Site(dict.fromkeys(("/items", "/v2/items", "/a"), open_answer())) as site:
        for name, paths in (("a.txt", a), ("b.txt", b)):
            (tmp_path / name).write_text("".join(f"{site.url}{path}\n" for path in paths))
        ended = hdrcli("compare", "@a.txt", "@b.txt", "--format=json", "--no-probe", cwd=tmp_path)

    assert compared(ended)["summary"]["compared"] == number


def test_routes_of_several_origins_are_matched_by_origin(tmp_path: Path) -> None:
    with sites({"/items": open_answer("X-A: 1")}, {"/items": open_answer("X-B: 1")}) as (a, b):
        (tmp_path / "ab.txt").write_text(f"{a.url}/items\n{b.url}/items\n")
        (tmp_path / "ba.txt").write_text(f"{b.url}/items\n{a.url}/items\n")
        ended = hdrcli("compare", "@ab.txt", "@ba.txt", "--no-probe", cwd=tmp_path)

    assert ended.status == 0


# --- targets of all kinds -------------------------------------------------------------------------------


def test_reports_and_live_targets(tmp_path: Path) -> None:
    before, after = {"/items": open_answer("X-A: 1")}, {"/items": open_answer("X-B: 1")}
    with sites(before, after) as (a, b):
        for name, site in (("a.json", a), ("b.json", b)):
            hdrcli("check", f"{site.url}/items", "--exchanges", "--format=json", "-o", name, cwd=tmp_path)
        words = (f"{a.url}/items", "a.json"), (f"{b.url}/items", "b.json")
        compared_pairs = [
            found(hdrcli("compare", first, second, "--format=json", cwd=tmp_path))
            for first, second in itertools.product(*words)
        ]
        same = [hdrcli("compare", first, second, cwd=tmp_path).status for first, second in (words[0], words[1])]

    assert compared_pairs == [[("lost", "x-a", "hidden", "not sent"), ("added", "x-b", "not sent", "hidden")]] * 4
    assert same == [0, 0]


def test_the_page_of_a_recording_calls_the_other_target(tmp_path: Path) -> None:
    with Site({"/items": lambda request: answer(f"Access-Control-Allow-Origin: {request.get('Origin')}")}) as site:
        recorded = f"Access-Control-Allow-Origin: {OTHER_PAGE}"
        text = har(entry(f"GET {site.url}/items", received=(recorded, "Content-Length: 0"), origin=OTHER_PAGE))
        (tmp_path / "rec.har").write_text(text)
        runs = [
            compared(hdrcli("compare", *words, "--format=json", "--no-probe", cwd=tmp_path))
            for words in itertools.permutations(("rec.har", f"{site.url}/items"))
        ]

    assert [each["summary"]["verdict"] for each in runs] == ["ok", "ok"]
    assert [side["pages"] for each in runs for side in (each["a"], each["b"])] == [[OTHER_PAGE]] * 4


def test_requests_with_cookies_of_a_recording(tmp_path: Path) -> None:
    lines = (f"Access-Control-Allow-Origin: {OTHER_PAGE}", "Access-Control-Allow-Credentials: true")
    with Site({"/items": answer(*lines, "X-B: 1")}) as site:
        request = f"GET {site.url}/items"
        text = har(entry(request, "Cookie: sid=1", received=(*lines, "Content-Length: 0"), origin=OTHER_PAGE))
        (tmp_path / "rec.har").write_text(text)
        ended = hdrcli("compare", "rec.har", f"{site.url}/items", "--format=json", cwd=tmp_path)

    assert found(ended) == [("added", "x-b", "not sent", "hidden")]
    assert {caller["credentials"] for caller in compared(ended)["callers"]} == {"include"}


def test_routes_of_a_recording_can_be_selected(tmp_path: Path) -> None:
    paths = ("/items", "/users")
    with Site(service(*paths)) as site:
        hdrcli("check", site.url, "--exchanges", "--format=json", "-o", "saved", cwd=tmp_path)
        ended = hdrcli("compare", "saved", site.url, "--route=/items", "--format=json", cwd=tmp_path)

    assert ended.status == 0
    assert compared(ended)["summary"]["compared"] == 1


def test_a_recording_on_standard_input() -> None:
    with Site({"/items": open_answer()}) as site:
        saved = hdrcli("check", f"{site.url}/items", "--exchanges", "--format=jsonl").out
        ended = hdrcli("compare", "-", f"{site.url}/items", "-H", "X-A: 1", "--format=json", given=saved)

    assert found(ended) == [("outcome", "", "readable", "preflight-header")]


def test_request_options_are_for_the_target_that_is_requested(tmp_path: Path) -> None:
    with Site({"OPTIONS /items": answer(OPEN, "Access-Control-Allow-Headers: X-Key"), "/items": open_answer()}) as site:
        arguments = (f"{site.url}/items", "-H", "X-Key: 1")
        hdrcli("check", *arguments, "--exchanges", "--format=json", "-o", "saved", cwd=tmp_path)
        ended = hdrcli("compare", "saved", *arguments, cwd=tmp_path)

    assert ended.status == 0, ended.err


def test_services_of_the_configuration_have_headers_and_pages_of_their_own(tmp_path: Path) -> None:
    allowed = "Access-Control-Allow-Headers: authorization"
    with (
        Site({"OPTIONS /items": open_answer(allowed), "/items": open_answer()}) as a,
        Site(
            {
                "OPTIONS /items": answer(f"Access-Control-Allow-Origin: {OTHER_PAGE}", allowed),
                "/items": answer(f"Access-Control-Allow-Origin: {OTHER_PAGE}"),
            }
        ) as b,
    ):
        services = (("staging", a, PAGE), ("production", b, OTHER_PAGE))
        (tmp_path / "hdrcli.toml").write_text(
            "".join(
                f"[services.{name}]\nurl = '{site.url}/items'\n"
                f"origin = '{page}'\nheader = 'Authorization: Bearer {name}'\n"
                for name, site, page in services
            )
        )
        ended = hdrcli("compare", "staging", "production", "--format=json", cwd=tmp_path)
        sent = [
            {request.get("Authorization") for request in site.requests if request.method == "GET"} for site in (a, b)
        ]

    assert found(ended) == []
    assert [compared(ended)[side]["pages"] for side in "ab"] == [[PAGE], [OTHER_PAGE]]
    assert sent == [{"Bearer staging", None}, {"Bearer production", None}]  # None: probes


def test_an_app_and_a_server(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "async def app(scope, receive, send):\n"
        "    headers = [(b'x-a', b'1'), (b'content-length', b'0')]\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': headers})\n"
        "    await send({'type': 'http.response.body'})\n"
    )
    with Site({"/": answer("X-A: 1")}) as site:
        ended = hdrcli("compare", "main:app", f"{site.url}/", "--no-openapi", "--format=json", cwd=tmp_path)

    assert found(ended) == []
    assert ended.status == 0


def test_the_page_that_an_app_allows_calls_no_side(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "from starlette.applications import Starlette\n"
        "from starlette.middleware.cors import CORSMiddleware\n"
        "app = CORSMiddleware(Starlette(), allow_origins=['https://app.example'])\n"
    )
    with Site({"/": answer()}) as site:
        ended = hdrcli("compare", "main:app", f"{site.url}/", "--no-openapi", "--format=json", cwd=tmp_path)

    a, b = (compared(ended)[side]["pages"] for side in "ab")
    assert a == b == ["http://localhost:3000"]


# --- the same request, sent two ways: hdrcli check --compare ---------------------------------------------

TWO_WAYS: Final[dict[str, tuple[bytes, bytes, list[Found] | None]]] = {
    "no difference": (open_answer("X-A: 1", "Server: a"), open_answer("Server: a", "X-A: 1"), []),
    "an overwritten list": (
        open_answer("X-A: 1", "Access-Control-Expose-Headers: X-A"),
        open_answer("X-A: 1", "Access-Control-Expose-Headers: X-B"),
        [("cors", "access-control-expose-headers", "X-A", "X-B")],
    ),
    "second lines": (
        open_answer("Date: a", "Server: a"),
        open_answer("Date: a", "Date: b", "Server: a", "Server: b"),
        [("value", "date", "a", "a, b"), ("value", "server", "a", "a, b")],
    ),
    "lost and added": (
        open_answer("X-A: 1"),
        open_answer("Via: proxy"),
        [("lost", "x-a", "sent", "not sent"), ("added", "via", "not sent", "sent")],
    ),
    "an error of the proxy": (
        open_answer("X-A: 1", EXPOSED),
        answer("Server: proxy", status="502 Bad Gateway"),
        [
            ("status", "", "200", "502"),
            ("cors", "access-control-allow-origin", PAGE, ""),
            ("cors", "access-control-expose-headers", "X-Request-ID", ""),
        ],
    ),
    "secrets": (open_answer("X-Api-Key: abc"), open_answer("X-Api-Key: def"), []),
    "no response there": (b"", open_answer(), None),
    "no response here": (open_answer(), b"", None),
}


@pytest.mark.parametrize(("direct", "proxied", "expected"), TWO_WAYS.values(), ids=TWO_WAYS)
def test_two_ways(direct: bytes, proxied: bytes, expected: list[Found] | None) -> None:
    with sites({"/items": proxied}, {"/items": direct}) as (proxy, own):
        words = (f"{proxy.url}/items", f"--compare={own.url}/items", "--no-probe")
        table = hdrcli("check", *words)
        (route,) = document(hdrcli("check", *words, "--format=json"))["services"][0]["routes"]
        differences = route["compared"]["differences"]

    assert route["compared"]["url"] == f"{own.url}/items"
    assert differences == (
        None if expected is None else [dict(zip(("kind", "subject", "a", "b"), each, strict=True)) for each in expected]
    )
    assert f"compared with {own.url}/items: " in table.out


# --- how it ends ----------------------------------------------------------------------------------------


def test_a_target_that_cannot_be_reached() -> None:
    dead = f"http://127.0.0.1:{free_port()}/items"
    with Site({"/items": open_answer()}) as site:
        for words in ((dead, f"{site.url}/items"), (f"{site.url}/items", dead), (dead, dead)):
            ended = hdrcli("compare", *words)
            assert ended.status == 3
            assert "refused the connection" in ended.err


def test_routes_are_not_only_in_one_target_if_the_other_is_silent() -> None:
    with Site(service("/a", "/b")) as site:
        ended = hdrcli("compare", site.url, f"http://127.0.0.1:{free_port()}", "--format=json")

    assert (ended.status, found(ended)) == (3, [])


def test_the_time_limit_ends_a_comparison() -> None:
    """What B did not come to is not reported as a route that only A has."""
    with sites(service("/a", "/b"), {**service("/a", "/b"), "/b": None}) as (a, b):
        ended = run(a, b, "--max-time=2", "--concurrency=1", path="")

    assert ended.status == 1
    assert (compared(ended)["b"]["time_limit_reached"], found(ended)) == (True, [])


def test_one_of_several_services_that_cannot_be_reached(tmp_path: Path) -> None:
    with Site({"/items": open_answer()}) as site:
        (tmp_path / "a.txt").write_text(f"{site.url}/items\n")
        (tmp_path / "b.txt").write_text(f"{site.url}/items\nhttp://127.0.0.1:{free_port()}/x\n")
        ended = hdrcli("compare", "@a.txt", "@b.txt", "--format=json", "--no-probe", cwd=tmp_path)

    assert ended.status == 3
    assert found(ended) == [("route", "", "missing", "present")]


def test_a_route_without_a_response_on_both_sides_is_not_equal() -> None:
    paths = ("/a", "/dead")
    with sites(service(*paths, dead=b""), service(*paths, dead=b"")) as (a, b):
        ended = run(a, b, path="")

    assert ended.status == 1
    assert compared(ended)["summary"]["unjudged"] == 1
    assert found(ended) == []


WRONG: Final = {
    "one target": ["http://localhost/"],
    "no target": [],
    "an empty variable": ["http://localhost/", ""],
    "three targets": ["http://a/", "http://b/", "http://c/"],
    "standard input twice": ["-", "-"],
    "no such format": ["http://a/", "http://b/", "--format", "junit"],
    "an option of a single check": ["http://a/", "http://b/", "--fail-on", "never"],
    "not a header": ["http://a/", "http://b/", "--ignore-header", "X A"],
    "no folder": ["http://a/", "http://b/", "-o", "nowhere/report"],
    "fetch() throws": ["http://a/", "http://b/", "-X", "TRACE"],
    "a damaged report": ["http://a/", "damaged.json"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_wrong_usage(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "damaged.json").write_text('{"schema": "hdrcli/report@2"')
    ended = hdrcli("compare", *arguments, cwd=tmp_path)

    assert ended.status == 2
    assert ended.err.startswith("hdrcli: ")


def test_formats(tmp_path: Path) -> None:
    a, b, arguments, _ = CASES["a header that only one makes readable"]
    with sites(a, b) as (first, second):
        words = (f"{first.url}/items", f"{second.url}/items", *arguments)
        for name in ("table", "json", "markdown"):
            shown = hdrcli("compare", *words, "--format", name)
            written = hdrcli("compare", *words, "--format", name, "-o", "report", cwd=tmp_path)
            assert (shown.status, written.status, written.out) == (1, 1, "")
            assert (tmp_path / "report").read_text() == shown.out
            assert "x-request-id" in shown.out
        quiet = hdrcli("compare", *words, "--quiet")

    assert (quiet.out, quiet.err, quiet.status) == ("", "", 1)


HOSTILE: Final = "\x1b[2J::error::x ##[error] `|<b>`"


@pytest.mark.parametrize("name", ["table", "json", "markdown"])
def test_what_a_server_sends_controls_nothing(name: str) -> None:
    hostile = f"X-A: {HOSTILE}".encode("latin-1").decode("latin-1")
    with sites({"/items": open_answer(hostile)}, {"/items": open_answer("X-A: 1", "X-Token: secret-one")}) as (a, b):
        ended = hdrcli("compare", f"{a.url}/items", f"{b.url}/items", "--format", name)

    assert "x-a" in ended.out
    for harmful in ("\x1b", "##[", "secret-one"):
        assert harmful not in ended.out
    assert not any(line.lstrip().startswith("::") for line in ended.out.splitlines())


def test_many_headers_are_bounded_and_reported() -> None:
    lines = [f"X-{number}: 1" for number in range(600)]
    with sites({"/items": open_answer(*lines)}, {"/items": open_answer(*lines)}) as (a, b):
        summary = compared(run(a, b, "--no-probe"))["summary"]

    assert summary["cut"] == 1


def test_many_differences_are_few_lines() -> None:
    lost = [f"X-Lost-{number}: 1" for number in range(300)]
    ours, theirs = ([f"X-Changed-{number}: {value}" for number in range(100)] for value in "ab")
    with sites({"/items": open_answer(*lost, *ours)}, {"/items": open_answer(*theirs)}) as (a, b):
        words = (f"{a.url}/items", f"{b.url}/items", "--no-probe")
        table, markdown = (hdrcli("compare", *words, f"--format={name}").out for name in ("table", "markdown"))
        differences = compared(hdrcli("compare", *words, "--format=json"))["differences"]

    assert len(differences) == 400
    assert all(shown.count("x-changed-") == 100 and shown.count("x-lost-0") == 1 for shown in (table, markdown))
    assert len(table.splitlines()) < 120


def test_long_values_are_compared_as_a_whole() -> None:
    long = "x" * 5000
    with sites({"/items": open_answer(f"X-A: {long}a")}, {"/items": open_answer(f"X-A: {long}b")}) as (a, b):
        ((kind, subject, *_),) = found(run(a, b, "--no-probe"))

    assert (kind, subject) == ("value", "x-a")


def test_every_format_is_a_module() -> None:
    modules = [module.name for module in pkgutil.iter_modules(comparisons.__path__)]

    assert sorted(get_args(ComparisonFormat)) == [name for name in modules if hasattr(_module(name), "write")]


def _module(name: str) -> object:
    return import_module(f"{comparisons.__name__}.{name}")


def test_in_python() -> None:
    a, b, *_ = CASES["headers that are lost and added"]
    with sites(a, b) as (first, second):
        one, other = (Settings(targets=(f"{site.url}/items",), origins=(PAGE,)) for site in (first, second))
        comparison = compare(one, other, ignore_headers=("x-n*",))
        in_a_loop = asyncio.run(compare_async(one, one))

    lost = [found.difference for found in comparison.differences]
    assert [(each.kind, each.subject, each.a, each.clause) for each in lost] == [
        ("lost", "x-request-id", "readable", None),
        ("lost", "x-old", "hidden", None),
    ]
    assert [found.routes for found in comparison.differences] == [(("GET", "/items"),)] * 2
    assert (comparison.exit_status, in_a_loop.exit_status) == (ExitStatus.FAILED, ExitStatus.OK)


def test_in_a_running_loop() -> None:
    async def call() -> None:
        compare(ANYTHING, ANYTHING)

    with pytest.raises(RuntimeError, match=r"await hdrcli\.compare_async"):
        asyncio.run(call())


def test_the_schema_is_printed() -> None:
    ended = hdrcli("schema", "comparison")

    assert json.loads(ended.out) == json.loads(schema_text())
