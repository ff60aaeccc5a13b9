"""`hdrcli audit`: who can read the responses of each server of the bed, and what the command does and does not send."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema_rs import Draft202012Validator

from hdrcli.fetch import parse_origin
from hdrcli.structs import replace
from tests.audit.bed import FAULTY, MIRRORING, PAGE, SAFE, Server
from tests.cli.program import Ended, assert_one_line, hdrcli
from tests.sampling import sampled
from tests.serving.http import Request, answer
from tests.serving.loopback import free_port
from tests.serving.site import Site

JSON = dict[str, Any]
MOST_REQUESTS: Final = 100


def audit(*words: str) -> Ended:
    return hdrcli("audit", *words, f"--origin={PAGE}", "--timeout=5", "--format=json")


def audit_of(server: Server, validator: Draft202012Validator) -> tuple[int, JSON]:
    """The exit status, and the audit of a server."""
    with Site({}, otherwise=server) as site:
        ended = audit(f"{site.url}/me")
    report = json.loads(ended.out)
    assert list(validator.iter_errors(report)) == []
    (found,) = report["audits"]
    assert {request.method for request in site.requests} == {"GET"}
    assert all((request.get("user-agent") or "").startswith("hdrcli/") for request in site.requests)
    assert len(site.requests) == found["requests"] <= MOST_REQUESTS
    return ended.status, found


@pytest.mark.parametrize("name", sampled(FAULTY, every=4))
def test_a_fault_is_found(name: str, validator: Draft202012Validator) -> None:
    server, expected = FAULTY[name]
    status, found = audit_of(server, validator)
    assert {finding["probe"]: finding["severity"] for finding in found["findings"]} == expected
    assert status == ("error" in expected.values())
    assert found["outcome"] == "audited"


@pytest.mark.parametrize("name", sampled(SAFE, every=4))
def test_what_is_safe_is_not_reported(name: str, validator: Draft202012Validator) -> None:
    status, found = audit_of(SAFE[name], validator)
    assert found["findings"] == []
    assert status == 0
    assert found["outcome"] == "audited"


REDIRECTING: Final = "302 Found"


def redirect_to(location: str) -> Server:
    """A redirect that any origin may follow, with credentials."""
    return Server(lambda _: True, status=REDIRECTING, fixed=(f"Location: {location}",))


def test_a_redirect_to_another_host_is_reported_and_not_followed(validator: Draft202012Validator) -> None:
    with Site({}, otherwise=MIRRORING) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        status, found = audit_of(redirect_to(f"{elsewhere}/"), validator)
        assert other.requests == []
    assert (status, found["findings"], found["redirects"]) == (2, [], [elsewhere])


def test_a_redirect_within_the_host_is_followed() -> None:
    with Site({"/me": redirect_to("/us"), "/us": MIRRORING}) as site:
        (found,) = json.loads(audit(f"{site.url}/me").out)["audits"]
    assert [finding["probe"] for finding in found["findings"]] == ["any-origin"]


def test_what_is_behind_a_redirect_that_browsers_refuse_is_not_reported() -> None:
    closed = answer("Location: /us", status=REDIRECTING)
    with Site({"/me": closed, "/us": MIRRORING}) as site:
        ended = audit(f"{site.url}/me")
        assert {request.target for request in site.requests} == {"/me"}
    (found,) = json.loads(ended.out)["audits"]
    assert (ended.status, found["findings"], found["redirects"]) == (0, [], [])


def test_nothing_else_is_tried_once_any_origin_is_allowed(validator: Draft202012Validator) -> None:
    _, found = audit_of(MIRRORING, validator)
    assert found["requests"] < 10 < found["planned"]


def test_dry_run_sends_nothing() -> None:
    with Site({}, otherwise=MIRRORING) as site:
        ended = hdrcli("audit", f"{site.url}/me", f"--origin={PAGE}", "--dry-run")
        assert site.requests == []
    assert ended.status == 0
    assert "  https://app.shop.example.hdrcli-probe.invalid\n" in ended.out


def test_a_service_without_a_response_is_unreachable(validator: Draft202012Validator) -> None:
    ended = audit(f"http://127.0.0.1:{free_port()}/")
    report = json.loads(ended.out)
    assert list(validator.iter_errors(report)) == []
    assert (ended.status, report["audits"][0]["outcome"]) == (3, "unreachable")
    assert report["audits"][0]["problem"]


def test_a_service_that_stops_responding_is_incomplete() -> None:
    numbers = count()

    def stops(_: Request) -> bytes:
        return answer() if next(numbers) < 5 else b""

    with Site({}, otherwise=stops) as site:
        ended = audit(f"{site.url}/me")
        requests = len(site.requests)
    (found,) = json.loads(ended.out)["audits"]
    assert (ended.status, found["outcome"]) == (1, "incomplete")
    assert requests < 10 < found["planned"]


def test_a_firewall_against_some_origins_does_not_end_an_audit() -> None:
    def guarded(request: Request) -> bytes:
        """The bytes are no response."""
        origin = request.get("origin") or ""
        return b"x" if origin == f"{PAGE}.hdrcli-probe.invalid" else FAULTY["allows CodePen"][0](request)

    with Site({}, otherwise=guarded) as site:
        (found,) = json.loads(audit(f"{site.url}/me").out)["audits"]
    assert (found["outcome"], len(found["tried"])) == ("incomplete", found["planned"])
    assert [finding["probe"] for finding in found["findings"]] == ["shared-hosting"]


def test_the_time_limit_of_a_url() -> None:
    with Site({}, otherwise=None) as site:
        ended = audit(f"{site.url}/me", "--max-time=0.3")
    assert (ended.status, json.loads(ended.out)["audits"][0]["outcome"]) == (1, "incomplete")


def test_what_was_found_before_the_time_was_up_is_reported() -> None:
    def stalls(request: Request) -> bytes | None:
        is_later = "-extension:" in (request.get("origin") or "")
        return None if is_later else FAULTY["compares the beginning"][0](request)

    with Site({}, otherwise=stalls) as site:
        (found,) = json.loads(audit(f"{site.url}/me", "--max-time=5", "--timeout=60").out)["audits"]
    assert found["outcome"] == "incomplete"
    assert [finding["probe"] for finding in found["findings"]] == ["label-appended"]


WITHOUT_COOKIES: Final = {
    "a wildcard": (SAFE["a wildcard for public data"], {"any-origin": "warning"}),
    "any origin": (SAFE["any origin for public data"], {"any-origin": "warning"}),
    "a prefix": (FAULTY["compares the beginning, without credentials"][0], {"label-appended": "warning"}),
    "a list": (SAFE["a list of origins, without credentials"], {}),
}


@pytest.mark.parametrize("name", WITHOUT_COOKIES)
def test_what_is_public_elsewhere_is_not_on_a_local_network(name: str, validator: Draft202012Validator) -> None:
    """The proxy is the service, as a test cannot have one on such an address. Pages are http, as the service is."""
    server, expected = WITHOUT_COOKIES[name]

    def of_http_pages(request: Request) -> bytes:
        lines = tuple(line.replace("http://", "https://") for line in request.lines)
        return server(replace(request, lines=lines)).replace(b"https://", b"http://")

    with Site({}, otherwise=of_http_pages) as proxy:
        page = PAGE.replace("https", "http")
        ended = hdrcli("audit", "http://10.0.0.1/me", f"--origin={page}", f"--proxy={proxy.url}", "--format=json")
    report = json.loads(ended.out)
    assert list(validator.iter_errors(report)) == []
    (found,) = report["audits"]
    assert {finding["probe"]: finding["severity"] for finding in found["findings"]} == expected
    assert (found["local"], found["public"]) == (bool(expected), False)


def test_signs_of_private_data_are_shown() -> None:
    lines = ("Set-Cookie: session=secret", "Cache-Control: no-cache, private", "Vary: Accept, Cookie")
    with Site({}, otherwise=Server(fixed=lines, status="401 Unauthorized", allows=lambda _: True)) as site:
        (found,) = json.loads(audit(f"{site.url}/me").out)["audits"]
    assert found["private_data"] == ["status 401", "Set-Cookie", "Cache-Control: private", "Vary: Cookie"]


@pytest.mark.parametrize(
    "words",
    [("http://[::1",), ("@missing.txt",), ("x.invalid", "--origin=nothing"), ("x.invalid", "--browser=lynx"), ()],
    ids=" ".join,
)
def test_wrong_usage(words: tuple[str, ...]) -> None:
    ended = hdrcli("audit", *words)
    assert ended.status == 2
    assert_one_line(ended.err)


def test_a_configuration_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "hdrcli.toml").write_text('send = ["Authorization: Bearer secret"]\norigin = ["https://a.example"]\n')
    with Site({}, otherwise=Server()) as site:
        hdrcli("audit", f"{site.url}/me", cwd=tmp_path)
        sent = site.requests
    assert sent
    assert all(request.get("authorization") is None for request in sent)


@pytest.mark.parametrize("stack", ["nginx", "express", "fastapi"])
def test_the_fix_is_written_for_the_stack(stack: str) -> None:
    with Site({}, otherwise=MIRRORING) as site:
        (found,) = json.loads(audit(f"{site.url}/me", f"--stack={stack}").out)["audits"]
    assert any(PAGE in line for line in found["findings"][0]["fix_lines"])


@pytest.mark.parametrize("form", ["table", "json"])
def test_secrets_of_the_url_are_not_shown(form: str) -> None:
    with Site({}, otherwise=MIRRORING) as site:
        ended = hdrcli("audit", f"{site.url}/me?token=abcdefghijklmnop1234", f"--format={form}")
    assert "abcdefghijklmnop1234" not in ended.out
    assert "any-origin" in ended.out


@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_lines_fit_the_terminal_unless_they_are_to_be_copied(columns: str) -> None:
    with Site({}, otherwise=FAULTY["compares the beginning"][0]) as site:
        ended = hdrcli("audit", f"{site.url}/me", f"--origin={PAGE}", env={"COLUMNS": columns})
    too_long = [line for line in ended.out.splitlines() if len(line) > int(columns)]
    assert all("://" in line for line in too_long)
    assert "label-appended" in ended.out


def test_a_finding_names_the_browsers_that_can_have_the_origin(validator: Draft202012Validator) -> None:
    _, underscore = audit_of(FAULTY["takes an underscore for the end"][0], validator)
    _, backtick = audit_of(FAULTY["takes a backtick for the end"][0], validator)
    assert underscore["findings"][0]["browsers"] == ["chromium", "firefox"]
    assert backtick["findings"][0]["browsers"] == ["chromium"]


@pytest.mark.parametrize(
    "url",
    ["https://app.shop.example.", "https://[::1]:8443", "https://x.co.uk", "https://a.example", "http://intranet"],
)
def test_each_planned_origin_is_one_that_browsers_write_so(url: str) -> None:
    ended = hdrcli("audit", url, "--dry-run")
    assert ended.status == 0
    origins = [line.strip() for line in ended.out.partition("Not tried")[0].splitlines() if line.startswith("  ")]
    assert "null" in origins
    assert not [origin for origin in origins if ".." in origin or str(parse_origin(origin)) != origin]
