"""`hdrcli check` from outside: exit statuses, both streams, what goes over the wire, and what must not be told."""

from __future__ import annotations

import socket
import ssl
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.program import assert_one_line, hdrcli, hdrcli_process, importing_first
from tests.reporting import valid
from tests.serving.hostile import BEHAVIOURS, HostileServer
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.scripted import ScriptedServer, responding
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site
from tests.serving.tls import server_context

ANSWERS: dict[str, bytes | None] = {
    "/items": answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Request-ID", "X-Request-ID: 7f3a", "X-Total: 3"),
    "/closed": answer("X-Total: 3"),
    "OPTIONS /guarded": answer(*OPEN_TO_PAGE, "Access-Control-Allow-Headers: X-Asked"),
    "/guarded": answer(*OPEN_TO_PAGE),
    "/moved": answer(*OPEN_TO_PAGE, "Location: /items", status="302 Found"),
    "/hangs": None,
}


# --- exit status 0 and 1 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "unmet"),
    [
        (["--expect-readable", "x-request-id"], ""),
        (["--expect-readable", "Content-Length"], ""),
        (["--expect-hidden", "X-Total"], ""),
        (["--expect-absent", "X-Powered-By"], ""),
        (["--fail-on-blocked"], ""),
        (["--expect-readable", "X-Total"], "X-Total should be readable"),
        (["--expect-readable", "X-Powered-By"], "X-Powered-By should be readable"),
        (["--expect-hidden", "X-Request-ID"], "X-Request-ID should be hidden"),
        (["--expect-hidden", "X-Powered-By"], "X-Powered-By should be hidden"),
        (["--expect-absent", "X-Total"], "X-Total should be absent"),
    ],
    ids=" ".join,
)
def test_expectations_decide_between_0_and_1(arguments: list[str], unmet: str) -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + "/items", "--fail-on=never", *arguments)

    assert ended.status == (1 if unmet else 0)
    assert ended.err == ""
    assert unmet in ended.out
    assert ("unmet" in ended.out) is bool(unmet)


def test_each_unmet_expectation_is_printed() -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + "/items", "--expect-readable=X-Total", "--expect-absent=X-Request-ID")

    assert ended.status == 1
    assert ended.out.count("unmet  ") == 2


@pytest.mark.parametrize(("credentialed", "hinted"), [("*", True), ("X-Request-ID", False)])
def test_one_credentials_mode_is_advised_where_it_meets_the_expectation(credentialed: str, *, hinted: bool) -> None:
    exposed = answer(*OPEN_TO_PAGE, f"Access-Control-Expose-Headers: {credentialed}", "X-Total: 3")
    with Site({"/items": exposed}) as site:
        ended = hdrcli(
            "check", site.url + "/items", "--fail-on=never", "--expect-readable=X-Total", "--credentials=omit,include"
        )

    assert ("An expectation applies to every fetch: " in ended.out) is hinted


def test_a_blocked_response_fails_only_if_asked_to() -> None:
    with Site(ANSWERS) as site:
        closed = ["check", site.url + "/closed", "--fail-on=never"]  # findings have tests of their own
        assert hdrcli(*closed).status == 0
        assert hdrcli(*closed, "--fail-on-blocked").status == 1
        assert hdrcli(*closed, "--fail-on-blocked", "--mode=no-cors").status == 0
        assert hdrcli(*closed, "--expect-readable=Content-Length").status == 1


def test_a_comparison_asks_the_same_of_the_service_itself() -> None:
    with Site(ANSWERS) as proxy, Site(ANSWERS) as service:
        compared = hdrcli("check", proxy.url + "/items", f"--compare={service.url}/items", "--no-probe")

    assert compared.status == 0
    assert len(proxy.requests) == len(service.requests) == 1
    assert "2 requests sent" in compared.out


def test_a_url_to_compare_with_that_cannot_be_reached_is_3() -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + "/items", f"--compare=http://127.0.0.1:{free_port()}/", "--fail-on=never")

    assert ended.status == 3
    assert "/items  200" in ended.out.splitlines()[0]
    assert_one_line(ended.err)
    assert "refused the connection" in ended.err


# --- exit status 2 --------------------------------------------------------------------------------------

