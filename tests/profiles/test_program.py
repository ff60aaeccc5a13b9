"""The option --profile and the command `hdrcli profiles`, as a user runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hdrcli.profiles import NAMES, load_profile
from hdrcli.profiles.profile import values_in
from tests.cli.program import hdrcli, hdrcli_process, importing_first
from tests.profiles.clients import PAGE
from tests.reporting import valid
from tests.serving.asgi import Served, Uvicorns
from tests.serving.loopback import free_port
from tests.targets.projects import FASTAPI, ROOT, project

URL: Final = "http://127.0.0.1:1/files"


@pytest.fixture(scope="module")
def uploads() -> Iterator[Served]:
    """A server that creates uploads whose Location no page can read."""

    def create(request: Request) -> Response:
        return Response(status_code=201, headers={"Location": f"{request.url.path}/1"})

    def go_on(request: Request) -> Response:
        headers = {"Upload-Offset": "6", "Upload-Length": "12"}
        return Response(status_code=200 if request.method == "HEAD" else 204, headers=headers)

    allowed = ["Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset"]
    cors = Middleware(
        CORSMiddleware,
        allow_origins=[PAGE],
        allow_methods=["*"],
        allow_headers=allowed,
        expose_headers=["Upload-Offset", "Upload-Length"],
    )
    routes = [
        Route("/files", create, methods=["POST"]),
        Route("/files/1", go_on, methods=["PATCH", "HEAD"]),
    ]
    with Uvicorns() as uvicorns, uvicorns.serve(Starlette(routes=routes, middleware=[cors])) as served:
        yield served


def test_each_profile_is_listed() -> None:
    listed = hdrcli("profiles")

    assert listed.status == 0
    assert [line.split()[0] for line in listed.out.splitlines()] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_is_shown_with_all_that_it_has(name: str) -> None:
    profile = load_profile(name)
    shown = hdrcli("profiles", name.upper())
    text = " ".join(shown.out.split())

    assert shown.status == 0
    assert all(source in text for source in profile.sources)
    for step in profile.steps:
        assert f"({step.name})" in text
        assert all(f"{header}: {value}" in text for header, value in step.headers)
        assert all(each in text for each in step.all_reads)


def test_an_unknown_profile_is_refused() -> None:
    for refused in (hdrcli("profiles", "nothing"), hdrcli("check", URL, "--profile", "nothing")):
        assert refused.status == 2
        assert all(name in refused.err for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_makes_sense(name: str) -> None:
    """Its values are given before they are used, its texts have no mistake that only a server would show."""
    profile = load_profile(name)
    given = {"path"}
    for step in profile.steps:
        used = [step.url, *(value for _, value in step.headers)]
        assert {each for text in used for each in values_in(text)} | set(filter(None, (step.base, step.needs))) <= given
        given |= {each.value for each in step.gives}
        assert step.after is None or step.after[0] in {other.name for other in profile.steps}
        assert all(bool(each.header) != bool(each.member) for each in step.gives)
    assert len({step.name for step in profile.steps}) == len(profile.steps)
    assert profile.sources
    assert bool(profile.note) or not any(step.writes for step in profile.steps)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--method", "PUT"),
        ("--head",),
        ("--data", "x"),
        ("--json", "{}"),
        ("--compare", "http://127.0.0.1:2/"),
        ("--openapi", "openapi.json"),
        ("--tag", "a"),
    ],
)
def test_options_of_one_request_are_refused(arguments: tuple[str, ...]) -> None:
    refused = hdrcli("check", URL, "--profile", "tus", *arguments)

    assert refused.status == 2
    assert arguments[0] in refused.err
    assert "--profile" in refused.err


@pytest.mark.parametrize("word", ["@urls.txt", "curl http://127.0.0.1:1/"])
def test_a_client_needs_a_service(word: str) -> None:
    refused = hdrcli("check", word, "--profile", "tus")

    assert refused.status == 2
    assert "--profile takes a URL, an app" in refused.err


def test_the_report_says_whether_the_client_works_and_what_to_set(uploads: Served) -> None:
    ended = hdrcli("check", f"{uploads.url}/files", "--profile=tus", f"--origin={PAGE}")

    assert ended.status == 1
    assert "tus does not work" in ended.out
    assert "Location is hidden" in ended.out
    assert 'expose_headers=["Upload-Offset", "Upload-Length", "Location", "Tus-Resumable"]' in ended.out


def test_an_app_in_process_is_requested_at_the_base_url(tmp_path: Path) -> None:
    folder = project(tmp_path, {"main.py": FASTAPI})
    options = ("--profile=rest-pagination", "--base-url=http://127.0.0.1:8000/items")
    ended = hdrcli_process("check", "main:app", *options, cwd=folder, env=importing_first(ROOT))

    assert ended.status == 1
    assert "rest-pagination does not work" in ended.out
    assert "X-Total-Count is hidden" in ended.out
    assert "main.py:" in ended.out


def test_preflights_of_a_client_do_not_wait_for_include_unsafe(uploads: Served) -> None:
    """The creation fails, so that the other steps lack its Location."""
    ended = hdrcli("check", f"{uploads.url}/nothing", "--profile=tus", f"--origin={PAGE}")

    assert "2 requests not sent, only the preflights." in ended.out
    assert "--include-unsafe" not in ended.out


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_the_report_in_json_has_the_client(uploads: Served, form: str) -> None:
    ended = hdrcli("check", f"{uploads.url}/files", "--profile=tus", f"--origin={PAGE}", f"--format={form}")
    documents = [valid(line) for line in (ended.out.splitlines() if form == "jsonl" else [ended.out])]
    services = documents[0]["services"] if form == "json" else [each for each in documents if each["type"] == "service"]
    routes = services[0]["routes"] if form == "json" else [each for each in documents if each["type"] == "route"]
    client = services[0]["client"]

    assert [route["step"] for route in routes] == ["creation", "first part", "resumption"]
    assert client["results"] == [
        {"page": PAGE, "browser": browser, "works": False} for browser in ("chromium", "firefox")
    ]
    assert client["faults"] == [
        {
            "step": "creation",
            "page": PAGE,
            "browsers": ["chromium", "firefox"],
            "headers": ["Location"],
            "reason": "Location is hidden",
        }
    ]
    assert [setting["concept"] for setting in client["settings"]] == ["expose"]
    assert client["judged_by_preflight"] == []
    assert [len(route["unmet"]) for route in routes] == [1, 0, 0]


@pytest.mark.parametrize("form", ["junit", "sarif", "github", "gitlab", "tap", "markdown", "csv"])
def test_other_formats_have_the_fault(uploads: Served, form: str) -> None:
    ended = hdrcli("check", f"{uploads.url}/files", "--profile=tus", f"--origin={PAGE}", f"--format={form}")

    assert ended.status == 1
    assert "location" in ended.out.lower()


def test_markdown_says_whether_the_client_works(uploads: Served) -> None:
    ended = hdrcli("check", f"{uploads.url}/files", "--profile=tus", f"--origin={PAGE}", "--format=markdown")

    assert "**tus does not work**" in ended.out
    assert "- `creation`: `Location is hidden`" in ended.out
    assert "\nexpose_headers=[" in ended.out


def test_steps_with_the_same_method_and_url_are_distinguished() -> None:
    """Only the first of the two POST requests lacks a header."""

    async def respond(request: Request) -> Response:
        is_first = b'initialize"' in await request.body()
        return Response("{}", 200, {"Mcp-Session-Id": "1"} if is_first else {})

    cors = Middleware(CORSMiddleware, allow_origins=[PAGE], allow_methods=["*"], allow_headers=["*"])
    app = Starlette(routes=[Route("/mcp", respond, methods=["GET", "POST", "DELETE"])], middleware=[cors])
    with Uvicorns() as uvicorns, uvicorns.serve(app) as served:
        ended = hdrcli("check", f"{served.url}/mcp", "--profile=mcp", f"--origin={PAGE}", "--format=tap")

    failed = [line for line in ended.out.splitlines() if line.startswith("not ok") and "POST" in line]
    assert len(failed) == 1
    assert "(initialize)" in failed[0]


@pytest.mark.parametrize("form", ["curl", "fetch"])
def test_the_requests_of_a_client_can_be_exported(uploads: Served, form: str) -> None:
    ended = hdrcli("check", f"{uploads.url}/files", "--profile=tus", f"--origin={PAGE}", f"--export={form}")

    assert all(method in ended.out for method in ("POST", "PATCH", "HEAD" if form == "fetch" else "-I"))


def test_a_service_of_the_configuration_may_have_a_profile(uploads: Served, tmp_path: Path) -> None:
    text = f"[services.uploads]\nurl = '{uploads.url}/files'\nprofile = 'tus'\norigin = '{PAGE}'\n"
    (tmp_path / "hdrcli.toml").write_text(text)
    ended = hdrcli("check", "uploads", cwd=tmp_path)

    assert ended.status == 1
    assert "tus does not work" in ended.out


def test_a_file_cannot_make_other_checks_write(tmp_path: Path) -> None:
    """A configuration comes with a checkout."""
    (tmp_path / "hdrcli.toml").write_text("profile = 'tus'\n")
    refused = hdrcli("check", URL, cwd=tmp_path)

    assert refused.status == 2
    assert "only for a service that is named" in refused.err


def test_a_dead_server_is_no_traceback() -> None:
    ended = hdrcli("check", f"http://127.0.0.1:{free_port()}/files", "--profile", "tus")

    assert ended.status == 3
    assert "Traceback" not in ended.err + ended.out
    assert "tus was not verified" in ended.out
    assert "Access-Control" not in ended.out
