"""Whatever a server does, `hdrcli check` ends: soon, small, with a status that is true and no noise."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping

import pytest

from tests.cli.program import Ended, assert_one_line, hdrcli
from tests.reporting import valid
from tests.safety.measuring import measured
from tests.sampling import sampled
from tests.serving.hostile import BEHAVIOURS, Behaviour, HostileServer, Outcome

TIMEOUT = 1
SECONDS = 20
CPU_SECONDS = 8
MEGABYTES = 200

_is_large = re.compile("bomb|chunks|endless|flood|gigabyte|huge|long|thousands").search


def run_in_bounds(*arguments: str, env: Mapping[str, str]) -> Ended:
    """Run the program in a process of its own, which takes no more time and memory than it should."""
    ended = measured(*arguments, env=env)
    assert ended.seconds < CPU_SECONDS
    assert ended.megabytes < MEGABYTES
    return ended


def check(behaviour: Behaviour, *options: str, run: Callable[..., Ended] = hdrcli) -> Ended:
    ended = check_in_browsers(behaviour, "--browser=standard", *options, run=run)

    assert ended.status == behaviour.outcome.exit_status
    return ended


def check_in_browsers(behaviour: Behaviour, *options: str, run: Callable[..., Ended] = hdrcli) -> Ended:
    with HostileServer(behaviour) as server:
        common = [f"--timeout={TIMEOUT}", "--credentials=omit", "--fail-on=never"]
        start = time.monotonic()
        ended = run("check", server.url, *common, *options, env={"COLUMNS": "80"})
        assert time.monotonic() - start < SECONDS
    return ended


@pytest.mark.parametrize("behaviour", sampled(BEHAVIOURS.values(), every=4), ids=BEHAVIOURS)
def test_browsers_may_differ_in_what_they_put_up_with(behaviour: Behaviour) -> None:
    ended = check_in_browsers(behaviour)

    assert ended.status in {behaviour.outcome.exit_status, 1}
    assert all(line.startswith("hdrcli: GET ") for line in ended.err.splitlines())


@pytest.mark.parametrize("name", sorted(name for name in BEHAVIOURS if _is_large(name)))
def test_time_and_memory_are_bounded(name: str) -> None:
    check(BEHAVIOURS[name], "--verbose", run=run_in_bounds)


@pytest.mark.parametrize("behaviour", sampled(BEHAVIOURS.values(), every=4), ids=BEHAVIOURS)
def test_the_table_with_all_that_came(behaviour: Behaviour) -> None:
    ended = check(behaviour, "--verbose")

    lines = ended.out.splitlines()
    assert all(line.isprintable() for line in lines)
    if behaviour.outcome is Outcome.UNREACHABLE:
        assert f"    > GET /{behaviour.name} HTTP/1.1" in lines
        assert_one_line(ended.err)
    else:
        assert ended.err == ""
        assert any(line.startswith("    < Access-Control-Allow-Origin: *") for line in lines)


@pytest.mark.parametrize(
    "behaviour",
    [behaviour for behaviour in BEHAVIOURS.values() if behaviour.outcome is Outcome.BLOCKED],
    ids=lambda behaviour: behaviour.name,
)
def test_of_many_redirects_the_first_and_the_last_are_told(behaviour: Behaviour) -> None:
    told = [line for line in check(behaviour).out.splitlines() if line.startswith(("  GET ", "  and "))]

    assert [line.split()[0] for line in told] == ["GET"] * 7 + ["and"] + ["GET"]
    assert told[-2] == "  and 13 more requests"


@pytest.mark.parametrize(
    "name", sampled((name for name, each in BEHAVIOURS.items() if each.outcome.exit_status == 0), every=4)
)
def test_json(name: str) -> None:
    behaviour = BEHAVIOURS[name]
    (route,) = valid(check(behaviour, "--format=json", "--exchanges", "--no-probe").out)["services"][0]["routes"]
    (caller,), (fetch,) = route["callers"], route["fetches"]
    if behaviour.outcome is Outcome.BLOCKED:
        assert caller["failure"]["code"] == "redirect-limit"
        assert len(fetch["exchanges"]) == 21
    else:
        assert (caller["failure"], caller["outcome"]) == (None, "readable")


def test_hostility_in_the_preflight() -> None:
    """A preflight is read by the same rules as the answer: here one that never comes, and one without end."""
    for name in ("never-answers", "endless-headers", "gigabyte-body"):
        behaviour = BEHAVIOURS[name]
        ended = check(behaviour, "-X", "PUT", "--format=json", "--exchanges")
        (route,) = valid(ended.out)["services"][0]["routes"]
        assert {exchange["purpose"] for fetch in route["fetches"] for exchange in fetch["exchanges"]} >= {"preflight"}