WRONG_USAGE = [
    ([], "nothing to check"),
    ([""], "The URL is empty"),
    ([" "], "The URL is empty"),
    (["items"], '"items" is not a target'),
    (["localhost:99999/items"], '"http://localhost:99999/items": the port is out of range'),
    (["-"], "standard input has nothing to check"),
    (["@"], '"@" names no file'),
    (["@no-such-file"], "no-such-file cannot be read: No such file or directory"),
    (["curl http://127.0.0.1/ -o page"], "The curl command has --output, which is not supported"),
    (["ftp://127.0.0.1/"], '"ftp://127.0.0.1/" is not an http or https URL'),
    (["http://127.0.0.1:99999/"], '"http://127.0.0.1:99999/": the port is out of range'),
    (["http://x\x1b[2J/"], r"http://x\x1b[2J/"),
    (["URL", "--sample"], "either a URL or --sample"),
    (["URL", "--origin=https://app.example/path"], '--origin "https://app.example/path" is not an origin'),
    (["URL", "--origin="], '--origin "" is not an origin'),
    (["URL", "--credentials=maybe"], '--credentials "maybe" is not one of omit, same-origin, include'),
    (["URL", ""], "The URL is empty"),
    (["URL", "http://127.0.0.1/b", "--compare=http://127.0.0.1/"], "--compare takes a single URL"),
    (
        ["URL", "--expect-readable=X-A,X-B", "--expect-hidden=x-b"],
        '--expect-hidden "x-b" contradicts --expect-readable',
    ),
    (["URL", "-H", "X-Nothing"], "--header has a value without a colon"),
    (["URL", "-H", "X Y: 1"], 'name contains " "'),
    (["URL", "-H", ": 1"], "name is empty"),
    (["URL", "-H", "X-Euro: €"], "the value of X-Euro"),
    (["URL", "-H", "X-Line: a\nb"], "the value of X-Line"),
    (["URL", "--cookie=nothing"], "write name=value"),
    (["URL", "--cookie=b=é"], '--cookie "b" contains a character that is not allowed'),
    (["URL", "--cookie=a=1;Secure;b=2"], '--cookie "a" has an attribute that no cookie has'),
    *(
        (["URL", f"--timeout={text}"], f'--timeout "{text}" is not a number of seconds above 0')
        for text in ("0", "-1", "nan", "inf", "soon", "")
    ),
    *(
        (["URL", f"--concurrency={text}"], f'--concurrency "{text}" is not a whole number above 0')
        for text in ("0", "-1", "2.5", "many", "", "9" * 30)
    ),
    (["URL", "--mode=navigate"], '--mode "navigate" is not one of cors, no-cors, same-origin'),
    (["URL", "--third-party-cookies=some"], '--third-party-cookies "some" is not one of default, allow, block'),
    (["URL", "--redirect=never"], '--redirect "never" is not one of follow, error, manual'),
    (["URL", "--format=yaml"], '--format "yaml" is not one of table, json, jsonl'),
    (["URL", "another"], '"another" is not a target'),
    (["URL", "--output="], "--output is empty"),
    (["URL", "--cert="], "--cert is empty"),
    (["URL", "--key="], "--key is empty"),
    (["URL", "--cacert="], "--cacert is empty"),
    (["URL", "--output=/"], '--output "/" is a directory'),
    (["URL", "--output=/no/such/place"], 'there is no directory "/no/such"'),
    (["http://user:pass@127.0.0.1/"], "contains a user name or password"),
    (["URL", "-X", "TRACE"], "pages may not use the method TRACE"),
    (["URL", "-X", "connect"], "pages may not use the method connect"),
    (["URL", "-X", "GE T"], '"GE T" is not a valid HTTP method'),
    (["URL", "-X", "GET", "-d", "body"], "a GET request cannot have a body"),
    (["URL", "--mode=no-cors", "-X", "PUT"], 'mode "no-cors" allows only the methods'),
    (["URL", "--browser=netscape"], '--browser "netscape" is not one of standard, chromium, firefox, webkit'),
    (["URL", "--select=HDR9"], '--select "HDR9" does not match any rule: "hdrcli rules" lists them'),
    (["URL", "--ignore="], '--ignore is empty: name a rule or its beginning, "hdrcli rules" lists them'),
    (["URL", "--select="], '--select is empty: name a rule or its beginning, "hdrcli rules" lists them'),
    (["URL", "--ignore=X"], '--ignore "X" does not match any rule: "hdrcli rules" lists them'),
    (["URL", "--stack=cobol"], '--stack "cobol" is not one of'),
    (["URL", "--compare="], "--compare is empty: give the URL to compare with"),
    (["URL", "--compare=/items"], '--compare "/items" is not an http or https URL'),
    (["http://127.0.0.1/#a", "--compare=http://127.0.0.1"], '--compare "http://127.0.0.1/" is the URL to check'),
    (
        ["URL", "--compare=http://127.0.0.1/", "-X", "post"],
        "--compare sends the request twice, which is not safe for POST",
    ),
    (["--sample", "--compare=http://127.0.0.1/"], "--compare"),
    (["URL", "--origin"], "--origin"),
]


