"""A response that no browser lets the page have fails the check, whatever the reason is."""

from __future__ import annotations

import pytest

from tests.cli.program import hdrcli
from tests.reporting import valid
from tests.serving.http import answer
from tests.serving.site import Response, Site

ANY = "Access-Control-Allow-Origin: *"


def redirect(*lines: str) -> dict[str, Response]:
    return {"/": answer(ANY, *lines, status="302 Found")}


def preflight(*lines: str, status: str = "200 OK") -> dict[str, Response]:
    return {"/": answer(ANY), "OPTIONS /": answer(*lines, status=status)}


BLOCKED: list[tuple[str, dict[str, Response], list[str]]] = [
    ("allow-origin-missing", {"/": answer()}, []),
    ("allow-origin-missing", {"/": answer(status="503 Service Unavailable")}, []),
    ("allow-origin-mismatch", {"/": answer("Access-Control-Allow-Origin: https://x")}, []),
    ("allow-origin-mismatch", {"/": answer("Access-Control-Allow-Origin: null")}, []),
    ("allow-origin-mismatch", {"/": answer(ANY, ANY)}, []),
    ("allow-origin-wildcard-with-credentials", {"/": answer(ANY)}, ["--credentials=include"]),
    ("resource-policy", {"/": answer("Cross-Origin-Resource-Policy: same-site")}, ["--mode=no-cors"]),
    ("resource-policy", {"/": answer("Cross-Origin-Resource-Policy: same-origin")}, ["--mode=no-cors"]),
    ("no-cors-redirect-mode", {"/": answer(ANY)}, ["--mode=no-cors", "--redirect=manual"]),
    ("same-origin-mode", {"/": answer(ANY)}, ["--mode=same-origin"]),
    ("redirect-mode-error", redirect("Location: /y"), ["--redirect=error"]),
    ("redirect-scheme", redirect("Location: mailto:a"), []),
    ("redirect-location-unparsable", redirect("Location: http://["), []),
    ("redirect-with-credentials", redirect("Location: http://u:p@127.0.0.1:1/"), []),
    ("redirect-limit", redirect("Location: /"), []),
    ("bad-port", redirect("Location: http://127.0.0.1:6000/"), []),
    ("allow-origin-missing", preflight(status="404 Not Found"), ["--method=PUT"]),
    ("preflight-status", preflight(ANY, "Location: /x", status="301 Moved"), ["--method=PUT"]),
    ("preflight-method", preflight(ANY), ["--method=PUT"]),
    ("preflight-header", preflight(ANY), ["--header=X-A: 1"]),
    ("preflight-unparsable-methods", preflight(ANY, "Access-Control-Allow-Methods: a b"), ["--method=PUT"]),
]


@pytest.mark.parametrize(("failure", "responses", "options"), BLOCKED)
def test_it_fails(failure: str, responses: dict[str, Response], options: list[str]) -> None:
    with Site(responses) as site:
        for origin in ([], ["--origin=http://page.example"]):
            ended = hdrcli("check", f"{site.url}/", "--format=json", *options, *origin)
            (service,) = valid(ended.out)["services"]
            wanted = [caller for caller in service["routes"][0]["callers"] if not caller["comparison"]]
            assert {caller["failure"]["code"] for caller in wanted} == {failure}
            assert "error" in {finding["severity"] for finding in service["findings"]}
            assert ended.status == 1
