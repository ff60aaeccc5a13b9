"""The contract of a project: what is expected of its routes, and which findings are accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import hdrcli
from tests.config.test_values import refused
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site

EXPOSED: Final = "Access-Control-Expose-Headers: X-Total-Count"
ANSWERS: Final = {
    "/items": answer(*OPEN_TO_PAGE, EXPOSED, "X-Total-Count: 3", "X-Debug: 1"),
    "/items/7": answer(*OPEN_TO_PAGE),
    "/admin": answer("X-Total-Count: 3"),
    "/closed": answer("X-Total-Count: 3"),
    "/gone": answer(*OPEN_TO_PAGE, EXPOSED, "X-Total-Count: 0", status="410 Gone"),
}
OPTIONS: Final = ("--no-probe", f"--origin={PAGE}", "--credentials=omit")


def check(folder: Path, text: str, paths: list[str], *options: str) -> tuple[int, dict[str, object], str]:
    """The exit status, the summary of the report with its unmet expectations, and standard error."""
    (folder / "hdrcli.toml").write_text(text, "utf-8")
    with Site(ANSWERS) as site:
        urls = [site.url + path for path in paths]
        ended = hdrcli("check", *urls, "--format=json", *OPTIONS, *options, cwd=folder)
    report = json.loads(ended.out)
    routes = [route for service in report["services"] for route in service["routes"]]
    unmet = [f"{each['expect']} {each['name']}" for route in routes for each in route["unmet"]]
    codes = [finding["code"] for service in report["services"] for finding in service["findings"]]
    return ended.status, report["summary"] | {"unmet_names": unmet, "codes": codes}, ended.err


@pytest.mark.parametrize(
    ("routes", "paths", "status", "unmet"),
    [
        ('"GET /items" = { readable = "X-Total-Count", status = 200 }', ["/items"], 0, []),
        ('"GET /items*" = { readable = ["X-Total-Count"], status = "2xx" }', ["/items"], 0, []),
        ('"GET /items*" = { readable = ["X-Total-Count"] }', ["/items", "/items/7"], 1, ["readable X-Total-Count"]),
        ('"/items/{id}" = { absent = ["X-Total-Count"] }', ["/items", "/items/7"], 0, []),
        ('"*" = {absent = "x-total-count"}\n"/items" = {readable = "X-Total-Count"}', ["/items", "/items/7"], 0, []),
        ('"/items" = { hidden = ["X-Debug"], absent = ["X-Other"] }', ["/items"], 0, []),
        ('"/items" = { hidden = ["X-Total-Count"] }', ["/items"], 1, ["hidden X-Total-Count"]),
        ('"/admin" = { blocked = true }', ["/admin"], 0, []),
        ('"/admin" = { blocked = true }', ["/admin", "/items"], 0, []),
        ('"/items" = { blocked = true }', ["/admin", "/items"], 1, []),
        ('"*" = { readable = ["X-Total-Count"] }\n"/admin" = { blocked = true }', ["/admin", "/items"], 0, []),
        ('"*" = { blocked = true }\n"/items" = { readable = ["X-Total-Count"] }', ["/admin", "/items"], 0, []),
        ('"*" = { readable = ["X-Total-Count"] }', ["/admin"], 1, ["readable X-Total-Count"]),
        ('"/gone" = { status = 410, readable = ["X-Total-Count"] }', ["/gone"], 0, []),
        ('"/gone" = { status = [404, "410"] }', ["/gone"], 0, []),
        ('"*" = { status = "2xx" }\n"/gone" = { status = 410 }', ["/gone", "/items"], 0, []),
        ('"/gone" = { status = 410 }\n"*" = { status = "2xx" }', ["/gone", "/items"], 1, []),
        ('"/gone" = { readable = ["X-Total-Count"] }', ["/gone"], 1, ["readable X-Total-Count"]),
        ('"/items" = { status = 204, readable = ["X-Total-Count"] }', ["/items"], 1, ["readable X-Total-Count"]),
    ],
)  # fmt: skip
def test_what_is_expected_of_routes(
    tmp_path: Path, routes: str, paths: list[str], status: int, unmet: list[str]
) -> None:
    exit_status, summary, _ = check(tmp_path, f"ignore = []\n[routes]\n{routes}\n", paths)

    assert (exit_status, summary["unmet_names"]) == (status, unmet)


@pytest.mark.parametrize(("paths", "status"), [(["/admin", "/items"], 0), (["/admin", "/closed"], 1)], ids=str)
def test_what_is_meant_to_be_blocked_does_not_count_as_blocked(tmp_path: Path, paths: list[str], status: int) -> None:
    text = 'fail-on-blocked = true\nfail-on = "never"\n[routes]\n"/admin" = { blocked = true }\n'

    assert check(tmp_path, text, paths)[0] == status


@pytest.mark.parametrize(
    ("routes", "options", "status", "unmatched"),
    [
        ('"/items" = {status = 200}\n"/none" = {status = 200}', [], 0, ["/none"]),
        ('"POST /items" = {status = 200}', [], 2, ["POST /items"]),
        ('"/a" = {status = 200}\n"/b" = {blocked = true}', [], 2, ["/a", "/b"]),
        ('"/a" = {status = 200}', ["--expect-readable=X-Total-Count"], 0, ["/a"]),
        ('"/a" = {status = 200}', ["--expect-readable=X-None"], 1, ["/a"]),
        ('"/a" = {status = 200}', ["--no-config"], 0, []),
        ('"/items" = {status = 200}', [], 0, []),
    ],
    ids=str,
)
def test_patterns_that_no_route_has_are_reported(
    tmp_path: Path, routes: str, options: list[str], status: int, unmatched: list[str]
) -> None:
    exit_status, summary, err = check(tmp_path, f"[routes]\n{routes}\n", ["/items"], *options)

    assert (exit_status, summary["unmatched"]) == (status, unmatched)
    assert (", ".join(unmatched) in err) if unmatched else err == ""
    assert summary["verdict"] == {0: "ok", 1: "failed", 2: "not verified"}[status]


IGNORE: Final = '[[ignore]]\ncode = "{code}"\nreason = "known"\n'


@pytest.mark.parametrize(
    ("text", "codes", "ignored"),
    [
        ("", ["HDR101", "HDR301"], 0),
        (IGNORE.format(code="HDR101"), ["HDR301"], 1),
        (IGNORE.format(code="hdr1") + IGNORE.format(code="HDR301"), [], 2),
        (IGNORE.format(code="HDR") + 'route = "GET /admin"\n', ["HDR301"], 1),
        (IGNORE.format(code="HDR") + 'route = "GET /none"\n', ["HDR101", "HDR301"], 0),
    ],
    ids=str,
)
def test_accepted_findings_are_not_reported_and_do_not_fail(
    tmp_path: Path, text: str, codes: list[str], ignored: int
) -> None:
    status, summary, _ = check(tmp_path, text, ["/items", "/admin"], "--select=HDR1,HDR301", "--fail-on=warning")

    assert (sorted(summary["codes"]), summary["ignored"]) == (codes, ignored)  # type: ignore[call-overload]  # JSON
    assert status == (1 if codes else 0)


def test_the_table_says_that_findings_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "hdrcli.toml").write_text(IGNORE.format(code="HDR3"), "utf-8")
    with Site(ANSWERS) as site:
        ended = hdrcli("check", f"{site.url}/items", *OPTIONS, cwd=tmp_path)

    assert "1 fault ignored, for the reasons in the configuration." in ended.out
    assert "HDR301" not in ended.out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[routes]\n'GET /' = 1", '2: "GET /" must be a table, not an integer.'),
        ("[routes]\n'GET /' = {}", '2: nothing is expected of "GET /"'),
        ("[routes]\n'GET items' = {status = 200}", '2: "GET items" is not a method and a path'),
        ("[routes]\n'/' = {readible = ['X-A']}", '2: there is no key "readible" in [routes./]. Did you mean "read'),
        ("[routes.'/']\nreadable = ['X-A:']", '2: "X-A:" is not a header name.'),
        ("[routes.'/']\nreadable = [1]", '2: "readable" must be a string, not an integer.'),
        ("[routes.'/']\nreadable = ['X-A']\nabsent = ['x-a']", '3: "x-a" is both readable and absent'),
        ("[routes.'/']\nstatus = 99", '2: status "99" is not a status'),
        ("[routes.'/']\nstatus = true", '2: "status" must be a string, not a boolean.'),
        ("[routes.'/']\nblocked = false", '2: "blocked" must be true'),
        ("[routes.'/']\nblocked = true\nreadable = ['X-A']", '2: "blocked" contradicts "readable"'),
        ("routes = []", '1: "routes" must be a table, not an array.'),
        ("ignore = ['HDR301']", '1: "HDR301" needs a reason'),
        ("ignore = 1", '1: "ignore" must be an array of tables, not an integer.'),
        ("[[ignore]]\ncode = 'HDR301'", "1: HDR301 is ignored without a reason"),
        ("[[ignore]]\ncode = 'HDR301'\nreason = ' '", "1: HDR301 is ignored without a reason"),
        ("[[ignore]]\nreason = 'x'", "1: code is empty"),
        ("[[ignore]]\ncode = 'HDR999'\nreason = 'x'", '2: code "HDR999" does not match any rule'),
        ("[[ignore]]\ncode = 1\nreason = 'x'", '2: "code" must be a string, not an integer.'),
        ("[[ignore]]\ncode = 'HDR301'\nreason = 'x'\n\n[[ignore]]\ncod = 1", '6: there is no key "cod" in [ignore.1]'),
        ("[[ignore]]\ncode = 'HDR301'\nreason = 'x'\nroute = 'x'", '4: "x" is not a method and a path'),
    ],
)  # fmt: skip
def test_what_is_not_a_contract_is_refused_with_its_line(text: str, says: str) -> None:
    assert refused(text).startswith(f"hdrcli.toml:{says}")
