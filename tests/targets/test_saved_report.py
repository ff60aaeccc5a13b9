"""Saved reports as targets: judged again as they were judged before, and refused if they lack what that takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import assert_one_line, hdrcli
from tests.serving.http import Request, answer
from tests.serving.loopback import free_port
from tests.serving.site import PAGE, Response, Site
from tests.targets.reading import JSON, document

OTHER_PAGE: Final = "http://app.example"


def echo(*lines: str, status: str = "200 OK") -> Callable[[Request], bytes]:
    """A response that allows every page, with cookies."""

    def respond(request: Request) -> bytes:
        origin = request.get("Origin") or "*"
        has_cookie = request.get("Cookie") is not None
        own = (f"Access-Control-Allow-Origin: {origin}", "Access-Control-Allow-Credentials: true")
        return answer(*own, *lines, *(["X-Signed-In: yes"] if has_cookie else []), status=status)

    return respond


def only_to_page(request: Request) -> bytes:
    """A response for one page."""
    return echo("X-A: 1")(request) if request.get("Origin") == PAGE else answer("X-A: 2", "X-Other: 1")


ALLOWED: Final = ("Access-Control-Allow-Methods: PUT, POST", "Access-Control-Allow-Headers: X-Trace, Content-Type")
RESPONSES: Final[dict[str, Response]] = {
    "/items": echo("Access-Control-Expose-Headers: X-Total-Count", "X-Total-Count: 3", "X-Request-ID: 7f3a"),
    "/closed": answer("X-Total-Count: 3"),
    "/old": echo("Location: /items", status="302 Found"),
    "/signed-in": echo("Access-Control-Expose-Headers: X-Signed-In", "Set-Cookie: sid=secret; Path=/; HttpOnly"),
    "/one-page": only_to_page,
    "OPTIONS /writes": echo(*ALLOWED),
    "/writes": echo("X-A: 1", status="201 Created"),
    "OPTIONS /refused": echo(),
    "OPTIONS /without-cookies": answer(f"Access-Control-Allow-Origin: {PAGE}", *ALLOWED),
    "/without-cookies": answer(f"Access-Control-Allow-Origin: {PAGE}"),
    "/broken": b"",
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(RESPONSES) as running:
        yield running


def judged(report: JSON) -> object:
    """What a report says about its routes, except for sentences and what varies from run to run."""
    return [
        (
            route["method"],
            route["url"],
            route["status"],
            [
                caller | {"failure": (caller["failure"] or {}).get("code"), "console": None}
                for caller in route["callers"]
            ],
            route["headers"],
            [held["page"] for held in route["held"]],
        )
        for service in report["services"]
        for route in service["routes"]
    ]


CASES: Final = {
    "a simple request": ["/items"],
    "a URL with a query that has a secret": ["/items?token=abc&page=2"],
    "a blocked response": ["/closed"],
    "a redirect": ["/old"],
    "several routes": ["/items", "/closed"],
    "pages with different responses": ["/one-page", "--origin", PAGE, "--origin", OTHER_PAGE],
    "a page of the same origin": ["/items", "--origin", "SITE"],
    "cookies": ["/signed-in", "--cookie", "sid=secret"],
    "cookies in both modes": ["/signed-in", "--cookie", "sid=secret", "--credentials", "omit,include"],
    "a write": ["/writes", "-X", "PUT", "-H", "X-Trace: 1"],
    "a body": ["/writes", "--json", "{}"],
    "only the preflight": ["/writes", "--json", "{}", "--preflight-only"],
    "only the preflight, which refuses cookies": ["/without-cookies", "--json", "{}", "--preflight-only"],
    "a write without cookies": ["/without-cookies", "--json", "{}"],
    "a preflight that refuses": ["/refused", "-X", "PUT"],
    "a browser": ["/items", "--browser", "firefox"],
}


@pytest.mark.parametrize("saved_as", ["json", "jsonl"])
@pytest.mark.parametrize("arguments", CASES.values(), ids=CASES)
def test_a_report_is_judged_as_the_run_was(site: Site, tmp_path: Path, arguments: list[str], saved_as: str) -> None:
    words = [f"{site.url}{word}" if word[0] == "/" else word.replace("SITE", site.url) for word in arguments]
    browsers = words[-2:] if "--browser" in words else []
    ran = hdrcli(
        "check", *words, "--exchanges", "--format=json", f"--format={saved_as}={tmp_path / 'saved'}", "--no-probe"
    )
    sent = len(site.requests)
    again = hdrcli("check", "saved", "--format=json", *browsers, cwd=tmp_path)

    assert judged(document(again)) == judged(document(ran))
    assert len(site.requests) == sent
    assert document(again)["summary"]["requests"] == document(ran)["summary"]["requests"]


@pytest.mark.parametrize(("cookies", "is_redacted"), [([], False), (["--cookie=sid=secret"], True)])
def test_that_secrets_are_missing_is_reported(
    site: Site, tmp_path: Path, cookies: list[str], *, is_redacted: bool
) -> None:
    hdrcli("check", f"{site.url}/items", *cookies, "--exchanges", "--format=json", "-o", str(tmp_path / "saved"))
    (service,) = document(hdrcli("check", "saved", "--format=json", cwd=tmp_path))["services"]

    assert any(limit.startswith("Secrets in it are redacted") for limit in service["limits"]) is is_redacted


INCOMPLETE: Final = {
    "nothing": ("X-A: 1", ""),
    "more headers than a report has": ("\r\n".join(f"X-{number}: 1" for number in range(600)), "are shortened"),
    "a response that browsers read differently": ("X-A: a\rb", "read some of its responses differently"),
}


@pytest.mark.parametrize(("line", "limit"), INCOMPLETE.values(), ids=INCOMPLETE)
def test_what_the_report_lacks_is_reported(tmp_path: Path, line: str, limit: str) -> None:
    with Site({"/items": echo(line)}) as site:
        hdrcli("check", f"{site.url}/items", "--exchanges", "--format=json", "-o", str(tmp_path / "saved"))
    (service,) = document(hdrcli("check", "saved", "--format=json", cwd=tmp_path))["services"]

    assert {text for _, text in INCOMPLETE.values() if text and text in " ".join(service["limits"])} == {limit} - {""}


def test_another_page_gets_the_recorded_response(site: Site, tmp_path: Path) -> None:
    hdrcli("check", f"{site.url}/items", "--exchanges", "-o", str(tmp_path / "saved"), "--format=json")
    again = document(hdrcli("check", "saved", "--format=json", f"--origin={OTHER_PAGE}", cwd=tmp_path))
    (service,) = again["services"]
    (route,) = service["routes"]

    assert {caller["failure"]["code"] for caller in route["callers"]} == {"allow-origin-mismatch"}
    assert any("Other pages" in limit for limit in service["limits"])


def test_what_had_no_response_has_none_again(site: Site, tmp_path: Path) -> None:
    urls = (f"http://127.0.0.1:{free_port()}/items", f"{site.url}/broken")
    ran = hdrcli("check", *urls, "--exchanges", "--format=json", "-o", str(tmp_path / "saved"))
    again = hdrcli("check", "saved", "--format=json", cwd=tmp_path)

    assert ran.status == again.status == 3
    assert "refused the connection" in again.err
    assert [service["reachable"] for service in document(again)["services"]] == [False, False]


def test_routes_that_were_skipped_stay_skipped(tmp_path: Path) -> None:
    paths = {path: {"get": {"responses": {"200": {"description": ""}}}} for path in ("/items", "/items/{item_id}")}
    (tmp_path / "api.json").write_text(
        json.dumps({"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths})
    )
    with Site({"/items": echo()}) as site:
        ended = hdrcli("check", site.url, "--openapi=api.json", "--exchanges", "--format=json", cwd=tmp_path)
    ran = document(ended)
    (tmp_path / "saved").write_text(ended.out)
    again = document(hdrcli("check", "saved", "--format=json", cwd=tmp_path))

    assert [each["path"] for each in again["services"][0]["skipped_routes"]] == ["/items/{item_id}"]
    assert again["services"][0]["skipped_routes"] == ran["services"][0]["skipped_routes"]
    assert again["services"][0]["service"] == ran["services"][0]["service"]


# --- what is refused ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One run, in both formats, with exchanges and without."""
    folder = tmp_path_factory.mktemp("saved")
    for name, options in (("full", ["--exchanges"]), ("plain", [])):
        formats = [f"--format=json={folder / name}.json", f"--format=jsonl={folder / name}.jsonl"]
        hdrcli("check", f"{site.url}/items", *options, *formats)
    return {path.name: path.read_text() for path in folder.iterdir()}