@pytest.mark.parametrize(("arguments", "problem"), WRONG_USAGE, ids=str)
def test_wrong_usage_is_2_and_nothing_is_sent(arguments: list[str], problem: str) -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", *(site.url + "/items" if word == "URL" else word for word in arguments))

    assert (ended.status, ended.out, site.requests) == (2, "", [])
    assert problem in ended.err
    assert_one_line(ended.err)


def test_a_secret_in_a_faulty_header_is_not_told() -> None:
    assert "s3cr3t" not in hdrcli("check", "http://127.0.0.1/", "-H", "Authorization Bearer s3cr3t").err


@pytest.mark.parametrize("arguments", [["-X", "P\udcff"], ["--expect-readable", "\udcff"]], ids=ascii)
def test_arguments_that_are_no_text_are_no_bug_of_ours(arguments: list[str]) -> None:
    with Site(ANSWERS) as site:
        assert hdrcli("check", site.url + "/items", *arguments).status in {1, 2}


# --- exit status 3 --------------------------------------------------------------------------------------


def assert_unreachable(url: str, problem: str, *arguments: str) -> None:
    ended = hdrcli("check", url, "--timeout=5", *arguments)

    assert ended.status == 3
    assert " no response: " in ended.out.splitlines()[0]
    assert ended.out.splitlines()[-1] == "UNREACHABLE: no response from 1 service (exit 3)"
    assert problem in ended.err
    assert_one_line(ended.err)


def test_a_refused_connection_is_3() -> None:
    with socket.socket() as bound:  # and not listening
        bound.bind(("127.0.0.1", 0))
        assert_unreachable(f"http://127.0.0.1:{bound.getsockname()[1]}/", "refused the connection")


@pytest.mark.parametrize(
    ("host", "problem"),
    [("a..b", "The name a..b was not found."), ("no-such-host.invalid", "no-such-host.invalid")],
)
def test_a_name_that_is_not_known_is_3(host: str, problem: str) -> None:
    assert_unreachable(f"http://{host}/", problem)


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        ("reset-at-accept", "reset the connection"),
        ("close-without-a-byte", "closed without a response"),
        ("never-answers", "did not respond within 0.5 s"),
    ],
)
def test_no_answer_is_3(behaviour: str, problem: str) -> None:
    with HostileServer(BEHAVIOURS[behaviour]) as server:
        assert_unreachable(server.url, problem, "--timeout=0.5")


def test_an_answer_that_not_every_browser_reads_is_1() -> None:
    with HostileServer(BEHAVIOURS["http-0.9"]) as server:
        ended = hdrcli("check", server.url, "--no-probe", "--browser=firefox", "--browser=webkit")

    assert ended.status == 1
    assert_one_line(ended.err)
    assert " in webkit: The response begins with " in ended.err


def test_an_unmet_expectation_does_not_hide_that_nothing_answered() -> None:
    with HostileServer(BEHAVIOURS["close-without-a-byte"]) as server:
        assert hdrcli("check", server.url, "--expect-readable=X", "--fail-on-blocked").status == 3


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    return server_context("127.0.0.1")


def test_a_certificate_that_nobody_trusts_is_3_unless_any_will_do(tls: ssl.SSLContext) -> None:
    with Site(ANSWERS, tls=tls) as site:
        assert_unreachable(site.url + "/items", "is not trusted")
        assert hdrcli("check", site.url + "/items", "--insecure", "--expect-readable=X-Request-ID").status == 0


def test_https_where_http_is_spoken_is_3() -> None:
    with Site(ANSWERS) as site:
        assert_unreachable(site.url.replace("http:", "https:"), "is it an http URL?")


def test_http_where_https_is_spoken_is_3(tls: ssl.SSLContext) -> None:
    with Site(ANSWERS, tls=tls) as site:
        # The server's TLS alert may be lost in the reset that follows it.
        assert_unreachable(site.url.replace("https:", "http:"), "")


# --- exit status 70 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "module"), [(["check", "http://127.0.0.1/"], "can_ada"), (["--help"], "typer")], ids=str
)
def test_a_bug_is_70_in_two_lines_and_has_a_traceback_if_asked_for(
    tmp_path: Path, arguments: list[str], module: str
) -> None:
    (tmp_path / f"{module}.py").write_text("raise RuntimeError('broken\\x1b[2J')")  # found before the installed one
    broken = importing_first(tmp_path)

    ended = hdrcli_process(*arguments, env=broken)
    assert (ended.status, ended.out) == (70, "")
    bug, hint = ended.err.splitlines()
    assert "this is a bug of hdrcli: RuntimeError" in bug
    assert "HDRCLI_DEBUG=1" in hint
    assert (bug + hint).isprintable()

    assert hdrcli_process(*arguments, env=broken | {"HDRCLI_DEBUG": "0"}).err == ended.err

    debugged = hdrcli_process(*arguments, env=broken | {"HDRCLI_DEBUG": "1"})
    assert debugged.status != 0
    assert "Traceback" in debugged.err
    assert f"{module}.py" in debugged.err


