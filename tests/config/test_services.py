"""Services by name: their URLs, their settings, and their headers, which go to their origins and nowhere else."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from tests.cli.program import assert_one_line, hdrcli, hdrcli_process, importing_first
from tests.serving.http import Request, answer
from tests.serving.site import PAGE, Site
from tests.serving.tls import server_context
from tests.targets.projects import ROOT

VALUE: Final = "value-of-the-variable"
OPEN: Final = (f"Access-Control-Allow-Origin: {PAGE}", "Access-Control-Allow-Headers: authorization, x-key, x-trace")
ITEMS: Final = {"/items": answer(*OPEN, "X-Total: 3"), "/me": answer(*OPEN), "OPTIONS /me": answer(*OPEN)}
FETCHES: Final = ("--no-probe", f"--origin={PAGE}", "--credentials=omit", "--fail-on=never")
ANY_PAGE: Final = answer("Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *, authorization")


def write(folder: Path, text: str, **urls: str) -> Path:
    (folder / "hdrcli.toml").write_text(text.format(**urls), "utf-8")
    return folder


def values(requests: list[Request], name: str) -> set[str | None]:
    """The values of a header in requests that are not preflights."""
    return {request.get(name) for request in requests if request.method != "OPTIONS"}


def test_a_service_is_a_target(tmp_path: Path) -> None:
    with Site(ITEMS) as site:
        write(tmp_path, "[services.local]\nurl = '{url}/'\npaths = ['/items', '/me?x=1']", url=site.url)
        ended = hdrcli("check", "local", "--format=json", *FETCHES, cwd=tmp_path)

    (service,) = json.loads(ended.out)["services"]
    assert (ended.status, ended.err, service["service"]) == (0, "", site.url)
    assert [route["url"] for route in service["routes"]] == [f"{site.url}/items", f"{site.url}/me?x=1"]


SERVICES: Final = """
header = ["X-Trace: of-file"]
[services.a]
url = "{a}/me"
header = ["X-Key: ${{KEY}}", "Authorization: Bearer ${{KEY}}"]
[services.b]
url = "{b}/me"
"""


def test_headers_of_a_service_go_to_its_origin_only(tmp_path: Path) -> None:
    with Site(ITEMS) as first, Site(ITEMS) as second, Site(ITEMS) as third:
        write(tmp_path, SERVICES, a=first.url, b=second.url)
        targets = ("a", "b", f"{third.url}/me")
        ended = hdrcli("check", *targets, *FETCHES, cwd=tmp_path, env={"KEY": VALUE})

    assert ended.status == 0
    assert values(first.requests, "x-key") == {VALUE}
    assert values(first.requests, "authorization") == {f"Bearer {VALUE}"}
    assert values(second.requests + third.requests, "x-key") == {None}
    assert values(second.requests + third.requests, "authorization") == {None}
    assert values(first.requests + second.requests + third.requests, "x-trace") == {"of-file"}


@pytest.mark.parametrize("header", ["X-Key", "x-key", "Authorization"])
@pytest.mark.parametrize("probes", [True, False])
@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
def test_headers_of_a_service_follow_no_redirect_to_another_origin(
    tmp_path: Path, header: str, status: str, *, probes: bool
) -> None:
    text = f'[services.a]\nurl = "{{url}}/moved"\nheader = ["{header}: ${{{{KEY}}}}"]'
    with Site({"/stolen": ANY_PAGE}) as other:
        moved = answer("Access-Control-Allow-Origin: *", f"Location: {other.url}/stolen", status=status)
        with Site({"/moved": moved, "OPTIONS /moved": ANY_PAGE}) as site:
            write(tmp_path, text, url=site.url)
            options = FETCHES if not probes else FETCHES[1:]
            ended = hdrcli("check", "a", "--verbose", *options, cwd=tmp_path, env={"KEY": VALUE})

    assert values(site.requests, header) >= {VALUE}
    assert VALUE not in str([request.lines for request in other.requests])
    assert VALUE not in ended.out + ended.err
    if header == "Authorization":  # which browsers drop themselves
        assert "GET" in {request.method for request in other.requests}
        return
    assert {request.method for request in other.requests} == {"OPTIONS"}
    assert ended.status == 1
    assert "x-key would go to another origin" in ended.out.lower()


def test_a_redirect_within_the_service_is_followed(tmp_path: Path) -> None:
    moved = answer("Access-Control-Allow-Origin: *", "Location: /me", status="307 Temporary Redirect")
    with Site({"/moved": moved, "OPTIONS /moved": ANY_PAGE, "/me": ANY_PAGE}) as site:
        write(tmp_path, '[services.a]\nurl = "{url}/moved"\nheader = ["X-Key: {{}}"]', url=site.url)
        ended = hdrcli("check", "a", *FETCHES, cwd=tmp_path)

    assert ended.status == 0
    assert site.requests[-1].target == "/me"


def test_a_header_that_is_not_sent_is_in_the_json_report(tmp_path: Path) -> None:
    with Site({"/": ANY_PAGE}) as other:
        moved = answer("Access-Control-Allow-Origin: *", f"Location: {other.url}/", status="302 Found")
        with Site({"/moved": moved, "OPTIONS /moved": ANY_PAGE, "/me": ANY_PAGE}) as site:
            write(tmp_path, "[services.a]\nurl = '{url}'\npaths = ['/moved', '/me']\nheader = 'X-Key: 1'", url=site.url)
            ended = hdrcli("check", "a", "--format=json", *FETCHES, cwd=tmp_path)
            table = hdrcli("check", "a", *FETCHES, cwd=tmp_path)

    report = json.loads(ended.out)
    moved_route, _ = report["services"][0]["routes"]
    assert (ended.status, report["summary"]["verdict"], report["summary"]["held"]) == (1, "failed", 0)
    assert {tuple(held["kept_headers"]) for held in moved_route["held"]} == {("X-Key",)}
    assert "GET /moved  not sent  X-Key would go to another origin" in table.out


PRECEDENCE: Final = """
origin = "https://file.example"
header = ["X-A: file", "X-B: file"]
[services.a]
url = "{url}/me"
header = ["x-a: service", "X-C: service"]
[services.b]
url = "{url}/me"
origin = "https://service.example"
"""


@pytest.mark.parametrize(
    ("arguments", "variables", "origin", "headers"),
    [
        (["a"], {}, "https://file.example", {"x-a": "service", "x-b": "file", "x-c": "service"}),
        (["b"], {}, "https://service.example", {"x-a": "file", "x-b": "file", "x-c": None}),
        (["b"], {"HDRCLI_ORIGIN": "null"}, "null", {"x-a": "file", "x-b": "file", "x-c": None}),
        (["b", "--origin=null"], {"HDRCLI_ORIGIN": "https://c.example"}, "null", {}),
        (["a", "-H", "X-A: flag"], {}, "https://file.example", {"x-a": "flag", "x-b": None, "x-c": "service"}),
        (["b", "-H", "X-A: flag"], {}, "https://service.example", {"x-a": "flag", "x-b": None, "x-c": None}),
        (["a"], {"HDRCLI_HEADER": "x-c: var"}, "https://file.example", {"x-a": "service", "x-b": None, "x-c": "var"}),
    ],
    ids=str,
)
def test_a_flag_outweighs_the_environment_then_the_service_then_the_file(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], origin: str, headers: dict[str, str | None]
) -> None:
    allowed = ("Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *")
    with Site({"/me": answer(*allowed)}) as site:
        write(tmp_path, PRECEDENCE, url=site.url)
        options = ("--no-probe", "--credentials=omit", "--fail-on=never")
        hdrcli("check", *arguments, *options, cwd=tmp_path, env=variables)

    sent = [request for request in site.requests if request.method == "GET"]
    assert {request.get("origin") for request in sent} == {origin}
    assert {name: {request.get(name) for request in sent} for name in headers} == {
        name: {value} for name, value in headers.items()
    }


UNSET: Final = "[services.a]\nurl = '{url}/me'\n[services.b]\nurl = '{url}/me'\n{key} = '{value}'\n"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("header", "Authorization: Bearer ${{API_TOKEN}}"),
        ("cookie", "sid=${{API_TOKEN}}"),
        ("header", "A: ${{API_TOKEN}}"),
    ],
)
@pytest.mark.parametrize("variables", [{}, {"API_TOKEN": ""}], ids=["unset", "empty"])
def test_a_variable_that_is_not_set_is_an_error_of_the_service_that_needs_it(
    tmp_path: Path, key: str, value: str, variables: dict[str, str]
) -> None:
    with Site(ITEMS) as site:
        write(tmp_path, UNSET.replace("{key}", key).replace("{value}", value), url=site.url)
        refused = hdrcli("check", "b", *FETCHES, cwd=tmp_path, env=variables)
        other = hdrcli("check", "a", *FETCHES, cwd=tmp_path, env=variables)

    assert (refused.status, refused.out) == (2, "")
    assert '"API_TOKEN"' in refused.err
    assert_one_line(refused.err)
    assert other.status == 0


def test_urls_may_be_in_variables(tmp_path: Path) -> None:
    with Site(ITEMS) as site:
        write(tmp_path, "[services.preview]\nurl = '${{PREVIEW}}'\npaths = ['/items']")
        ended = hdrcli("check", "preview", *FETCHES, cwd=tmp_path, env={"PREVIEW": site.url})
        unset = hdrcli("check", "preview", cwd=tmp_path)

    assert ended.status == 0
    assert f"GET {site.url}/items" in ended.out
    assert (unset.status, '"PREVIEW"' in unset.err) == (2, True)


@pytest.mark.parametrize(
    "options", [["--verbose"], ["--format=json", "--exchanges"], ["--format=jsonl", "--exchanges"]]
)
@pytest.mark.parametrize("token", [VALUE, "p@ss w/ %41+"])
def test_values_of_variables_are_never_printed(tmp_path: Path, options: list[str], token: str) -> None:
    """Under a name that is not telling, and where the server echoes them."""

    def echo(request: Request) -> bytes:
        return answer(*OPEN, f"X-Echo: {request.get('x-trace')}", f"X-Url: /?q={request.get('x-trace')}")

    with Site({"/me": echo}) as site:
        write(tmp_path, "[services.a]\nurl = '{url}/me'\nheader = 'X-Trace: <${{TRACE}}>'", url=site.url)
        ended = hdrcli("check", "a", *FETCHES, *options, cwd=tmp_path, env={"TRACE": token})
        shown = hdrcli("check", "a", *FETCHES, "--verbose", "--show-secrets", cwd=tmp_path, env={"TRACE": token})

    assert values(site.requests, "x-trace") == {f"<{token}>"}
    assert token not in ended.out + ended.err
    assert "x-trace" in ended.out.lower()
    assert token in shown.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "There is nothing to check: "),
        ([""], "The URL is empty"),
        (["c"], 'There is no service "c". The configuration names a, b.'),
        (["b"], 'hdrcli.toml:5 origin "x" is not an origin'),
        (["a", "--compare=http://127.0.0.1:1/"], "--compare takes a single URL"),
    ],
    ids=str,
)  # fmt: skip
def test_what_names_nothing_is_wrong_usage(tmp_path: Path, arguments: list[str], says: str) -> None:
    write(tmp_path, "[services.a]\nurl = 'https://a.example'\n[services.b]\nurl = 'https://b.example'\norigin = 'x'")
    ended = hdrcli("check", *arguments, cwd=tmp_path)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"hdrcli: {says}")
    assert_one_line(ended.err)


def test_without_an_argument_the_services_are_listed(tmp_path: Path) -> None:
    write(tmp_path, "[services.a]\nurl = 'https://a.example'\n[services.b]\nurl = 'https://b.example'")

    assert hdrcli("check", cwd=tmp_path).err.endswith(" The configuration names a, b.\n")


def test_the_network_of_a_service_is_its_own(tmp_path: Path) -> None:
    with Site({"/": answer("X-A: 1")}) as first, Site({"/": answer("X-B: 1")}) as second:
        text = """
            [services.a]
            url = "http://a.test:{port}/"
            resolve = "a.test:{port}:127.0.0.1"
            find-openapi = false
            send = ["X-Gateway: ${{KEY}}"]
            [services.b]
            url = "{b}/"
            find-openapi = false
        """
        write(tmp_path, dedent(text), port=first.url.rpartition(":")[2], b=second.url)
        ended = hdrcli("check", "a", "b", "--format=json", *FETCHES, cwd=tmp_path, env={"KEY": VALUE})

    services = json.loads(ended.out)["services"]
    assert [service["reachable"] for service in services] == [True, True]
    assert values(first.requests, "x-gateway") == {VALUE}
    assert values(second.requests, "x-gateway") == {None}
    assert VALUE not in ended.out


def test_a_service_may_accept_any_certificate_and_the_report_says_so(tmp_path: Path) -> None:
    text = "[services.{name}]\nurl = 'https://127.0.0.1:{port}/'\nfind-openapi = false\n"
    with Site({"/": answer(*OPEN)}, tls=server_context("127.0.0.1")) as site:
        port = site.url.rpartition(":")[2]
        tables = [text.format(name="open", port=port) + "verify = false\n", text.format(name="strict", port=port)]
        (tmp_path / "hdrcli.toml").write_text("".join(tables), "utf-8")
        ended = hdrcli("check", "open", "strict", "--format=json", *FETCHES, cwd=tmp_path)

    lax, strict = json.loads(ended.out)["services"]
    assert (lax["reachable"], strict["reachable"]) == (True, False)
    assert (len(lax["limits"]), len(strict["limits"])) == (1, 0)


def test_a_token_of_a_service_stays_at_its_origin(tmp_path: Path) -> None:
    with Site({"/stolen": ANY_PAGE}) as other:
        moved = answer("Access-Control-Allow-Origin: *", f"Location: {other.url}/stolen", status="302 Found")
        with Site({"/moved": moved, "OPTIONS /moved": ANY_PAGE}) as site:
            write(tmp_path, "[services.a]\nurl = '{url}/moved'\nbearer = '${{KEY}}'", url=site.url)
            ended = hdrcli("check", "a", *FETCHES, cwd=tmp_path, env={"KEY": VALUE})

    assert values(site.requests, "authorization") == {f"Bearer {VALUE}"}
    assert values(other.requests, "authorization") <= {None}
    assert VALUE not in ended.out + ended.err


@pytest.mark.parametrize("text", ["proxy = 'http://127.0.0.1:1'\nresolve = 'a:1:127.0.0.1'", "resolve = 'x'"])
def test_contradictions_in_the_network_of_a_service(tmp_path: Path, text: str) -> None:
    write(tmp_path, f"[services.a]\nurl = 'http://127.0.0.1:1/'\n{text}")
    ended = hdrcli("check", "a", cwd=tmp_path)

    assert ended.status == 2
    assert_one_line(ended.err)
    assert "hdrcli.toml" in ended.err


def test_the_command_of_a_service_runs_only_if_the_service_is_named(tmp_path: Path) -> None:
    server = """
        import http.server, pathlib, sys
        pathlib.Path("started").write_text("")
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("X-Key", str(self.headers["X-Key"] is not None))
                self.end_headers()
            do_OPTIONS = do_GET
        http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
    """
    (tmp_path / "server.py").write_text(dedent(server), "utf-8")
    with Site(ITEMS) as site:
        text = (
            f"[services.local]\nlaunch = '{sys.executable} server.py {{{{port}}}}'\npaths = ['/items']\n"
            f"header = ['X-Key: 1']\n[services.other]\nurl = '{site.url}/items'"
        )
        write(tmp_path, text)
        hdrcli("check", "other", *FETCHES, cwd=tmp_path)
        assert not (tmp_path / "started").exists()
        environment = importing_first(ROOT)
        ended = hdrcli_process("check", "local", "--format=json", *FETCHES, cwd=tmp_path, env=environment)
        (tmp_path / "hdrcli.toml").write_text("launch = 'x'\n", "utf-8")
        refused = hdrcli("check", f"{site.url}/items", cwd=tmp_path)

    assert ended.out, ended.err
    (service,) = json.loads(ended.out)["services"]
    assert [route["url"].rpartition("/")[2] for route in service["routes"]] == ["items"]
    assert (tmp_path / "started").exists()
    assert (refused.status, "launch" in refused.err) == (2, True)
