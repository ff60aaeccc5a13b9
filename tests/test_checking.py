"""The flow: services in, events out; routes at once and in order; findings for each service."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import threading
from typing import Final

import pytest

from hdrcli import ExitStatus, Settings, check
from hdrcli.checking.ordering import in_order
from hdrcli.fetch import HTTPRequest, HTTPResponse
from hdrcli.inspection import events
from hdrcli.records.route import RouteRecord
from hdrcli.report.events import Event, RouteChecked, RunEnded, ServiceChecked, ServiceStarted
from hdrcli.reporters import FORMATS
from hdrcli.settings.output import Format
from hdrcli.structs import replace
from tests.reporting import document, rendered
from tests.serving.http import Request, answer
from tests.serving.loopback import free_port
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site

UNKNOWN_PATH: Final = "/hdrcli-probe-of-an-unknown-path/of/no/route"
HIDDEN: Final = answer(*OPEN_TO_PAGE, "X-Total: 3")


def all_events(settings: Settings) -> list[Event]:
    async def collect() -> list[Event]:
        return [event async for event in events(settings)]

    return asyncio.run(collect())


def test_services_with_different_stacks_have_findings_of_their_own() -> None:
    express = answer(*OPEN_TO_PAGE, "X-Powered-By: Express", "X-Total: 3")
    misspelt = answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Totl-Count", "X-Total-Count: 3")
    with Site({"/a": express}) as one, Site({"/b": misspelt}) as other:
        report = check(Settings(targets=(one.url + "/a", other.url + "/b"), probe=False))

    first, second = report.services
    assert [finding.code for finding in first.findings] == ["HDR301"]
    assert [finding.code for finding in second.findings] == ["HDR302"]
    assert (first.stack.name, second.stack.name) == ("express", "any")
    assert first.findings[0].fix_setting is not None
    assert first.findings[0].fix_setting.values == ("X-Total",)
    assert [finding.service for finding in report.findings] == [one.url, other.url]


def test_a_name_that_another_route_sends_is_not_misspelt() -> None:
    exposing = "Access-Control-Expose-Headers: X-Totl-Count"
    answers = {
        "/a": answer(*OPEN_TO_PAGE, exposing, "X-Total-Count: 3"),
        "/b": answer(*OPEN_TO_PAGE, exposing, "X-Totl-Count: 3"),
    }
    with Site(answers) as site:
        alone = check(Settings(targets=(site.url + "/a",), probe=False))
        together = check(Settings(targets=(site.url + "/a", site.url + "/b"), probe=False))

    assert [finding.code for finding in alone.findings] == ["HDR302"]
    assert [finding.code for finding in together.findings] == ["HDR301"]


def test_a_service_without_a_response_is_an_event_and_the_others_go_on() -> None:
    with Site({"/a": HIDDEN}) as site:
        dead = f"http://127.0.0.1:{free_port()}"
        happened = all_events(Settings(targets=(f"{dead}/a", site.url + "/a"), probe=False))

    checked = {event.service: event for event in happened if isinstance(event, ServiceChecked)}
    assert (checked[dead].is_unreachable, checked[site.url].is_unreachable) == (True, False)
    assert isinstance(happened[-1], RunEnded)
    assert happened[-1].totals.exit_status is ExitStatus.UNREACHABLE


def test_a_single_route_without_a_response_fails() -> None:
    with Site({"/a": HIDDEN, "/b": None}) as site:
        report = check(Settings(targets=(site.url + "/a", site.url + "/b"), probe=False, timeout=0.3))

    assert report.totals.without_response == 1
    assert report.exit_status is ExitStatus.FAILED


def only_for_the_page(request: Request) -> bytes | None:
    return answer(*OPEN_TO_PAGE) if request.get("Origin") == PAGE else None


def test_after_a_probe_that_times_out_only_the_pages_request_is_sent_again() -> None:
    with Site({"/a": only_for_the_page, "OPTIONS /a": None}) as site:
        report = check(Settings(targets=(site.url + "/a",), timeout=0.5, credentials=("omit",)))

    (route,) = report.routes
    lost, repeated = route.probes[-2:]
    assert route.probes_without_response == (lost,)
    assert (repeated.kind, repeated.response is None) == ("repeated", False)
    assert not route.has_all_probes
    assert report.exit_status is ExitStatus.OK


@pytest.mark.parametrize("ending", [b"", None], ids=["closed", "hanging"])
@pytest.mark.parametrize(("method", "number"), [("GET", 2), ("GET", 4), ("HEAD", 3), ("POST", 2)])
def test_a_service_that_stops_responding_fails(number: int, method: str, ending: bytes | None) -> None:
    """The report says to which requests there is no response, whatever came before."""

    def responding(_: Request) -> bytes | None:
        lines = () if method == "POST" else OPEN_TO_PAGE  # one that is allowed has no probes to lose
        return answer(*lines) if len(site.requests) <= number else ending

    paths = ["/a", "OPTIONS /a", "/openapi.json", UNKNOWN_PATH]
    with Site(dict.fromkeys(paths, responding)) as site:
        settings = Settings(targets=(site.url + "/a",), method=method, timeout=0.5)
        report = check(settings)

    (route,) = report.routes
    assert report.totals.stopped_responding == 1
    assert report.exit_status is ExitStatus.FAILED
    lost = [probe.exchange.request for probe in route.probes_without_response]
    assert len(lost) == len(site.requests) - number
    text = " ".join(rendered(report, settings).split())
    assert f"No response to {len(lost)} probes: " in text
    assert f"{lost[0].method} {lost[0].url} ({route.probes_without_response[0].kind})" in text
    (value,) = document(report)["services"][0]["routes"]
    assert [probe["failure"]["code"] for probe in value["probes_without_response"]] == [
        "timeout" if ending is None else "empty-reply"
    ] * len(lost)


def test_a_probe_that_only_the_service_dislikes_does_not_fail() -> None:
    with Site({"/a": answer(*OPEN_TO_PAGE), UNKNOWN_PATH: b""}) as site:
        report = check(Settings(targets=(site.url + "/a",)))

    (route,) = report.routes
    assert [probe.kind for probe in route.probes_without_response] == ["unknown-path"]
    assert route.has_all_probes
    assert report.exit_status is ExitStatus.OK


def test_probes_end_when_each_response_is_late() -> None:
    """A server may let each request take almost the whole timeout, and probes are many."""

    def late(_: Request) -> bytes:
        site.stopped.wait(0.4)
        return answer(*OPEN_TO_PAGE)

    with Site(dict.fromkeys(["/a", "OPTIONS /a", "/openapi.json"], late)) as site:
        report = check(Settings(targets=(site.url + "/a",), timeout=0.5))

    (route,) = report.routes
    assert not route.has_all_probes
    assert len(site.requests) <= 5
    assert "Not all probes were sent for 1 route" in rendered(report)
    assert document(report)["services"][0]["routes"][0]["probes_complete"] is False


def test_routes_are_checked_at_once_and_reported_in_order() -> None:
    """The first route is answered when the others are: one after the other, they would time out."""
    others = threading.Semaphore(0)
    urls = [f"/{number}" for number in range(6)]

    def last(_: Request) -> bytes:
        came = [others.acquire(timeout=10) for _ in urls[1:]]
        assert all(came)
        others.release(5)
        return HIDDEN

    def early(_: Request) -> bytes:
        others.release()
        return HIDDEN

    with Site({url: last if url == "/0" else early for url in urls}) as site:
        settings = Settings(
            targets=tuple(site.url + url for url in urls), probe=False, timeout=20, browsers=("firefox",)
        )
        happened = all_events(settings)

    assert isinstance(happened[0], ServiceStarted)
    routes = [event for event in happened if isinstance(event, RouteChecked)]
    assert [route.route.url for route in routes] == [site.url + url for url in urls]
    assert [route.number for route in routes] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_report_is_the_same_at_any_concurrency(output_format: Format) -> None:
    heads = {f"/{number}": answer(*OPEN_TO_PAGE, f"X-{number % 4}: {number}") for number in range(12)}
    with Site(heads) as site:
        settings = Settings(targets=tuple(site.url + path for path in heads), exchanges=True)
        one, *others = [
            rendered(check(replace(settings, concurrency=concurrency)), settings, output_format)
            for concurrency in (1, 3, 10)
        ]

    assert others == [one, one]


def test_results_are_in_order_and_work_is_bounded() -> None:
    at_once = most_at_once = begun = 0

    async def work(item: int) -> int:
        nonlocal at_once, most_at_once, begun
        at_once += 1
        begun += 1
        most_at_once = max(at_once, most_at_once)
        for _ in range(10 - item % 10):
            await asyncio.sleep(0)
        at_once -= 1
        return item

    async def run() -> None:
        number = 0
        async for result in in_order(work, iter(range(100)), 4):
            assert result == number
            number += 1
            assert begun <= number + 16
        assert number == 100

    asyncio.run(run())
    assert most_at_once == 4


class Prompt:
    """A transport whose service sends the same response to every request, with a fault."""

    async def exchange(self, _: HTTPRequest) -> HTTPResponse:
        await asyncio.sleep(0)
        return HTTPResponse(status=200, headers=(("Access-Control-Allow-Origin", "*"), ("X-Total", "3")))

    async def aclose(self) -> None:
        """It has nothing to close."""


def records(host: str) -> int:
    """How many records of a host's routes there are in this process. `isinstance` would wake lazy objects of others."""
    gc.collect()
    found = (value for value in gc.get_objects() if type(value) is RouteRecord)
    return sum(f"//{host}/" in value.url for value in found)