def without(text: str, *path: str | int) -> str:
    """The document without one member."""
    document = json.loads(text)
    place = document
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return json.dumps(document)


FIRST_ROUTE: Final = ("services", 0, "routes", 0)
EXCHANGE: Final = (*FIRST_ROUTE, "fetches", 0, "exchanges", 0)
REFUSED: Final[dict[str, tuple[str, Callable[[str], str], str]]] = {
    "without exchanges": ("plain.json", str, "--exchanges"),
    "lines without exchanges": ("plain.jsonl", str, "--exchanges"),
    "another version": ("full.json", lambda text: text.replace("report@2", "report@1"), "report@1"),
    "lines of another version": ("full.jsonl", lambda text: text.replace("report@2", "report@9"), "report@9"),
    "another schema": ("full.json", lambda text: text.replace("hdrcli/report@2", "other"), "neither a HAR nor"),
    "no schema": ("full.json", lambda _: '{"hdrcli": "0.1.0"}', "neither a HAR nor"),
    "cut off": ("full.json", lambda text: text[:2000], "damaged"),
    "a line that is cut off": ("full.jsonl", lambda text: text[:-20], "damaged"),
    "a run that did not end": ("full.jsonl", lambda text: "".join(text.splitlines(keepends=True)[:-1]), "not ended"),
    "a line of another kind": ("full.jsonl", lambda text: '{"type": "route"}\n{"type": "x"}\n' + text, "damaged"),
    "no services": ("full.json", lambda text: without(text, "services"), '"services"'),
    "no name": ("full.json", lambda text: without(text, "services", 0, "service"), '"service"'),
    "no URL": ("full.json", lambda text: without(text, *FIRST_ROUTE, "url"), "route 1"),
    "no status": ("full.json", lambda text: without(text, *EXCHANGE, "response", "status"), "route 1"),
    "no response": ("full.json", lambda text: without(text, *EXCHANGE, "response"), "route 1"),
    "a status that is none": ("full.json", lambda text: text.replace('"status": 200', '"status": 2000'), "2000"),
    "a header without a value": ("full.json", lambda text: text.replace('["X-Total-Count", "3"]', '["X"]'), "header"),
    "a page that is none": ("full.json", lambda text: text.replace(f'"page": "{PAGE}"', '"page": "?"'), "page"),
    "a URL that is none": ("full.json", lambda text: text.replace('"url": "http://', '"url": "file://'), "URL"),
    "nested too deeply": ("full.json", lambda _: '{"schema": ' + "[" * 100_000, "damaged"),
    "no routes": ("full.json", lambda text: without(text, *FIRST_ROUTE), "nothing to check"),
}


@pytest.mark.parametrize(("name", "change", "shown"), REFUSED.values(), ids=REFUSED)
def test_a_report_that_cannot_be_judged_is_refused_in_one_line(
    saved: dict[str, str], tmp_path: Path, name: str, change: Callable[[str], str], shown: str
) -> None:
    (tmp_path / name).write_text(change(saved[name]))
    ended = hdrcli("check", name, cwd=tmp_path)

    assert ended.status == 2
    assert_one_line(ended.err)
    assert shown in ended.err


@pytest.mark.parametrize("arguments", [["-H", "X-A: 1"], ["--data", "x"], ["--in-browser"], ["--compare", "http://x/"]])
def test_options_that_need_the_service_are_refused(saved: dict[str, str], tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "saved").write_text(saved["full.json"])
    ended = hdrcli("check", "saved", *arguments, cwd=tmp_path)

    assert ended.status == 2
    assert_one_line(ended.err)


def test_standard_input(saved: dict[str, str]) -> None:
    assert document(hdrcli("check", "-", "--format=json", given=saved["full.jsonl"]))["summary"]["routes"] == 1