# --- the report: where, and in which form ---------------------------------------------------------------


@pytest.mark.parametrize("output_format", ["table", "json"])
def test_a_file_gets_what_standard_output_would(tmp_path: Path, output_format: str) -> None:
    report = tmp_path / "report"
    report.write_text("longer than what follows " * 1000)
    with Site(ANSWERS) as site:
        printed = hdrcli("check", site.url + "/items", f"--format={output_format}")
        written = hdrcli("check", site.url + "/items", f"--format={output_format}", f"--output={report}")

    assert (written.status, written.out, written.err) == (0, "", "")
    assert report.read_text("utf-8") == printed.out != ""


def test_a_problem_is_told_beside_the_file(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with HostileServer(BEHAVIOURS["close-without-a-byte"]) as server:
        ended = hdrcli("check", server.url, "--format=json", f"--output={report}")

    assert (ended.status, ended.out) == (3, "")
    assert_one_line(ended.err)
    assert valid(report.read_text("utf-8"))["summary"]["exit_status"] == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_file_that_cannot_take_the_report_is_2() -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + "/items", "--output=/dev/full")

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (["/items"], 0, {"outcome": "readable", "type": "cors", "status": 200, "redirected_to": None}),
        (["/items", "--expect-absent=X-Total"], 1, {"outcome": "readable", "type": "cors"}),
        (["/items", "--mode=no-cors"], 0, {"outcome": "opaque", "type": "opaque", "status": 200}),
        (["/moved", "--redirect=manual"], 0, {"outcome": "opaque", "type": "opaqueredirect", "status": 302}),
        (["/moved"], 0, {"outcome": "readable", "type": "cors", "status": 200}),
        (["/guarded", "-H", "X-Asked: 1"], 0, {"outcome": "readable", "failure": None}),
        (["/guarded", "-H", "Via: 1"], 0, {"outcome": "readable", "dropped_request_headers": ["Via"]}),
        (["/guarded", "-H", "X-Other: 1"], 0, {"outcome": "network-error", "type": "error", "status": None}),
        (["/closed"], 0, {"outcome": "network-error", "type": "error", "status": 200}),
        (["/closed", "--fail-on-blocked"], 1, {"outcome": "network-error"}),
        (["/hangs", "--timeout=0.2"], 3, {"outcome": "network-error", "type": "error", "status": None}),
        (["/items", "-X", "TRACE"], 2, {"outcome": "network-error", "status": None}),
    ],
    ids=str,
)
def test_json_in_every_kind_of_outcome(arguments: list[str], status: int, expected: dict[str, object]) -> None:
    path, *options = arguments
    with Site(ANSWERS) as site:
        common = ["--format=json", "--credentials=omit", "--fail-on=never"]
        ended = hdrcli("check", site.url + path, *common, *options)

    report = valid(ended.out)
    assert ended.out.isascii()
    assert (ended.status, report["summary"]["exit_status"]) == (status, status)
    (route,) = report["services"][0]["routes"]
    (caller,) = route["callers"]
    assert caller["browsers"] == ["chromium", "firefox", "webkit"]
    assert caller | expected == caller
    if status in {2, 3}:
        assert_one_line(ended.err)
    else:
        assert ended.err == ""


def test_json_has_headers_as_javascript_iterates_them_and_as_they_were_sent() -> None:
    lines = (*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-B, x-a", "X-B: \xfc", "X-A: 1", "x-a:2", "X-C: 3")
    with Site({"/items": answer(*lines)}) as site:
        options = ["--format=json", "--exchanges", "--credentials=omit", "--browser=standard"]
        ended = hdrcli("check", site.url + "/items", *options)

    ((route,),) = [service["routes"] for service in valid(ended.out)["services"]]
    (fetch,) = route["fetches"]
    assert fetch["headers"] == [["content-length", "0"], ["x-a", "1, 2"], ["x-b", "\xfc"]]
    sent = fetch["exchanges"][0]["response"]["headers"]
    assert sent[3:7] == [["X-B", "\xfc"], ["X-A", "1"], ["x-a", "2"], ["X-C", "3"]]
    readable = {header["name"]: header["readable"] for header in route["headers"] if header["custom"]}
    assert readable == {"X-B": True, "X-A": True, "X-C": False}


def test_json_says_which_exchange_failed() -> None:
    with Site(ANSWERS | {"/moved": answer(*OPEN_TO_PAGE, "Location: /closed", status="302 Found")}) as site:
        options = ["--format=json", "--exchanges", "--credentials=omit", "--browser=standard"]
        ended = hdrcli("check", site.url + "/moved", *options)
        url = site.url

    (route,) = valid(ended.out)["services"][0]["routes"]
    (caller,), (fetch,) = route["callers"], route["fetches"]
    assert [exchange["request"]["url"] for exchange in fetch["exchanges"]] == [url + "/moved", url + "/closed"]
    assert (caller["failure"]["code"], caller["failure"]["at"]) == ("allow-origin-missing", "response")
    assert caller["failure"]["url"] == caller["redirected_to"] == url + "/closed"


def test_json_lines_are_one_a_route_one_a_service_and_one_for_the_run() -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + "/items", site.url + "/closed", "--format=jsonl", "--fail-on=never")

    lines = [valid(line) for line in ended.out.splitlines()]
    assert [line["type"] for line in lines] == ["route", "route", "service", "run"]
    assert [line["url"] for line in lines[:2]] == [site.url + "/items", site.url + "/closed"]
    assert {line["service"] for line in lines[:3]} == {site.url}
    assert lines[3]["summary"]["routes"] == 2
    assert lines[3]["summary"]["exit_status"] == ended.status


