"""`--max-time`: the run ends, whatever the servers do, and reports what was checked until then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from hdrcli import ExitStatus, Settings, check
from hdrcli.checking.time_limit import TimeLimit
from hdrcli.report.report import Report
from tests.cli.program import hdrcli
from tests.reporting import valid
from tests.serving.hostile import BEHAVIOURS, Action, Behaviour, HostileServer, Outcome, Sleep
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.site import OPEN_TO_PAGE, PAGE, Response, Site

HIDDEN: Final = answer(*OPEN_TO_PAGE, "X-Total: 3")
LIMIT: Final = 2
"""Seconds in which a route that responds is checked, even on a busy machine."""
DISTANT: Final = 60.0
"""A time limit of single requests, which must not be what ends the run."""
MARGIN: Final = 5.0
"""Seconds for a machine that is busy."""


def late_chain(path: str) -> Iterator[Action]:
    """Redirects without end, each of which comes after some time."""
    yield Sleep(0.1)
    yield answer(*OPEN_TO_PAGE, f"Location: {path}x", status="302 Found")


HOSTILE: Final = (
    *(BEHAVIOURS[name] for name in ("never-answers", "slow-drip", "head-stalls")),
    Behaviour("late-chain", Outcome.UNREACHABLE, late_chain),
    Behaviour("handshake", Outcome.UNREACHABLE, lambda _: [Sleep(None)], reads_request=False),
)


@contextmanager
def in_time() -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < LIMIT + MARGIN


def limited(*urls: str, **settings: Any) -> Report:  # noqa: ANN401 -- of Settings
    with in_time():
        return check(Settings(targets=urls, timeout=DISTANT, max_time=LIMIT, **settings))


@pytest.mark.parametrize("concurrency", [1, 10])
@pytest.mark.parametrize("behaviour", HOSTILE, ids=lambda behaviour: behaviour.name)
def test_it_holds_whatever_the_server_does(behaviour: Behaviour, concurrency: int) -> None:
    with HostileServer(behaviour) as server:
        url = server.url.replace("http", "https") if behaviour.name == "handshake" else server.url
        report = limited(*(f"{url}/{number}" for number in range(20)), concurrency=concurrency)

    assert (report.routes, report.totals.unchecked, report.totals.is_time_up) == ((), 20, True)
    assert report.exit_status is ExitStatus.USAGE
    assert report.totals.unreachable == 0


@pytest.mark.parametrize("concurrency", [1, 2, 10])
def test_routes_that_are_checked_are_reported_with_their_findings(concurrency: int) -> None:
    with Site({"/a": HIDDEN, "/b": None, "/c": HIDDEN}) as site:
        report = limited(*(f"{site.url}/{name}" for name in "abc"), concurrency=concurrency, probe=False)

    names = [route.url[-1] for route in report.routes]
    assert names == (["a"] if concurrency == 1 else ["a", "c"])
    assert [(finding.code, finding.route_count) for finding in report.findings] == [("HDR301", len(names))]
    assert report.totals.unchecked == 3 - len(names)
    assert report.exit_status is ExitStatus.FAILED


def test_services_that_were_not_begun_are_counted_by_their_routes() -> None:
    with Site({"/a": HIDDEN, "/b": None}) as site, Site({"/a": HIDDEN, "/b": HIDDEN}) as other:
        report = limited(f"{site.url}/a", f"{site.url}/b", f"{other.url}/a", f"{other.url}/b")

    assert ([service.name for service in report.services], other.requests) == ([site.url], [])
    assert (report.totals.routes, report.totals.unchecked) == (1, 3)


def only_for_the_page(request: Request) -> bytes | None:
    return HIDDEN if request.get("Origin") == PAGE else None


@pytest.mark.parametrize("settings", [{}, {"compare": "/compared", "probe": False}], ids=str)
def test_what_follows_the_fetches_may_be_missing(settings: dict[str, Any]) -> None:
    with Site({"/a": only_for_the_page, "OPTIONS /a": None, "/compared": None}) as site:
        if "compare" in settings:
            settings = settings | {"compare": f"{site.url}/compared"}
        report = limited(f"{site.url}/a", **settings)

    assert [finding.code for finding in report.findings] == ["HDR301"]
    assert (report.totals.routes, report.totals.unchecked, report.totals.is_time_up) == (1, 0, True)
    assert report.exit_status is ExitStatus.FAILED


def test_a_write_is_not_sent_after_it() -> None:
    with Site({"/a": None, "/b": HIDDEN}) as site:
        report = limited(f"{site.url}/a", f"{site.url}/b", method="POST", concurrency=1)
        assert [request.target for request in site.requests] == ["/a"]

    assert report.totals.unchecked == 2


def test_a_service_without_any_response_is_unreachable_nevertheless() -> None:
    with Site({"/a": None}) as site:
        report = limited(f"http://127.0.0.1:{free_port()}/a", f"{site.url}/a")

    assert report.exit_status is ExitStatus.UNREACHABLE
    assert report.totals.unreachable == 1


def test_a_run_that_ends_before_has_not_reached_it() -> None:
    with Site({"/": HIDDEN}) as site:
        report = check(Settings(targets=(f"{site.url}/",), max_time=DISTANT))

    assert (report.totals.is_time_up, report.exit_status) == (False, ExitStatus.OK)


@pytest.mark.parametrize(
    ("responses", "status", "routes"), [({"/a": HIDDEN, "/b": None}, 1, 1), ({"/a": None}, 2, 0)], ids=["1", "2"]
)
def test_each_format_says_so(responses: dict[str, Response], status: int, routes: int) -> None:
    with Site(responses) as site:
        arguments = ["check", *(site.url + path for path in responses), "--timeout=60", f"--max-time={LIMIT}"]
        with in_time():
            table = hdrcli(*arguments)
        document = hdrcli(*arguments, "--format=json")
        lines = hdrcli(*arguments, "--format=jsonl")

    assert {table.status, document.status, lines.status} == {status}
    assert "the time limit of 2 s was reached with 1 route not checked" in table.out.splitlines()[-1]
    *others, last = map(valid, lines.out.splitlines())
    for value in (last, valid(document.out)):
        summary = value["summary"]
        assert (summary["time_limit_reached"], summary["unchecked"], summary["routes"]) == (True, 1, routes)
        assert summary["exit_status"] == status
    assert [line["type"] for line in others] == ["route"] * routes + ["service"]


async def _ends(limit: TimeLimit) -> bool:
    async with limit.ending():
        await asyncio.Event().wait()
    return limit.was_reached


def test_every_block_ends_even_one_that_begins_when_the_time_is_up() -> None:
    async def run() -> list[bool]:
        limit = TimeLimit(0.05)
        async with limit.ending():  # it leaves the time to the others
            pass
        early = await asyncio.gather(_ends(limit), _ends(limit))
        late = await asyncio.gather(_ends(limit), _ends(limit))
        return [*early, *late]

    assert asyncio.run(asyncio.wait_for(run(), DEADLINE)) == [True] * 4


def test_a_block_that_begins_after_the_end_of_others_that_still_run_ends() -> None:
    async def run() -> bool:
        limit = TimeLimit(0.05)
        is_late = asyncio.Event()

        async def cleans_up() -> None:
            async with limit.ending():
                try:
                    await asyncio.Event().wait()
                finally:
                    is_late.set()
                    await ended.wait()

        ended = asyncio.Event()
        slow = asyncio.create_task(cleans_up())
        await is_late.wait()
        result = await _ends(limit)
        ended.set()
        await slow
        return result

    assert asyncio.run(asyncio.wait_for(run(), DEADLINE))