@pytest.mark.parametrize("output_format", ["table", "jsonl"])
def test_a_route_is_dropped_when_it_is_reported(output_format: Format) -> None:
    """However many there are, only those in the buffer are there, and the one that was reported last."""
    host = f"{output_format}.example"
    urls = tuple(f"http://{host}/items/{number}" for number in range(200))
    settings = Settings(targets=urls, concurrency=2)
    reporter = FORMATS[output_format](io.StringIO(), settings)
    most = 0

    async def run() -> None:
        nonlocal most
        async for event in events(settings, Prompt()):
            reporter(event)
            if isinstance(event, RouteChecked) and event.number % 50 == 0:
                most = max(most, records(host))

    asyncio.run(run())
    assert 0 < most <= 2 * 4 + 1


def test_a_run_that_is_abandoned_leaves_no_task() -> None:
    class Endless:
        """A transport that never responds but to the first request."""

        def __init__(self) -> None:
            self.sent = 0

        async def exchange(self, request: HTTPRequest) -> HTTPResponse:
            self.sent += 1
            if request.url.path != "/0":
                await asyncio.Event().wait()
            return HTTPResponse(status=200, headers=())

        async def aclose(self) -> None:
            """It has nothing to close."""

    async def abandon() -> None:
        transport = Endless()
        stream = events(Settings(targets=("http://a.example/0", "http://a.example/1"), probe=False), transport)
        async for event in stream:
            if isinstance(event, RouteChecked):
                break
        await stream.aclose()
        assert transport.sent >= 2
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(abandon())


def test_a_task_cannot_hold_back_a_cancellation() -> None:
    async def work(begun: asyncio.Event) -> None:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    async def consume(begun: asyncio.Event) -> None:
        async for _ in in_order(work, [begun], 1):
            pass

    async def cancelled() -> None:
        begun = asyncio.Event()
        consumer = asyncio.create_task(consume(begun))
        await begun.wait()
        consumer.cancel()
        with pytest.raises(asyncio.CancelledError):
            await consumer

    asyncio.run(cancelled())