def test_exchanges_are_reported_on_request() -> None:
    with Site(ANSWERS) as site:
        few, all_of_them = (
            hdrcli("check", site.url + "/items", "--format=json", "--credentials=omit", *options)
            for options in ([], ["--exchanges"])
        )

    assert "fetches" not in valid(few.out)["services"][0]["routes"][0]
    assert valid(all_of_them.out)["services"][0]["routes"][0].keys() >= {"fetches", "probes"}
    assert len(few.out) < 10_000


@pytest.mark.parametrize("output_format", ["table", "json", "jsonl"])
def test_every_report_says_that_certificates_were_not_checked(output_format: str) -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + "/items", "--insecure", f"--format={output_format}")

    if output_format == "table":
        assert "TLS certificates were not checked (--insecure)." in ended.out.splitlines()
    else:
        assert valid(ended.out if output_format == "json" else ended.out.splitlines()[-1])["verify"] is False


def test_several_services_have_findings_of_their_own() -> None:
    with Site(ANSWERS) as one, Site(ANSWERS) as other:
        ended = hdrcli("check", one.url + "/items", other.url + "/items", "--no-probe", "--ignore=HDR5")

    titles = [
        line for line in ended.out.splitlines() if line.endswith("1 route, JavaScript can read 1 of 2 custom headers")
    ]
    assert [title.partition(": 1 route")[0] for title in titles] == [one.url, other.url]
    assert ended.out.count("warning HDR301") == 2
    assert ended.out.splitlines()[-1] == "OK: 2 warnings (exit 0)"


# --- what is sent ---------------------------------------------------------------------------------------


def test_headers_stay_separate_lines_in_order() -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE, "Access-Control-Allow-Headers: x-many, X-One")}) as site:
        options = ["--browser=standard", "-H", "X-Many: 1", "-H", "X-One: a, b", "-H", "x-many:2"]
        hdrcli("check", "--no-probe", site.url + "/items", *options)
        preflight, request = site.requests

    assert (preflight.method, preflight.values("Access-Control-Request-Headers")) == ("OPTIONS", ["x-many,x-one"])
    assert [line for line in request.lines if line.startswith("X-")] == ["X-Many: 1", "X-One: a, b", "X-Many: 2"]


def test_a_browser_adds_what_browsers_add() -> None:
    with Site(ANSWERS) as site:
        hdrcli("check", "--no-probe", site.url + "/items")
        (request,) = site.requests

    names = ["Host", "Origin", "Accept", "Referer", "Sec-Fetch-Mode", "Sec-Fetch-Site"]
    values = [f"127.0.0.1:{site.port}", PAGE, "*/*", f"{PAGE}/", "cors", "cross-site"]
    assert [request.values(name) for name in names] == [[value] for value in values]
    assert [len(request.values(name)) for name in ("Accept-Encoding", "User-Agent", "Cookie")] == [1, 1, 0]


@pytest.mark.parametrize(
    ("arguments", "methods", "content_type"),
    [
        ([], ["POST"], "text/plain;charset=UTF-8"),
        (["-H", "Content-Type: text/plain"], ["POST"], "text/plain"),
        (["-H", "content-type: application/json"], ["OPTIONS", "POST"], "application/json"),
    ],
    ids=str,
)
def test_a_body_is_a_javascript_string(arguments: list[str], methods: list[str], content_type: str) -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE, "Access-Control-Allow-Headers: Content-Type")}) as site:
        hdrcli("check", "--no-probe", site.url + "/items", "-X", "post", "-d", '{"name": "Zoë"}', *arguments)

    assert [request.method for request in site.requests] == methods
    assert site.requests[-1].body == '{"name": "Zoë"}'.encode()
    assert site.requests[-1].values("Content-Type") == [content_type]


