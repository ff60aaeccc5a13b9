"""How a finding is written for a terminal: which browsers it names, how often, how much of what a server sent."""

from __future__ import annotations

import pytest

from tests.cli.program import hdrcli
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site

HTTPS_PAGE = "https://app.example"


def checked(*lines: str, options: list[str]) -> str:
    with Site({"/": answer(*lines)}) as site:
        return hdrcli("check", site.url + "/", "--no-probe", "--credentials=omit", *options).out


def test_an_extension_is_simulated_in_the_browser_that_has_it() -> None:
    page = f"chrome-extension://{'a' * 32}"
    out = checked(f"Access-Control-Allow-Origin: {page}", "X-A: 1", options=[f"--origin={page}"])

    assert "host permission" in out
    assert "firefox is skipped: it has no chrome-extension: pages\n" in out
    assert "webkit is skipped: it has no chrome-extension: pages\n" in out
    assert "blocked" not in out


def test_a_skipped_browser_is_not_said_to_be_without_the_fault() -> None:
    out = checked(*OPEN_TO_PAGE, options=[f"--origin={PAGE}", f"--origin={HTTPS_PAGE}"])

    assert "webkit is skipped" in out
    finding = out[out.index("error HDR102") :]
    assert f"  where   GET /  for page {HTTPS_PAGE}\n" in finding
    assert "in chromium" not in finding


def test_the_browsers_with_the_fault_are_listed_if_others_are_without() -> None:
    browsers = [f"--browser={name}" for name in ("standard", "chromium", "firefox", "webkit")]
    out = checked(*OPEN_TO_PAGE, options=[f"--origin={HTTPS_PAGE}", *browsers])

    (title,) = [line for line in out.splitlines() if line.startswith("error HDR002")]
    assert title.endswith(", in webkit")


def test_no_browsers_are_listed_if_all_have_the_fault() -> None:
    """Not even where a rule has several findings."""
    paths = {f"/{status}": answer(*OPEN_TO_PAGE, status=f"{status} No") for status in (404, 409)}
    with Site(paths) as site:
        urls = [site.url + path for path in paths]
        out = hdrcli("check", *urls, "--no-probe", "--credentials=omit", f"--origin={PAGE}").out

    titles = [line for line in out.splitlines() if line.startswith("error HDR005")]
    assert len(titles) == 2
    assert not any("chromium" in title for title in titles)


def test_several_names_are_counted_and_so_are_their_routes() -> None:
    responses = {"/1": answer(*OPEN_TO_PAGE, "X-A: 1", "X-B: 1"), "/2": answer(*OPEN_TO_PAGE, "X-B: 1")}
    with Site(responses) as site:
        urls = {path: site.url + path for path in responses}
        options = ["--no-probe", "--credentials=omit", f"--origin={PAGE}", "--select=HDR301"]
        both, second = (hdrcli("check", *each, *options).out for each in (urls.values(), [urls["/2"]]))

    sentence = "custom response headers are sent, but hidden from JavaScript"
    assert f"warning HDR301  2 {sentence}, on 2 routes: x-a, x-b\n" in both
    assert "warning HDR301  A custom response header is sent, but hidden from JavaScript: x-b\n" in second


def test_evidence_is_shown_with_verbose_only() -> None:
    lines = ["Access-Control-Allow-Origin: https://other.example"]
    options = [f"--origin={PAGE}", f"--origin={HTTPS_PAGE}"]
    brief, full = checked(*lines, options=options), checked(*lines, options=[*options, "--verbose"])

    evidence = [line.strip() for line in full[full.index("error HDR102") :].splitlines() if line.startswith(" " * 10)]
    assert evidence.count(lines[0]) == 1
    assert f"in the response to GET from {PAGE}, status 200" in evidence
    assert f"in the response to GET from {HTTPS_PAGE}, status 200" in evidence
    assert "spec    https://fetch.spec.whatwg.org/" in full
    assert "in the response to" not in brief[brief.index("error HDR102") :]
    assert "spec  " not in brief
    assert "  more    hdrcli explain HDR102" in brief.splitlines()


@pytest.mark.parametrize(
    ("options", "status"), [([], 0), (["--cookie=a=1"], 1), (["--cookie=a=1", "--credentials=omit"], 0)], ids=str
)
def test_who_gives_a_cookie_means_to_send_it(options: list[str], status: int) -> None:
    with Site({"/": answer("Access-Control-Allow-Origin: *")}) as site:
        ended = hdrcli("check", site.url + "/", "--no-probe", *options)

    assert ended.status == status
    assert ("error HDR105" in ended.out) is bool(status)


def test_the_mode_that_nobody_chose_is_a_footnote() -> None:
    with Site({"/": answer("Access-Control-Allow-Origin: *", "X-A: 1")}) as site:
        ended = hdrcli("check", site.url + "/", "--no-probe")

    notes = [line for line in ended.out.splitlines() if "with cookies" in line.lower()]
    blocked = 'the whole response would be blocked: Access-Control-Allow-Origin is "*".'
    assert notes == [f'  With cookies (credentials: "include"), {blocked}']


def test_subjects_that_are_not_shown_are_counted() -> None:
    out = checked(*OPEN_TO_PAGE, *(f"X-{number}: 1" for number in range(8)), options=[])

    (title,) = [line for line in out.splitlines() if line.startswith("warning HDR301")]
    assert title.endswith(": x-0, x-1, x-2, x-3, x-4, x-5 and 2 more")


def test_effects_that_are_not_shown_are_counted() -> None:
    out = checked(*OPEN_TO_PAGE, *(f"X-{number}: 1" for number in range(6)), options=["--verbose"])

    shown = [line for line in out.splitlines() if "JavaScript gets null" in line]
    assert len(shown) == 4
    assert out.splitlines()[out.splitlines().index(shown[-1]) + 1].split() == ["and", "2", "more"]


def test_a_long_header_is_shortened() -> None:
    long = "a" * 70_000
    exposed = "Access-Control-Expose-Headers: X-Two"
    out = checked(*OPEN_TO_PAGE, exposed, f"X-One: {long}", "X-Two: 1", f"X-Two: {long}", options=["--verbose"])

    findings = out[out.index("warning HDR301") :]
    assert "HDR310" in findings
    assert len(findings) < 5_000
    assert "... (70007 characters) ..." in findings
    assert 'response.headers.get("x-two").' in findings


def test_a_fix_is_shown_once() -> None:
    out = checked(*OPEN_TO_PAGE, "X-A: 1", "Link: </>; rel=next", options=[])

    assert out.count("Access-Control-Expose-Headers: X-A, Link") == 1
    assert "Add it to the expose list if pages should read it, as for HDR301." in out


def test_findings_of_one_rule_are_told_apart() -> None:
    cookie = ["--cookie=sid=1; SameSite=Lax", "--browser=chromium", "--browser=firefox", "--credentials=include"]
    cookie.append(f"--origin={PAGE}")
    with Site({"/": answer(*OPEN_TO_PAGE)}) as site:
        out = hdrcli("check", site.url + "/", "--no-probe", "--select=HDR602", *cookie).out

    titles = [line.rpartition(", in ")[2] for line in out.splitlines() if line.split()[1:2] == ["HDR602"]]
    assert titles == ["chromium: sid", "firefox: sid"]
