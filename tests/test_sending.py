"""`--send`: headers that reach the service with every request, and that no page sets."""

from __future__ import annotations

import json
from typing import Final

import pytest

from hdrcli import Settings
from tests.cli.program import assert_one_line, hdrcli
from tests.serving.http import Request, answer
from tests.serving.raw import RawServer
from tests.serving.site import OPEN_TO_PAGE, Response, Site

TOKEN: Final = "5up3r-hidden"  # noqa: S105 -- of this test alone
SENT: Final = f"--send=X-Gateway: {TOKEN}"
ALLOWING: Final = answer(*OPEN_TO_PAGE, "Access-Control-Allow-Methods: PUT")
REFUSING: Final = answer(status="401 Unauthorized")


def guarded(response: bytes) -> dict[str, Response]:
    """A gateway that lets requests pass only with the token."""

    def respond(request: Request) -> bytes:
        return response if request.get("x-gateway") == TOKEN else REFUSING

    return {"/items": respond, "OPTIONS /items": respond}


def test_it_is_sent_with_fetches_preflights_and_probes() -> None:
    with Site(guarded(ALLOWING)) as site:
        ended = hdrcli("check", site.url + "/items", "-X", "PUT", SENT)

    assert ended.status == 0
    assert len(site.requests) > 2
    assert {request.method for request in site.requests} >= {"PUT", "OPTIONS", "GET"}
    assert {request.get("x-gateway") for request in site.requests} == {TOKEN}


def test_it_is_not_the_page_s() -> None:
    """No preflight is sent because of it, and no preflight names it."""
    with Site(guarded(answer(*OPEN_TO_PAGE))) as site:
        plain = hdrcli("check", site.url + "/items", SENT, "--no-probe")
        sent = [request.method for request in site.requests]
        hdrcli("check", site.url + "/items", SENT, "--no-probe", "-H", "X-Page: 1")

    assert (plain.status, sent) == (0, ["GET"])
    (preflight, *_) = [request for request in site.requests if request.method == "OPTIONS"]
    assert preflight.get("access-control-request-headers") == "x-page"


def test_it_is_never_sent_to_another_origin() -> None:
    with RawServer(answer(*OPEN_TO_PAGE)) as other:
        moved = answer(*OPEN_TO_PAGE, f"Location: {other.url}", status="307 Temporary Redirect")
        with Site({"/items": moved}) as site:
            hdrcli("check", site.url + "/items", SENT)
            hdrcli("check", site.url + "/items", SENT, "--compare", other.url)

    assert {request.get("x-gateway") for request in site.requests} == {TOKEN}
    assert len(other.requests) > 2
    assert not any(TOKEN.encode() in request for request in other.requests)


def test_it_takes_the_place_of_the_browser_s_own() -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE)}) as site:
        hdrcli("check", site.url + "/items", "--no-probe", "--send=user-agent: probe/1", "--send=X-B: \t2 ")

    assert {(tuple(request.values("user-agent")), request.get("x-b")) for request in site.requests} == {
        (("probe/1",), "2")
    }


@pytest.mark.parametrize("options", [[], ["--verbose"], ["--dry-run"], ["--format=json", "--exchanges"]], ids=str)
def test_its_value_is_shown_only_with_show_secrets(options: list[str]) -> None:
    with Site(guarded(ALLOWING)) as site:
        hidden = hdrcli("check", site.url + "/items", SENT, *options)
        shown = hdrcli("check", site.url + "/items", SENT, *options, "--show-secrets")

    assert TOKEN not in hidden.out + hidden.err
    assert (TOKEN in shown.out) is ("X-Gateway" in hidden.out) is (options != [])


def test_reports_list_it_with_the_request() -> None:
    with Site(guarded(ALLOWING)) as site:
        ended = hdrcli("check", site.url + "/items", SENT, "--format=json", "--exchanges", "--no-probe")

    (route,) = json.loads(ended.out)["services"][0]["routes"]
    for fetch in route["fetches"]:
        assert ["X-Gateway", "[redacted]"] in fetch["exchanges"][0]["request"]["headers"]


def test_settings_do_not_print_it() -> None:
    assert repr(Settings(targets=(), send=(("X-Gateway", TOKEN),))).count("X-Gateway") == 1
    assert TOKEN not in repr(Settings(targets=(), send=(("X-Gateway", TOKEN),)))


@pytest.mark.parametrize(
    "options",
    [
        [f"--send={TOKEN}"],
        [f"--send=X Gateway: {TOKEN}"],
        [f"--send=: {TOKEN}"],
        [f"--send=X-Gateway: {TOKEN}\x01\r"],
        [f"--send=Origin: {TOKEN}"],
        [f"--send=cookie: {TOKEN}"],
        [f"--send=Sec-Fetch-Mode: {TOKEN}"],
        [f"--send=Access-Control-Request-Method: {TOKEN}"],
        [f"--send=authorization: {TOKEN}", "--bearer=x"],
        [f"--send=X-A: {TOKEN}", "-H", "x-a: 1"],
    ],
    ids=str,
)
def test_what_cannot_be_sent_is_refused(options: list[str]) -> None:
    ended = hdrcli("check", "http://127.0.0.1/", *options)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("hdrcli: --send ")
    assert TOKEN not in ended.err
    assert_one_line(ended.err)