@pytest.mark.parametrize(
    ("credentials", "origin", "cookies"),
    [
        (["omit"], None, [[]]),
        (["include"], None, [["a=1; b=2"]]),
        (["same-origin"], None, [[]]),
        (["same-origin"], "its own", [["a=1; b=2"]]),
        (["omit", "include"], None, [[], ["a=1; b=2"]]),
        ([], None, [["a=1; b=2"], []]),
    ],
    ids=str,
)
def test_the_credentials_mode_decides_on_cookies(
    credentials: list[str],
    origin: str | None,
    cookies: list[list[str]],
) -> None:
    with Site(ANSWERS) as site:
        pages = [f"--origin={site.url}"] if origin else []
        modes = [f"--credentials={mode}" for mode in credentials]
        ended = hdrcli("check", "--no-probe", site.url + "/items", "--cookie=a=1", "--cookie", "b=2", *modes, *pages)

    assert ended.status == 0
    assert [request.values("Cookie") for request in site.requests] == cookies


@pytest.mark.parametrize(
    ("options", "sent", "reason"),
    [
        (["--cookie=sid=s3cr3t"], ["sid=s3cr3t"], None),
        (["--cookie=sid=s3cr3t", "--third-party-cookies=block"], [], "third-party"),
        (["--cookie=sid=s3cr3t; SameSite=None; Secure", "--browser=chromium"], ["sid=s3cr3t"], None),
        (["--cookie=sid=s3cr3t; Path=/", "--browser=firefox"], [], "third-party"),
        (["--cookie=sid=s3cr3t; Path=/", "--browser=firefox", "--third-party-cookies=allow"], ["sid=s3cr3t"], None),
    ],
)
def test_third_party_cookies(options: list[str], sent: list[str], reason: str | None) -> None:
    with Site(ANSWERS) as site:
        arguments = [site.url + "/items", "--credentials=include", "--format=json"]
        ended = hdrcli("check", "--no-probe", *arguments, *options)

    (route,) = valid(ended.out)["services"][0]["routes"]
    (cookie,) = [cookie for caller in route["callers"] for cookie in caller["cookies"]]
    assert [request.values("Cookie") for request in site.requests] == [sent]
    assert (cookie["name"], cookie["sent"], cookie["reason"]) == ("sid", bool(sent), reason)
    assert "s3cr3t" not in ended.out


def test_what_a_redirect_sets_goes_to_the_next_hop() -> None:
    moved = answer("Location: /items", "Set-Cookie: sid=s3cr3t", "Set-Cookie: lost=s3cr3t; Secure", status="302 Found")
    with Site({"/login": moved, **ANSWERS}) as site:
        own = [f"--origin={site.url}", "--credentials=same-origin", "--browser=standard"]
        ended = hdrcli("check", "--no-probe", site.url + "/login", *own, "--format=json")

    (route,) = valid(ended.out)["services"][0]["routes"]
    (caller,) = route["callers"]
    assert [request.values("Cookie") for request in site.requests] == [[], ["sid=s3cr3t"]]
    assert [(cookie["name"], cookie["stored"], cookie["reason"]) for cookie in caller["set_cookies"]] == [
        ("sid", True, None),
        ("lost", False, "secure"),
    ]
    assert "s3cr3t" not in ended.out


def test_a_sandboxed_page() -> None:
    sandboxed = answer("Access-Control-Allow-Origin: null", "X-Total: 3")
    with Site({"/items": sandboxed}) as site:
        arguments = ["--origin=null", "--credentials=omit", "--fail-on-blocked"]
        assert hdrcli("check", "--no-probe", site.url + "/items", *arguments).status == 0
        (request,) = site.requests

    assert (request.values("Origin"), request.values("Referer")) == (["null"], [])


def test_every_origin_asks_in_every_mode() -> None:
    origins = ["https://a.example", "https://b.example"]
    with Site(ANSWERS) as site:
        options = [*(f"--origin={origin}" for origin in origins), "--cookie=a=1"]
        ended = hdrcli("check", "--no-probe", site.url + "/items", "--format=json", *options)

    asked = [(request.values("Origin"), request.values("Cookie")) for request in site.requests]
    assert asked == [([origin], cookie) for cookie in (["a=1"], []) for origin in origins]
    (route,) = valid(ended.out)["services"][0]["routes"]
    asking = [(caller["page"], caller["credentials"]) for caller in route["callers"] for _ in caller["browsers"]]
    assert asking == [(origin, mode) for origin in origins for mode in ["omit", "omit", "include", "include"]]


def test_what_is_asked_in_the_same_words_is_sent_once() -> None:
    with Site(ANSWERS) as site:
        options = ["--credentials=omit", "--credentials=include", "--credentials=same-origin", "--verbose"]
        assert hdrcli("check", "--no-probe", site.url + "/items", *options).status == 0

    assert [request.method for request in site.requests] == ["GET"]


@pytest.mark.parametrize(
    "options",
    [
        ["/items"],
        ["/items", "--cookie=a=1"],
        ["/items", "--cookie=a=1", "--origin=https://a.example", "--origin=https://b.example"],
        ["/moved", "--cookie=a=1"],
        ["/items", "-XPUT", "--preflight-only"],
    ],
    ids=str,
)
def test_verbose_prints_every_request_once(options: list[str]) -> None:
    moved = answer(*OPEN_TO_PAGE, "Location: /items", status="307 Temporary Redirect")
    with Site(ANSWERS | {"/moved": moved}) as site:
        ended = hdrcli("check", site.url + options[0], *options[1:], "--verbose")

    printed = [line.split()[1] for line in ended.out.splitlines() if line.startswith("    > ") and " HTTP/1.1" in line]
    assert Counter(printed) == Counter(request.method for request in site.requests)
    cookies = [line for line in ended.out.splitlines() if line.startswith("    > Cookie: ")]
    assert len(cookies) == sum(bool(request.values("Cookie")) for request in site.requests)


@pytest.mark.parametrize("option", ["--verbose", "--dry-run"])
def test_the_requests_of_several_urls_are_printed(option: str) -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + "/items", site.url + "/other", "--no-probe", "--browser=chromium", option)

    assert len(site.requests) == (0 if option == "--dry-run" else 2)
    assert [line for line in ended.out.splitlines() if line.startswith("    > GET")] == [
        "    > GET /items HTTP/1.1",
        "    > GET /other HTTP/1.1",
    ]


PREFLIGHT = answer(*OPEN_TO_PAGE, "Access-Control-Allow-Methods: PUT")


def test_preflight_only_reports_the_preflight_and_what_was_not_sent() -> None:
    with Site({"OPTIONS /items": PREFLIGHT}) as site:
        arguments = ["check", site.url + "/items", "-X", "PUT", "--preflight-only", "--no-probe", "--credentials=omit"]
        ended = hdrcli(*arguments, "--verbose")
        (route,) = valid(hdrcli(*arguments, "--format=json", "--exchanges").out)["services"][0]["routes"]

    assert {request.method for request in site.requests} == {"OPTIONS"}
    assert "  preflight OPTIONS " + site.url + "/items: 200" in ended.out.splitlines()
    assert "    < Access-Control-Allow-Methods: PUT" in ended.out.splitlines()
    assert "3 fetches not sent (--preflight-only)." in ended.out.splitlines()
    assert [exchange["response"]["status"] for exchange in route["held"][0]["exchanges"]] == [200]


def test_a_misdirected_request_is_sent_again() -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE, status="421 Misdirected Request")}) as site:
        hdrcli("check", "--no-probe", site.url + "/items")

    assert [request.method for request in site.requests] == ["GET", "GET"]


def test_forbidden_request_headers_are_dropped_and_said_to_be() -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli(
            "check", "--no-probe", site.url + "/items", "-H", "Host: evil.example", "-H", "Sec-Fetch-Mode: navigate"
        )
        (request,) = site.requests

    assert (request.values("Host"), request.values("Sec-Fetch-Mode")) == ([f"127.0.0.1:{site.port}"], ["cors"])
    assert "The browser drops request headers that a page may not set: Host, Sec-Fetch-Mode." in ended.out


def test_probes_are_few_and_change_nothing() -> None:
    with Site(ANSWERS) as site:
        assert hdrcli("check", site.url + "/items").status == 0
        methods = [request.method for request in site.requests]

    assert 1 < len(methods) <= 1 + 10
    assert set(methods) <= {"GET", "OPTIONS"}


@pytest.mark.parametrize("behaviour", ["close-without-a-byte", "never-answers"])
def test_a_server_that_does_not_answer_is_not_probed(behaviour: str) -> None:
    with HostileServer(BEHAVIOURS[behaviour]) as server:
        assert hdrcli("check", server.url, "--timeout=0.2").status == 3
        assert server.connections == 1


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ([], ["OPTIONS", "OPTIONS", "PUT"]),
        (["--repeat-writes"], ["OPTIONS", "OPTIONS", "PUT", "PUT"]),
        (["--preflight-only"], ["OPTIONS", "OPTIONS"]),
        (["--dry-run"], []),
    ],
    ids=str,
)
def test_how_often_a_write_is_sent(options: list[str], sent: list[str]) -> None:
    def allow(request: Request) -> bytes:
        return answer(f"Access-Control-Allow-Origin: {request.get('Origin')}", "Access-Control-Allow-Methods: PUT")

    pages = ["--origin=https://a.example,https://b.example", "--credentials=omit"]
    with Site({"/items": allow}) as site:
        ended = hdrcli("check", site.url + "/items", "-X", "PUT", "--no-probe", "--browser=firefox", *pages, *options)

    assert ended.status == 0
    assert sorted(request.method for request in site.requests) == sent


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        ("/nowhere", [], 1),
        ("/nowhere", ["--expect-status=404"], 0),
        ("/nowhere", ["--expect-status=5xx,4xx"], 0),
        ("/items", ["--expect-status=404"], 1),
        ("/closed", ["--expect-status=2xx"], 1),
        ("/closed", ["--expect-blocked"], 0),
        ("/items", ["--expect-blocked"], 1),
    ],
    ids=str,
)
def test_what_is_expected_of_the_response(path: str, options: list[str], status: int) -> None:
    with Site(ANSWERS | {"/nowhere": answer(*OPEN_TO_PAGE, status="404 Not Found")}) as site:
        assert hdrcli("check", site.url + path, *options).status == status


def test_fixes_are_written_for_the_stack_that_is_named() -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + "/items", "--select=HDR301", "--stack=express", "--format=json")

    (service,) = valid(ended.out)["services"]
    (finding,) = service["findings"]
    assert service["stack"] == "express"
    assert "exposedHeaders" in "".join(finding["fix_setting"]["lines"])


@pytest.mark.parametrize("concurrency", [1, 3])
def test_as_many_routes_are_checked_at_once_as_the_option_says(concurrency: int) -> None:
    lock = threading.Lock()
    enough, too_many = threading.Event(), threading.Event()
    waiting = 0

    def respond(_: Request) -> bytes:
        nonlocal waiting
        with lock:
            waiting += 1
            if waiting == concurrency:
                enough.set()
            if waiting > concurrency:
                too_many.set()
        came = enough.wait(DEADLINE)
        too_many.wait(0.1)  # time for one more
        with lock:
            waiting -= 1
        return answer(*OPEN_TO_PAGE, status="200 OK" if came else "500 Internal Server Error")

    paths = [f"/{number}" for number in range(6)]
    with Site(dict.fromkeys(paths, respond)) as site:
        options = [f"--concurrency={concurrency}", "--no-probe", "--credentials=omit"]
        ended = hdrcli("check", *(site.url + path for path in paths), *options)

    assert (ended.status, len(site.requests)) == (0, 6)
    assert not too_many.is_set()


@pytest.mark.parametrize("concurrency", [1, 3])
def test_routes_share_as_many_connections(concurrency: int) -> None:
    response = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n"
    with ScriptedServer(responding(response)) as server:
        urls = [f"{server.url}{number}" for number in range(12)]
        assert hdrcli("check", *urls, f"--concurrency={concurrency}", "--fail-on=never").status == 0
        assert server.connections == concurrency


# --- what must not be told ------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["--verbose"], ["--format=json"]], ids=str)
@pytest.mark.parametrize("path", ["/readable", "/blocked", "/hangs"])
def test_secrets_are_sent_and_never_told(path: str, options: list[str]) -> None:
    allowed = (*OPEN_TO_PAGE, "Access-Control-Allow-Headers: Authorization, X-Api-Key")
    leaky = ("Set-Cookie: session=s3cr3t-set; HttpOnly", "set-cookie:other=s3cr3t-set")
    answers: dict[str, bytes | None] = {
        **{f"OPTIONS {any_path}": answer(*allowed, *leaky) for any_path in ("/readable", "/blocked", "/hangs")},
        "/readable": answer(*allowed, *leaky, "Access-Control-Expose-Headers: Set-Cookie"),
        "/blocked": answer(*leaky),
        "/hangs": None,
    }
    secrets = ["-H", "Authorization: Bearer s3cr3t-auth", "-H", "X-Api-Key: s3cr3t-key", "--cookie=id=s3cr3t-cookie"]
    with Site(answers) as site:
        ended = hdrcli("check", "--no-probe", site.url + path, "--timeout=0.5", *secrets, *options)
        request = next(request for request in site.requests if request.method != "OPTIONS" and request.values("Cookie"))

    names = ["Authorization", "X-Api-Key", "Cookie"]
    assert [request.values(name) for name in names] == [["Bearer s3cr3t-auth"], ["s3cr3t-key"], ["id=s3cr3t-cookie"]]
    assert "s3cr3t" not in ended.out + ended.err
    if options and path != "/hangs":
        assert "[redacted]" in ended.out


def test_the_value_of_a_nameless_cookie_is_not_told() -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE, "Set-Cookie: s3cr3t; HttpOnly")}) as site:
        assert "s3cr3t" not in hdrcli("check", "--no-probe", site.url + "/items", "--verbose").out
